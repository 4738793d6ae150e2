package metrics

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"affmatch/internal/fault"
	"affmatch/internal/rows"
)

// points are the rows of a matrix, in whatever form it has them. They are read one at a time: none of X is in memory twice.
type points struct {
	n, p int
	x    rows.Rows

	exponent int       // rows are read as those of x times 2^exponent
	unit     []unitRow // of rows that are read at length 1; nil: as they are

	// squared is the square of the distance of the rows i and j, which are a and b as read; nil: Euclidean.
	squared func(i, j int, a, b []float64) float64
}

// newPoints reads m, without a copy if it lies in one piece. name is what an error calls it.
func newPoints(name string, m mat.Matrix) (*points, error) {
	r, err := rows.Of("metrics: "+name, m)
	if err != nil {
		return nil, err
	}
	if r.N < 2 {
		return nil, fault.Field("metrics: "+name, fmt.Sprintf("%d x %d", r.N, r.Dim), "at least two rows and one column")
	}
	// Neighbors, ranks and ratios of distances do not know the unit: it is one in which squares are numbers.
	return &points{n: r.N, p: r.Dim, x: r, exponent: r.Exponent()}, nil
}

// row is row i in float64, in buf where it is not there as such.
func (a *points) row(i int, buf []float64) []float64 {
	row := a.x.Wide(i, buf)
	if a.exponent != 0 {
		for c, v := range row {
			buf[c] = math.Ldexp(v, a.exponent)
		}
		row = buf[:a.p]
	}
	if a.unit != nil {
		u := a.unit[i]
		for c, v := range row {
			buf[c] = (v - u.mean) * u.factor
		}
		row = buf[:a.p]
	}
	return row
}

// pick is the given rows as they are read, in float64.
func (a *points) pick(of []int) *points {
	if len(of) == a.n && a.x.F64 != nil && !a.x.Sparse() && a.exponent == 0 && a.unit == nil {
		return a
	}
	data := make([]float64, len(of)*a.p)
	for k, i := range of {
		to := data[k*a.p : (k+1)*a.p]
		copy(to, a.row(i, to))
	}
	return &points{n: len(of), p: a.p, x: rows.Rows{N: len(of), Dim: a.p, F64: data}}
}

// newPair reads X and Z, which must be the same points.
func newPair(x, z mat.Matrix) (a, b *points, err error) {
	if a, err = newPoints("x", x); err != nil {
		return nil, nil, err
	}
	if b, err = newPoints("z", z); err != nil {
		return nil, nil, err
	}
	if a.n != b.n {
		return nil, nil, fault.Field("metrics: z", fmt.Sprintf("%d rows", b.n), fmt.Sprintf("%d, as many as x", a.n))
	}
	return a, b, nil
}

// classes are labels as 0, 1, ... in increasing order of the given ones.
type classes struct {
	of    []int // by row
	count []int // rows of each class
}

func newClasses(n int, labels []int) (*classes, error) {
	if len(labels) != n {
		return nil, fault.Field("metrics: labels", len(labels), fmt.Sprintf("%d, one a row", n))
	}
	distinct := slices.Compact(slices.Sorted(slices.Values(labels)))
	if len(distinct) < 2 {
		return nil, fault.Field("metrics: labels", "one class", "at least two")
	}
	c := &classes{make([]int, n), make([]int, len(distinct))}
	for i, l := range labels {
		c.of[i], _ = slices.BinarySearch(distinct, l)
		c.count[c.of[i]]++
	}
	return c, nil
}

// mean over the rows of values, in order.
func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

// allRows is 0 .. n-1.
func allRows(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}
