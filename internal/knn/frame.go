package knn

import (
	"math"

	"affmatch/internal/knn/tile"
)

// frame takes rows into float32 for the screen: (v - center) * scale, which all metrics but Angular leave the order
// of distances alone under. float32 rows are taken as they are (scale is a power of two, 1 for ordinary sizes), so
// nothing is lost. Others lose up to half a unit in the last place of each entry, and are centered first so that
// a common offset does not make that large. Cosine and Correlation take the unit rows, with one more column that
// is 1 for zero rows and 0 for the others: then zero rows too are at half their squared distance.
type frame struct {
	metric Metric
	dim    int       // columns of the float32 rows
	center []float64 // nil: none
	scale  float64
}

// newFrame is the frame for x, with room for others too.
func newFrame(m Metric, x scaled, others ...scaled) *frame {
	f := &frame{metric: m, dim: x.Dim, scale: 1}
	if m.unit() {
		f.dim++
	}
	if m.unit() || x.F64 != nil && m != Angular {
		center, wide := make([]float64, f.dim), make([]float64, f.dim)
		for i := range x.N {
			for k, v := range f.source(x, i, wide) {
				center[k] += v / float64(x.N)
			}
		}
		f.center = center
	}
	top := f.largest(x)
	for _, y := range others {
		top = max(top, f.largest(y))
	}
	if top > 0 && (top > 1e12 || top < 1e-6) { // squares would leave the range of float32
		_, exp := math.Frexp(top)
		f.scale = math.Ldexp(1, -exp)
	}
	return f
}

// source is row i of x before it is centered and scaled, in wide where it is not that in x.
func (f *frame) source(x scaled, i int, wide []float64) []float64 {
	row := x.Wide(i, wide)
	if !f.metric.unit() {
		return row
	}
	s := x.shape[i]
	for k, v := range row {
		wide[k] = s.unit(v)
	}
	wide[x.Dim] = 0
	if s.factor == 0 {
		wide[x.Dim] = 1
	}
	return wide
}

// largest is the size of the largest entry of x, centered.
func (f *frame) largest(x scaled) (top float64) {
	wide := make([]float64, f.dim)
	for i := range x.N {
		for k, v := range f.source(x, i, wide) {
			if f.center != nil {
				v -= f.center[k]
			}
			top = max(top, math.Abs(v))
		}
	}
	return top
}

// holds says whether the frame has the range for these rows too.
func (f *frame) holds(x scaled) bool { return f.largest(x)*f.scale <= 1e12 }

// row puts row i of x into dst. The size that it returns is the row's norm (the metric's own: 1, 2 or largest entry).
func (f *frame) row(x scaled, i int, wide []float64, dst []float32) (size float64) {
	row := f.source(x, i, wide)
	if f.center == nil {
		for k, v := range row {
			dst[k] = float32(v * f.scale)
		}
	} else {
		for k, v := range row {
			dst[k] = float32((v - f.center[k]) * f.scale)
		}
	}
	for _, v := range dst[:f.dim] {
		switch v := math.Abs(float64(v)); f.metric {
		case Manhattan:
			size += v
		case Chebyshev:
			size = max(size, v)
		default:
			size += v * v
		}
	}
	if f.metric != Manhattan && f.metric != Chebyshev {
		size = math.Sqrt(size)
	}
	return size
}

// exact says that float32 rows hold all that the data hold.
func (f *frame) exact(x Rows) bool { return x.F32 != nil && !f.metric.unit() && f.scale == 1 }

// bound is what the error of a float32 sum s of two rows can be. With e = gamma, and p and q what the rows have
// lost in float32 (lost), the true distance on the scale of the frame (for unit rows: of them) is within
//
//	root(s)*(1 -+ e) -+ (p+q)      for differences; root is the square root for squares, else the identity
//	s -+ p*q                       for inner products, where lost is a norm times sqrt(2e)
//
// since a sum of d float32 terms is off by at most about d half units in the last place of the terms' total size
// (Higham, Accuracy and Stability of Numerical Algorithms, 2002, section 3.1).
type bound struct {
	metric Metric
	gamma  float64
}

const halfUnit = 0x1p-24

func newBound(f *frame) bound {
	return bound{f.metric, 1.1 * float64(f.dim+16) * halfUnit}
}

func (b bound) lost(size float64, exact bool) float64 {
	switch {
	case b.metric == Angular:
		return size*math.Sqrt(2*b.gamma) + 1e-18
	case exact:
		return 1e-20
	}
	return 1.1*halfUnit*size + 1e-20
}

// interval is what the true distance can be, from a sum of rows that have lost p and q.
func (b bound) interval(sum, p, q float64) (low, high float64) {
	if b.metric == Angular {
		return sum - p*q, sum + p*q
	}
	if metrics[b.metric].op == tile.Square {
		sum = math.Sqrt(sum)
	}
	return sum*(1-b.gamma) - (p + q), sum*(1+b.gamma) + (p + q)
}

// limit is a sum that no pair exceeds whose interval reaches down to the given distance.
func (b bound) limit(low, p, q float64) float32 {
	if b.metric == Angular {
		low += p * q
	} else {
		low = (low + p + q) / (1 - b.gamma)
		if metrics[b.metric].op == tile.Square {
			low *= low
		}
	}
	return float32(low + 2*halfUnit*math.Abs(low))
}
