package affinity

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Domain is what a metric or an output affinity is that is not defined everywhere: Into moves the points of a start to where
// it is. Starts are around the origin.
type Domain interface{ Into(z *mat.Dense) }

// Into moves the points of a start to where a metric or an output affinity is defined; nowhere where it is so everywhere.
func Into(of any, z *mat.Dense) {
	if d, ok := of.(Domain); ok {
		d.Into(z)
	}
}

// Into moves the start of a Hyperbolic metric, which divides by the first coordinates, so that the smallest of them is 1,
// and shrinks that of Poincare, where a point is not within half of the ball's radius.
func (m BuiltinMetric) Into(z *mat.Dense) {
	n, d := z.Dims()
	switch {
	case d == 0:
	case m == Hyperbolic:
		least := mat.Min(z.ColView(0))
		for i := range n {
			z.Set(i, 0, z.At(i, 0)-least+1)
		}
	case m == Poincare:
		var most float64
		for i := range n {
			most = math.Max(most, mat.Norm(z.RowView(i), 2))
		}
		if most > 0.5 {
			z.Scale(0.5/most, z)
		}
	}
}

// Into is the metric's.
func (o Of) Into(z *mat.Dense) { Into(o.Metric, z) }

// Into is the inner affinity's.
func (o Normalized) Into(z *mat.Dense) { Into(o.Output, z) }

// Into is the inner affinity's.
func (w Within) Into(z *mat.Dense) { Into(w.Output, z) }
