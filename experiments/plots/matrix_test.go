package plots_test

import (
	"image"
	"image/color"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"affmatch/experiments/plots"
)

// places counts the pixels of a colour and returns the middle of them.
func places(img image.Image, want color.NRGBA) (count int, middle image.Point) {
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			if color.NRGBAModel.Convert(img.At(x, y)) == want {
				count++
				middle = middle.Add(image.Pt(x, y))
			}
		}
	}
	if count > 0 {
		middle = middle.Div(count)
	}
	return count, middle
}

// middleColor is the colour between ends that no other cell of these tests has.
var middleColor = plots.Continuous(0.4)

func TestMatrixShowsEntriesWhereTheyAre(t *testing.T) {
	const n = 10
	m := mat.NewDense(n, n, nil)
	m.Set(9, 9, 1)
	m.Set(1, 7, 0.4)
	img := pixels(t, plots.Matrix{Entries: m})
	count, at := places(img, middleColor)
	size := float64(img.Bounds().Dy()) / n
	if float64(count) < 0.8*size*size || float64(count) > 1.2*size*size {
		t.Errorf("the cell has %d pixels, want about %.0f", count, size*size)
	}
	if x, y := float64(at.X)/size, float64(at.Y)/size; math.Abs(x-7.5) > 0.3 || math.Abs(y-1.5) > 0.3 {
		t.Errorf("row 1, column 7 is shown at row %.1f, column %.1f", y-0.5, x-0.5)
	}
}

func TestMatrixIsOrderedByClass(t *testing.T) {
	m := mat.NewDense(4, 4, nil)
	m.Set(0, 2, 1)
	m.Set(1, 2, 0.4)
	p := plots.Matrix{Entries: m, Labels: []int{0, 1, 0, 1}, Names: []string{"first", "second"}}
	img := pixels(t, p)
	_, at := places(img, middleColor) // in the order 0 2 1 3, row 1, column 2 comes to row 2, column 1
	width, height := float64(img.Bounds().Dx()), float64(img.Bounds().Dy())
	if x, y := float64(at.X)/width, float64(at.Y)/height; x > 0.42 || y < 0.5 { // the bar is beside, the legend below
		t.Errorf("the cell is at %.2f, %.2f of the figure, want left of and below its middle", x, y)
	}
	svg := string(written(t, p, "svg"))
	for _, want := range p.Names {
		if strings.Count(svg, ">"+want+"<") != 1 {
			t.Errorf("the legend does not name %q once", want)
		}
	}
	if n := strings.Count(svg, "<image"); n != 4 { // cells, two strips, bar
		t.Errorf("%d images in the figure, want 4", n)
	}
}

func TestMatrixOnALogScaleLeavesNoughtWhite(t *testing.T) {
	m := mat.NewDense(2, 2, []float64{0, 1e-2, 1e-4, 1})
	img := pixels(t, plots.Matrix{Entries: m, Log: true})
	if count, _ := places(img, plots.Continuous(0.5)); count < 10_000 {
		t.Errorf("%d pixels have the middle colour, want the cell of the middle of the decades", count)
	}
	white := color.NRGBA{255, 255, 255, 255}
	if got := color.NRGBAModel.Convert(img.At(100, 100)); got != white {
		t.Errorf("the cell of 0 is %v, want white", got)
	}
}

func TestLargeMatrixIsAveraged(t *testing.T) {
	const n = 2001 // blocks of three
	m := mat.NewDense(n, n, nil)
	for i := range n {
		for j := range n {
			if (i+j)%3 == 0 {
				m.Set(i, j, 3)
			}
		}
	}
	p := plots.Matrix{Entries: m, Range: [2]float64{0, 2}}
	if count, _ := places(pixels(t, p), plots.Continuous(0.5)); count < 400_000 {
		t.Errorf("%d pixels have the colour of the mean, 1, want nearly all of the matrix", count)
	}
}

func TestMatrixSaysWhatIsWrong(t *testing.T) {
	m := mat.NewDense(2, 3, []float64{1, 2, 3, 4, 5, math.NaN()})
	for want, p := range map[string]plots.Matrix{
		"plots: Matrix: Entries = <nil>, want a matrix":                       {},
		"plots: Matrix: Entries = 0×0, want at least one":                     {Entries: &mat.Dense{}},
		"plots: Matrix: Entries = 2×3, want a square matrix, or no Labels":    {Entries: m, Labels: []int{0, 1}},
		"plots: Matrix: Entries: row 1, column 2 = NaN, want a number":        {Entries: m},
		"plots: Matrix: len(Labels) = 1, want 2":                              {Entries: m.Slice(0, 2, 0, 2), Labels: []int{0}},
		"plots: Matrix: Labels[1] = 5, want 0 to 0":                           {Entries: m.Slice(0, 2, 0, 2), Labels: []int{0, 5}, Names: []string{"a"}},
		"plots: Matrix: Entries = none above 0, want a positive one with Log": {Entries: mat.NewDense(1, 2, []float64{0, -1}), Log: true},
		"plots: Matrix: Range = [0 1], want positive ends":                    {Entries: m, Log: true, Range: [2]float64{0, 1}},
		"plots: Matrix: Range = [2 1], want a lower and an upper end":         {Entries: m, Range: [2]float64{2, 1}},
		"plots: Matrix: Range = [-2 -1], want positive ends":                  {Entries: m, Log: true, Range: [2]float64{-2, -1}},
	} {
		_, err := p.Figure()
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("error = %v, want %q...", err, want)
		}
	}
}

func TestConstantMatrixHasOneColor(t *testing.T) {
	for _, log := range []bool{false, true} {
		img := pixels(t, plots.Matrix{Entries: mat.NewDense(2, 2, []float64{7, 7, 7, 7}), Log: log})
		if count, _ := places(img, plots.Continuous(0.5)); count < 100_000 {
			t.Errorf("log %v: %d pixels have the middle colour, want the whole matrix", log, count)
		}
	}
}
