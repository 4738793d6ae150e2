package datasets

import (
	"errors"
	"fmt"
	"math"

	"affmatch/internal/same"

	"gonum.org/v1/gonum/mat"
)

// SurfaceConfig describes points on a bent rectangle in space. Values is the position along the bent side.
type SurfaceConfig struct {
	Points int     // zero: 1000
	Noise  float64 // standard deviation added to each coordinate; zero: none
	Seed   uint64  // same seed, same bits
}

// SwissRoll gives 1000 points of a swiss roll without noise.
func SwissRoll(seed uint64) *Data { return must(SurfaceConfig{Seed: seed}.SwissRoll()) }

// SCurve gives 1000 points of an S-curve without noise.
func SCurve(seed uint64) *Data { return must(SurfaceConfig{Seed: seed}.SCurve()) }

// SwissRoll draws (t cos t, 21 u, t sin t), t uniform in 1.5 pi .. 4.5 pi, u in 0 .. 1, as scikit-learn's make_swiss_roll.
// Tenenbaum, de Silva, Langford: A global geometric framework for nonlinear dimensionality reduction, Science 290 (2000).
func (c SurfaceConfig) SwissRoll() (*Data, error) {
	return c.draw("swiss-roll", 1.5*math.Pi, 4.5*math.Pi, func(t, u float64) [3]float64 {
		return [3]float64{t * same.Cos(t), 21 * u, t * same.Sin(t)}
	})
}

// SCurve draws (sin t, 2 u, sign(t)(cos t - 1)), t uniform in -1.5 pi .. 1.5 pi, u in 0 .. 1, as scikit-learn's
// make_s_curve.
func (c SurfaceConfig) SCurve() (*Data, error) {
	return c.draw("s-curve", -1.5*math.Pi, 1.5*math.Pi, func(t, u float64) [3]float64 {
		return [3]float64{same.Sin(t), 2 * u, math.Copysign(same.Cos(t)-1, -t)}
	})
}

func (c SurfaceConfig) draw(name string, from, to float64, at func(t, u float64) [3]float64) (*Data, error) {
	if err := errors.Join(check(limit{"SurfaceConfig: Points", &c.Points, 1000, 1}), checkNoise("SurfaceConfig: Noise", c.Noise)); err != nil {
		return nil, err
	}
	r := randomness(c.Seed, 0x73757266)
	x, values := mat.NewDense(c.Points, 3, nil), make([]float64, c.Points)
	for i := range values {
		values[i] = from + float64((to-from)*r.Float64())
		for j, v := range at(values[i], r.Float64()) {
			x.Set(i, j, v+float64(c.Noise*normal(r)))
		}
	}
	return &Data{X: x, Values: values, Name: name, Source: fmt.Sprintf("simulated: noise %g, seed %d", c.Noise, c.Seed), License: "none needed"}, nil
}
