package affinity

import (
	"fmt"
	"math"

	"affmatch/internal/fault"

	G "gorgonia.org/gorgonia"
)

// BuiltinMetric is a metric that works on X (as a DataMetric) and on Z (as a Metric).
type BuiltinMetric int

// The metrics; those up to Hyperbolic as the reference (TorchDR) defines them. x and y are two points.
//
// Cosine, GreatCircle and Poincare follow their points to the edges. A point at the origin is at the cosine distance 1,
// a right angle, from all others and 0 from its like, and pulls at none; points opposite each other on the sphere do
// not pull. Points of the Poincaré ball closer to its rim than |x|^2 = 1 - 2^-16, or beyond, count as at that, along
// their radius: there they feel |x-y|^2 alone, so that an ordinary optimizer may bring them back.
const (
	SquaredEuclidean BuiltinMetric = iota // sum_c (x_c - y_c)^2
	Euclidean                             // its square root
	Manhattan                             // sum_c |x_c - y_c|
	Angular                               // -sum_c x_c y_c, not normalized
	Hyperbolic                            // sum_c (x_c - y_c)^2 / (x_0 y_0): no arcosh and no check of the domain
	Cosine                                // 1 - x.y/(|x||y|): half the squared chord on the unit sphere
	Poincare                              // arcosh(1 + 2|x-y|^2/((1-|x|^2)(1-|y|^2)))^2: the squared distance in the unit ball
	GreatCircle                           // arccos(x.y/(|x||y|))^2: the squared distance along the unit sphere
)

var metricNames = [...]string{
	"SquaredEuclidean", "Euclidean", "Manhattan", "Angular", "Hyperbolic", "Cosine", "Poincare", "GreatCircle",
}

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
	case Cosine:
		return cosine(on).node, nil
	case Poincare:
		return poincare(on).node, nil
	case GreatCircle:
		return greatCircle(on).node, nil
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
	case Cosine:
		return cosineOf(x, y, 0, 0)
	case GreatCircle:
		return greatCircleOf(x, y)
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
	case Poincare:
		return poincareOf(s, x, y)
	}
	return s
}
