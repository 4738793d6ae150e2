package plots_test

import (
	"bytes"
	"math"
	"regexp"
	"strings"
	"testing"

	"affmatch/experiments/plots"
)

func falling(n int, from float64) []float64 {
	y := make([]float64, n)
	for i := range y {
		y[i] = from / float64(i+1)
	}
	return y
}

func TestLossCurvesNameEveryRunAndTerm(t *testing.T) {
	svg := string(written(t, plots.LossCurves{LogY: true, Runs: []plots.Run{
		{Name: "SNE", Loss: [][]float64{falling(50, 9)}, Terms: []plots.Term{{Name: "attraction", Values: [][]float64{falling(50, 4)}}}},
		{Name: "UMAP", Loss: [][]float64{falling(50, 8)}},
	}}, "svg"))
	for _, want := range []string{"SNE", "UMAP", "total", "attraction", "Step", "Loss"} {
		if n := strings.Count(svg, ">"+want+"<"); n != 1 {
			t.Errorf("%q stands %d times in the figure, want once", want, n)
		}
	}
}

func TestManyRunsAreExplainedInALegend(t *testing.T) {
	var runs []plots.Run
	for i := range 9 {
		runs = append(runs, plots.Run{Name: "run " + string(rune('a'+i)), Loss: [][]float64{falling(5, float64(i+1))}})
	}
	ends, _ := plots.LossCurves{Runs: runs[:8]}.Figure()
	legend, err := plots.LossCurves{Runs: runs}.Figure()
	if err != nil {
		t.Fatal(err)
	}
	_, low := ends.Size()
	_, high := legend.Size()
	if high <= low {
		t.Errorf("height with nine runs = %v, want more than with eight, %v", high, low)
	}
}

var band = regexp.MustCompile(`<path d="[^"]*"\s+style="fill:#0072B2;fill-opacity`)

func TestSpreadOverSeedsIsABand(t *testing.T) {
	one := plots.LossCurves{Runs: []plots.Run{{Loss: [][]float64{{3, 2, 1}}}}}
	two := plots.LossCurves{Runs: []plots.Run{{Loss: [][]float64{{3, 2, 1}, {4, 2, 1.5}}}}}
	if band.Match(written(t, one, "svg")) {
		t.Error("a band around one seed")
	}
	if !band.Match(written(t, two, "svg")) {
		t.Error("no band around two seeds")
	}
}

func TestLongCurvesMakeSmallFiles(t *testing.T) {
	y := make([]float64, 100_000)
	for i := range y {
		y[i] = 2 + math.Sin(float64(i))
	}
	if svg := written(t, plots.LossCurves{Runs: []plots.Run{{Loss: [][]float64{y}}}}, "svg"); len(svg) > 100_000 {
		t.Errorf("SVG file of %d bytes, want at most 100,000", len(svg))
	}
}

func TestLossCurvesTakeDegenerateRuns(t *testing.T) {
	for name, p := range map[string]plots.LossCurves{
		"one step":         {Runs: []plots.Run{{Name: "a", Loss: [][]float64{{5}}}}},
		"constant":         {Runs: []plots.Run{{Loss: [][]float64{{2, 2, 2}}}}},
		"constant nought":  {Runs: []plots.Run{{Loss: [][]float64{{0, 0}}}}},
		"constant, log":    {LogY: true, LogX: true, Runs: []plots.Run{{Loss: [][]float64{{2, 2, 2}}}}},
		"mean below sd":    {LogY: true, Runs: []plots.Run{{Loss: [][]float64{{1, 1}, {100, 1}}}}},
		"tiny differences": {Runs: []plots.Run{{Loss: [][]float64{{1, 1 + 1e-15, 1}}}}},
		"huge":             {Runs: []plots.Run{{Loss: [][]float64{{1e300, -1e300}}}}},
		"tiny":             {Runs: []plots.Run{{Loss: [][]float64{{1e-320, 5e-324}}}}},
		"wide, log":        {LogY: true, Runs: []plots.Run{{Loss: [][]float64{{1e-300, 1e300}}}}},
	} {
		if svg := string(written(t, p, "svg")); strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
			t.Errorf("%s: NaN or Inf in the file", name)
		}
	}
}

func TestLossCurvesSayWhatIsWrong(t *testing.T) {
	run := func(loss ...[]float64) []plots.Run { return []plots.Run{{Name: "SNE", Loss: loss}} }
	for want, p := range map[string]plots.LossCurves{
		"plots: LossCurves: Runs = none, want at least one":                              {},
		"plots: LossCurves: Runs[0] (SNE): Loss = none, want at least one curve":         {Runs: run()},
		"plots: LossCurves: Runs[0] (SNE): Loss[0][1] = NaN, want a finite number":       {Runs: run([]float64{1, math.NaN()})},
		"plots: LossCurves: Runs[0] (SNE): Loss[1][0] = -1, want a positive number":      {LogY: true, Runs: run([]float64{1}, []float64{-1})},
		"plots: LossCurves: Runs[0] (SNE): Loss[1]: length = 3, want 2":                  {Runs: run([]float64{1, 2}, []float64{1, 2, 3})},
		"plots: LossCurves: Runs[0] (a): term b[0][0] = +Inf, want a finite number":      {Runs: []plots.Run{{Name: "a", Loss: [][]float64{{1}}, Terms: []plots.Term{{Name: "b", Values: [][]float64{{math.Inf(1)}}}}}}},
		"plots: LossCurves: Runs[0] (): Loss: place 1 along the axis = 1, want more":     {Runs: []plots.Run{{Loss: [][]float64{{1, 2}}, Steps: []float64{1, 1}}}},
		"plots: LossCurves: Runs[0] (): Loss: place 0 along the axis = 0, want a positi": {LogX: true, Runs: []plots.Run{{Loss: [][]float64{{1}}, Steps: []float64{0}}}},
	} {
		_, err := p.Figure()
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("error = %v, want %q...", err, want)
		}
	}
}

// TestMarksStandWhereTheyAre: a line with its name, none where it lies outside, and an error where it has no logarithm.
func TestMarksStandWhereTheyAre(t *testing.T) {
	l := plots.LossCurves{Runs: []plots.Run{{Loss: [][]float64{{3, 2, 1}}}}, Marks: []plots.Mark{{At: 2, Name: "here"}, {At: 9, Name: "beyond"}}}
	fig, err := l.Figure()
	if err != nil {
		t.Fatal(err)
	}
	var svg bytes.Buffer
	if err := fig.Write(&svg, "svg"); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(svg.String(), ">here<") || strings.Contains(svg.String(), ">beyond<") {
		t.Error("want the mark at 2, and none at 9, beyond the last step")
	}
	l.LogX, l.Marks = true, []plots.Mark{{At: 0, Name: "start"}}
	if _, err := l.Figure(); err == nil || !strings.Contains(err.Error(), "Marks: start") {
		t.Errorf("a mark at 0 of a logarithmic axis: %v", err)
	}
}
