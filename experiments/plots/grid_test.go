package plots_test

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"gonum.org/v1/plot/vg"

	"affmatch/experiments/plots"
)

func TestGridSharesOneLegendWherePanelsAgree(t *testing.T) {
	z, labels, names := blobs(90, 3)
	one := plots.Scatter{Points: z, Labels: labels, Names: names, Title: "one"}
	two := plots.Scatter{Points: z, Labels: labels, Names: names, Title: "two"}
	svg := string(written(t, plots.Grid{Plots: []plots.Plot{one, two}, Letters: true}, "svg"))
	for _, want := range append(names, "one", "two", "a", "b") {
		if n := strings.Count(svg, ">"+want+"<"); n != 1 {
			t.Errorf("%q stands %d times in the figure, want once", want, n)
		}
	}
	two.Names = []string{"cluster 2", "other", "third"} // cluster 2 in another colour
	svg = string(written(t, plots.Grid{Plots: []plots.Plot{one, two}}, "svg"))
	if n := strings.Count(svg, ">cluster 2<"); n != 2 {
		t.Errorf("panels that disagree on a colour name it %d times, want 2", n)
	}
}

func TestGridSharesOneColorBarWherePanelsAgree(t *testing.T) {
	z, _, _ := blobs(90, 3)
	values := make([]float64, 90)
	for i := range values {
		values[i] = float64(i)
	}
	one := plots.Scatter{Points: z, Values: values, ValueName: "age"}
	two := one
	if n := bytes.Count(written(t, plots.Grid{Plots: []plots.Plot{one, two}}, "svg"), []byte("<image")); n != 1 {
		t.Errorf("%d colour bars for two equal scales, want 1", n)
	}
	two.ValueRange = [2]float64{0, 200}
	if n := bytes.Count(written(t, plots.Grid{Plots: []plots.Plot{one, two}}, "svg"), []byte("<image")); n != 2 {
		t.Errorf("%d colour bars for two scales, want 2", n)
	}
}

func TestGridDrawsAllPlotsInRows(t *testing.T) {
	z, labels, names := blobs(20, 2)
	s := plots.Scatter{Points: z, Labels: labels, Names: names}
	height := func(n, columns int) float64 {
		var ps []plots.Plot
		for range n {
			ps = append(ps, s)
		}
		g := plots.Grid{Plots: ps, Columns: columns}
		if got := len(points(t, g)); got != 20*n {
			t.Errorf("%d plots in %d columns: %d discs, want %d", n, columns, got, 20*n)
		}
		f, err := g.Figure()
		if err != nil {
			t.Fatal(err)
		}
		_, h := f.Size()
		return float64(h)
	}
	if one, two := height(6, 3), height(7, 3); math.Abs(two/one-1.5) > 0.05 {
		t.Errorf("heights of two and three rows = %g, %g, want a ratio of about 3/2", one, two)
	}
	if alone, row := height(1, 0), height(4, 0); row > alone/3 {
		t.Errorf("four plots by default take height %g, want one row, less than a third of %g", row, alone)
	}
}

func TestTitlesMayHaveSeveralLines(t *testing.T) {
	z, _, _ := blobs(90, 3)
	height := func(title string) vg.Length {
		f, err := plots.Grid{Plots: []plots.Plot{plots.Scatter{Points: z, Title: "one"}, plots.Scatter{Points: z, Title: title}}}.Figure()
		if err != nil {
			t.Fatal(err)
		}
		_, h := f.Size()
		return h
	}
	if one, two, three := height("a"), height("a\nb"), height("a\nb\nc"); two < one+8 || three-two < two-one-1 || three-two > two-one+1 {
		t.Errorf("heights %v, %v, %v: want equal steps of a line", one, two, three)
	}
	svg := string(written(t, plots.Scatter{Points: z, Title: "first\nsecond"}, "svg"))
	if first, second := strings.Index(svg, ">first<"), strings.Index(svg, ">second<"); first < 0 || second < 0 {
		t.Error("a line of the title is missing")
	}
}

func TestGridSaysWhatIsWrong(t *testing.T) {
	z, labels, names := blobs(20, 2)
	good := plots.Scatter{Points: z, Labels: labels, Names: names}
	for want, g := range map[string]plots.Grid{
		"plots: Grid: Plots = none, want at least one":          {},
		"plots: Grid: Columns = -1, want at least 0":            {Plots: []plots.Plot{good}, Columns: -1},
		"plots: Grid: Width = NaN, want 0 to":                   {Plots: []plots.Plot{good}, Width: vg.Length(math.NaN())},
		"plots: Grid: Plots[1] = <nil>, want a plot":            {Plots: []plots.Plot{good, nil}},
		"plots: Grid: Plots[1]: plots: Scatter: Points = <nil>": {Plots: []plots.Plot{good, plots.Scatter{}}},
		"plots: width = 30 mm, too little for 3 columns beside": {Plots: []plots.Plot{good, good, good}, Width: vg.Length(30 * 72 / 25.4)},
		"plots: height = ": {Plots: slices.Repeat([]plots.Plot{good}, 200), Columns: 1, Width: 200},
	} {
		_, err := g.Figure()
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("error = %v, want %q...", err, want)
		}
	}
}

func TestFigureIsWrittenByManyAtOnce(t *testing.T) {
	z, labels, names := blobs(50, 3)
	f, err := plots.Grid{Width: 2 * small, Plots: []plots.Plot{
		plots.Scatter{Points: z, Labels: labels, Names: names},
		plots.LossCurves{Runs: []plots.Run{{Name: "a", Loss: [][]float64{{2, 1}}}}},
	}}.Figure()
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	files := make([]bytes.Buffer, 6)
	for i := range files {
		wait.Go(func() {
			if err := f.Write(&files[i], plots.Formats()[i%3]); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	for i := range 3 {
		if !bytes.Equal(files[i].Bytes(), files[i+3].Bytes()) {
			t.Errorf("two %s files written at once differ", plots.Formats()[i])
		}
	}
}
