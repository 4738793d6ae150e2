package loss

import (
	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/internal/same"

	G "gorgonia.org/gorgonia"
)

// Bounded attracts with a force that fades: sum 1/(1 + Scale Q), of the pairs' weights where they have any. Under the
// Student kernel, 1/Q = c = 1 + d^2, it is c/(c + Scale), that of PaCMAP's near pairs with Scale 10 and of its mid-near
// pairs with 10000 (Wang, Huang, Rudin and Shaposhnik, Understanding how dimension reduction tools work, 2021, table 1).
type Bounded struct {
	Scale float64 // above 0
	// Reach makes the force fade as Reach / (2 sqrt c) more, as LocalMAP does in its last phase with 10 (Wang, Sun, Huang and
	// Rudin, Dimension reduction with locally adjusted graphs, 2024): the value stays, the gradient is so weighted. 0: it does
	// not.
	Reach float64
}

// Loss builds the sum.
func (l Bounded) Loss(on *affinity.Pairs, p, logQ *G.Node) (*G.Node, error) {
	if err := l.Validate(); err != nil {
		return nil, err
	}
	return Named{called(l), func(_ *affinity.Pairs, p, q *G.Node) *G.Node {
		logQ := affinity.E(q)
		v := logQ.Add(same.Log(l.Scale)).Neg().Sigmoid()
		if l.Reach == 0 {
			return weighed(p, v).Sum().Node()
		}
		fade := logQ.Mul(0.5).Exp().Mul(l.Reach / 2).Detached()
		return weighed(p, v.Mul(fade).Add(v.Mul(fade.Neg().Add(1)).Detached())).Sum().Node()
	}}.Loss(on, p, logQ)
}

// Validate checks both fields.
func (l Bounded) Validate() error {
	switch {
	case !(l.Scale > 0) || l.Scale-l.Scale != 0:
		return fault.Field("loss: Bounded: Scale", l.Scale, "a finite number above 0")
	case !(l.Reach >= 0) || l.Reach-l.Reach != 0:
		return fault.Field("loss: Bounded: Reach", l.Reach, "a finite number of at least 0")
	}
	return nil
}

// SumOfOdds is sum Q/(1+Q), of the pairs' weights where they have any: the repulsion of PaCMAP, 1/(1+c) under the Student
// kernel, whose force is bounded.
var SumOfOdds = Named{"SumOfOdds", func(_ *affinity.Pairs, p, logQ *G.Node) *G.Node {
	return weighed(p, affinity.E(logQ).Sigmoid()).Sum().Node()
}}

// LocalOdds is SumOfOdds of near pairs alone: those of 1/Q < 1 + Within^2, d < Within under the Student kernel. What is left
// of a row's pairs weighs Total together, whatever their number: the further pairs of LocalMAP's last phase, which are drawn
// among the near ones. The weights are no part of the gradient.
type LocalOdds struct {
	Within float64 // above 0; LocalMAP's is 10
	Total  float64 // above 0; LocalMAP's is 20, its further pairs a point
}

// Loss builds the sum.
func (l LocalOdds) Loss(on *affinity.Pairs, p, logQ *G.Node) (*G.Node, error) {
	if err := l.Validate(); err != nil {
		return nil, err
	}
	return Named{called(l), func(on *affinity.Pairs, p, q *G.Node) *G.Node {
		logQ := affinity.E(q)
		near := logQ.Detached().Above(-same.Log(1 + float64(l.Within*l.Within)))
		count := near.RowSum(on)
		each := count.Add(count.Is(0)).Inv().Mul(l.Total).Head(on)
		return weighed(p, logQ.Sigmoid().Mul(near).Mul(each)).Sum().Node()
	}}.Loss(on, p, logQ)
}

// Validate checks both fields.
func (l LocalOdds) Validate() error {
	for k, v := range []float64{l.Within, l.Total} {
		if !(v > 0) || v-v != 0 {
			return fault.Field("loss: LocalOdds: "+[...]string{"Within", "Total"}[k], v, "a finite number above 0")
		}
	}
	return nil
}

// weighed is v times the weights, where there are any.
func weighed(p *G.Node, v affinity.Expr) affinity.Expr {
	if p == nil {
		return v
	}
	return v.Mul(p)
}
