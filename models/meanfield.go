package models

import (
	"errors"
	"fmt"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/internal/kmeans"
	"affmatch/internal/rows"
	"affmatch/internal/same"

	"gonum.org/v1/gonum/mat"
)

// MeanField has each point repelled by the points of its own cell and by the means of the other cells (Duderstadt, Nussbaum
// and van der Maaten, NOMAD projection, 2025, equation 4): what n points do to each other costs n times the cells. The
// affinity of point i to all others, in the mean, is
//
//	m_i = ( sum_{j in the cell of i} Q_ij + sum_{other cells r} |r| Q(z_i, mean of r) ) / (n-1)
//
// and the term, called mean field, is InfoNCE against Noise pairs of all points, without drawing them:
//
//	sum_ij P_ij (-log(Q_ij / (Q_ij + Noise m_i)))
//
// or where Noise is 0 the repulsion alone, (1/n) sum_i log m_i, to stand beside any attraction: that of SNE.
//
// Cells are those of k-means of X, or the classes that the data come with. Means are of Z, and move with it. A mean speaks
// for its cell where the kernel has a heavy tail, as Student's has; under a Gaussian one what a cell does is done by its
// nearest points, and clusters come to lie upon each other.
type MeanField struct {
	Out   affinity.Output
	Cells int     // of X, at most; 0: the classes of the data, which must be known for all rows, two in each at least
	Own   int     // points of its own cell that a point meets in a step, drawn anew; 0: all of them
	Noise float64 // pairs that an entry of P stands against; 0: the term is the repulsion alone
}

var _ Objective = MeanField{}

// Terms builds the term.
func (t MeanField) Terms(b *Builder) ([]Term, error) {
	if err := t.Validate(); err != nil {
		return nil, err
	}
	of, err := t.cells(b)
	if err != nil {
		return nil, err
	}
	list := newCellList(of)
	own, others := ownCell{t.Own, list}, otherMeans{list}
	v, err := affinity.Try(func() affinity.Expr {
		m := t.logMean(b, own, others)
		if t.Noise == 0 {
			return m.Mean()
		}
		edges := b.Pairs(affinity.Edges{})
		rest := m.Add(same.Log(t.Noise))
		return rest.Head(edges).Sub(edges.LogQOf(t.Out)).Softplus().Mul(edges.P).Sum()
	})
	terms, err := one(named("mean field", v, err))
	if err == nil && t.Noise > 0 {
		terms[0].Weight = b.Exaggeration()
	}
	return terms, err
}

// logMean is log m_i, an n-vector.
func (t MeanField) logMean(b *Builder, own ownCell, others otherMeans) affinity.Expr {
	list := own.cellList
	shares := make([]float64, b.Points) // how many points each drawn one stands for, over n-1
	for i, c := range list.of {
		shares[i] = same.Log(own.each(list.size(c)) / float64(b.Points-1))
	}
	near := b.Pairs(own)
	log := near.LogQOf(t.Out).RowLogSumExp(near).Add(b.Numbers("cells.own", shares))
	if list.count() == 1 {
		return log
	}
	member := mat.NewDense(list.count(), b.Points, nil)
	weights := make([]float64, list.count())
	for i, c := range list.of {
		member.Set(int(c), i, 1/list.size(c))
		weights[c] = same.Log(list.size(c) / float64(b.Points-1))
	}
	means := affinity.E(affinity.Must(b.Matrix("cells.member", member))).Dot(b.Z)
	far := affinity.Must(b.Open(others, nil, b.Seed, b.Z, means.Node()))
	rest := far.LogQOf(t.Out).Add(b.Numbers("cells.sizes", weights).Tail(far)).RowLogSumExp(far)
	return log.Add(rest.Sub(log).Softplus())
}

// cells are the cell of each point.
func (t MeanField) cells(b *Builder) ([]int32, error) {
	if t.Cells > 0 {
		if b.X == nil {
			return nil, fault.Field("models: MeanField: X", "nil", "the data, or Cells 0 with classes")
		}
		x, err := rows.Of("models: MeanField: X", b.X)
		if err != nil {
			return nil, err
		}
		return kmeans.Cells(b.ctx, x, t.Cells, b.Seed)
	}
	labels, err := b.Labels()
	if err != nil {
		return nil, fmt.Errorf("models: MeanField: Cells 0: %w", err)
	}
	of, number, count := make([]int32, b.Points), map[float64]int32{}, []int{}
	for i, l := range labels.Value().Data().([]float64) {
		if l < 0 {
			return nil, fault.Field(fmt.Sprintf("models: MeanField: class of row %d", i), "unknown", "a known one, with Cells 0")
		}
		c, ok := number[l]
		if !ok {
			c, count = int32(len(count)), append(count, 0)
			number[l] = c
		}
		of[i] = c
		count[c]++
	}
	for i, c := range of {
		if count[c] < 2 {
			return nil, fault.Field(fmt.Sprintf("models: MeanField: rows of the class of row %d", i), 1, "at least 2, with Cells 0")
		}
	}
	return of, nil
}

// Validate gives all faults at once.
func (t MeanField) Validate() error {
	var faults []error
	if t.Cells < 0 {
		faults = append(faults, fault.Field("models: MeanField: Cells", t.Cells, "at least 1, or 0 for classes"))
	}
	if t.Own < 0 || t.Own > 1<<20 {
		faults = append(faults, fault.Field("models: MeanField: Own", t.Own, "1 to 1048576, or 0 for all of a cell"))
	}
	return errors.Join(append(faults,
		atLeastZero("models: MeanField: Noise", t.Noise),
		required("models: MeanField: Out", t.Out, "an output affinity, such as affinity.Of{Kernel: affinity.Student{}}"))...)
}

// Sets are the pairs with points of the own cell and with means of others, and the entries of P.
func (t MeanField) Sets() []affinity.PairSet {
	list := &cellList{start: make([]int, t.Cells+1)} // so many
	own, others := ownCell{t.Own, list}, otherMeans{list}
	if t.Noise == 0 {
		return []affinity.PairSet{own, others}
	}
	return []affinity.PairSet{affinity.Edges{}, own, others}
}

// Into brings a start into the domain of the output's metric.
func (t MeanField) Into(z *mat.Dense) { affinity.Into(t.Out, z) }
