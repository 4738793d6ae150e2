package fuse

import (
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

// raise multiplies out by the powers p of v.
func raise(out, v []float64, p float64) {
	if p == 1 {
		v = v[:len(out)]
		for i := range out {
			out[i] *= v[i]
		}
		return
	}
	for i, x := range v {
		out[i] *= power(x, p)
	}
}

// makeColumns adds up Uncolumns, gradients and arrays, each times a scalar. Where members of a team have parts of gradients,
// they make their parts of the sum.
func (m *Machine[T]) makeColumns(e *expr, parts []part) error {
	out, d := m.array(e), 0
	for _, t := range parts {
		d = max(d, m.owned[t.of])
	}
	scales, arrays := make([]float64, len(parts)), make([][]float64, len(parts))
	for k, t := range parts {
		s, err := m.scalarValue(t.factor)
		if err != nil {
			return err
		}
		if scales[k] = s * t.scale; t.columns == 0 && m.owned[t.of] == d {
			arrays[k], err = m.partOf(t.of)
		} else {
			arrays[k], err = m.arrayValue(t.of)
		}
		if err != nil {
			return err
		}
	}
	from, to := 0, len(out)
	if d > 0 {
		m.owned[e] = d
		from, to = m.own(len(out) / d)
		from, to = from*d, to*d
	}
	m.entries(to-from, func(lo, hi int) { addParts(out, from+lo, from+hi, e.c, parts, scales, arrays) })
	return nil
}

// addParts makes the entries lo:hi of out: a constant and arrays, each times a scalar.
func addParts(out []float64, lo, hi int, constant float64, parts []part, scales []float64, arrays [][]float64) {
	fill(out[lo:hi], constant)
	for k, t := range parts {
		v, s := arrays[k], scales[k]
		if t.columns == 0 {
			addScaled(out[lo:hi], v[lo:hi], s)
			continue
		}
		for i := (lo - t.column + t.columns - 1) / t.columns; i*t.columns+t.column < hi; i++ {
			out[i*t.columns+t.column] += float64(s * v[i])
		}
	}
}

// makeArray computes an elementwise expression on arrays.
func (m *Machine[T]) makeArray(e *expr, reads map[*expr]bool) error {
	out := m.array(e)
	if len(out) >= longArray {
		return m.kernelOf(e, reads).run(out, m.arrayValue, m.scalarValue, m.eachWorker)
	}
	ev := &elementwise[T]{m: m, leaf: func(x *expr, lo, hi int) ([]float64, error) {
		if !reads[x] {
			return nil, nil
		}
		v, err := m.arrayValue(x)
		if err != nil {
			return nil, err
		}
		return v[lo:hi], nil
	}}
	return ev.fill(out, e)
}

// elementwise computes expressions entry by entry in float64, in stretches that stay in the first cache.
type elementwise[T lanes.Float] struct {
	m     *Machine[T]
	leaf  func(x *expr, lo, hi int) ([]float64, error) // the entries of what is not computed; nil: it is
	least float64                                      // of positive constants: see lowerer.constant
	buf   [][]float64
}

func (ev *elementwise[T]) fill(out []float64, e *expr) error {
	for lo := 0; lo < len(out); lo += arrayStretch {
		hi := min(lo+arrayStretch, len(out))
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
			raise(dst, v, x.coef[i])
		}
	case functions[x.op].of != nil:
		v, err := ev.compute(x.args[0], lo, hi, depth+1)
		if err != nil {
			return nil, err
		}
		f := functions[x.op].of
		for l, y := range v {
			dst[l] = f(y)
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
		f := binaries[x.op].of
		for l, y := range a {
			dst[l] = f(y, b[l])
		}
	default:
		return nil, fmt.Errorf("array %v read before it was computed", x)
	}
	return dst, nil
}
