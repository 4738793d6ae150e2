package models

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestADecoderMakesRowsOfPlaces: a curved sheet in space, of its two coordinates, also where no point of the fit lies.
func TestADecoderMakesRowsOfPlaces(t *testing.T) {
	if testing.Short() || raced {
		t.Skip("whole fits")
	}
	const n = 400
	sheet := func(u, v float64) []float64 { return []float64{100 + 20*u, -5 + 30*v, 10 * math.Sin(2*u) * v} }
	z, x := mat.NewDense(n, 2, nil), mat.NewDense(n, 3, nil)
	for i := range n {
		u, v := math.Mod(float64(i)*0.6180339887, 1)*2-1, math.Mod(float64(i)*0.7548776662, 1)*2-1
		z.SetRow(i, []float64{u, v})
		x.SetRow(i, sheet(u, v))
	}
	d, err := Decoder(x, MLP{Hidden: []int{30, 30}, Activation: Tanh{}})
	if err != nil {
		t.Fatal(err)
	}
	d.Batch, d.Steps = 100, 1500
	r, err := d.Fit(background, z)
	if err != nil {
		t.Fatal(err)
	}
	if last := r.History[len(r.History)-1].Loss; !(last < 0.01) {
		t.Errorf("%.3g of the mean square is left", last)
	}
	for _, at := range [][]float64{{0.31, -0.44}, {-0.7, 0.2}} {
		made, err := r.Model.Transform(background, mat.NewDense(1, 2, at))
		if err != nil {
			t.Fatal(err)
		}
		for c, want := range sheet(at[0], at[1]) {
			if v := made.At(0, c); math.Abs(v-want) > 2.5 {
				t.Errorf("at %v: column %d is %v, want %v", at, c, v, want)
			}
		}
	}
	for want, f := range map[string]func() error{
		"Decoder: X = nil":  func() error { _, err := Decoder(nil, nil); return err },
		"rows that differ":  func() error { _, err := Decoder(mat.NewDense(4, 2, nil), nil); return err },
		"Onto: Encoder":     func() error { return Onto{Scale: 1}.Validate() },
		"Scale = 0":         func() error { return Onto{Encoder: MLP{}}.Validate() },
		"Center[0] = NaN":   func() error { return Onto{Encoder: MLP{}, Scale: 1, Center: []float64{math.NaN()}}.Validate() },
		"Onto: Center = 1,": func() error { d.Encoder = Onto{MLP{}, []float64{1}, 1}; _, err := d.Fit(background, z); return err },
	} {
		if err := f(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}
