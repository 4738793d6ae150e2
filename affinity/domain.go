package affinity

import "gonum.org/v1/gonum/mat"

// Domain is what a metric or an output affinity is that is not defined everywhere: Into moves the points of a start to where
// it is. Starts are around the origin.
type Domain interface{ Into(z *mat.Dense) }

// Into moves the points of a start to where a metric or an output affinity is defined; nowhere where it is so everywhere.
func Into(of any, z *mat.Dense) {
	if d, ok := of.(Domain); ok {
		d.Into(z)
	}
}

// Into moves the start of a Hyperbolic metric, which divides by the first coordinates, so that the smallest of them is 1.
func (m BuiltinMetric) Into(z *mat.Dense) {
	n, d := z.Dims()
	if m != Hyperbolic || d == 0 {
		return
	}
	least := mat.Min(z.ColView(0))
	for i := range n {
		z.Set(i, 0, z.At(i, 0)-least+1)
	}
}

// Into is the metric's.
func (o Of) Into(z *mat.Dense) { Into(o.Metric, z) }

// Into is the inner affinity's.
func (o Normalized) Into(z *mat.Dense) { Into(o.Output, z) }

// Into is the inner affinity's.
func (w Within) Into(z *mat.Dense) { Into(w.Output, z) }
