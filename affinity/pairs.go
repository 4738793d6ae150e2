package affinity

import (
	"fmt"

	"affmatch/internal/fault"
	"affmatch/internal/pairs"

	G "gorgonia.org/gorgonia"
)

// Pairs is one set of entries of one graph, seen as pairs of two of their ends: of points i, the heads, and j, the tails.
// Its methods return nodes with one entry a pair, one entry a point of an end, or a scalar.
type Pairs struct {
	*Scope
	Z     *G.Node // matrix of the heads, a row a point: a Param, or an encoder's output; nil where OnData has distances alone
	TailZ *G.Node // matrix of the tails: Z itself, unless the set was opened on different points
	P     *G.Node // weight of each pair; nil for samples

	index      *pairs.Index
	head, tail int                                 // the ends
	ends       G.Nodes                             // matrix of each end
	data       func(m DataMetric) (*G.Node, error) // distances of the rows of X, where Z stands for X
}

// Len is the number of pairs.
func (on *Pairs) Len() int { return on.index.Len() }

// Ends is the number of points that each entry of the set joins: 2, or 3 of triplets.
func (on *Pairs) Ends() int { return on.index.Ends() }

// Heads is the number of points among which the heads are: the length of RowSum and of what Head takes.
func (on *Pairs) Heads() int { return on.index.Points[on.head] }

// Tails is the number of points among which the tails are.
func (on *Pairs) Tails() int { return on.index.Points[on.tail] }

// Between is the same entries as pairs of their points at the ends a and b, counted from 0, the end of the rows. Values of
// different views of one set stand entry by entry, so that those of (0,1) and (0,2) of a triplet can be compared.
func (on *Pairs) Between(a, b int) (*Pairs, error) {
	for _, k := range []int{a, b} {
		if k < 0 || k >= on.Ends() {
			return nil, fault.Field(fmt.Sprintf("affinity: Between(%d, %d): end", a, b), k, fmt.Sprintf("0 to %d", on.Ends()-1))
		}
	}
	if a == b {
		return nil, fault.Field(fmt.Sprintf("affinity: Between(%d, %d)", a, b), "one end twice", "two different ends")
	}
	view := *on
	view.head, view.tail, view.Z, view.TailZ = a, b, on.ends[a], on.ends[b]
	return &view, nil
}

// Head is v_i on each pair (i,j), for a vector v with one entry a head.
func (on *Pairs) Head(v *G.Node) (*G.Node, error) { return on.at(on.head, pairs.Spread, v) }

// Tail is v_j on each pair (i,j).
func (on *Pairs) Tail(v *G.Node) (*G.Node, error) { return on.at(on.tail, pairs.Spread, v) }

// RowSum is the vector sum_j x_ij with one entry a head, 0 for a point without pairs.
func (on *Pairs) RowSum(x *G.Node) (*G.Node, error) { return on.at(on.head, pairs.Sum, x) }

// ColSum is the vector sum_i x_ij with one entry a tail.
func (on *Pairs) ColSum(x *G.Node) (*G.Node, error) { return on.at(on.tail, pairs.Sum, x) }

// RowMax is the vector max_j x_ij, constant for the gradient.
func (on *Pairs) RowMax(x *G.Node) (*G.Node, error) { return on.at(on.head, pairs.Max, x) }

// ColMax is the vector max_i x_ij, constant for the gradient.
func (on *Pairs) ColMax(x *G.Node) (*G.Node, error) { return on.at(on.tail, pairs.Max, x) }

// RowLogSumExp is the vector log sum_j exp x_ij, computed without overflow; its gradient is the softmax of the row.
func (on *Pairs) RowLogSumExp(x *G.Node) (*G.Node, error) { return on.at(on.head, pairs.LSE, x) }

// ColLogSumExp is the vector log sum_i exp x_ij.
func (on *Pairs) ColLogSumExp(x *G.Node) (*G.Node, error) { return on.at(on.tail, pairs.LSE, x) }

// LogSumExp is the scalar log sum_ij exp x_ij over all entries of the set.
func (on *Pairs) LogSumExp(x *G.Node) (*G.Node, error) {
	rows, err := on.at(0, pairs.LSE, x)
	if err != nil {
		return nil, err
	}
	return on.Scope.LogSumExp(rows)
}

func (on *Pairs) at(end int, k pairs.Kind, x *G.Node) (*G.Node, error) {
	return pairs.Op{Kind: k, On: on.index, End: end}.Apply(x)
}

// Dim is the number of coordinates of Z.
func (on *Pairs) Dim() int {
	if on.Z == nil {
		return 0
	}
	return on.Z.Shape()[1]
}

// SquaredDistance is sum_c (z_ic - z_jc)^2, of any dimension, 0 at coincident points. Engines compute it and its gradient
// by themselves: in one gather and one scatter of whole points. Points at the same place do not pull at each other,
// whatever the slope of a function of the distance is there.
func (on *Pairs) SquaredDistance() (*G.Node, error) { return on.squared(nil) }

// WeightedSquaredDistance is sum_c w_c (z_ic - z_jc)^2 for a vector w of weights, one a coordinate: given, or learned. Where
// it is known that no weight is negative (w is given, or a square or an exponential), powers and logarithms are fast.
func (on *Pairs) WeightedSquaredDistance(w *G.Node) (*G.Node, error) {
	if w == nil {
		return nil, fault.Field("affinity: WeightedSquaredDistance: weights", "nil", "a vector with one entry a coordinate")
	}
	return on.squared(w)
}

func (on *Pairs) squared(w *G.Node) (*G.Node, error) {
	if on.Z == nil || on.TailZ == nil {
		return nil, fault.Field("affinity: distance", "no Z", "coordinates, which are not known where distances are given in place of the data")
	}
	return pairs.Between(on.index, on.head, on.tail, on.Z, on.TailZ, w)
}

// HeadCoord is z_ic, the c-th coordinate of the first point of each pair. With TailCoord it is all that a new metric
// needs.
func (on *Pairs) HeadCoord(c int) (*G.Node, error) { return on.coord(c, on.Z, on.head) }

// TailCoord is z_jc, the c-th coordinate of the second point of each pair.
func (on *Pairs) TailCoord(c int) (*G.Node, error) { return on.coord(c, on.TailZ, on.tail) }

func (on *Pairs) coord(c int, z *G.Node, end int) (*G.Node, error) {
	if z == nil {
		return nil, fault.Field("affinity: coordinate", c, "none where distances are given in place of the data")
	}
	if d := z.Shape()[1]; c < 0 || c >= d {
		return nil, fault.Field("affinity: coordinate", c, fmt.Sprintf("0 to %d", d-1))
	}
	column, err := pairs.Op{Kind: pairs.Column, C: c, D: z.Shape()[1]}.Apply(z)
	if err != nil {
		return nil, err
	}
	return on.at(end, pairs.Spread, column)
}
