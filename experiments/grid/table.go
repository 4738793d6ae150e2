package grid

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"affmatch/experiments/runs"
)

// table is one line a configuration: words, then means over the finished seeds with their sample standard deviation.
type table struct {
	header []string
	words  int // columns that are no numbers
	rows   [][]string
	shown  int // fits in it
}

func (all Results) table() table {
	t := table{header: append(append([]string{"data", "method"}, all.axes()...), "fits")}
	t.words = len(t.header)
	var used []int
	for i, m := range measures { // classes may be missing
		if slices.ContainsFunc(all, func(r Result) bool { return r.Status.State == runs.Finished && !math.IsNaN(m.of(r)) }) {
			t.header = append(t.header, strings.ReplaceAll(m.name, "_", " "))
			used = append(used, i)
		}
	}
	for _, g := range all.groups() {
		first := g.Results[0]
		row := []string{first.Data, first.Method}
		for _, a := range all.axes() {
			row = append(row, first.at(a))
		}
		row = append(row, fmt.Sprintf("%d of %d", len(g.finished), len(g.Results)))
		t.shown += len(g.finished)
		for _, i := range used {
			row = append(row, summary(g.finished, measures[i].of))
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// remarks are what is to be said below the table: how to read it, which seeds have no say, and what is not finished.
type remark struct {
	text string
	list []string
}

func (all Results) remarks(shown int) []remark {
	const read = "%d of %d fits. Means over seeds ± sample standard deviation; seconds are wall time beside the other fits."
	out := []remark{{text: fmt.Sprintf(read, shown, len(all))}}
	alike := remark{text: "The seed has no say in these, of which one fit would do:"}
	for _, g := range all.groups() {
		if g.alike() {
			alike.list = append(alike.list, fmt.Sprintf("%s, %s", g.Results[0].Data, g.Results[0].Configuration()))
		}
	}
	troubles := remark{text: "Not finished:"}
	for _, r := range all {
		if s := r.Status; s.State != runs.Finished && s.State != "" {
			troubles.list = append(troubles.list, fmt.Sprintf("%s, %s: %s", r.Cell.String(), s.State, s.Detail))
		}
	}
	for _, r := range []remark{alike, troubles} {
		if r.list != nil {
			out = append(out, r)
		}
	}
	return out
}

// Markdown writes one line a configuration, means over the finished seeds with their sample standard deviation, and
// what failed.
func (all Results) Markdown(w io.Writer) error {
	var b strings.Builder
	t := all.table()
	row := func(cells []string) {
		for i, c := range cells {
			cells[i] = escaped(c)
		}
		fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | "))
	}
	numbers := len(t.header) - t.words
	row(t.header)
	row(append(slices.Repeat([]string{"---"}, t.words), slices.Repeat([]string{"---:"}, numbers)...))
	for _, cells := range t.rows {
		row(cells)
	}
	for _, r := range all.remarks(t.shown) {
		fmt.Fprintf(&b, "\n%s\n", escaped(r.text))
		for i, line := range r.list {
			if i == 0 {
				b.WriteByte('\n')
			}
			fmt.Fprintf(&b, "- %s\n", escaped(line))
		}
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
