package models

import (
	"math"

	"affmatch/affinity"
	"affmatch/internal/same"
	"affmatch/loss"
)

// divergent is an objective that may be a divergence of P from Q, but for what does not depend on Z.
type divergent interface {
	divergence(p *affinity.Matrix, last Record) (kl float64, ok bool)
}

// divergence is that of the fit in its last step; nil: the loss is none.
func (r *Run) divergence(last Record) *float64 {
	m, ok := r.problem.Objective.(divergent)
	if !ok || r.fitted == nil {
		return nil
	}
	kl, ok := m.divergence(r.fitted.P, last)
	if !ok || kl-kl != 0 {
		return nil
	}
	return &kl
}

// divergence is the Kullback-Leibler divergence of P from Q in a step, where the loss is their cross-entropy: attraction and
// log partition, and the entropy of P with the opposite sign. Where each row of Q has a partition of its own it is the mean
// over the rows of the divergences of rows, each of total 1 (SNE's cost over n).
//
//	t-SNE   sum P log(P / Q)          = attraction + log-partition      + sum P log P
//	SNE     sum P log(P / (Q / n))    = attraction + mean-row-partition + sum P log P + log n
//
// It is not known where P is no matrix of total 1, or the sums are over samples.
func (m SampledNeighborEmbedding) divergence(p *affinity.Matrix, last Record) (kl float64, ok bool) {
	rows := loss.Is(m.Repulsion, loss.MeanRowPartition)
	if m.Extra != nil || p == nil || m.Batch > 0 && m.Batch < p.N || !loss.Is(m.Attraction, loss.CrossEntropy) ||
		!rows && !loss.Is(m.Repulsion, loss.LogPartition) {
		return 0, false
	}
	all, ok := m.Against.(affinity.All)
	if !ok {
		return 0, false
	}
	sum := 0.0
	for i := range p.N {
		lo, hi := p.Row(i)
		total := 0.0
		for e, v := range p.Values[lo:hi] {
			if own := p.Dense() && p.Diagonal && e == i || !p.Dense() && int(p.Tail[lo+e]) == i; own && v > 0 && !all.Diagonal {
				return 0, false // Q has no such pair
			}
			if total += v; v > 0 {
				kl += float64(v * same.Log(v))
			}
		}
		sum += total
		if rows && math.Abs(float64(total*float64(p.N))-1) > 1e-6 {
			return 0, false
		}
	}
	if math.Abs(sum-1) > 1e-6 {
		return 0, false
	}
	if rows {
		kl += same.Log(float64(p.N))
	}
	for _, name := range []string{"attraction", "repulsion"} {
		v, known := last.Term(name)
		if !known {
			return 0, false
		}
		kl += v
	}
	return kl, true
}
