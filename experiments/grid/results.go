package grid

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

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
	{"loss", func(r Result) float64 {
		if r.Status.Loss == nil {
			return math.NaN()
		}
		return *r.Status.Loss
	}},
	{"seconds", func(r Result) float64 { return r.Status.Seconds }},
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

// Markdown writes one line a configuration, means over the finished seeds with their sample standard deviation, and
// what failed.
func (all Results) Markdown(w io.Writer) error {
	var b strings.Builder
	columns := append([]string{"data", "method"}, all.axes()...)
	columns = append(columns, "fits")
	shown := 0
	var used []int
	for i, m := range measures { // classes may be missing
		if slices.ContainsFunc(all, func(r Result) bool { return r.Status.State == runs.Finished && !math.IsNaN(m.of(r)) }) {
			columns = append(columns, strings.ReplaceAll(m.name, "_", " "))
			used = append(used, i)
		}
	}
	row := func(cells []string) { fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | ")) }
	row(columns)
	row(append(slices.Repeat([]string{"---"}, len(columns)-len(used)), slices.Repeat([]string{"---:"}, len(used))...))
	for _, g := range all.groups() {
		first := g.Results[0]
		line := []string{escaped(first.Data), escaped(first.Method)}
		for _, a := range all.axes() {
			line = append(line, escaped(first.at(a)))
		}
		line = append(line, fmt.Sprintf("%d of %d", len(g.finished), len(g.Results)))
		shown += len(g.finished)
		for _, i := range used {
			line = append(line, summary(g.finished, measures[i].of))
		}
		row(line)
	}
	var troubles []string
	for _, r := range all {
		if s := r.Status; s.State != runs.Finished && s.State != "" {
			troubles = append(troubles, fmt.Sprintf("- %s, %s: %s\n", escaped(r.Cell.String()), s.State, escaped(s.Detail)))
		}
	}
	var alike []string
	for _, g := range all.groups() {
		if g.alike() {
			alike = append(alike, fmt.Sprintf("- %s, %s\n", escaped(g.Results[0].Data), escaped(g.Results[0].Configuration())))
		}
	}
	fmt.Fprintf(&b, "\n%d of %d fits. Means over seeds ± sample standard deviation; seconds are wall time beside the other fits.\n", shown, len(all))
	if alike != nil {
		fmt.Fprintf(&b, "\nThe seed has no say in these, of which one fit would do:\n\n%s", strings.Join(alike, ""))
	}
	if troubles != nil {
		fmt.Fprintf(&b, "\nNot finished:\n\n%s", strings.Join(troubles, ""))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func escaped(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

// summary is the mean, with the standard deviation where there are several.
func summary(rs Results, of func(Result) float64) string {
	var sum, squares float64
	for _, r := range rs {
		sum += of(r)
	}
	mean := sum / float64(len(rs))
	for _, r := range rs {
		d := of(r) - mean
		squares += float64(d * d)
	}
	switch {
	case len(rs) == 0 || math.IsNaN(mean):
		return ""
	case len(rs) == 1:
		return short(mean)
	}
	sd := math.Sqrt(squares / float64(len(rs)-1))
	if sd < 1e-12*math.Abs(mean) {
		sd = 0 // nothing but rounding: the seed has no say
	}
	return short(mean) + " ± " + fmt.Sprintf("%.2g", sd)
}

func short(v float64) string {
	if math.Abs(v) < 1 {
		return fmt.Sprintf("%.4f", v)
	}
	return fmt.Sprintf("%.5g", v)
}
