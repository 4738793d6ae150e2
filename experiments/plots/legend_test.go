package plots_test

import (
	"fmt"
	"strings"
	"testing"

	"affmatch/experiments/plots"
)

// TestALegendThatDoesNotFitIsShortened, and says so; the figure is there all the same.
func TestALegendThatDoesNotFitIsShortened(t *testing.T) {
	z, labels, names := blobs(60, 3)
	long := append([]string{strings.Repeat("a name as long as ontologies like ", 5)}, names[1:]...)
	many, ofMany := make([]string, 200), make([]int, 60)
	for k := range many {
		many[k] = fmt.Sprintf("class number %d of many", k)
	}
	for i := range ofMany {
		ofMany[i] = 3 * i
	}
	for name, c := range map[string]struct {
		plots plots.Grid
		note  string // "": none
	}{
		"short":                    {plots.Grid{Plots: []plots.Plot{plots.Scatter{Points: z, Labels: labels, Names: names}}}, ""},
		"long":                     {plots.Grid{Plots: []plots.Plot{plots.Scatter{Points: z, Labels: labels, Names: long}}}, "1 of 3 names are shortened"},
		"many":                     {plots.Grid{Plots: []plots.Plot{plots.Scatter{Points: z, Labels: ofMany, Names: many}}, Width: 240}, "of 60 names are left out"},
		"long, below two":          {plots.Grid{Plots: []plots.Plot{plots.Scatter{Points: z, Labels: labels, Names: long}, plots.Scatter{Points: z}}, Width: 300}, "1 of 3 names are shortened"},
		"long ones that disagree":  {plots.Grid{Plots: []plots.Plot{plots.Scatter{Points: z, Labels: labels, Names: long}, plots.Scatter{Points: z, Labels: labels, Names: []string{"b", "a", "c"}}}}, "1 of 3 names are shortened"},
		"several runs, long names": {plots.Grid{Plots: []plots.Plot{plots.LossCurves{Runs: []plots.Run{{Name: long[0], Loss: [][]float64{{2, 1}}}, {Name: "b", Loss: [][]float64{{3, 1}}}}}}}, "1 of 2 names are shortened"},
	} {
		f, err := c.plots.Figure()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if notes := strings.Join(f.Notes, "; "); c.note == "" && notes != "" || !strings.Contains(notes, c.note) {
			t.Errorf("%s: notes %q, want %q", name, notes, c.note)
		}
		var b strings.Builder
		if err := f.Write(&b, "svg"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if shown := strings.Contains(b.String(), "…"); shown != strings.Contains(c.note, "shortened") {
			t.Errorf("%s: a name is shortened: %v", name, shown)
		}
	}
}
