package plots_test

import (
	"math"
	"regexp"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"affmatch/experiments/plots"
)

func TestParameterCurvesMarkEveryMeasurement(t *testing.T) {
	svg := string(written(t, plots.ParameterCurves{
		Parameter: "Perplexity", Measure: "Trustworthiness", LogX: true,
		Series: []plots.Series{
			{Name: "UMAP", At: []float64{5, 10, 20, 50, 100}, Values: [][]float64{{.90, .92, .95, .94, .93}, {.91, .93, .94, .94, .92}}},
			{Name: "t-SNE", At: []float64{5, 50}, Values: [][]float64{{.95, .97}}},
		},
	}, "svg"))
	marker := regexp.MustCompile(`A[^"]*"\s+style="fill:#(0072B2|E69F00)"`)
	if n := len(marker.FindAllString(svg, -1)); n != 7 {
		t.Errorf("%d markers, want 7", n)
	}
	for _, want := range []string{"UMAP", "t-SNE", "Perplexity", "Trustworthiness", "10", "50"} {
		if strings.Count(svg, ">"+want+"<") != 1 {
			t.Errorf("%q does not stand in the figure once", want)
		}
	}
}

func TestPreservationStartsAtNought(t *testing.T) {
	svg := string(written(t, plots.PreservationCurves{
		Series: []plots.Series{{Name: "UMAP", Values: [][]float64{{0.3, 0.35, 0.4, 0.38, 0.3}}}},
	}, "svg"))
	for _, want := range []string{">0.0<", ">NX<", ">Neighbors k<"} {
		if !strings.Contains(svg, want) {
			t.Errorf("the figure lacks %q", want)
		}
	}
}

func TestMeasuresSayWhatIsWrong(t *testing.T) {
	for want, p := range map[string]plots.Plot{
		"plots: ParameterCurves: Series = none, want at least one":                                plots.ParameterCurves{},
		"plots: PreservationCurves: Series = none, want at least one":                             plots.PreservationCurves{},
		"plots: PreservationCurves: Series[0] (a): Values: place 0 along the axis = 0, want a po": plots.PreservationCurves{Series: []plots.Series{{Name: "a", At: []float64{0}, Values: [][]float64{{1}}}}},
		"plots: ParameterCurves: Series[0] (a): Values[0]: length = 1, want 2":                    plots.ParameterCurves{Series: []plots.Series{{Name: "a", At: []float64{0, 1}, Values: [][]float64{{1}}}}},
		"plots: ParameterCurves: Width = -1, want 0 to":                                           plots.ParameterCurves{Series: make([]plots.Series, 1), Width: -1},
	} {
		_, err := p.Figure()
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("error = %v, want %q...", err, want)
		}
	}
}

func TestProjectTurnsSpace(t *testing.T) {
	axes := mat.NewDense(3, 3, []float64{1, 0, 0, 0, 1, 0, 0, 0, 1})
	for _, c := range []struct {
		azimuth, elevation float64
		flat, depth        []float64 // of the ends of the three axes
	}{
		{0, 0, []float64{0, 0, 1, 0, 0, 1}, []float64{-1, 0, 0}},
		{90, 0, []float64{-1, 0, 0, 0, 0, 1}, []float64{0, -1, 0}},
		{0, 90, []float64{0, -1, 1, 0, 0, 0}, []float64{0, 0, -1}},
	} {
		flat, depth, err := plots.Project(axes, c.azimuth, c.elevation)
		if err != nil {
			t.Fatal(err)
		}
		if !mat.EqualApprox(flat, mat.NewDense(3, 2, c.flat), 1e-12) {
			t.Errorf("from %g, %g: flat = %v, want %v", c.azimuth, c.elevation, mat.Formatted(flat), c.flat)
		}
		for i, want := range c.depth {
			if math.Abs(depth[i]-want) > 1e-12 {
				t.Errorf("from %g, %g: depth = %v, want %v", c.azimuth, c.elevation, depth, c.depth)
			}
		}
	}
	for want, args := range map[string]struct {
		points             mat.Matrix
		azimuth, elevation float64
	}{
		"points = <nil>":         {},
		"points = 3×2":           {points: axes.Slice(0, 3, 0, 2)},
		"points: row 0 = [NaN":   {points: mat.NewDense(1, 3, []float64{math.NaN(), 0, 0})},
		"azimuth = NaN, want":    {points: axes, azimuth: math.NaN()},
		"elevation = +Inf, want": {points: axes, elevation: math.Inf(1)},
	} {
		if _, _, err := plots.Project(args.points, args.azimuth, args.elevation); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error = %v, want %q", err, want)
		}
	}
}

func TestNearPointsAreDrawnOverFarOnes(t *testing.T) {
	z := mat.NewDense(3, 2, []float64{0, 0, 1, 0, 2, 0})
	drawn := points(t, plots.Scatter{Points: z, Depth: []float64{5, -1, 2}})
	if !(drawn[0].x < drawn[2].x && drawn[2].x < drawn[1].x) {
		t.Errorf("drawn from left to right in the order %v, want the first, third, second", drawn)
	}
	if nearest := drawn[2]; nearest.color != hex(0, 1) || drawn[0].color == nearest.color {
		t.Errorf("colours = %v, want the nearest unchanged and the farthest paler", drawn)
	}
}
