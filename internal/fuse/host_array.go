package fuse

import (
	"errors"
	"fmt"

	"affmatch/internal/lanes"
)

// arrayStretch is how many entries of an array are computed at a time.
const arrayStretch = 1024

// addScaled adds s*v to out.
func addScaled(out, v []float64, s float64) {
	v = v[:len(out)]
	for i := range out {
		out[i] += float64(v[i] * s)
	}
}

// makeColumns adds up Uncolumns, gradients and arrays, each times a scalar.
func (m *Machine[T]) makeColumns(e *expr, parts []part) error {
	out := m.array(e)
	fill(out, e.c)
	for _, t := range parts {
		s, err := m.scalarValue(t.factor)
		if err != nil {
			return err
		}
		v, err := m.arrayValue(t.of)
		if err != nil {
			return err
		}
		s *= t.scale
		if t.columns == 0 {
			addScaled(out, v, s)
			continue
		}
		for i, x := range v {
			out[i*t.columns+t.column] += float64(s * x)
		}
	}
	return nil
}

// makeArray computes an elementwise expression on arrays: the first stretch alone, after which all scalars are known, the
// others on the workers.
func (m *Machine[T]) makeArray(e *expr, reads map[*expr]bool) error {
	leaf := func(x *expr, lo, hi int) ([]float64, error) {
		if !reads[x] {
			return nil, nil
		}
		v, err := m.arrayValue(x)
		if err != nil {
			return nil, err
		}
		return v[lo:hi], nil
	}
	out := m.array(e)
	evs := make([]elementwise[T], len(m.workers))
	for w := range evs {
		evs[w] = elementwise[T]{m: m, leaf: leaf}
	}
	first := min(arrayStretch, len(out))
	if err := evs[0].fill(out, e, 0, first); err != nil {
		return err
	}
	const many = 16 * arrayStretch // of a task
	faults := make([]error, (len(out)-first+many-1)/many)
	m.eachWorker(len(faults), func(w, k int) {
		lo := first + k*many
		faults[k] = evs[w].fill(out, e, lo, min(lo+many, len(out)))
	})
	return errors.Join(faults...)
}

// elementwise computes expressions entry by entry in float64, in stretches that stay in the first cache.
type elementwise[T lanes.Float] struct {
	m     *Machine[T]
	leaf  func(x *expr, lo, hi int) ([]float64, error) // the entries of what is not computed; nil: it is
	least float64                                      // of positive constants: see lowerer.constant
	buf   [][]float64
}

// fill computes the entries from:to of out.
func (ev *elementwise[T]) fill(out []float64, e *expr, from, to int) error {
	for lo := from; lo < to; lo += arrayStretch {
		hi := min(lo+arrayStretch, to)
		v, err := ev.compute(e, lo, hi, 0)
		if err != nil {
			return err
		}
		copy(out[lo:hi], v)
	}
	return nil
}

// compute gives entries lo:hi of x, in a buffer of its depth or where they stand.
func (ev *elementwise[T]) compute(x *expr, lo, hi, depth int) ([]float64, error) {
	for len(ev.buf) <= depth {
		ev.buf = append(ev.buf, make([]float64, arrayStretch))
	}
	dst := ev.buf[depth][:hi-lo]
	if x.in.scalar() {
		v, err := ev.m.scalarValue(x)
		fill(dst, v)
		return dst, err
	}
	if v, err := ev.leaf(x, lo, hi); v != nil || err != nil {
		return v, err
	}
	switch {
	case x.op == opOnes:
		fill(dst, 1)
	case x.op == opSum:
		c := x.c
		if c > 0 {
			c = max(c, ev.least)
		}
		fill(dst, c)
		for i, a := range x.args {
			v, err := ev.compute(a, lo, hi, depth+1)
			if err != nil {
				return nil, err
			}
			addScaled(dst, v, x.coef[i])
		}
	case x.op == opProd:
		fill(dst, 1)
		for i, a := range x.args {
			v, err := ev.compute(a, lo, hi, depth+1)
			if err != nil {
				return nil, err
			}
			for l, y := range v {
				dst[l] *= power(y, x.coef[i])
			}
		}
	case functions[x.op].of != nil:
		v, err := ev.compute(x.args[0], lo, hi, depth+1)
		if err != nil {
			return nil, err
		}
		for l, y := range v {
			dst[l] = functions[x.op].of(y)
		}
	case binaries[x.op].of != nil:
		a, err := ev.compute(x.args[0], lo, hi, depth+1)
		if err != nil {
			return nil, err
		}
		b, err := ev.compute(x.args[1], lo, hi, depth+2)
		if err != nil {
			return nil, err
		}
		for l, y := range a {
			dst[l] = binaries[x.op].of(y, b[l])
		}
	default:
		return nil, fmt.Errorf("array %v read before it was computed", x)
	}
	return dst, nil
}
