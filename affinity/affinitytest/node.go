package affinitytest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// checkNode holds a node to what is demanded of every node: finite entries, a gradient that exists, is finite and equals
// differences, and a second run like the first. It gives the entries, nil where there are none.
func checkNode(t T, what string, points int, step float64, build builder) []float64 {
	t.Helper()
	plain, err := compile(points, false, build)
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return nil
	}
	defer plain.close()
	entries, _, err := plain.run(0, nil)
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return nil
	}
	for e, v := range entries {
		if !finite(v) {
			t.Errorf("%s: entry %d = %v, want a finite number", what, e, v)
			return nil
		}
	}
	with, err := compile(points, true, build)
	if err != nil {
		t.Errorf("%s: the values can be had, but with their gradient: %v", what, err)
		return entries
	}
	defer with.close()
	_, slopes, err := with.run(0, nil)
	if err != nil {
		t.Errorf("%s: the values can be had, but with their gradient: %v", what, err)
		return entries
	}
	sound := true
	for p, slope := range slopes {
		for i, v := range slope {
			if !finite(v) {
				t.Errorf("%s: derivative with respect to %s = %v, want a finite number", what, with.entry(p, i), v)
				sound = false
				break
			}
		}
	}
	again, _, err := plain.run(0, nil)
	if err != nil || !slices.Equal(again, entries) {
		t.Errorf("%s: a second run gives other values than the first, or the error %v", what, err)
		return entries
	}
	if sound && step > 0 {
		checkGradient(t, what, step, plain, entries, slopes)
	}
	return entries
}

// directions is how many directions a parameter of more entries is moved in. A wrong derivative shows in each.
const directions = 4

// checkGradient moves each parameter by a step and less.
func checkGradient(t T, what string, step float64, g *graph, entries []float64, slopes [][]float64) {
	t.Helper()
	noise := 0.0
	for e, v := range entries {
		noise += unit * g.weights[e] * (1 + math.Abs(v)) / step
	}
	rng := rand.New(rand.NewPCG(8, 9))
	for p, slope := range slopes {
		start := g.start(p)
		for range directions {
			along := make([]float64, len(start))
			symbolic := 0.0
			for i := range along {
				along[i] = 2*rng.Float64() - 1
				symbolic += along[i] * slope[i]
			}
			difference, bound, err := differentiate([]float64{noise}, func(h float64) ([]float64, error) {
				moved := slices.Clone(start)
				for i := range moved {
					moved[i] += h * step * along[i]
				}
				v, _, err := g.run(p, moved)
				sum := 0.0
				for e := range v {
					sum += g.weights[e] * v[e] / step
				}
				return []float64{sum}, err
			})
			if err != nil {
				t.Errorf("%s: %s moved a little: %v", what, g.params[p].Name(), err)
				return
			}
			if !agree(symbolic, difference[0], bound[0]) {
				t.Errorf("%s: derivative with respect to %s, in a random direction, = %v, but differences give %v +- %.1g", what, g.params[p].Name(), symbolic, difference[0], bound[0])
				return
			}
		}
		if err := let(g.params[p], start); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// entry names an entry of a parameter.
func (g *graph) entry(param, i int) string { return fmt.Sprintf("%s[%d]", g.params[param].Name(), i) }
