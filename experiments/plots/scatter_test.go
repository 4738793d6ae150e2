package plots_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"math"
	"math/rand/v2"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/plot/vg"

	"affmatch/experiments/plots"
)

// blobs are n points in the given number of round clusters on a circle, cluster by cluster.
func blobs(n, clusters int) (*mat.Dense, []int, []string) {
	rng := rand.New(rand.NewPCG(7, 7))
	z := mat.NewDense(n, 2, nil)
	labels := make([]int, n)
	names := make([]string, clusters)
	for c := range names {
		names[c] = fmt.Sprintf("cluster %d", c)
	}
	for i := range n {
		c := i * clusters / n
		sin, cos := math.Sincos(2 * math.Pi * float64(c) / float64(clusters))
		labels[i] = c
		z.SetRow(i, []float64{10*cos + rng.NormFloat64(), 10*sin + rng.NormFloat64()})
	}
	return z, labels, names
}

// small is the width of figures whose pixels are looked at one by one.
const small = 45 * vg.Millimeter

// figurer is a plot or a grid of plots.
type figurer interface {
	Figure() (*plots.Figure, error)
}

func written(t testing.TB, p figurer, format string) []byte {
	t.Helper()
	f, err := p.Figure()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b, format); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pixels(t testing.TB, p figurer) image.Image {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(written(t, p, "png")))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// point is a translucent disc in an SVG file (those of legends are opaque).
type point struct {
	x, y  float64 // of its rightmost point
	color string
}

var disc = regexp.MustCompile(`<path d="M([-\d.]+),([-\d.]+)A[^"]*"\s+style="fill:(#[0-9A-F]{6});fill-opacity`)

func points(t testing.TB, p figurer) []point {
	t.Helper()
	var out []point
	for _, m := range disc.FindAllStringSubmatch(string(written(t, p, "svg")), -1) {
		x, _ := strconv.ParseFloat(m[1], 64)
		y, _ := strconv.ParseFloat(m[2], 64)
		out = append(out, point{x, y, m[3]})
	}
	return out
}

func hex(i, n int) string {
	c := plots.Categorical(n)[i]
	return fmt.Sprintf("#%02X%02X%02X", c.R, c.G, c.B)
}

func TestScatterDrawsEveryPointInTheColorOfItsClass(t *testing.T) {
	z, labels, names := blobs(500, 5)
	count := map[string]int{}
	for _, p := range points(t, plots.Scatter{Points: z, Labels: labels, Names: names}) {
		count[p.color]++
	}
	for c := range names {
		if got := count[hex(c, len(names))]; got != 100 {
			t.Errorf("class %d: %d discs of colour %s, want 100", c, got, hex(c, len(names)))
		}
	}
}

func TestScatterColorsFollowTheNamesNotTheClassesThatOccur(t *testing.T) {
	z := mat.NewDense(2, 2, []float64{0, 0, 1, 1})
	got := points(t, plots.Scatter{Points: z, Labels: []int{2, 2}, Names: []string{"a", "b", "c"}})
	for _, p := range got {
		if p.color != hex(2, 3) {
			t.Errorf("colour = %s, want the third of three, %s", p.color, hex(2, 3))
		}
	}
}

func TestScatterKeepsAspect(t *testing.T) {
	z := mat.NewDense(3, 2, []float64{0, 0, 30, 0, 0, 10})
	var x, y []float64
	for _, p := range points(t, plots.Scatter{Points: z}) {
		x, y = append(x, p.x), append(y, p.y)
	}
	width, height := spread(x), spread(y)
	if ratio := width / height; math.Abs(ratio-3) > 0.01 {
		t.Errorf("30×10 units are drawn %g×%g, ratio %g, want 3", width, height, ratio)
	}
}

func spread(v []float64) float64 {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, x := range v {
		lo, hi = min(lo, x), max(hi, x)
	}
	return hi - lo
}

func TestNoClassIsDrawnLast(t *testing.T) {
	z, labels, names := blobs(1000, 2)
	drawn := points(t, plots.Scatter{Points: z, Labels: labels, Names: names})
	var late int
	for _, p := range drawn[500:] {
		if p.color == hex(0, 2) {
			late++
		}
	}
	if late < 200 || late > 300 {
		t.Errorf("%d of the last 500 discs are of the first class, want about half", late)
	}
}

func TestUnlabeledPointsLieBeneath(t *testing.T) {
	z, labels, names := blobs(100, 2)
	for i := range labels {
		if i%2 == 0 {
			labels[i] = plots.Unlabeled
		}
	}
	p := plots.Scatter{Points: z, Labels: labels, Names: names}
	for i, d := range points(t, p) {
		if gray := d.color == "#D0D0D0"; gray != (i < 50) {
			t.Fatalf("disc %d has colour %s, want the 50 unlabeled first and grey", i, d.color)
		}
	}
	if !strings.Contains(string(written(t, p, "svg")), ">unlabeled<") {
		t.Error("the legend does not explain the grey points")
	}
}

func TestLegendNamesTheClassesThatOccur(t *testing.T) {
	z, labels, names := blobs(100, 4)
	svg := string(written(t, plots.Scatter{Points: z, Labels: labels, Names: append(names, "absent"), Title: "blobs & more"}, "svg"))
	for _, want := range append(names, "blobs &amp; more") {
		if strings.Count(svg, ">"+want+"<") != 1 {
			t.Errorf("%q stands %d times in the figure, want once", want, strings.Count(svg, ">"+want+"<"))
		}
	}
	if strings.Contains(svg, "absent") {
		t.Error("the legend names a class without points")
	}
}

func TestContinuousValuesRunAlongTheMap(t *testing.T) {
	z := mat.NewDense(3, 2, []float64{0, 0, 1, 0, 2, 0})
	p := plots.Scatter{Points: z, Values: []float64{-1, 0.5, 2}, ValueName: "age", Alpha: 0.9}
	got := map[string]bool{}
	for _, d := range points(t, p) {
		got[d.color] = true
	}
	for _, v := range []float64{0, 0.5, 1} {
		c := plots.Continuous(v)
		if want := fmt.Sprintf("#%02X%02X%02X", c.R, c.G, c.B); !got[want] {
			t.Errorf("no disc of colour %s, the map's at %g: %v", want, v, got)
		}
	}
	if svg := string(written(t, p, "svg")); !strings.Contains(svg, ">age<") || !strings.Contains(svg, "<image") {
		t.Error("no colour bar with its name")
	}
}

func TestManyPointsBecomeASmallImage(t *testing.T) {
	z, labels, names := blobs(70_000, 10)
	p := plots.Scatter{Points: z, Labels: labels, Names: names}
	svg := written(t, p, "svg")
	if n := bytes.Count(svg, []byte("<image")); n != 1 {
		t.Errorf("%d images in the SVG file, want 1", n)
	}
	if n := len(points(t, p)); n != 0 {
		t.Errorf("%d discs in the SVG file beside the image", n)
	}
	if len(svg) > 600_000 {
		t.Errorf("SVG file of %d bytes, want at most 600,000", len(svg))
	}
	if pdf := written(t, p, "pdf"); len(pdf) > 700_000 {
		t.Errorf("PDF file of %d bytes, want at most 700,000", len(pdf))
	}
	if !bytes.Contains(svg, []byte(">cluster 9<")) {
		t.Error("the legend is not text")
	}
	seen := countColors(pixels(t, p))
	for c := range names {
		if n := seen[hex(c, 10)]; n < 300 {
			t.Errorf("%d pixels of about the colour of class %d, want at least 300", n, c)
		}
	}
}

// countColors counts pixels by the nearest colour of the palette of ten, within a tolerance.
func countColors(img image.Image) map[string]int {
	count := map[string]int{}
	for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y++ {
		for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x++ {
			r, g, b, _ := img.At(x, y).RGBA()
			for i, c := range plots.Categorical(10) {
				if near(r, c.R) && near(g, c.G) && near(b, c.B) {
					count[hex(i, 10)]++
				}
			}
		}
	}
	return count
}

func near(v uint32, want uint8) bool { return math.Abs(float64(v>>8)-float64(want)) < 16 }

// The two ways of drawing points must not differ in place, size or colour.
func TestImageOfPointsLooksLikeThePoints(t *testing.T) {
	z, labels, names := blobs(400, 3)
	vector := pixels(t, plots.Scatter{Points: z, Labels: labels, Names: names, Width: small})
	raster := pixels(t, plots.Scatter{Points: z, Labels: labels, Names: names, RasterAbove: 1, Width: small})
	if d := difference(t, vector, raster); d > 0.004 {
		t.Errorf("mean difference of the two images = %.4f of full scale, want at most 0.004", d)
	}
}

// difference is the mean absolute difference of two images' channels, as part of full scale.
func difference(t *testing.T, a, b image.Image) float64 {
	t.Helper()
	if d := a.Bounds().Max.Sub(b.Bounds().Max); max(d.X*d.X, d.Y*d.Y) > 1 { // programs round sizes differently
		t.Fatalf("images of %v and %v", a.Bounds(), b.Bounds())
	}
	var sum float64
	common := a.Bounds().Intersect(b.Bounds())
	for y := range common.Max.Y {
		for x := range common.Max.X {
			r, g, b1, _ := a.At(x, y).RGBA()
			r2, g2, b2, _ := b.At(x, y).RGBA()
			for _, d := range []float64{float64(r) - float64(r2), float64(g) - float64(g2), float64(b1) - float64(b2)} {
				sum += math.Abs(d) / 0xffff / 3
			}
		}
	}
	return sum / float64(common.Dx()*common.Dy())
}

// gonum's PDF canvas turns images over, darkens translucent colours, and spoils text: what is written must look like the
// PNG file.
func TestPDFLooksLikePNG(t *testing.T) {
	tool, err := exec.LookPath("pdftoppm")
	if err != nil {
		t.Skip("needs pdftoppm (Debian: poppler-utils)")
	}
	z, labels, _ := blobs(400, 5)
	values := make([]float64, 400)
	for i := range values {
		values[i] = z.At(i, 1)
	}
	for name, p := range map[string]figurer{
		"classes": plots.Scatter{Points: z, Labels: labels, Names: []string{"α", "naïve", "−1", "x^{2}", "d"}, Width: small},
		"values":  plots.Scatter{Points: z, Values: values, ValueName: "value", Alpha: 0.3, Width: small},
		"image":   plots.Grid{Letters: true, Width: 2 * small, Plots: []plots.Plot{plots.Scatter{Points: z, Values: values, Alpha: 0.3}, plots.Scatter{Points: z, Labels: labels, RasterAbove: 1}}},
		"curves":  plots.LossCurves{Runs: []plots.Run{{Name: "SNE", Loss: [][]float64{{3, 2, 1}, {4, 2, 1.5}}}}},
	} {
		t.Run(name, func(t *testing.T) {
			cmd := exec.Command(tool, "-png", "-r", strconv.Itoa(plots.DPI), "-")
			cmd.Stdin = bytes.NewReader(written(t, p, "pdf"))
			out, err := cmd.Output()
			if err != nil {
				t.Fatal(err)
			}
			page, err := png.Decode(bytes.NewReader(out))
			if err != nil {
				t.Fatal(err)
			}
			if d := difference(t, page, pixels(t, p)); d > 0.004 {
				t.Errorf("mean difference from the PNG file = %.4f of full scale, want at most 0.004", d)
			}
		})
	}
}

func TestScatterTakesDegenerateClouds(t *testing.T) {
	for name, z := range map[string]*mat.Dense{
		"one point":     mat.NewDense(1, 2, []float64{3, 4}),
		"all equal":     mat.NewDense(3, 2, []float64{1, 2, 1, 2, 1, 2}),
		"on a line":     mat.NewDense(3, 2, []float64{0, 5, 1, 5, 2, 5}),
		"huge":          mat.NewDense(2, 2, []float64{-math.MaxFloat64, 0, math.MaxFloat64, 1}),
		"nearly nought": mat.NewDense(2, 2, []float64{0, 0, 5e-324, 0}),
	} {
		n, _ := z.Dims()
		drawn := points(t, plots.Scatter{Points: z, Values: make([]float64, n)})
		if len(drawn) != n {
			t.Errorf("%s: %d discs, want %d", name, len(drawn), n)
		}
		for _, p := range drawn {
			if !(p.x > 0 && p.x < 250 && p.y > 0 && p.y < 250) {
				t.Errorf("%s: disc at %g, %g, outside the figure", name, p.x, p.y)
			}
		}
	}
}

func TestScatterSaysWhatIsWrong(t *testing.T) {
	z := mat.NewDense(3, 2, []float64{0, 0, 1, 1, 2, 2})
	bad := mat.NewDense(3, 2, []float64{0, 0, 1, math.NaN(), 2, 2})
	for want, p := range map[string]plots.Scatter{
		"plots: Scatter: Points = <nil>, want a matrix":                                {},
		"plots: Scatter: Points = 0×0, want at least one row":                          {Points: &mat.Dense{}},
		"plots: Scatter: Points = 3×1, want at least one row and 2 columns":            {Points: z.Slice(0, 3, 0, 1)},
		"plots: Scatter: Points: row 1, column 1 = NaN, want a finite number":          {Points: bad},
		"plots: Scatter: len(Labels) = 2, want 3":                                      {Points: z, Labels: []int{0, 1}},
		"plots: Scatter: len(Values) = 0, want 3":                                      {Points: z, Values: []float64{}},
		"plots: Scatter: Labels[1] = 2, want 0 to 1 (there are 2 Names), or Unlabeled": {Points: z, Labels: []int{0, 2, 1}, Names: []string{"a", "b"}},
		"plots: Scatter: Values[2] = +Inf, want a finite number":                       {Points: z, Values: []float64{0, 1, math.Inf(1)}},
		"plots: Scatter: Labels and Values = both given":                               {Points: z, Labels: []int{0, 0, 0}, Values: []float64{1, 2, 3}},
		"plots: Scatter: Names = [a], want none without Labels":                        {Points: z, Names: []string{"a"}},
		"plots: Scatter: Alpha = 1.5, want 0 to 1":                                     {Points: z, Alpha: 1.5},
		"plots: Scatter: Radius = NaN, want 0 to 20":                                   {Points: z, Radius: vg.Length(math.NaN())},
		"plots: Scatter: RasterAbove = -1, want at least 0":                            {Points: z, RasterAbove: -1},
		"plots: Scatter: ValueRange = [2 1], want a lower and an upper end":            {Points: z, ValueRange: [2]float64{2, 1}},
		"plots: Scatter: ValueRange = [-Inf +Inf], want a lower and an upper end":      {Points: z, ValueRange: [2]float64{math.Inf(-1), math.Inf(1)}},
		"plots: Scatter: Values[0] = 1e+301, want a number within":                     {Points: z, Values: []float64{1e301, 0, 0}},
		"plots: Scatter: Width = 1e+06, want 0 to":                                     {Points: z, Width: 1e6},
		"plots: width = 10 mm, too little":                                             {Points: z, Labels: []int{0, 0, 0}, Names: []string{"a long name"}, Width: vg.Length(10 * 72 / 25.4)},
	} {
		_, err := p.Figure()
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("error = %v, want %q...", err, want)
		}
	}
}
