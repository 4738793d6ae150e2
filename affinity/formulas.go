package affinity

import (
	"slices"

	"affmatch/internal/fault"
	"affmatch/internal/pairs"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// The adapters of formulas: own parts that are one function of Exprs.

// KernelExpr is a researcher's own kernel as a formula: the log similarity of a distance c.
//
//	affinity.KernelExpr(func(c affinity.Expr) affinity.Expr { return c.Sqrt().Mul(-0.5) })
type KernelExpr func(c Expr) Expr

// LogKernel calls f.
func (f KernelExpr) LogKernel(_ *Scope, c *G.Node) (*G.Node, error) {
	return formula("KernelExpr", f != nil, func() Expr { return f(E(c)) })
}

// Validate refuses a nil function.
func (f KernelExpr) Validate() error { return function("KernelExpr", f != nil) }

func (KernelExpr) String() string { return "KernelExpr" }

// LearnedKernel is a kernel as a formula with quantities of its own, which the scope makes: a learned width, an annealed
// temperature.
//
//	affinity.LearnedKernel(func(s *affinity.Scope, c affinity.Expr) affinity.Expr {
//		return c.Log1p().Mul(s.Learned("theta", 0).Exp()).Neg()
//	})
type LearnedKernel func(s *Scope, c Expr) Expr

// LogKernel calls f.
func (f LearnedKernel) LogKernel(s *Scope, c *G.Node) (*G.Node, error) {
	return formula("LearnedKernel", f != nil, func() Expr { return f(s, E(c)) })
}

// Validate refuses a nil function.
func (f LearnedKernel) Validate() error { return function("LearnedKernel", f != nil) }

func (LearnedKernel) String() string { return "LearnedKernel" }

// MetricExpr is a researcher's own metric on Z as a formula.
type MetricExpr func(on *Pairs) Expr

// Distance calls f.
func (f MetricExpr) Distance(on *Pairs) (*G.Node, error) {
	return formula("MetricExpr", f != nil, func() Expr { return f(on) })
}

// Validate refuses a nil function.
func (f MetricExpr) Validate() error { return function("MetricExpr", f != nil) }

func (MetricExpr) String() string { return "MetricExpr" }

// OutputExpr is a researcher's own output affinity as a formula: log Q on all pairs of a set.
type OutputExpr func(on *Pairs) Expr

// LogQ calls f.
func (f OutputExpr) LogQ(on *Pairs) (*G.Node, error) {
	return formula("OutputExpr", f != nil, func() Expr { return f(on) })
}

// Validate refuses a nil function.
func (f OutputExpr) Validate() error { return function("OutputExpr", f != nil) }

func (OutputExpr) String() string { return "OutputExpr" }

var (
	_ Kernel = KernelExpr(nil)
	_ Kernel = LearnedKernel(nil)
	_ Metric = MetricExpr(nil)
	_ Output = OutputExpr(nil)
)

func formula(name string, is bool, f func() Expr) (*G.Node, error) {
	if err := function(name, is); err != nil {
		return nil, err
	}
	return Try(f)
}

func function(name string, is bool) error {
	if !is {
		return fault.Field("affinity: "+name, "nil", "a function")
	}
	return nil
}

// Learned is a Param for formulas: a number, or a vector of more. Its error is a panic that the adapters return.
func (s *Scope) Learned(name string, start ...float64) Expr {
	v := tensor.New(tensor.WithShape(len(start)), tensor.WithBacking(slices.Clone(start)))
	if len(start) == 1 {
		v = tensor.New(tensor.FromScalar(start[0]))
	}
	return E(Must(s.Param(name, v)))
}

// Numbers is a Constant vector for formulas, one entry a point (or whatever else).
func (s *Scope) Numbers(name string, v []float64) Expr {
	return E(Must(s.Constant(name, tensor.New(tensor.WithShape(len(v)), tensor.WithBacking(v)))))
}

// Follow is a Knob for formulas.
func (s *Scope) Follow(name string, at Schedule) Expr { return E(Must(s.Knob(name, at))) }

// D2 is the squared Euclidean distance of each pair, for formulas.
func (on *Pairs) D2() Expr { return E(Must(SquaredEuclidean.Distance(on))) }

// LogQOf is an output affinity on the pairs, for formulas.
func (on *Pairs) LogQOf(o Output) Expr { return E(Must(o.LogQ(on))) }

// Coord is the c-th coordinate of the first point of each pair, for formulas.
func (on *Pairs) Coord(c int) (head, tail Expr) {
	return E(Must(on.HeadCoord(c))), E(Must(on.TailCoord(c)))
}

// Norms2 are the squared norms of the two points of each pair, for formulas.
func (on *Pairs) Norms2() (head, tail Expr) {
	for c := range on.Dim() {
		x, y := on.Coord(c)
		if x, y = x.Square(), y.Square(); c == 0 {
			head, tail = x, y
		} else {
			head, tail = head.Add(x), tail.Add(y)
		}
	}
	return head, tail
}

// Carried is a state of n numbers, zero at first, for formulas: was is what the step before left, and is what next makes of
// it and this step leaves. Detach what the gradient shall not see.
func (s *Scope) Carried(name string, n int, next func(was Expr) Expr) (was, is Expr) {
	old := Must(s.Carry(name, tensor.New(tensor.WithShape(n), tensor.Of(tensor.Float64)), func(old *G.Node) (*G.Node, error) {
		is = next(E(old))
		return is.node, nil
	}))
	return E(old), is
}

// Detached is e, constant for the gradient.
func (e Expr) Detached() Expr { return e.unary(pairs.Op{Kind: pairs.Detach}.Apply) }
