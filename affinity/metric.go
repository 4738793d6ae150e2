package affinity

import (
	"fmt"
	"math"

	"affmatch/internal/fault"

	G "gorgonia.org/gorgonia"
)

// BuiltinMetric is a metric that works on X (as a DataMetric) and on Z (as a Metric).
type BuiltinMetric int

// The metrics, as the reference (TorchDR) defines them. x and y are two points.
const (
	SquaredEuclidean BuiltinMetric = iota // sum_c (x_c - y_c)^2
	Euclidean                             // its square root
	Manhattan                             // sum_c |x_c - y_c|
	Angular                               // -sum_c x_c y_c, not normalized
	Hyperbolic                            // sum_c (x_c - y_c)^2 / (x_0 y_0): no arcosh and no check of the domain
)

var metricNames = [...]string{"SquaredEuclidean", "Euclidean", "Manhattan", "Angular", "Hyperbolic"}

func (m BuiltinMetric) String() string {
	if m < 0 || int(m) >= len(metricNames) {
		return fmt.Sprintf("BuiltinMetric(%d)", int(m))
	}
	return metricNames[m]
}

// Validate refuses a number that is none of the metrics.
func (m BuiltinMetric) Validate() error {
	if m < 0 || int(m) >= len(metricNames) {
		return fault.Field("affinity: metric", m, "one of the built-in metrics")
	}
	return nil
}

var (
	_ Metric     = SquaredEuclidean
	_ DataMetric = SquaredEuclidean
)

// floor is the smallest normal float64. An engine of lower precision rounds it up to its own smallest normal number.
const floor = 0x1p-1022

// AddFloor is c plus the smallest normal number of the machine's precision, which changes no other value: it keeps
// sqrt, log and c^b (b<1), whose slopes at 0 are infinite, from giving 0*Inf = NaN at coincident points.
func AddFloor(c *G.Node) (*G.Node, error) { return G.Add(c, G.NewConstant(floor)) }

// Distance builds the metric on Z.
func (m BuiltinMetric) Distance(on *Pairs) (n *G.Node, err error) {
	defer fault.Guard(&err)
	switch m {
	case SquaredEuclidean:
		return squared(on), nil
	case Euclidean:
		return G.Must(G.Sqrt(squared(on))), nil
	case Manhattan:
		return G.Must(AddFloor(sum(on, func(x, y *G.Node) *G.Node { return G.Must(G.Abs(G.Must(G.Sub(x, y)))) }))), nil
	case Angular:
		return G.Must(G.Neg(sum(on, func(x, y *G.Node) *G.Node { return G.Must(G.HadamardProd(x, y)) }))), nil
	case Hyperbolic:
		return G.Must(G.HadamardDiv(squared(on), G.Must(G.HadamardProd(G.Must(on.HeadCoord(0)), G.Must(on.TailCoord(0)))))), nil
	}
	return nil, m.Validate()
}

func squared(on *Pairs) *G.Node { return G.Must(AddFloor(G.Must(on.SquaredDistance()))) }

func sum(on *Pairs, term func(x, y *G.Node) *G.Node) *G.Node {
	var s *G.Node
	for c := range on.Dim() {
		t := term(G.Must(on.HeadCoord(c)), G.Must(on.TailCoord(c)))
		if s == nil {
			s = t
		} else {
			s = G.Must(G.Add(s, t))
		}
	}
	return s
}

// Between is the metric of two rows of X.
func (m BuiltinMetric) Between(x, y []float64) float64 {
	var s float64
	switch m {
	case Manhattan:
		for c, v := range x {
			s += math.Abs(v - y[c])
		}
		return s
	case Angular:
		for c, v := range x {
			s -= float64(v * y[c])
		}
		return s
	}
	for c, v := range x {
		d := v - y[c]
		s += float64(d * d)
	}
	switch m {
	case Euclidean:
		return math.Sqrt(s)
	case Hyperbolic:
		return s / (x[0] * y[0])
	}
	return s
}

// DataOnlyMetric is a metric between rows of X that has no form on Z.
type DataOnlyMetric int

// The metrics on X alone.
const (
	Chebyshev   DataOnlyMetric = iota // max_c |x_c - y_c|
	Cosine                            // 1 - x.y/(|x||y|)
	Correlation                       // the same of rows less their means
)

var _ DataMetric = Cosine

func (m DataOnlyMetric) String() string {
	switch m {
	case Chebyshev:
		return "Chebyshev"
	case Cosine:
		return "Cosine"
	case Correlation:
		return "Correlation"
	}
	return fmt.Sprintf("DataOnlyMetric(%d)", int(m))
}

// Validate says whether there is such a metric.
func (m DataOnlyMetric) Validate() error {
	if m < Chebyshev || m > Correlation {
		return fault.Field("affinity: metric", int(m), "Chebyshev, Cosine or Correlation")
	}
	return nil
}

// Between is the metric of two rows of X. A row of zeros (for Correlation, a constant one) is at distance 1 from all
// others and 0 from its like.
func (m DataOnlyMetric) Between(x, y []float64) float64 {
	if m == Chebyshev {
		var largest float64
		for c, v := range x {
			largest = math.Max(largest, math.Abs(v-y[c]))
		}
		return largest
	}
	var mx, my float64
	if m == Correlation {
		mx, my = mean(x), mean(y)
	}
	var xy, xx, yy float64
	for c, v := range x {
		a, b := v-mx, y[c]-my
		xy, xx, yy = xy+float64(a*b), xx+float64(a*a), yy+float64(b*b)
	}
	switch {
	case xx == 0 && yy == 0:
		return 0
	case xx == 0 || yy == 0:
		return 1
	}
	return math.Max(0, 1-xy/math.Sqrt(xx)/math.Sqrt(yy))
}

func mean(x []float64) float64 {
	var s float64
	for _, v := range x {
		s += v
	}
	return s / float64(len(x))
}
