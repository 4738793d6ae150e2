package models

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// diverged names the first quantity of a step that is not finite, and what is most likely the cause.
func (r *Run) diverged(rec Record) error {
	bad := func(what string, v float64) error {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			return nil
		}
		where := "Z is that of the step before, the last with a finite loss"
		if r.before == nil {
			where = "Z is the start"
		}
		return fmt.Errorf("%w at step %d: %s = %v: %s; %s", ErrDiverged, rec.Step, what, v, r.cause(what), where)
	}
	for _, t := range rec.Terms {
		if err := bad("term "+t.Name, t.Value); err != nil {
			return err
		}
	}
	if err := bad("loss", rec.Loss); err != nil {
		return err
	}
	return bad("gradient norm", rec.GradNorm)
}

// cause is what a look at Z tells of a divergence.
func (r *Run) cause(what string) string {
	z, err := r.view()
	if err != nil {
		return "the encoder failed"
	}
	n, d := z.Dims()
	var largest float64
	places := make(map[[4]float64]int, n)
	first, second := -1, -1
	for i := range n {
		var at [4]float64 // more coordinates than four do not matter to a hint
		for c := range d {
			v := z.At(i, c)
			if v-v != 0 {
				return fmt.Sprintf(
					"the last move made the coordinates of point %d %v: lower the learning rate (%g), or clip the gradient",
					i,
					v,
					r.rate,
				)
			}
			largest = math.Max(largest, math.Abs(v))
			if c < len(at) {
				at[c] = v
			}
		}
		if other, ok := places[at]; ok && first < 0 {
			first, second = other, i
		}
		places[at] = i
	}
	switch {
	case largest > 1e9:
		return fmt.Sprintf("coordinates have grown to %.2g: lower the learning rate (%g), or clip the gradient", largest, r.rate)
	case first >= 0:
		return fmt.Sprintf(
			"the points %d and %d lie upon each other, where a metric, kernel or loss of %s is not finite",
			first,
			second,
			what,
		)
	}
	return "coordinates are finite and apart: look for a metric, kernel or loss that is not finite where points are near or far"
}

// exploded says that the last move left coordinates that are no numbers, and undoes it.
func (r *Run) exploded() error {
	for _, n := range r.params() {
		for e, v := range numbers(n.Value()) {
			if v-v != 0 {
				err := fmt.Errorf(
					"%w by the move of step %d, the last: entry %d of %s = %v: lower the learning rate (%g), or clip the gradient; Z is that before the move",
					ErrDiverged,
					r.step-1,
					e,
					n.Name(),
					v,
					r.rate,
				)
				if back := r.fallBack(); back != nil {
					return back
				}
				return err
			}
		}
	}
	return nil
}

// looks are what is odd about where a fit has ended.
func (r *Run) looks(z *mat.Dense) []string {
	if z == nil || r.step == 0 {
		return nil
	}
	var notes []string
	n, d := z.Dims()
	spread, largest := make([]float64, d), 0.0
	for c := range d {
		column := mat.Col(nil, c, z)
		low, high := column[0], column[0]
		still := r.start != nil
		for i, v := range column {
			low, high = math.Min(low, v), math.Max(high, v)
			still = still && v == r.start.At(i, c)
		}
		spread[c] = high - low
		largest = math.Max(largest, spread[c])
		if still {
			notes = append(notes, fmt.Sprintf("column %d of the embedding never moved", c))
		}
	}
	switch {
	case n < 3:
	case largest > 1e6:
		notes = append(
			notes,
			fmt.Sprintf("the embedding is %.2g wide: it has exploded (a lower rate, or a clipped gradient)", largest),
		)
	case largest < 1e-6:
		notes = append(notes, fmt.Sprintf("the embedding is %.2g wide: it has collapsed to a point", largest))
	default:
		for c, s := range spread {
			if s < 1e-6*largest {
				notes = append(
					notes,
					fmt.Sprintf("column %d of the embedding is %.2g wide and another %.2g: it has collapsed to a line", c, s, largest),
				)
			}
		}
	}
	return notes
}
