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
	cuts   bool // some rows are so far that they are cut
}

// newFrame is the frame for x, with room for others too. Neither center nor scale heeds rows that lie far from most:
// a single one would take the digits of float32 from all the rest.
func newFrame(m Metric, x scaled, others ...scaled) *frame {
	f := &frame{metric: m, dim: x.Dim, scale: 1}
	if m.unit() {
		f.dim++
	}
	middle, within := f.middle(x)
	wide := make([]float64, f.dim)
	if m.unit() || x.F64 != nil && m != Angular {
		f.center = make([]float64, f.dim)
		count := 0.0
		for i := range x.N {
			if row := f.source(x, i, wide); reach(row, middle) <= within {
				count++
				share := 1 / count
				for k, v := range row {
					f.center[k] += float64((v - f.center[k]) * share)
				}
			}
		}
	}
	var top, all float64
	for _, y := range append(others, x) {
		for i := range y.N {
			row := f.source(y, i, wide)
			size := reach(row, f.center)
			all = max(all, size)
			if math.IsInf(within, 1) || reach(row, middle) <= within {
				top = max(top, size)
			}
		}
	}
	if top > 0 && (top > 1e12 || top < 1e-6) { // squares would leave the range of float32
		_, exp := math.Frexp(top)
		f.scale = math.Ldexp(1, min(-exp, 1000)) // a subnormal number has no inverse
	}
	f.cuts = all*f.scale > ceiling
	return f
}

// far is how many times farther than half of the rows a row lies that the frame does not heed.
const far = 1e4

// middle is the median of each column, of some rows, and the distance from it that all but far rows keep: +Inf where
// there are none, as where rows have length 1, or where far rows matter most.
func (f *frame) middle(x scaled) (middle []float64, within float64) {
	if f.metric.unit() || f.metric == Angular {
		return nil, math.Inf(1)
	}
	some := make([][]float64, min(x.N, 255))
	for s := range some {
		some[s] = append(some[s], x.Wide(s*x.N/len(some), make([]float64, x.Dim))...)
	}
	middle = make([]float64, f.dim)
	column := make([]float64, len(some))
	for k := range middle {
		for s, row := range some {
			column[s] = row[k]
		}
		middle[k] = nth(column, len(column)/2)
	}
	for s, row := range some {
		column[s] = reach(row, middle)
	}
	if typical := nth(column, len(column)/2); typical > 0 {
		return middle, far * typical
	}
	return nil, math.Inf(1)
}

// reach is the size of the largest entry of a row, from the center.
func reach(row, center []float64) (top float64) {
	if center == nil {
		for _, v := range row {
			top = max(top, math.Abs(v))
		}
		return top
	}
	for k, v := range row {
		top = max(top, math.Abs(v-center[k]))
	}
	return top
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

// ceiling is the size to which entries of far rows are cut: sums of its square are numbers in float32.
const ceiling = 1e15

// row puts row i of x into dst. The size that it returns is the row's norm (the metric's own: 1, 2 or largest entry);
// cut says that entries were beyond the ceiling.
func (f *frame) row(x scaled, i int, wide []float64, dst []float32) (size float64, cut bool) {
	row := f.source(x, i, wide)
	for k, v := range row {
		if f.center != nil {
			v -= f.center[k]
		}
		v *= f.scale
		size = f.add(size, v)
		if v > ceiling || v < -ceiling {
			v, cut = math.Copysign(ceiling, v), true
		}
		dst[k] = float32(v)
	}
	if f.metric != Manhattan && f.metric != Chebyshev {
		size = math.Sqrt(size)
	}
	return size, cut
}

func (f *frame) add(size, v float64) float64 {
	switch f.metric {
	case Manhattan:
		return size + math.Abs(v)
	case Chebyshev:
		return max(size, math.Abs(v))
	}
	return size + float64(v*v)
}

// exact says that float32 rows hold all that the data hold.
func (f *frame) exact(x Rows) bool {
	return x.F32 != nil && !f.metric.unit() && f.scale == 1 && !f.cuts
}

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

func (b bound) lost(size float64, cut, exact bool) float64 {
	switch {
	case cut:
		return 1.1 * size
	case b.metric == Angular:
		return float64(size*math.Sqrt(2*b.gamma)) + 1e-18
	case exact:
		return 1e-20
	}
	return float64(1.1*halfUnit*size) + 1e-20
}

// interval is what the true distance can be, from a sum of rows that have lost p and q.
func (b bound) interval(sum, p, q float64) (low, high float64) {
	if b.metric == Angular {
		pq := float64(p * q)
		return sum - pq, sum + pq
	}
	if metrics[b.metric].op == tile.Square {
		sum = math.Sqrt(sum)
	}
	return float64(sum*(1-b.gamma)) - (p + q), float64(sum*(1+b.gamma)) + (p + q)
}

// limit is a sum that no pair exceeds whose interval reaches down to the given distance.
func (b bound) limit(low, p, q float64) float32 {
	if b.metric == Angular {
		low += float64(p * q)
	} else {
		low = (low + p + q) / (1 - b.gamma)
		if metrics[b.metric].op == tile.Square {
			low *= low
		}
	}
	return float32(low + float64(2*halfUnit*math.Abs(low)))
}
