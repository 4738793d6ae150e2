package affinity

import (
	"context"

	"affmatch/internal/fault"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
)

// Input makes P of X (n x p), once, before the optimization. X may be any mat.Matrix; *mat.Dense, Float32 and CSR are read
// without a copy, and DataOf gives the labels and weights of Data. X is nil for inputs that carry their own data
// (Precomputed, Search.Known). A configuration is read-only while it is fitted. Call the functions Fit and Compute rather
// than the method: they check what it gives.
type Input interface {
	Fit(ctx context.Context, x mat.Matrix) (*Fitted, error)
}

// InputFunc is a researcher's own P, which cannot be extended to new rows: see ByRow for one that can, and Search.Nearest
// and Search.All for the distances that most are made of.
type InputFunc func(ctx context.Context, x mat.Matrix) (*Matrix, error)

// Fit calls f.
func (f InputFunc) Fit(ctx context.Context, x mat.Matrix) (*Fitted, error) {
	if f == nil {
		return nil, fault.Field("affinity: InputFunc", "nil", "a function")
	}
	p, err := f(ctx, x)
	if err != nil {
		return nil, err
	}
	return &Fitted{P: p, fixed: "an InputFunc gives P alone (an Input of your own may set Fitted.New)"}, nil
}

func (InputFunc) String() string { return "InputFunc" }

// Kernel maps the distances c of pairs, of whatever metric was chosen, to log similarities, entry by entry. Because it
// needs nothing but the pair, a Kernel can be evaluated on samples; what needs more than the pair is an Output.
type Kernel interface {
	LogKernel(s *Scope, c *G.Node) (*G.Node, error)
}

// KernelFunc is a researcher's own kernel. gorgonia.Must is allowed inside: the adapter returns its error.
type KernelFunc func(c *G.Node) *G.Node

// LogKernel calls f.
func (f KernelFunc) LogKernel(_ *Scope, c *G.Node) (n *G.Node, err error) {
	defer fault.Guard(&err)
	if f == nil {
		return nil, fault.Field("affinity: KernelFunc", "nil", "a function")
	}
	return f(c), nil
}

func (KernelFunc) String() string { return "KernelFunc" }

// Output gives log Q on the pairs that it is asked for, with whatever normalization: it sees the whole pair set.
type Output interface {
	LogQ(on *Pairs) (*G.Node, error)
}

// OutputFunc is a researcher's own output affinity. gorgonia.Must is allowed inside.
type OutputFunc func(on *Pairs) *G.Node

// LogQ calls f.
func (f OutputFunc) LogQ(on *Pairs) (n *G.Node, err error) {
	defer fault.Guard(&err)
	if f == nil {
		return nil, fault.Field("affinity: OutputFunc", "nil", "a function")
	}
	return f(on), nil
}

func (OutputFunc) String() string { return "OutputFunc" }

// Metric builds the distances of the pairs of points of Z, one entry a pair. SquaredEuclidean, Euclidean, Manhattan,
// Angular and Hyperbolic are built in.
//
// A distance that is 0 at coincident points must be floored (AddFloor): where it or a kernel (UMAP's with b < 1) has an
// infinite slope at 0, coincident points otherwise give the gradient 0*Inf = NaN. Pairs.SquaredDistance and
// WeightedSquaredDistance have no such gradient: points at the same place do not pull at each other. The floor keeps
// logarithms and negative powers of them finite.
type Metric interface {
	Distance(on *Pairs) (*G.Node, error)
}

// MetricFunc is a researcher's own metric on Z. gorgonia.Must is allowed inside.
type MetricFunc func(on *Pairs) *G.Node

// Distance calls f.
func (f MetricFunc) Distance(on *Pairs) (n *G.Node, err error) {
	defer fault.Guard(&err)
	if f == nil {
		return nil, fault.Field("affinity: MetricFunc", "nil", "a function")
	}
	return f(on), nil
}

func (MetricFunc) String() string { return "MetricFunc" }

// DataMetric is a distance between two rows of X. The built-in metrics are recognized and searched fast; DataMetricFunc
// is any other.
type DataMetric interface {
	Between(x, y []float64) float64
}

// DataMetricFunc is a researcher's own distance on X. It must be symmetric and free of side effects: it is called from
// several goroutines.
type DataMetricFunc func(x, y []float64) float64

// Between calls f.
func (f DataMetricFunc) Between(x, y []float64) float64 { return f(x, y) }

func (DataMetricFunc) String() string { return "DataMetricFunc" }
