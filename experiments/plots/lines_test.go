package plots

import (
	"bytes"
	"io"
	"log"
	"math"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
)

func TestRepetitionsBecomeMeanAndSampleDeviation(t *testing.T) {
	l, err := repeated("y", nil, [][]float64{{1, 2}, {2, 2}, {6, 2}}, false, false)
	if err != nil {
		t.Fatal(err)
	}
	want := line{x: []float64{1, 2}, y: []float64{3, 2}, spread: []float64{math.Sqrt(7), 0}} // 4 + 1 + 9 over 2
	for i := range 2 {
		if l.x[i] != want.x[i] || math.Abs(l.y[i]-want.y[i]) > 1e-12 || math.Abs(l.spread[i]-want.spread[i]) > 1e-12 {
			t.Errorf("at %d: %g, %g ± %g, want %g, %g ± %g", i, l.x[i], l.y[i], l.spread[i], want.x[i], want.y[i], want.spread[i])
		}
	}
}

func TestThinningKeepsWhatIsSeen(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	var pts []vg.Point
	for i := range 10_000 {
		pts = append(pts, vg.Point{X: vg.Length(i) / 100, Y: vg.Length(rng.NormFloat64())})
	}
	few := thinned(pts)
	if len(few) > 4*100/0.25+4 {
		t.Errorf("%d points are left of 10000 in 400 columns, want at most four a column", len(few))
	}
	byHeight := func(p, q vg.Point) int { return int(math.Copysign(1, float64(p.Y-q.Y))) }
	if few[0] != pts[0] || few[len(few)-1] != pts[len(pts)-1] ||
		slices.MinFunc(few, byHeight) != slices.MinFunc(pts, byHeight) || slices.MaxFunc(few, byHeight) != slices.MaxFunc(pts, byHeight) {
		t.Error("the first, last, lowest or highest point is gone")
	}
	short := pts[:1]
	if got := thinned(short); !slices.Equal(got, short) {
		t.Errorf("a lone point became %v", got)
	}
}

func TestRaisedTextFollowsWhatIsBefore(t *testing.T) {
	f := &Figure{nil, 100, 100, func(c canvas) {
		c.text(text{s: "10^{3}", size: 10, x: left, y: bottom}, vg.Point{})
	}}
	var b bytes.Buffer
	if err := f.Write(&b, "svg"); err != nil {
		t.Fatal(err)
	}
	var at [][2]float64
	for _, m := range regexp.MustCompile(`<text x="([-\d.]+)" y="([-\d.]+)"`).FindAllStringSubmatch(b.String(), -1) {
		x, _ := strconv.ParseFloat(m[1], 64)
		y, _ := strconv.ParseFloat(m[2], 64)
		at = append(at, [2]float64{x, y})
	}
	const width = 2 * 0.556 * 10 // two figures of Liberation Sans, 1139 units of 2048 each
	if len(at) != 2 || math.Abs(at[1][0]-width) > 0.05 || !(at[1][1] < at[0][1]) {
		t.Errorf("the spans are at %v, want the second %g to the right and higher", at, width)
	}
}

func TestNamesOfMeetingLinesDoNotOverlap(t *testing.T) {
	var runs []Run
	for _, name := range []string{"one", "two", "six"} {
		runs = append(runs, Run{Name: name, Loss: [][]float64{{2, 1}}})
	}
	f, err := LossCurves{Runs: runs}.Figure()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b, "svg"); err != nil {
		t.Fatal(err)
	}
	var heights []float64
	for _, m := range regexp.MustCompile(`<text x="[-\d.]+" y="([-\d.]+)"[^>]*>(one|two|six)<`).FindAllStringSubmatch(b.String(), -1) {
		y, _ := strconv.ParseFloat(m[1], 64)
		heights = append(heights, y)
	}
	slices.Sort(heights)
	if len(heights) != 3 || heights[1]-heights[0] < float64(smallSize) || heights[2]-heights[1] < float64(smallSize) {
		t.Errorf("the names stand at %v, want three, at least %v apart", heights, smallSize)
	}
}

func TestImagesLieOnWholePixels(t *testing.T) {
	r := vg.Rectangle{Min: vg.Point{X: 1.1, Y: 2.3}, Max: vg.Point{X: 50.7, Y: 60.9}}
	got, w, h := onPixels(r)
	for _, v := range []vg.Length{got.Min.X, got.Min.Y, got.Max.X, got.Max.Y} {
		if dots := v.Dots(DPI); math.Abs(dots-math.Round(dots)) > 1e-9 {
			t.Errorf("an edge at %g pixels", dots)
		}
	}
	if size := got.Size(); math.Abs(size.X.Dots(DPI)-float64(w)) > 1e-9 || math.Abs(size.Y.Dots(DPI)-float64(h)) > 1e-9 {
		t.Errorf("%d×%d pixels for %v", w, h, size)
	}
	if got.Min.X > r.Min.X || got.Min.Y > r.Min.Y || got.Max.X < r.Max.X || got.Max.Y < r.Max.Y {
		t.Errorf("%v does not cover %v", got, r)
	}
}

func TestPDFWithoutAPlaceForTemporaryFilesIsAnError(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir()+"/none")
	log.SetOutput(io.Discard) // vgpdf prints what it panics with
	defer log.SetOutput(os.Stderr)
	f := &Figure{nil, 100, 100, func(c canvas) {
		c.text(text{s: "a size that no other test uses", size: 3.21}, vg.Point{})
	}}
	if err := f.Write(io.Discard, "pdf"); err == nil || !strings.HasPrefix(err.Error(), "plots: write pdf: ") {
		t.Errorf("error = %v, want one that says so", err)
	}
}
