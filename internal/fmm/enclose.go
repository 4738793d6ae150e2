package fmm

import (
	"fmt"
	"math"

	"affmatch/internal/fault"
	"affmatch/internal/parallel"
	"affmatch/internal/team"
)

// extent is where points lie along each axis.
type extent struct {
	lo, hi [3]float64
	bad    float64 // the first point that is not finite; -1: all are
}

// nowhere is the extent of no points.
func nowhere() (e extent) {
	for k := range e.lo {
		e.lo[k], e.hi[k] = math.Inf(1), math.Inf(-1)
	}
	e.bad = -1
	return e
}

// join adds the points behind those of an extent.
func (e *extent) join(o extent) {
	for k := range e.lo {
		e.lo[k], e.hi[k] = min(e.lo[k], o.lo[k]), max(e.hi[k], o.hi[k])
	}
	if e.bad < 0 {
		e.bad = o.bad
	}
}

// enclose finds the root.
func (t *Tree) enclose(z []float64, workers int) error {
	first, end := team.Part(t.Team, t.n)
	const chunk = 1 << 14
	parts := make([]extent, (end-first+chunk-1)/chunk)
	parallel.Each(workers, len(parts), func(_, c int) {
		e, lo := nowhere(), first+c*chunk
		for i := lo; i < min(end, lo+chunk); i++ {
			for k, x := range z[i*t.dim : (i+1)*t.dim] {
				if x-x != 0 && e.bad < 0 {
					e.bad = float64(i)
				}
				e.lo[k], e.hi[k] = min(e.lo[k], x), max(e.hi[k], x)
			}
		}
		parts[c] = e
	})
	all, err := t.joined(parts)
	if err != nil {
		return err
	}
	if i := int(all.bad); i >= 0 {
		return fault.Field(fmt.Sprintf("fmm: point %d", i), z[i*t.dim:(i+1)*t.dim], "finite coordinates")
	}
	side := math.Ldexp(0.5, least)
	for k := range t.dim {
		side = max(side, all.hi[k]-all.lo[k])
	}
	if side > 0x1p500 {
		return fault.Field("fmm: extent of the points", side, "at most 2^500")
	}
	t.origin = [3]float64{}
	copy(t.origin[:], all.lo[:t.dim])
	_, t.top = math.Frexp(side) // side < 2^top
	return nil
}
