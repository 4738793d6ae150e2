package models

import (
	"errors"
	"math"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/internal/same"
)

// Density keeps the densities of the data (Narayan, Berger and Cho, Assessing single-cell transcriptomic variability through
// density-preserving data visualization, 2021, densMAP): its term, called density, is the correlation of the log local radii
// of X and of Z,
//
//	sum_i R_i (r_i - mean r) / (n-1) / sqrt(var r + VarShift),    r_i = log sum_j Q_ij d_ij^2 / sum_j Q_ij
//
// j over the entries of P, R the same of X with P in the place of Q, brought to mean 0 and deviation 1. It counts -Lambda
// sum_ij P_ij times in the last part of a fit, and not at all before, as umap-learn weighs it. Q is that of the method whose
// Extra it is.
type Density struct {
	Lambda   float64 // densMAP's is 2; 0: the term is only recorded
	Last     float64 // the part of the steps in which it counts, 0 to 1; densMAP's is 0.3
	VarShift float64 // at least 0; densMAP's is 0.1
}

var _ Objective = Density{}

// tinyRadius keeps the logarithm of the radius of points that lie upon each other finite, as umap-learn's eps does.
const tinyRadius = 1e-8

// Terms builds the term.
func (d Density) Terms(b *Builder) ([]Term, error) {
	if err := d.Validate(); err != nil {
		return nil, err
	}
	if b.P == nil || b.X == nil {
		return nil, fault.Field("models: Density: X, P", "none", "the data and an input affinity, of which densities are known")
	}
	if b.Out == nil {
		return nil, fault.Field("models: Density: Q", "none", "a method with an output affinity, whose Extra this is")
	}
	radii, total, err := logRadii(b)
	if err != nil {
		return nil, err
	}
	v, err := affinity.Try(func() affinity.Expr {
		on := b.Pairs(affinity.Edges{})
		q := on.LogQOf(b.Out).Exp()
		// Weights that underflow are those of far points, whose radius then is the log of the mean distance.
		sum := q.RowSum(on).Add(tinyRadius)
		r := q.Mul(on.D2()).RowSum(on).Div(sum).Add(tinyRadius).Log()
		r = r.Sub(r.Mean())
		n := float64(b.Points)
		deviation := r.Square().Sum().Mul(1 / n).Add(d.VarShift + tinyRadius).Sqrt()
		return b.Numbers("density.radii", radii).Mul(r).Sum().Mul(1 / math.Max(n-1, 1)).Div(deviation)
	})
	terms, err := one(named("density", v, err))
	if err == nil {
		terms[0].Weight = lastPart{1 - d.Last, -d.Lambda * total}
	}
	return terms, err
}

// Validate gives all faults at once.
func (d Density) Validate() error {
	last := atLeastZero("models: Density: Last", d.Last)
	if d.Last > 1 {
		last = fault.Field("models: Density: Last", d.Last, "0 to 1")
	}
	return errors.Join(
		atLeastZero("models: Density: Lambda", d.Lambda), last, atLeastZero("models: Density: VarShift", d.VarShift))
}

// Sets are the entries of P.
func (Density) Sets() []affinity.PairSet { return []affinity.PairSet{affinity.Edges{}} }

// logRadii are the R_i, and the total of P.
func logRadii(b *Builder) (r []float64, total float64, err error) {
	r = make([]float64, b.P.N)
	for i := range r {
		var s, w float64
		for j, p := range b.P.Entries(i) {
			s, w = s+float64(p*affinity.Between(affinity.SquaredEuclidean, b.X, i, j)), w+p
		}
		if s-s != 0 {
			return nil, 0, fault.Field("models: Density: X", s, "rows whose squared distances are finite (rescale X)")
		}
		total += w
		r[i] = same.Log(tinyRadius + s/math.Max(w, math.SmallestNonzeroFloat64))
	}
	var mean float64
	for _, v := range r {
		mean += v / float64(len(r))
	}
	sd := deviation(r)
	for i := range r {
		if r[i] -= mean; sd > 0 {
			r[i] /= sd
		}
	}
	return r, total, nil
}

// lastPart is a schedule that is a number in the last part of a fit, and 0 before.
type lastPart struct{ from, value float64 }

// Factor is that of the step.
func (l lastPart) Factor(step, total int) float64 {
	if float64(step) < l.from*float64(total) {
		return 0
	}
	return l.value
}
