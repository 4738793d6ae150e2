package affinity

import (
	"errors"

	"affmatch/internal/fault"
	"affmatch/internal/same"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
)

// Sinkhorn is log Q_ij = log K_ij + f_i + f_j - log n, the dual f such that the rows and the columns of Q, over all pairs of
// points of Z, sum to 1/n: a symmetric, doubly stochastic Q (Van Assel, Vayer, Flamary and Courty, SNEkhorn: dimension
// reduction with symmetric entropic affinities, 2023, section 4). A point that is far from all others then has as much
// affinity as any.
//
// Each step makes Rounds of f_i <- (f_i - LSE_j(log K_ij + f_j))/2 (Knight, Ruiz and Uçar, A symmetry preserving algorithm
// for matrix scaling, 2014) from where the step before ended; the first starts from 0. So f follows Z, and is not exact
// while Z moves. It is carried as the state "sinkhorn.dual": two such outputs with different kernels in one objective need
// names of their own (Within). It takes all pairs of the points whichever pairs Q is asked for, in O(n) memory.
//
// The gradient goes through the rounds of the step, to where the step before ended. With Constant f has none, which is
// cheaper; a cross-entropy then needs a repulsion that stands for what f would do: loss.SumOfQ on all pairs, whose slope is
// the same where f is exact.
type Sinkhorn struct {
	Kernel   Kernel
	Metric   Metric // on Z; nil: SquaredEuclidean
	Rounds   int    // of the iteration in each step; 0: 5
	Constant bool   // the dual is a constant for the gradient
	Diagonal bool   // the pairs (i,i) have their share of the sums
	// Tolerance ends the rounds of a step where f is so near to -LSE_j(log K_ij + f_j), in Euclidean length, after a round: the
	// reference (TorchDR 0.2) has 1e-5. The gradient then goes through fewer. 0: all rounds are made.
	Tolerance float64
}

var _ Output = Sinkhorn{}

// LogQ is log K + f_i + f_j - log n.
func (o Sinkhorn) LogQ(on *Pairs) (*G.Node, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	if on.Z != on.TailZ {
		return nil, fault.Field("affinity: Sinkhorn: pairs", "of different points", "pairs of points of one Z, which share a dual")
	}
	all, err := o.all(on)
	if err != nil {
		return nil, err
	}
	return Try(func() Expr {
		k := Of{Kernel: o.Kernel, Metric: o.Metric}
		logK := all.LogQOf(k)
		_, f := on.Carried("sinkhorn.dual", on.Heads(), func(f Expr) Expr {
			return o.scaled(f, logK, all)
		})
		if o.Constant {
			f = f.Detached()
		}
		if on != all {
			logK = on.LogQOf(k)
		}
		return logK.Add(f.Head(on)).Add(f.Tail(on)).Sub(same.Log(float64(on.Heads())))
	})
}

// scaled is f after the rounds of a step.
func (o Sinkhorn) scaled(f, logK Expr, all *Pairs) Expr {
	var goOn Expr // 1 while there are rounds to make
	for round := range o.rounds() {
		lse := f.Tail(all).Add(logK).RowLogSumExp(all)
		next := f.Sub(lse).Mul(0.5)
		if o.Tolerance == 0 {
			f = next
			continue
		}
		apart := next.Add(lse).Square().Sum().Above(o.Tolerance * o.Tolerance).Detached()
		if round == 0 {
			f, goOn = next, apart
			continue
		}
		f = f.Add(next.Sub(f).Mul(goOn))
		goOn = goOn.Mul(apart)
	}
	return f
}

// all are all pairs of the points of on: those of the data where Z stands for it.
func (o Sinkhorn) all(on *Pairs) (*Pairs, error) {
	if on.data != nil {
		return on, nil
	}
	return on.Open(All{Diagonal: o.Diagonal}, nil, 0, on.Z)
}

func (o Sinkhorn) rounds() int {
	if o.Rounds == 0 {
		return 5
	}
	return o.Rounds
}

// Into is the metric's.
func (o Sinkhorn) Into(z *mat.Dense) { Into(o.Metric, z) }

// Validate checks the fields.
func (o Sinkhorn) Validate() error {
	var faults []error
	if fault.Nil(o.Kernel) {
		faults = append(faults, fault.Field("affinity: Sinkhorn: Kernel", "nil", "a kernel"))
	}
	if o.Rounds < 0 {
		faults = append(faults, fault.Field("affinity: Sinkhorn: Rounds", o.Rounds, "at least 1, or 0 for 5"))
	}
	return errors.Join(append(faults, positive("affinity: Sinkhorn: Tolerance", o.Tolerance),
		validate(o.Kernel), validate(o.Metric))...)
}
