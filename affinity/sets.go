package affinity

import (
	"errors"
	"fmt"
	"math"

	"affmatch/internal/fault"
)

// Edges are the entries of P, with P as their weights.
type Edges struct {
	Unweighted bool // without weights: P says which points are neighbors, and no more
}

// Open takes the pairs from P.
func (s Edges) Open(o Opening) (Indices, error) {
	p := o.P
	if p == nil {
		return Indices{}, fault.Field("affinity: Edges: P", "nil", "an input affinity (Edges are its entries)")
	}
	ix := Indices{Start: p.Start, Tail: p.Tail, P: p.Values, Diagonal: p.Diagonal || p.Columns > 0}
	if s.Unweighted {
		ix.P = nil
	}
	return ix, nil
}

// All is every pair of different points, in O(n) memory.
type All struct{ Diagonal bool } // Diagonal: the pairs (i,i) too

// Open gives all pairs. Between different points there is no diagonal to leave out.
func (a All) Open(o Opening) (Indices, error) {
	return Indices{Diagonal: a.Diagonal || o.Different}, nil
}

// Uniform draws Count others of each point anew each step: uniformly, with replacement, never the point itself. (TorchDR
// 0.2 never draws point 0.)
type Uniform struct {
	Count int
	// PerDegree weighs the pairs so that a point's draws together weigh PerDegree times its degree sum_j P_ij: what
	// umap-learn's sampling, so many negatives for each edge drawn, does in expectation (it has 5). 0: pairs have no weight.
	PerDegree float64
	// Shift draws how far all points are shifted in the place of tails: the k-th other of a point is the one that stands
	// shift_k behind it in a circle of all points, whose order is drawn once. So each other point is as likely as any, but all
	// points have the same Count shifts in a step. Nothing is looked up: a pass takes a fraction of the time. Between different
	// points, which have no circle, the others of each are drawn as without.
	Shift bool
}

// Open gives room for the draws.
func (u Uniform) Open(o Opening) (Indices, error) {
	if err := u.Validate(); err != nil {
		return Indices{}, err
	}
	ix := Indices{K: u.Count, Sample: Others{Points: o.Points, Seed: o.Seed}}
	switch {
	case o.Different:
		ix.Sample = Any{Points: o.Tails(), Seed: o.Seed}
	case o.Points < 2:
		return Indices{}, fault.Field("affinity: Uniform: points", o.Points, "at least 2")
	case u.Shift:
		ix.Sample = newShifts(o.Points, o.Seed)
	}
	if u.PerDegree == 0 {
		return ix, nil
	}
	if o.P == nil {
		return Indices{}, fault.Field("affinity: Uniform: PerDegree", u.PerDegree, "0 without an input affinity")
	}
	ix.RowP = o.P.degrees()
	for i := range ix.RowP {
		ix.RowP[i] *= u.PerDegree / float64(u.Count)
	}
	return ix, nil
}

// Validate checks the fields.
func (u Uniform) Validate() error {
	var faults []error
	faults = append(faults, draws("affinity: Uniform: Count", u.Count))
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
	faults = append(faults, draws("affinity: Replay: Count", r.Count))
	if r.Tails == nil {
		faults = append(faults, fault.Field("affinity: Replay: Tails", "nil", "a function that fills a row's tails"))
	}
	return errors.Join(faults...)
}

// Open gives room for the tails.
func (r Replay) Open(Opening) (Indices, error) {
	if err := r.Validate(); err != nil {
		return Indices{}, err
	}
	return Indices{K: r.Count, Sample: SamplerFunc(func(step, row, _ int, tails [][]int32) { r.Tails(step, row, tails[0]) })}, nil
}

func (r Replay) String() string { return fmt.Sprintf("{Count:%d Tails:func}", r.Count) }

// Listed are given tails that stay: K for each point, those of point i at Tail[i*K:(i+1)*K]. PaCMAP's mid-near pairs are
// such.
type Listed struct {
	K    int
	Tail []int32
}

// Open gives the tails.
func (l Listed) Open(Opening) (Indices, error) { return Indices{K: l.K, Tail: l.Tail}, nil }

// Pairs are the tails.
func (l Listed) Pairs(int, int64) (pairs, stored int64) { return int64(len(l.Tail)), 0 }

func (l Listed) String() string { return fmt.Sprintf("{K:%d Tail:%d}", l.K, len(l.Tail)) }
