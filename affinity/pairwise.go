package affinity

import (
	"fmt"

	"affmatch/internal/fault"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Pairwise is a P of all pairs that no matrix holds: a formula of each pair, of vectors with one entry a point and of the
// distance of its rows of X, which the engine evaluates wherever a term asks for P. It takes O(n) memory beside X.
// Objectives find it where they ask for the entries of P (Edges): their pairs are then All, with the formula as their
// weights.
type Pairwise struct {
	N        int
	Diagonal bool   // the pairs (i,i) are among them
	Report   Report // what was odd about the data
	// At is P on pairs of the N points, of whatever set.
	At func(on *Pairs) (*G.Node, error)
}

// Open gives all pairs of the rows of z, with P as their weights.
func (p *Pairwise) Open(s *Scope, z *G.Node) (*Pairs, error) {
	on, err := s.Open(All{Diagonal: p.Diagonal}, nil, 0, z)
	if err != nil {
		return nil, err
	}
	view := *on
	view.P, err = p.At(on)
	if err == nil && view.P == nil {
		err = fault.Field("affinity: Pairwise: At", "nil", "a node with one entry a pair")
	}
	return &view, err
}

// validate checks what a Fit gives.
func (p *Pairwise) validate() error {
	if p.N < 2 || p.At == nil {
		return fault.Field("affinity: Pairwise", fmt.Sprintf("%d points, At %v", p.N, p.At != nil),
			"at least 2 points and a formula")
	}
	return nil
}

// ofRows is a metric's distances of the rows of X as a node on pairs of the points, computed anew in each pass over them.
func (d *data) ofRows(on *Pairs) (*G.Node, error) {
	m, ok := d.metric.(Metric)
	if d.metric == nil {
		m, ok = SquaredEuclidean, true
	}
	if !ok {
		return nil, fault.Field("affinity: Metric", d.metric,
			"one that also works on nodes (a Metric), for a P that is a formula of pairs")
	}
	x := d.Rows
	if x.Sparse() || x.F64 == nil {
		x = x.Dense()
	}
	n, err := on.root().Constant("data.X", tensor.New(tensor.WithShape(x.N, x.Dim), tensor.WithBacking(x.F64)))
	if err != nil {
		return nil, err
	}
	view := *on
	view.Z, view.TailZ = n, n
	if m == SquaredEuclidean {
		return view.SquaredDistance()
	}
	return m.Distance(&view)
}
