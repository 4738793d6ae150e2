package fuse

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

// makeArray computes an elementwise expression on arrays, in stretches that stay in the first cache.
func (m *Machine[T]) makeArray(e *expr, reads map[*expr]bool) error {
	out := m.array(e)
	var buf [][]float64
	var compute func(x *expr, lo, hi, depth int) ([]float64, error)
	compute = func(x *expr, lo, hi, depth int) ([]float64, error) {
		for len(buf) <= depth {
			buf = append(buf, make([]float64, arrayStretch))
		}
		dst := buf[depth][:hi-lo]
		if x.in.scalar() {
			v, err := m.scalarValue(x)
			fill(dst, v)
			return dst, err
		}
		if reads[x] {
			v, err := m.arrayValue(x)
			if err != nil {
				return nil, err
			}
			return v[lo:hi], nil
		}
		switch {
		case x.op == opSum:
			fill(dst, x.c)
			for i, a := range x.args {
				v, err := compute(a, lo, hi, depth+1)
				if err != nil {
					return nil, err
				}
				addScaled(dst, v, x.coef[i])
			}
		case x.op == opProd:
			fill(dst, 1)
			for i, a := range x.args {
				v, err := compute(a, lo, hi, depth+1)
				if err != nil {
					return nil, err
				}
				for l, y := range v {
					dst[l] *= power(y, x.coef[i])
				}
			}
		case functions[x.op].of != nil:
			v, err := compute(x.args[0], lo, hi, depth+1)
			if err != nil {
				return nil, err
			}
			for l, y := range v {
				dst[l] = functions[x.op].of(y)
			}
		default:
			a, err := compute(x.args[0], lo, hi, depth+1)
			if err != nil {
				return nil, err
			}
			b, err := compute(x.args[1], lo, hi, depth+2)
			if err != nil {
				return nil, err
			}
			for l, y := range a {
				dst[l] = binaries[x.op].of(y, b[l])
			}
		}
		return dst, nil
	}
	for lo := 0; lo < len(out); lo += arrayStretch {
		hi := min(lo+arrayStretch, len(out))
		v, err := compute(e, lo, hi, 0)
		if err != nil {
			return err
		}
		copy(out[lo:hi], v)
	}
	return nil
}
