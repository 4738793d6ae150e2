package grid

import (
	"encoding/csv"
	"io"
	"math"
	"slices"
	"strconv"

	"affmatch/experiments/metrics"
	"affmatch/experiments/runs"
)

// Result is a cell with what its folder holds. A cell that has not run has the empty state.
type Result struct {
	Cell
	runs.Kept
}

// Results are those of a sweep, in the order of its cells.
type Results []Result

// Collect reads the cells' folders.
func (s Sweep) Collect() Results {
	all := make(Results, len(s.Cells))
	for i, c := range s.Cells {
		all[i].Cell = c
		kept, err := runs.Folder(s.Folder.Path(c.Folder)).Read()
		all[i].Kept = kept
		if err != nil && kept.Status.State == runs.Finished {
			all[i].Status.State, all[i].Status.Detail = runs.Failed, err.Error()
		}
	}
	return all
}

// measure is a column of the tables.
type measure struct {
	name string
	of   func(r Result) float64
}

var measures = []measure{
	{"trustworthiness", scored(func(m metrics.Report) metrics.Score { return m.Trustworthiness })},
	{"continuity", scored(func(m metrics.Report) metrics.Score { return m.Continuity })},
	{"preservation", scored(func(m metrics.Report) metrics.Score { return m.Preservation })},
	{"knn_accuracy", scored(func(m metrics.Report) metrics.Score { return m.KNNAccuracy })},
	{"silhouette", scored(func(m metrics.Report) metrics.Score { return m.Silhouette })},
	{"kmeans_ari", scored(func(m metrics.Report) metrics.Score { return m.KMeansARI })},
	{"loss", func(r Result) float64 { return known(r.Status.Loss) }},
	{"kl_divergence", func(r Result) float64 { return known(r.Status.KL) }},
	{"seconds", func(r Result) float64 { return r.Status.Seconds }},
}

func known(v *float64) float64 {
	if v == nil {
		return math.NaN()
	}
	return *v
}

func scored(f func(metrics.Report) metrics.Score) func(Result) float64 {
	return func(r Result) float64 { return float64(f(r.Scores)) }
}

// axes are the names of all axes, in order.
func (all Results) axes() []string {
	var names []string
	for _, r := range all {
		for _, s := range r.At {
			if !slices.Contains(names, s.Name) {
				names = append(names, s.Name)
			}
		}
	}
	return names
}

func (r Result) at(axis string) string {
	for _, s := range r.At {
		if s.Name == axis {
			return s.Text
		}
	}
	return ""
}

// CSV writes one line a cell.
func (all Results) CSV(w io.Writer) error {
	out := csv.NewWriter(w)
	header := append([]string{"data", "method"}, all.axes()...)
	header = append(header, "seed", "state", "steps")
	for _, m := range measures {
		header = append(header, m.name)
	}
	if err := out.Write(append(header, "detail", "folder")); err != nil {
		return err
	}
	for _, r := range all {
		line := []string{r.Data, r.Method}
		for _, a := range all.axes() {
			line = append(line, r.at(a))
		}
		line = append(line, strconv.FormatUint(r.Seed, 10), r.Status.State, strconv.Itoa(r.Status.Steps))
		for _, m := range measures {
			text := ""
			if v := m.of(r); r.Status.State == runs.Finished && !math.IsNaN(v) {
				text = strconv.FormatFloat(v, 'g', -1, 64)
			}
			line = append(line, text)
		}
		if err := out.Write(append(line, r.Status.Detail, r.Folder)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// group is a configuration on a set of data, with its seeds.
type group struct {
	Results
	finished Results
}

func (all Results) groups() []group {
	var groups []group
	index := map[string]int{}
	for _, r := range all {
		key := r.Data + "\x00" + r.Configuration()
		i, ok := index[key]
		if !ok {
			i = len(groups)
			index[key] = i
			groups = append(groups, group{})
		}
		groups[i].Results = append(groups[i].Results, r)
		if r.Status.State == runs.Finished {
			groups[i].finished = append(groups[i].finished, r)
		}
	}
	return groups
}

// alike says that several seeds gave the same in everything but time: the method draws nothing.
func (g group) alike() bool {
	for _, r := range g.finished {
		for _, m := range measures {
			a, b := m.of(r), m.of(g.finished[0])
			if m.name != "seconds" && a != b && (a == a || b == b) {
				return false
			}
		}
	}
	return len(g.finished) > 1
}
