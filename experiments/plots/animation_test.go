package plots_test

import (
	"bytes"
	"image/color"
	"image/gif"
	"io"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"affmatch/experiments/plots"
)

// TestAnAnimationHasAPictureOfEachSnapshot: the corners of a square where they are, in the colors of their classes.
func TestAnAnimationHasAPictureOfEachSnapshot(t *testing.T) {
	corners := mat.NewDense(4, 2, []float64{-1, -1, 1, -1, -1, 1, 1, 1})
	turned := mat.NewDense(4, 2, []float64{5e200, -5e200, 5e200, 5e200, -5e200, -5e200, -5e200, 5e200})
	var b bytes.Buffer
	a := plots.Animation{Frames: []mat.Matrix{corners, turned, mat.NewDense(4, 2, nil)}, Labels: []int{0, 1, 2, plots.Unlabeled}, Size: 124, Rate: 20}
	if err := a.GIF(&b); err != nil {
		t.Fatal(err)
	}
	g, err := gif.DecodeAll(&b)
	if err != nil || len(g.Image) != 3 || g.Delay[0] != 5 || g.Delay[2] != 300 {
		t.Fatalf("%v: %d pictures, delays %v", err, len(g.Image), g.Delay)
	}
	palette := plots.Categorical(3)
	gray := color.NRGBA{0xd0, 0xd0, 0xd0, 0xff}
	// lower left, lower right, upper left, upper right
	places := [][2]int{{12, 112}, {112, 112}, {12, 12}, {112, 12}}
	for frame, want := range [][]color.NRGBA{{palette[0], palette[1], palette[2], gray}, {palette[2], palette[0], gray, palette[1]}} {
		for k, p := range places {
			if got := color.NRGBAModel.Convert(g.Image[frame].At(p[0], p[1])); got != want[k] {
				t.Errorf("picture %d, corner %d: %v, want %v", frame, k, got, want[k])
			}
		}
	}
	white := 0
	for x := range 124 {
		for y := range 120 {
			if r, _, _, _ := g.Image[2].At(x, y).RGBA(); r == 0xffff {
				white++
			}
		}
	}
	if drawn := 124*120 - white; drawn != 9 { // all in one place: a square of three pixels
		t.Errorf("points in one place take %d pixels", drawn)
	}
}

func TestWhatIsNoAnimationIsSaid(t *testing.T) {
	z := mat.NewDense(2, 2, []float64{0, 0, 1, math.NaN()})
	ok := mat.NewDense(2, 2, nil)
	for want, a := range map[string]plots.Animation{
		"Frames = none":         {},
		"Frames[1] = 3 x 2":     {Frames: []mat.Matrix{ok, mat.NewDense(3, 2, nil)}},
		"Frames[0] = 2 x 3":     {Frames: []mat.Matrix{mat.NewDense(2, 3, nil)}},
		"Frames[0]: column 1":   {Frames: []mat.Matrix{z}},
		"Labels = 1, want 2":    {Frames: []mat.Matrix{ok}, Labels: []int{0}},
		"Size = -1":             {Frames: []mat.Matrix{ok}, Size: -1},
		"Rate = 100, want 1 to": {Frames: []mat.Matrix{ok}, Rate: 100},
	} {
		if err := a.GIF(io.Discard); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
