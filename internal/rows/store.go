package rows

// Store takes numbers one after another, and holds them in float32 as long as that is what each of them is, to the last
// bit; from the first other one on, all are in float64. What is made of data then depends on the numbers alone, and not on
// the type that a file had for them. The zero value is empty.
type Store struct {
	f32  []float32
	f64  []float64
	wide bool
}

// Len is how many numbers there are.
func (s *Store) Len() int { return len(s.f32) + len(s.f64) }

// Reserve makes room for so many numbers in all.
func (s *Store) Reserve(n int) {
	if s.wide {
		s.f64 = grown(s.f64, n)
	} else {
		s.f32 = grown(s.f32, n)
	}
}

func grown[T any](x []T, n int) []T {
	if n <= cap(x) {
		return x
	}
	return append(make([]T, 0, n), x...)
}

// Add appends a number.
func (s *Store) Add(v float64) {
	if !s.wide {
		if f := float32(v); float64(f) == v {
			s.f32 = append(s.f32, f)
			return
		}
		s.widen()
	}
	s.f64 = append(s.f64, v)
}

// AddSingle appends a number of float32, any.
func (s *Store) AddSingle(v float32) {
	if s.wide {
		s.f64 = append(s.f64, float64(v))
	} else {
		s.f32 = append(s.f32, v)
	}
}

func (s *Store) widen() {
	s.f64, s.wide = make([]float64, len(s.f32), cap(s.f32)), true
	for k, v := range s.f32 {
		s.f64[k] = float64(v)
	}
	s.f32 = nil
}

// At is a number.
func (s *Store) At(k int) float64 {
	if s.wide {
		return s.f64[k]
	}
	return float64(s.f32[k])
}

// Turn makes n rows of columns of n numbers each; column says at which place of a row the r-th of them goes.
func (s *Store) Turn(n int, column func(r int) int) {
	s.f32, s.f64 = turned(s.f32, n, column), turned(s.f64, n, column)
}

func turned[T any](x []T, n int, column func(r int) int) []T {
	if x == nil {
		return nil
	}
	dim, y := len(x)/n, make([]T, len(x))
	for r := range dim {
		c := column(r)
		for i, v := range x[r*n : (r+1)*n] {
			y[i*dim+c] = v
		}
	}
	return y
}

// Rows are the numbers in rows of that many columns. The store must not take more.
func (s *Store) Rows(dim int) Rows {
	x := Rows{N: s.Len() / dim, Dim: dim}
	if s.wide {
		x.F64 = s.f64
	} else if x.F32 = s.f32; x.F32 == nil {
		x.F32 = []float32{}
	}
	return x
}

// Map puts f of each number in its place, of sparse rows of those that are there, which are not to be shared: see Clone.
// Numbers of float32 stay so, rounded. It ends at f's first error.
func (x Rows) Map(f func(i, j int, v float64) (float64, error)) error {
	if !x.Sparse() {
		if x.F32 != nil {
			return mapped(x.F32, x.Dim, f)
		}
		return mapped(x.F64, x.Dim, f)
	}
	for i := range x.N {
		index, values := x.Entries(i)
		for e, j := range index {
			var err error
			if values[e], err = f(i, int(j), values[e]); err != nil {
				return err
			}
		}
	}
	return nil
}

func mapped[T float32 | float64](x []T, dim int, f func(i, j int, v float64) (float64, error)) error {
	for i := range len(x) / dim {
		for j, v := range x[i*dim : (i+1)*dim] {
			w, err := f(i, j, float64(v))
			if err != nil {
				return err
			}
			x[i*dim+j] = T(w)
		}
	}
	return nil
}

// Singles says that each number is one of float32.
func (x Rows) Singles() bool {
	for _, v := range x.F64 {
		if float64(float32(v)) != v {
			return false
		}
	}
	return true
}
