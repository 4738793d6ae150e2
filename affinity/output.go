package affinity

import (
	"errors"

	"affmatch/internal/fault"
	"affmatch/internal/same"

	G "gorgonia.org/gorgonia"
)

// Of turns a kernel into an Output: log Q = log K(C).
type Of struct {
	Kernel Kernel
	Metric Metric // on Z; nil: SquaredEuclidean
}

var _ Output = Of{}

// LogQ is the kernel of the metric's distances.
func (o Of) LogQ(on *Pairs) (*G.Node, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	c, err := on.distance(o.Metric)
	if err != nil {
		return nil, err
	}
	logK, err := o.Kernel.LogKernel(on.Scope, c)
	return on.entries("kernel", o.Kernel, logK, err)
}

// Validate checks the kernel and the metric.
func (o Of) Validate() error {
	if fault.Nil(o.Kernel) {
		return fault.Field("affinity: Of: Kernel", "nil", "a kernel")
	}
	return errors.Join(validate(o.Kernel), validate(o.Metric))
}

// distance is the metric of each pair. Where Z stands for the data X, a metric that also works on X is computed there.
func (on *Pairs) distance(m Metric) (*G.Node, error) {
	if m == nil {
		m = SquaredEuclidean
	}
	if data, ok := m.(DataMetric); ok && on.data != nil {
		return on.data(data)
	}
	c, err := m.Distance(on)
	return on.entries("metric", m, c, err)
}

// Signed is an Output that may be negative, so has no logarithm. It meets losses that take Q itself (loss.OfQ).
type Signed interface {
	Output
	Q(on *Pairs) (*G.Node, error)
}

// SignedQ is Q of an output affinity that has no logarithm; nil of all others, whose LogQ says everything.
func SignedQ(o Output, on *Pairs) (*G.Node, error) {
	switch o := o.(type) {
	case Signed:
		return o.Q(on)
	case Within:
		if err := o.Validate(); err != nil {
			return nil, err
		}
		return SignedQ(o.Output, on.Within(o.Name))
	}
	return nil, nil
}

// ErrNoLogarithm is what a Signed output answers to LogQ.
var ErrNoLogarithm = errors.New("affinity: this output may be negative and has no logarithm; use it with a loss that takes Q itself, such as loss.Square")

// ScalarProduct is Q = z_i . z_j, with the pairs (i,i) where the pair set has them. With loss.Square and P the scalar
// products of the centered data, its optimum is PCA.
type ScalarProduct struct{}

var _ Signed = ScalarProduct{}

// Q is the scalar product of each pair.
func (ScalarProduct) Q(on *Pairs) (*G.Node, error) {
	c, err := on.distance(Angular)
	if err != nil {
		return nil, err
	}
	return G.Neg(c)
}

// LogQ is ErrNoLogarithm.
func (ScalarProduct) LogQ(*Pairs) (*G.Node, error) { return nil, ErrNoLogarithm }

// Axis is what a Normalized output sums to one over.
type Axis int

// The axes. As in TorchDR, rows and columns sum to 1/n, so that the total is 1 in each case.
const (
	OverAll     Axis = iota // sum_ij Q = 1
	OverRows                // sum_j Q = 1/n
	OverColumns             // sum_i Q = 1/n
)

func (a Axis) String() string {
	switch a {
	case OverAll:
		return "OverAll"
	case OverRows:
		return "OverRows"
	case OverColumns:
		return "OverColumns"
	}
	return "Axis(?)"
}

// Normalized is log K minus its log-sum-exponential over all pairs, rows or columns; for rows and columns also minus
// log n. The sum runs over the pairs of the set: on sparse P that is not all pairs.
type Normalized struct {
	Output Output
	Over   Axis
}

var _ Output = Normalized{}

// LogQ is log K - LSE(log K) [- log n].
func (o Normalized) LogQ(on *Pairs) (n *G.Node, err error) {
	defer fault.Guard(&err)
	if err := o.Validate(); err != nil {
		return nil, err
	}
	k := G.Must(o.Output.LogQ(on))
	var lse *G.Node
	points := on.normalized()
	switch o.Over {
	case OverAll:
		return G.Must(G.Sub(k, G.Must(on.LogSumExp(k)))), nil
	case OverRows:
		lse = G.Must(on.Head(G.Must(on.RowLogSumExp(k))))
	case OverColumns:
		lse, points = G.Must(on.Tail(G.Must(on.ColLogSumExp(k)))), on.Tails()
	}
	return G.Must(G.Sub(G.Must(G.Sub(k, lse)), G.NewConstant(same.Log(float64(points))))), nil
}

// Validate checks the output and the axis.
func (o Normalized) Validate() error {
	var faults []error
	if fault.Nil(o.Output) {
		faults = append(faults, fault.Field("affinity: Normalized: Output", "nil", "an output affinity"))
	}
	if o.Over < OverAll || o.Over > OverColumns {
		faults = append(faults, fault.Field("affinity: Normalized: Over", int(o.Over), "OverAll, OverRows or OverColumns"))
	}
	return errors.Join(append(faults, validate(o.Output))...)
}
