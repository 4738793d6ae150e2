package affinity

import (
	"errors"
	"fmt"
	"math"

	"affmatch/internal/fault"
	"affmatch/internal/pairs"
	"affmatch/internal/random"

	G "gorgonia.org/gorgonia"
)

// PairSet says which pairs a term looks at.
type PairSet interface {
	// Open binds the set to n points and P. Rows, row lengths and weights are fixed here; tails may change by step.
	Open(n int, p *Matrix, seed uint64) (Indices, error)
}

// Indices are the pairs: row r holds the pairs (head of r, Tail[Start[r]:Start[r+1]]).
type Indices struct {
	Heads    []int32   // nil: row r is point r. A minibatch, or edges drawn in proportion to P, names its rows here
	Start    []int     // nil: every row has K entries
	K        int       // ignored where Start is given or Tail is nil
	Tail     []int32   // nil: all points in order, the head left out unless Diagonal; never stored: O(n) memory
	Diagonal bool      // where Tail is nil: the pairs (i,i) too
	P        []float64 // weight of each pair; nil: none, and the loss's p is nil
	RowP     []float64 // weight of each point's pairs (one a point), where P is nil
	// Draw fills the tails of one row for a step; nil: they stay. It must be a pure function of its arguments and is
	// called from many goroutines: counter-based negatives, replayed negatives and mid-near pairs live here.
	Draw func(step, row int, tail []int32)
}

func (ix Indices) validate(n int) error {
	rows := n
	if ix.Heads != nil {
		rows = len(ix.Heads)
		for r, i := range ix.Heads {
			if i < 0 || int(i) >= n {
				return fault.Field(fmt.Sprintf("affinity: Indices: Heads[%d]", r), i, fmt.Sprintf("a point from 0 to %d", n-1))
			}
		}
	}
	size := rows * ix.K
	switch {
	case ix.Tail == nil:
		if ix.Draw != nil {
			return fault.Field("affinity: Indices: Tail", "nil", "room for the drawn tails")
		}
		size = rows * (n - 1)
		if ix.Diagonal {
			size += rows
		}
	case ix.Start != nil:
		if len(ix.Start) != rows+1 || ix.Start[0] != 0 {
			return fault.Field("affinity: Indices: Start", fmt.Sprintf("%d offsets", len(ix.Start)), fmt.Sprintf("%d offsets from 0", rows+1))
		}
		for r := range rows {
			if ix.Start[r+1] < ix.Start[r] {
				return fault.Field(fmt.Sprintf("affinity: Indices: Start[%d]", r+1), ix.Start[r+1], fmt.Sprintf("at least %d", ix.Start[r]))
			}
		}
		size = ix.Start[rows]
	}
	if size < 1 {
		return fault.Field("affinity: Indices: pairs", size, "at least 1")
	}
	if ix.Tail != nil && len(ix.Tail) != size {
		return fault.Field("affinity: Indices: Tail", fmt.Sprintf("%d tails", len(ix.Tail)), fmt.Sprintf("%d tails", size))
	}
	if ix.RowP != nil && (ix.P != nil || len(ix.RowP) != n) {
		return fault.Field("affinity: Indices: RowP", fmt.Sprintf("%d weights", len(ix.RowP)), fmt.Sprintf("%d weights, one a point, and no P", n))
	}
	if ix.P != nil && len(ix.P) != size {
		return fault.Field("affinity: Indices: P", fmt.Sprintf("%d weights", len(ix.P)), fmt.Sprintf("%d weights", size))
	}
	if ix.Draw == nil {
		for e, j := range ix.Tail {
			if j < 0 || int(j) >= n {
				return fault.Field(fmt.Sprintf("affinity: Indices: Tail[%d]", e), j, fmt.Sprintf("a point from 0 to %d", n-1))
			}
		}
	}
	return nil
}

// Edges are the entries of P, with P as their weights.
type Edges struct{}

// Open takes the pairs from P.
func (Edges) Open(_ int, p *Matrix, _ uint64) (Indices, error) {
	if p == nil {
		return Indices{}, fault.Field("affinity: Edges: P", "nil", "an input affinity (Edges are its entries)")
	}
	return Indices{Start: p.Start, Tail: p.Tail, P: p.Values, Diagonal: p.Diagonal}, nil
}

// All is every pair of different points, in O(n) memory.
type All struct{ Diagonal bool } // Diagonal: the pairs (i,i) too

// Open gives all pairs.
func (a All) Open(int, *Matrix, uint64) (Indices, error) { return Indices{Diagonal: a.Diagonal}, nil }

// Uniform draws Count others of each point anew each step: uniformly, with replacement, never the point itself. (TorchDR
// 0.2 never draws point 0.)
type Uniform struct {
	Count int
	// PerDegree weighs the pairs so that a point's draws together weigh PerDegree times its degree sum_j P_ij: what
	// umap-learn's sampling, so many negatives for each edge drawn, does in expectation (it has 5). 0: pairs have no weight.
	PerDegree float64
}

// Open gives room for the draws.
func (u Uniform) Open(n int, p *Matrix, seed uint64) (Indices, error) {
	if err := u.Validate(); err != nil {
		return Indices{}, err
	}
	if n < 2 {
		return Indices{}, fault.Field("affinity: Uniform: points", n, "at least 2")
	}
	ix := Indices{K: u.Count, Tail: make([]int32, n*u.Count), Draw: func(step, row int, tail []int32) {
		random.Key(seed, random.Negatives, uint64(step), uint64(row)).Others(tail, n, row)
	}}
	if u.PerDegree == 0 {
		return ix, nil
	}
	if p == nil {
		return Indices{}, fault.Field("affinity: Uniform: PerDegree", u.PerDegree, "0 without an input affinity")
	}
	ix.RowP = p.degrees()
	for i := range ix.RowP {
		ix.RowP[i] *= u.PerDegree / float64(u.Count)
	}
	return ix, nil
}

// Validate checks the fields.
func (u Uniform) Validate() error {
	var faults []error
	if u.Count < 1 {
		faults = append(faults, fault.Field("affinity: Uniform: Count", u.Count, "at least 1"))
	}
	if u.PerDegree < 0 || math.IsNaN(u.PerDegree) || math.IsInf(u.PerDegree, 0) {
		faults = append(faults, fault.Field("affinity: Uniform: PerDegree", u.PerDegree, "a finite number of at least 0"))
	}
	return errors.Join(faults...)
}

// Replay takes given tails: golden tests, a researcher's own sampler. Tails fills one row's tails for a step; it must be
// a pure function of its arguments, and is called from many goroutines.
type Replay struct {
	Count int
	Tails func(step, row int, tail []int32)
}

// Validate checks both fields.
func (r Replay) Validate() error {
	var faults []error
	if r.Count < 1 {
		faults = append(faults, fault.Field("affinity: Replay: Count", r.Count, "at least 1"))
	}
	if r.Tails == nil {
		faults = append(faults, fault.Field("affinity: Replay: Tails", "nil", "a function that fills a row's tails"))
	}
	return errors.Join(faults...)
}

// Open gives room for the tails.
func (r Replay) Open(n int, _ *Matrix, _ uint64) (Indices, error) {
	if err := r.Validate(); err != nil {
		return Indices{}, err
	}
	return Indices{K: r.Count, Tail: make([]int32, n*r.Count), Draw: r.Tails}, nil
}

func (r Replay) String() string { return fmt.Sprintf("{Count:%d Tails:func}", r.Count) }

// Pairs is one pair set of one graph, on the points Z. Its methods return nodes with one entry a pair, one entry a point
// or a scalar.
type Pairs struct {
	*Scope
	Z *G.Node // n x d: a Param, or an encoder's output; nil where OnData has distances alone
	P *G.Node // weight of each pair; nil for samples

	index *pairs.Index
	data  func(m DataMetric) (*G.Node, error) // distances of the rows of X, where Z stands for X
}

// Len is the number of pairs.
func (on *Pairs) Len() int { return on.index.Len() }

// Head is v_i on each pair (i,j), for an n-vector v.
func (on *Pairs) Head(v *G.Node) (*G.Node, error) { return on.apply(pairs.Head, v) }

// Tail is v_j on each pair (i,j).
func (on *Pairs) Tail(v *G.Node) (*G.Node, error) { return on.apply(pairs.Tail, v) }

// RowSum is the n-vector sum_j x_ij, 0 for a point without pairs.
func (on *Pairs) RowSum(x *G.Node) (*G.Node, error) { return on.apply(pairs.RowSum, x) }

// ColSum is the n-vector sum_i x_ij.
func (on *Pairs) ColSum(x *G.Node) (*G.Node, error) { return on.apply(pairs.ColSum, x) }

// RowMax is the n-vector max_j x_ij, constant for the gradient.
func (on *Pairs) RowMax(x *G.Node) (*G.Node, error) { return on.apply(pairs.RowMax, x) }

// ColMax is the n-vector max_i x_ij, constant for the gradient.
func (on *Pairs) ColMax(x *G.Node) (*G.Node, error) { return on.apply(pairs.ColMax, x) }

// RowLogSumExp is the n-vector log sum_j exp x_ij, computed without overflow; its gradient is the softmax of the row.
func (on *Pairs) RowLogSumExp(x *G.Node) (*G.Node, error) { return on.apply(pairs.RowLSE, x) }

// ColLogSumExp is the n-vector log sum_i exp x_ij.
func (on *Pairs) ColLogSumExp(x *G.Node) (*G.Node, error) { return on.apply(pairs.ColLSE, x) }

// LogSumExp is the scalar log sum_ij exp x_ij over all pairs of the set.
func (on *Pairs) LogSumExp(x *G.Node) (*G.Node, error) {
	rows, err := on.RowLogSumExp(x)
	if err != nil {
		return nil, err
	}
	return on.Scope.LogSumExp(rows)
}

func (on *Pairs) apply(k pairs.Kind, x *G.Node) (*G.Node, error) {
	return pairs.Op{Kind: k, On: on.index}.Apply(x)
}

// Dim is the number of coordinates of Z.
func (on *Pairs) Dim() int {
	if on.Z == nil {
		return 0
	}
	return on.Z.Shape()[1]
}

// HeadCoord is z_ic, the c-th coordinate of the first point of each pair. With TailCoord it is all that a new metric
// needs.
func (on *Pairs) HeadCoord(c int) (*G.Node, error) { return on.coord(c, pairs.Head) }

// TailCoord is z_jc, the c-th coordinate of the second point of each pair.
func (on *Pairs) TailCoord(c int) (*G.Node, error) { return on.coord(c, pairs.Tail) }

func (on *Pairs) coord(c int, to pairs.Kind) (*G.Node, error) {
	if on.Z == nil {
		return nil, fault.Field("affinity: coordinate", c, "none where distances are given in place of the data")
	}
	if c < 0 || c >= on.Dim() {
		return nil, fault.Field("affinity: coordinate", c, fmt.Sprintf("0 to %d", on.Dim()-1))
	}
	column, err := pairs.Op{Kind: pairs.Column, C: c, D: on.Dim()}.Apply(on.Z)
	if err != nil {
		return nil, err
	}
	return on.apply(to, column)
}
