package loss

import (
	"fmt"
	"math"
	"strings"

	"affmatch/affinity"
	"affmatch/internal/fault"

	G "gorgonia.org/gorgonia"
)

// Divergences of P and Q, all at least 0 where both have the same total (Alpha and Beta always), and 0 where P = Q alone.
// They are sums over the pairs, so P should have all of them (Dense) and Q be Normalized. 0 log 0 is 0; where a logarithm or
// a negative power of P itself is wanted, leastP stands for P = 0.

// leastP is what stands for P = 0 under a logarithm that Q has to match: the divergence itself would be infinite.
const leastP = 1e-12

// KL is sum_ij P log(P/Q): CrossEntropy less the entropy of P, which does not move Z.
var KL = Named{"KL", of(klOf)}

// ReverseKL is sum_ij Q log(Q/P), which minds false neighbors where KL minds missed ones.
var ReverseKL = Named{"ReverseKL", of(reverseOf)}

// JensenShannon is half the divergences KL of P and of Q from their mean: at most log 2.
var JensenShannon = Named{"JensenShannon", of(func(p, logQ affinity.Expr) affinity.Expr {
	q := logQ.Exp()
	logM := floored(p.Add(q)).Log().Add(-math.Ln2)
	return p.Mul(floored(p).Log().Sub(logM)).Add(q.Mul(logQ.Sub(logM))).Mul(0.5)
})}

// NeRV is sum Lambda P log(P/Q) + (1-Lambda) Q log(Q/P): Lambda 1 is SNE, recall of neighbors; 0 precision (Venna, Peltonen,
// Nybo, Aidos and Kaski, Information retrieval perspective to nonlinear dimensionality reduction for data visualization,
// 2010, equation 8). Theirs is of rows that sum to one, n times that of P and Q of total 1.
type NeRV struct{ Lambda float64 }

// Loss builds the sum.
func (l NeRV) Loss(on *affinity.Pairs, p, logQ *G.Node) (*G.Node, error) {
	return fielded(on, p, logQ, l, func(p, logQ affinity.Expr) affinity.Expr {
		return klOf(p, logQ).Mul(l.Lambda).Add(reverseOf(p, logQ).Mul(1 - l.Lambda))
	})
}

// Validate wants a share.
func (l NeRV) Validate() error {
	if !(l.Lambda >= 0 && l.Lambda <= 1) {
		return fault.Field("loss: NeRV: Lambda", l.Lambda, "0 to 1")
	}
	return nil
}

// Alpha is the alpha divergence (Amari, Differential-geometrical methods in statistics, 1985; as Cichocki and Amari,
// Families of alpha-, beta- and gamma-divergences, 2010, equation 7, write it)
//
//	sum (P^A Q^(1-A) - A P - (1-A) Q) / (A)
//
// A = 1 is KL and A = 0 ReverseKL, each with the difference of the totals; A = 1/2 four times the squared Hellinger
// distance. Below 0 and above 1 it grows without bound where P or Q goes to 0.
type Alpha struct{ A float64 }

// Loss builds the divergence.
func (l Alpha) Loss(on *affinity.Pairs, p, logQ *G.Node) (*G.Node, error) {
	return fielded(on, p, logQ, l, func(p, logQ affinity.Expr) affinity.Expr {
		q := logQ.Exp()
		switch l.A {
		case 0:
			return reverseOf(p, logQ).Add(p).Sub(q)
		case 1:
			return klOf(p, logQ).Add(q).Sub(p)
		}
		mixed := power(p, l.A).Mul(logQ.Mul(1 - l.A).Exp())
		return mixed.Sub(p.Mul(l.A)).Sub(q.Mul(1 - l.A)).Mul(1 / (l.A * (l.A - 1)))
	})
}

// Validate wants a number.
func (l Alpha) Validate() error { return finite("loss: Alpha: A", l.A) }

// Beta is the beta divergence (Cichocki and Amari, 2010, equation 40)
//
//	sum (P^B + (B-1) Q^B - B P Q^(B-1)) / (B (B-1))
//
// B = 2 is half of Square, B = 1 KL with the difference of the totals, B = 0 the Itakura-Saito distance P/Q - log(P/Q) - 1.
// Below 1 it grows without bound where Q goes to 0.
type Beta struct{ B float64 }

// Loss builds the divergence.
func (l Beta) Loss(on *affinity.Pairs, p, logQ *G.Node) (*G.Node, error) {
	return fielded(on, p, logQ, l, func(p, logQ affinity.Expr) affinity.Expr {
		switch l.B {
		case 0:
			p = positive(p)
			return p.Mul(logQ.Neg().Exp()).Sub(p.Log()).Add(logQ).Sub(1)
		case 1:
			return klOf(p, logQ).Add(logQ.Exp()).Sub(p)
		}
		crossed := p.Mul(logQ.Mul(l.B - 1).Exp()).Mul(l.B)
		return power(p, l.B).Add(logQ.Mul(l.B).Exp().Mul(l.B - 1)).Sub(crossed).Mul(1 / (l.B * (l.B - 1)))
	})
}

// Validate wants a number.
func (l Beta) Validate() error { return finite("loss: Beta: B", l.B) }

// Renyi is log(sum P^A Q^(1-A)) / (A-1), of P and Q of total 1 (Rényi, On measures of entropy and information, 1961): KL
// where A = 1, and -log of what Q has where P > 0 where A = 0.
type Renyi struct{ A float64 }

// Loss builds the divergence.
func (l Renyi) Loss(on *affinity.Pairs, p, logQ *G.Node) (*G.Node, error) {
	return fielded(on, p, logQ, l, func(p, logQ affinity.Expr) affinity.Expr {
		switch l.A {
		case 0:
			return p.Above(0).Mul(logQ.Exp()).Sum().Log().Neg()
		case 1:
			return klOf(p, logQ)
		}
		return floored(p).Log().Mul(l.A).Add(logQ.Mul(1 - l.A)).LogSumExp(on).Mul(1 / (l.A - 1))
	})
}

// Validate wants a number of at least 0.
func (l Renyi) Validate() error {
	if !(l.A >= 0) || l.A-l.A != 0 {
		return fault.Field("loss: Renyi: A", l.A, "a finite number of at least 0")
	}
	return nil
}

// formula is a loss of weights and log Q, whose entries are summed.
type formula func(p, logQ affinity.Expr) affinity.Expr

// of is a formula as the term of a Named.
func of(f formula) On {
	return func(_ *affinity.Pairs, p, logQ *G.Node) *G.Node {
		return f(affinity.E(shares(p)), affinity.E(logQ)).Sum().Node()
	}
}

// fielded is the formula of a loss with fields, checked, its errors under the loss's name.
func fielded(on *affinity.Pairs, p, logQ *G.Node, l Loss, f formula) (*G.Node, error) {
	if v, ok := l.(interface{ Validate() error }); ok {
		if err := v.Validate(); err != nil {
			return nil, err
		}
	}
	return Named{called(l), of(f)}.Loss(on, p, logQ)
}

// called is a loss with fields in an error: Alpha{A:0.5}.
func called(l Loss) string { return strings.TrimPrefix(fmt.Sprintf("%T%+v", l, l), "loss.") }

func klOf(p, logQ affinity.Expr) affinity.Expr { return p.Mul(floored(p).Log().Sub(logQ)) }

func reverseOf(p, logQ affinity.Expr) affinity.Expr {
	return logQ.Exp().Mul(logQ.Sub(positive(p).Log()))
}

// power is P^a, 0 where P is and a > 0.
func power(p affinity.Expr, a float64) affinity.Expr {
	if a < 0 {
		p = positive(p)
	}
	return p.Pow(a)
}

// positive is P with leastP in the place of 0.
func positive(p affinity.Expr) affinity.Expr { return p.Is(0).Mul(leastP).Add(p) }

// floored is e with the smallest normal number added, which keeps its logarithm finite at 0.
func floored(e affinity.Expr) affinity.Expr {
	return affinity.E(affinity.Must(affinity.AddFloor(e.Node())))
}

func finite(field string, v float64) error {
	if v-v != 0 {
		return fault.Field(field, v, "a finite number")
	}
	return nil
}
