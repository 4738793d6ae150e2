package laplacian

import (
	"math"
	"sync"

	"affmatch/internal/linear"
)

// A search improves the b vectors of a block X on one level: each step takes the best b vectors in the space of X, of
// the preconditioned residuals W and of the last step's directions P. The products with L follow by linearity, so a
// step costs one of them beside the preconditioner.
type search struct {
	*hierarchy
	k         int       // the level
	x, lx     []float64 // X and L X
	w, lw     []float64
	p, lp     []float64 // orthonormal, orthogonal to X; nil before the first step
	values    []float64 // of the b vectors, rising
	residuals []float64 // |L x - value x|
	rooms     sync.Pool // of *[]float64: strips of the blocks side by side
}

// fresh is the number of steps after which the products with L, known by linearity, are computed anew. Their rounding
// grows by a factor of about two a step, and would come to rule after some fifty.
const fresh = 8

// rounding is the size of what rounding leaves of a residual.
const rounding = 1e-14

// begin makes X, on level k, orthonormal and orthogonal to the trivial eigenvector, and finds its values.
func (h *hierarchy) begin(k int, x []float64) (*search, error) {
	n := len(x)
	s := &search{hierarchy: h, k: k, x: x, lx: make([]float64, n), w: make([]float64, n), lw: make([]float64, n)}
	if err := h.levels[k].project(h.team, x, h.b); err != nil {
		return nil, err
	}
	if err := h.levels[k].apply(h.team, s.lx, x, h.b); err != nil {
		return nil, err
	}
	return s, s.ritz([][]float64{s.x}, [][]float64{s.lx})
}

// refine takes steps until the residual of each of the first d vectors is at most tolerance times its value, or until
// it has taken that many.
func (s *search) refine(d int, tolerance float64, steps int) (taken int, converged bool, err error) {
	l := s.levels[s.k]
	for ; ; taken++ {
		if taken%fresh == fresh-1 {
			if err := l.apply(s.team, s.lx, s.x, s.b); err != nil {
				return taken, false, err
			}
			if err := l.apply(s.team, s.lp, s.p, s.b); err != nil {
				return taken, false, err
			}
		}
		if err := s.residual(); err != nil {
			return taken, false, err
		}
		converged = true
		for c := range d {
			converged = converged && s.residuals[c] <= max(tolerance*s.values[c], rounding)
		}
		if converged || taken == steps {
			return taken, converged, nil
		}
		if err := s.solve(s.k, s.lw, s.w); err != nil {
			return taken, false, err
		}
		s.w, s.lw = s.lw, s.w
		// Where an eigenvalue is tiny, most of W is X, and would drown the rest in rounding.
		if err := deflate(s.team, s.w, s.x, s.b, s.b); err != nil {
			return taken, false, err
		}
		if err := l.project(s.team, s.w, s.b); err != nil {
			return taken, false, err
		}
		if err := l.apply(s.team, s.lw, s.w, s.b); err != nil {
			return taken, false, err
		}
		v, lv := [][]float64{s.x, s.w}, [][]float64{s.lx, s.lw}
		if s.p != nil {
			v, lv = append(v, s.p), append(lv, s.lp)
		} else {
			s.p, s.lp = make([]float64, len(s.x)), make([]float64, len(s.x))
		}
		if err := s.ritz(v, lv); err != nil {
			return taken, false, err
		}
	}
}

// residual sets W = L X - X diag(values) and finds the norms of its columns.
func (s *search) residual() error {
	squares, err := s.sumAlone(s.levels[s.k].n, s.b, func(into []float64, lo, hi int) {
		for i := lo * s.b; i < hi*s.b; i += s.b {
			for c, value := range s.values {
				r := s.lx[i+c] - float64(value*s.x[i+c])
				s.w[i+c] = r
				into[c] += float64(r * r)
			}
		}
	})
	for c, v := range squares {
		squares[c] = math.Sqrt(v)
	}
	s.residuals = squares
	return err
}

// ritz replaces X by the b best vectors of the space that the blocks v span, given lv = L v, and P by its directions.
func (s *search) ritz(v, lv [][]float64) error {
	n, m := s.levels[s.k].n, len(v)*s.b
	gram, err := s.sum(n, 2*m*m, func(into []float64, lo, hi int) {
		g, h := linear.Of(into, m, m), linear.Of(into[m*m:], m, m)
		room := s.room(2 * strip * m)
		defer s.rooms.Put(&room)
		for ; lo < hi; lo += strip {
			a, la := side(room, v, lo, min(lo+strip, hi), s.b), side(room[strip*m:], lv, lo, min(lo+strip, hi), s.b)
			linear.AddGram(g, a)
			linear.AddProduct(h, a.T(), la)
		}
	})
	if err != nil {
		return err
	}
	values, weights, err := smallest(linear.Of(gram, m, m), linear.Of(gram[m*m:], m, m), s.b)
	if err != nil {
		return err
	}
	s.values = values
	return s.rows(n, func(_, lo, hi int) {
		room := s.room(strip * (m + 2*s.b))
		defer s.rooms.Put(&room)
		for ; lo < hi; lo += strip {
			end := min(lo+strip, hi)
			combine(room, v, weights, s.x, s.p, lo, end, s.b)
			combine(room, lv, weights, s.lx, s.lp, lo, end, s.b)
		}
	})
}

// room is one of so many numbers, which are anything, and which an earlier block may have had.
func (s *search) room(size int) []float64 {
	if r, ok := s.rooms.Get().(*[]float64); ok && len(*r) >= size {
		return *r
	}
	return make([]float64, size)
}

// strip is a number of rows whose matrices stay in cache: the terms of one sum in package linear.
const strip = 192

// side puts rows lo..hi-1 of the blocks side by side.
func side(room []float64, v [][]float64, lo, hi, b int) linear.Matrix {
	m := len(v) * b
	for q, block := range v {
		for i := lo; i < hi; i++ {
			copy(room[(i-lo)*m+q*b:], block[i*b:i*b+b])
		}
	}
	return linear.Of(room, hi-lo, m)
}

// combine sets rows lo..hi-1 of x to those of the blocks v times the first b columns of weights, and of p, unless that
// is nil, times the others.
func combine(room []float64, v [][]float64, weights linear.Matrix, x, p []float64, lo, hi, b int) {
	a := side(room, v, lo, hi, b)
	both := linear.Of(room[len(a.Data):], hi-lo, 2*b)
	clear(both.Data)
	linear.AddProduct(both, a, weights)
	for i := lo; i < hi; i++ {
		row := both.Data[(i-lo)*2*b:]
		copy(x[i*b:i*b+b], row[:b])
		if p != nil {
			copy(p[i*b:i*b+b], row[b:2*b])
		}
	}
}
