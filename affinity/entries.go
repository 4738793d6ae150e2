package affinity

import (
	"iter"
	"slices"

	"affmatch/internal/rows"

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
	return m.Between(rowOf(x, i, nil), rowOf(x, j, nil))
}

// rowOf is row i of x: its own memory where it has any, else buf, or new memory where that is too short.
func rowOf(x mat.Matrix, i int, buf []float64) []float64 {
	switch d := x.(type) {
	case mat.RawRowViewer:
		return d.RawRowView(i)
	case rows.Raw:
		r := d.RawRows()
		return r.Wide(i, slices.Grow(buf[:0], r.Dim)[:r.Dim])
	}
	return mat.Row(nil, i, x)
}

// Mean is, for each row of P, the mean of the rows of z that its columns stand for, weighted by its entries: where a new
// point begins among those that it is near. A row without entries has the mean of all.
func (p *Matrix) Mean(z mat.Matrix) *mat.Dense {
	_, d := z.Dims()
	out, all := mat.NewDense(p.N, d, nil), columnMeans(z)
	for i := range p.N {
		var total float64
		for j, v := range p.Entries(i) {
			total += v
			for c := range d {
				out.Set(i, c, out.At(i, c)+float64(v*z.At(j, c)))
			}
		}
		for c := range d {
			if total > 0 {
				out.Set(i, c, out.At(i, c)/total)
			} else {
				out.Set(i, c, all[c])
			}
		}
	}
	return out
}

func columnMeans(z mat.Matrix) []float64 {
	n, d := z.Dims()
	means := make([]float64, d)
	for i := range n {
		for c := range d {
			means[c] += z.At(i, c)
		}
	}
	for c := range means {
		means[c] /= float64(n)
	}
	return means
}
