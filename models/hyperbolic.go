package models

import (
	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/internal/rows"
)

// HyperbolicNorms has points of the Poincaré ball lie as far from its center as their rows from that of the data (Guo, Guo
// and Yu, CO-SNE, 2022, equation 8, the distance loss):
//
//	(1/n) sum_i (|x_i|^2 / mean |x|^2 - d(0, z_i)^2)^2,    d(0, z) = log((1 + |z|)/(1 - |z|))
//
// |x_i| are distances from the mean row, in their own unit: the data are no points of a ball themselves. The term is called
// norms.
type HyperbolicNorms struct {
	Weight float64 // above 0
}

var _ Objective = HyperbolicNorms{}

// Terms builds the term.
func (h HyperbolicNorms) Terms(b *Builder) ([]Term, error) {
	if err := h.Validate(); err != nil {
		return nil, err
	}
	if rows.Nil(b.X) {
		return nil, fault.Field("models: HyperbolicNorms: X", "nil", "the data")
	}
	target, err := norms(b)
	if err != nil {
		return nil, err
	}
	v, err := affinity.Try(func() affinity.Expr {
		r := affinity.E(b.Z).Square().Sum(1).Add(1e-12).Sqrt()
		d := r.Add(1).Log().Sub(r.Neg().Add(1).Log())
		return d.Square().Sub(b.Numbers("norms.of.data", target)).Square().Mean()
	})
	terms, err := one(named("norms", v, err))
	if err == nil {
		terms[0].Weight = affinity.Fixed(h.Weight)
	}
	return terms, err
}

// norms are the squared distances of the rows from their mean, over the mean of these; all 1 where rows are the same.
func norms(b *Builder) ([]float64, error) {
	x, err := rows.Of("models: HyperbolicNorms: X", b.X)
	if err != nil {
		return nil, err
	}
	if e := x.Exponent(); e != 0 {
		x = x.Times(e)
	}
	mean, buffer, square := make([]float64, x.Dim), make([]float64, x.Dim), make([]float64, x.N)
	for i := range x.N {
		for c, v := range x.Wide(i, buffer) {
			mean[c] += v / float64(x.N)
		}
	}
	var all float64
	for i := range square {
		for c, v := range x.Wide(i, buffer) {
			square[i] += float64((v - mean[c]) * (v - mean[c]))
		}
		all += square[i] / float64(x.N)
	}
	for i := range square {
		if all > 0 {
			square[i] /= all
		} else {
			square[i] = 1
		}
	}
	return square, nil
}

// Validate wants a weight.
func (h HyperbolicNorms) Validate() error {
	return positive("models: HyperbolicNorms: Weight", h.Weight)
}
