package optim

// flats is one quantity over all parameters, each in its own precision.
type flats []flat

// Numbers of vectors that are not arrays of the state.
const (
	value    = -1
	gradient = -2
)

// vector is the values, the gradients or an array of all parameters of a bound solver.
func (s *solver) vector(array int) flats {
	for len(s.views) <= array-gradient {
		s.views = append(s.views, make(flats, len(s.model)))
	}
	v := s.views[array-gradient]
	for i := range s.model {
		switch m := &s.model[i]; {
		case array == value:
			v[i] = m.x
		case array == gradient:
			v[i] = m.g
		case m.arrays64 != nil:
			v[i].f64 = m.arrays64[array]
		default:
			v[i].f32 = m.arrays32[array]
		}
	}
	return v
}

func copyVector(to, from flats) {
	for i := range to {
		copy(to[i].f64, from[i].f64)
		copy(to[i].f32, from[i].f32)
	}
}

func scaleVector(v flats, k float64) {
	for i := range v {
		if k == 0 { // NaN and infinities too
			clear(v[i].f64)
			clear(v[i].f32)
			continue
		}
		scale(v[i].f64, k)
		scale(v[i].f32, k)
	}
}

// addVector adds k*from.
func addVector(to flats, k float64, from flats) {
	for i := range to {
		for e, x := range from[i].f64 {
			to[i].f64[e] += float64(k * x)
		}
		for e, x := range from[i].f32 {
			to[i].f32[e] += float32(k * float64(x))
		}
	}
}

func dotVectors(a, b flats) (sum float64) {
	for i := range a {
		for e, x := range a[i].f64 {
			sum += float64(x * b[i].f64[e])
		}
		for e, x := range a[i].f32 {
			sum += float64(float64(x) * float64(b[i].f32[e]))
		}
	}
	return sum
}
