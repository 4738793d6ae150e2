package runs

import (
	"math"
	"slices"

	"affmatch/experiments/plots"
	"affmatch/models"
)

// Quantity is a number of each step of a fit; NaN: not known.
type Quantity func(models.Record) float64

// Loss and GradNorm are quantities.
func Loss(r models.Record) float64 { return r.Loss }

// GradNorm is known of fits since it is kept.
func GradNorm(r models.Record) float64 {
	if r.GradNorm == 0 {
		return math.NaN()
	}
	return r.GradNorm
}

// TermOf is the value of a term, by its name.
func TermOf(name string) Quantity {
	return func(r models.Record) float64 {
		if v, ok := r.Term(name); ok {
			return v
		}
		return math.NaN()
	}
}

// Curve is the course of the loss over one fit, or over several that differ in their seed only, cut to the shortest of
// them. One fit has its terms too, where there are several.
func Curve(name string, fits ...[]models.Record) plots.Run {
	run := CurveOf(name, Loss, fits...)
	if len(fits) > 1 || len(fits[0]) == 0 || len(fits[0][0].Terms) < 2 {
		return run
	}
	for _, t := range fits[0][0].Terms {
		values := CurveOf(t.Name, TermOf(t.Name), fits[0]).Loss
		if len(values[0]) == len(run.Loss[0]) {
			run.Terms = append(run.Terms, plots.Term{Name: t.Name, Values: values})
		}
	}
	return run
}

// CurveOf is Curve of any quantity, up to the first step at which it is not finite.
func CurveOf(name string, of Quantity, fits ...[]models.Record) plots.Run {
	run := plots.Run{Name: name}
	steps := len(fits[0])
	for _, h := range fits {
		known := slices.IndexFunc(h, func(r models.Record) bool { v := of(r); return math.IsNaN(v) || math.IsInf(v, 0) })
		if known < 0 {
			known = len(h)
		}
		steps = min(steps, known)
	}
	for _, h := range fits {
		values := make([]float64, steps)
		for k := range values {
			values[k] = of(h[k])
		}
		run.Loss = append(run.Loss, values)
	}
	return run
}

// Seconds are the times at which the steps of a curve ended, from the first step on: of several fits the means.
func Seconds(steps int, fits ...[]models.Record) []float64 {
	times := make([]float64, steps)
	now := 0.0
	for k := range times {
		step := 0.0
		for _, h := range fits {
			step += h[k].Seconds / float64(len(fits))
		}
		now += max(step, 1e-9) // a clock may stand still for a step; an axis may not
		times[k] = now
	}
	return times
}

// Exaggerated is the number of steps up to the last one with an exaggerated attraction; false where there was none, or no
// end of it.
func Exaggerated(fit []models.Record) (steps int, ok bool) {
	for k, r := range fit {
		if r.Exaggeration != 1 && r.Exaggeration != 0 {
			steps = k + 1
		}
	}
	return steps, steps > 0 && steps < len(fit)
}

// Marked adds the ends of the exaggeration of some fits to a figure against steps, once each.
func Marked(l plots.LossCurves, fits ...[]models.Record) plots.LossCurves {
	for _, h := range fits {
		m := plots.Mark{Name: "exaggeration ends"}
		if steps, ok := Exaggerated(h); ok {
			if m.At = float64(steps); !slices.Contains(l.Marks, m) {
				l.Marks = append(l.Marks, m)
			}
		}
	}
	return l
}

// Scaled chooses axes on which it is seen whether losses have converged. Upwards it is the logarithm where all are positive
// and span more than two decades; along, where a curve has more than nine tenths of its fall behind it after a twentieth of
// its length, which on even steps is a wall and a plain.
func Scaled(l plots.LossCurves) plots.LossCurves {
	least, most := math.Inf(1), math.Inf(-1)
	include := func(values [][]float64) {
		for _, v := range values {
			if len(v) > 0 {
				least, most = min(least, slices.Min(v)), max(most, slices.Max(v))
			}
		}
	}
	for _, r := range l.Runs {
		include(r.Loss)
		for _, loss := range r.Loss {
			early := len(loss) / 20
			if early > 0 && loss[0]-loss[early] > 0.9*(loss[0]-slices.Min(loss)) && loss[0] > loss[len(loss)-1] {
				l.LogX = true
			}
		}
	}
	l.LogY = least > 0 && most > 100*least
	for _, r := range l.Runs {
		for _, t := range r.Terms {
			include(t.Values)
		}
	}
	l.LogY = l.LogY && least > 0
	return l
}
