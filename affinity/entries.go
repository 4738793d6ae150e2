package affinity

import (
	"iter"

	"gonum.org/v1/gonum/mat"
)

// Entries are row i's columns and values.
func (p *Matrix) Entries(i int) iter.Seq2[int, float64] {
	return func(yield func(j int, v float64) bool) {
		lo, hi := p.Row(i)
		for e := lo; e < hi; e++ {
			if !yield(p.Column(i, e), p.Values[e]) {
				return
			}
		}
	}
}

// Between is the distance of two rows of x under a metric.
func Between(m DataMetric, x mat.Matrix, i, j int) float64 {
	if d, ok := x.(mat.RawRowViewer); ok {
		return m.Between(d.RawRowView(i), d.RawRowView(j))
	}
	return m.Between(mat.Row(nil, i, x), mat.Row(nil, j, x))
}
