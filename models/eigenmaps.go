package models

import (
	"context"
	"errors"
	"math"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/internal/laplacian"
	"affmatch/internal/same"
	"affmatch/internal/sizes"

	"gonum.org/v1/gonum/mat"
)

// Eigenmaps are coordinates psi_k, k = 2, 3, ..., of the random walk on P's graph, M = D^-1 W: its leading eigenvectors but
// the constant one, of weighted mean square 1, each times its eigenvalue to the power Time.
//
// Time 0 is Laplacian eigenmaps (Belkin and Niyogi, Laplacian eigenmaps for dimensionality reduction and data
// representation, 2003: L y = lambda D y). Above 0 it is a diffusion map, whose distances are those of the walk after so
// many steps (Coifman and Lafon, Diffusion maps, 2006); Alpha 1 takes the density of the points out of W before, as they
// recommend.
//
// W is P symmetrized, without its diagonal. Components of the graph are mapped each by itself, side by side.
type Eigenmaps struct {
	Time  float64 // steps of the walk, at least 0
	Alpha float64 // W_ij / (q_i q_j)^Alpha in the place of W, q its row sums; 0 to 1
}

// Map decomposes the graph.
func (m Eigenmaps) Map(
	ctx context.Context, _ mat.Matrix, p *affinity.Matrix, d int, seed uint64,
) (*mat.Dense, string, error) {
	if err := m.Validate(); err != nil {
		return nil, "", err
	}
	if p == nil {
		return nil, "", fault.Field("models: Eigenmaps: P", "nil", "an input affinity, whose graph is mapped")
	}
	if !p.IsSymmetric() {
		p = p.Symmetrized(affinity.Mean)
	}
	g := m.graph(p)
	o := laplacian.Defaults()
	o.Seed, o.Tolerance, o.MaxSteps = seed, 1e-4, 500
	r, err := laplacian.Embed(ctx, g, d, o)
	if err != nil {
		return nil, "", err
	}
	z := mat.NewDense(p.N, d, r.Z)
	if r.Components > 1 {
		return z, r.Note, nil
	}
	degree, total := degrees(g)
	for i := range p.N {
		for c := range d {
			z.Set(i, c, z.At(i, c)*math.Sqrt(total/degree[i])*m.decay(r.Values[c]))
		}
	}
	return z, r.Note, nil
}

// decay is the eigenvalue 1 - v of the walk to the power of the time: 0 for those that flip from step to step.
func (m Eigenmaps) decay(v float64) float64 {
	if m.Time == 0 {
		return 1
	}
	return same.Pow(max(1-v, 0), m.Time)
}

// Init is the map as a start.
func (m Eigenmaps) Init(
	ctx context.Context, x mat.Matrix, p *affinity.Matrix, d int, seed uint64,
) (*mat.Dense, string, error) {
	return mapped{m}.Init(ctx, x, p, d, seed)
}

// Validate checks the fields.
func (m Eigenmaps) Validate() error {
	alpha := atLeastZero("models: Eigenmaps: Alpha", m.Alpha)
	if m.Alpha > 1 {
		alpha = fault.Field("models: Eigenmaps: Alpha", m.Alpha, "0 to 1")
	}
	return errors.Join(atLeastZero("models: Eigenmaps: Time", m.Time), alpha)
}

// Memory is that of W, the Laplacian and its levels.
func (Eigenmaps) Memory(n, _, d int, entries int64) int64 {
	return sizes.Of(44, entries) + sizes.Of(8, int64(n), int64(8*d+20))
}

// graph is W of a symmetric P.
func (m Eigenmaps) graph(p *affinity.Matrix) laplacian.Graph {
	g := laplacian.Graph{N: p.N, Start: make([]int, p.N+1)}
	for i := range p.N {
		for j, v := range p.Entries(i) {
			if j != i {
				g.Tail, g.Weight = append(g.Tail, int32(j)), append(g.Weight, v)
			}
		}
		g.Start[i+1] = len(g.Tail)
	}
	if m.Alpha == 0 {
		return g
	}
	q, _ := degrees(g)
	for i := range q {
		if q[i] > 0 {
			q[i] = same.Pow(q[i], m.Alpha)
		}
	}
	for i := range p.N {
		for e := g.Start[i]; e < g.Start[i+1]; e++ {
			if w := float64(q[i] * q[g.Tail[e]]); w > 0 {
				g.Weight[e] /= w
			}
		}
	}
	return g
}

// degrees are the row sums of a graph, and their total.
func degrees(g laplacian.Graph) (degree []float64, total float64) {
	degree = make([]float64, g.N)
	for i := range degree {
		for _, w := range g.Weight[g.Start[i]:g.Start[i+1]] {
			degree[i] += w
		}
		total += degree[i]
	}
	return degree, total
}
