package laplacian

import (
	"context"
	"fmt"
	"math"
	"runtime"

	"affmatch/internal/fault"
	"affmatch/internal/random"
)

// Options say how long to search. Defaults gives the customary ones.
type Options struct {
	// Tolerance bounds |L v - value v| relative to the value. The angle between v and the eigenvector is then about
	// Tolerance * value / (the gap to the next value). Zero: as far as rounding lets, or until MaxSteps.
	Tolerance float64
	MaxSteps  int    // of each level's search; zero: none, what the coarser level gave is taken
	Seed      uint64 // of start vectors, where the coarsest level has too few
	Workers   int    // zero: GOMAXPROCS. The result does not depend on it
}

// Defaults are the tolerance 0.01, ample for a start, and at most 100 steps, of which some ten are usually taken.
func Defaults() Options { return Options{Tolerance: 0.01, MaxSteps: 100} }

// A Result is an embedding and how it was reached.
type Result struct {
	N, D       int
	Z          []float64 // N x D, row after row
	Values     []float64 // D eigenvalues, rising; of the largest component. Zero where it has no more
	Components int
	Steps      int     // the most that a component took on its finest level; zero where all were decomposed in full
	Residual   float64 // the largest |L v - value v| / value of the search; zero where all were decomposed in full
	Converged  bool    // Residual is at most Tolerance, or what is left is rounding
	Note       string  // what a reader of the result should know, in words; empty where all is ordinary
}

// Embed gives each point its entries in the eigenvectors 2 .. d+1 of the graph's normalized Laplacian: N x d, columns of
// norm 1, each column's entry of largest magnitude (the first on ties) positive. Eigenvectors that the graph does not
// have (d >= N) are zero.
//
// A graph of several components has no such eigenvectors of use. Each component is then embedded by itself and scaled
// into a disc (a ball, for d > 2) whose area is its share of the points; the discs lie side by side, the largest in the
// middle, in the plane of the first two coordinates. A single point stays in the middle of its disc. umap-learn also
// embeds components one by one, but gives all of them the same room, whatever their size.
//
// The search ends after MaxSteps in any case: a result that is not Converged holds the best vectors so far.
// An asymmetric graph, weights that are negative or not finite, fewer than two points, or d < 1 are errors.
func Embed(ctx context.Context, g Graph, d int, o Options) (*Result, error) {
	if err := fault.Context("laplacian", ctx); err != nil {
		return nil, err
	}
	switch {
	case d < 1:
		return nil, fault.Field("laplacian: d", d, "at least 1")
	case !(o.Tolerance >= 0):
		return nil, fault.Field("laplacian: Tolerance", o.Tolerance, "at least 0")
	case o.MaxSteps < 0:
		return nil, fault.Field("laplacian: MaxSteps", o.MaxSteps, "at least 0")
	case o.Workers < 0:
		return nil, fault.Field("laplacian: Workers", o.Workers, "at least 0")
	}
	g, err := g.checked()
	if err != nil {
		return nil, err
	}
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	t := team{ctx, o.Workers}
	label, count := g.components()
	if count == 1 {
		r, err := connected(t, g, d, o)
		if err == nil && !r.Converged {
			r.Note = r.unfinished()
		}
		return r, err
	}
	return apart(t, g, label, count, d, o)
}

func (r *Result) unfinished() string {
	return fmt.Sprintf("not converged after %d steps: residual %.2g of the eigenvalue", r.Steps, r.Residual)
}

// connected embeds a graph of one component.
func connected(t team, g Graph, d int, o Options) (*Result, error) {
	b := (d + 1 + wide - 1) / wide * wide // at least one vector more than wanted: the last ones converge late
	a, err := normalize(t, g)
	if err != nil {
		return nil, err
	}
	r := &Result{N: g.N, D: d, Components: 1, Values: make([]float64, d)}
	small := max(128, 6*b)
	if g.N <= small {
		all, err := decompose(a)
		if err != nil {
			return nil, err
		}
		copy(r.Values, all.values)
		r.Z, r.Converged = all.block(d), true
		r.fixSigns()
		return r, t.ctx.Err()
	}
	h, err := build(t, a, b, small)
	if err != nil {
		return nil, err
	}
	s, err := h.climb(r, o)
	if err != nil {
		return nil, err
	}
	copy(r.Values, s.values)
	for c, value := range r.Values {
		if s.residuals[c] > rounding {
			r.Residual = max(r.Residual, s.residuals[c]/max(value, rounding))
		}
	}
	r.Z = make([]float64, g.N*d)
	for i := range g.N {
		copy(r.Z[i*d:(i+1)*d], s.x[i*b:])
	}
	r.fixSigns()
	return r, nil
}

// climb searches on each level, from the one above the coarsest to the finest, from what the coarser one gave.
func (h *hierarchy) climb(r *Result, o Options) (s *search, err error) {
	k := len(h.levels) - 1
	coarse, known := h.bottom.block(h.b), min(h.b, h.bottom.n-1)
	for k--; k >= 0; k-- {
		l := h.levels[k]
		x := make([]float64, l.n*h.b)
		if err := l.up(h.team, x, coarse, 1, h.b); err != nil {
			return nil, err
		}
		for c := known; c < h.b; c++ {
			draw := random.Key(o.Seed, random.Start, uint64(k), uint64(c))
			for i := range l.n {
				x[i*h.b+c] = draw.Normal(uint64(i))
			}
		}
		if s, err = h.begin(k, x); err != nil {
			return nil, err
		}
		if r.Steps, r.Converged, err = s.refine(min(r.D, l.n-1), o.Tolerance, o.MaxSteps); err != nil {
			return nil, err
		}
		coarse, known = s.x, min(h.b, l.n-1)
	}
	return s, nil
}

// fixSigns makes the first entry of largest magnitude of each column positive.
func (r *Result) fixSigns() {
	for c := range r.D {
		top := 0.0
		for i := c; i < len(r.Z); i += r.D {
			if math.Abs(r.Z[i]) > math.Abs(top) {
				top = r.Z[i]
			}
		}
		if top < 0 {
			for i := c; i < len(r.Z); i += r.D {
				r.Z[i] = -r.Z[i]
			}
		}
	}
}
