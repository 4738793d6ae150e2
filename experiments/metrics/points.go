package metrics

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"affmatch/internal/fault"
	"affmatch/internal/rows"
)

// points are the rows of a matrix in one slice.
type points struct {
	n, p int
	data []float64 // row i at data[i*p:(i+1)*p]

	exponent int                    // data are the rows times 2^exponent
	squared  func(i, j int) float64 // the square of the distance of two rows; nil: Euclidean
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
	if r.Sparse() || r.F64 == nil {
		dense := make([]float64, r.N*r.Dim)
		for i := range r.N {
			row := dense[i*r.Dim : (i+1)*r.Dim]
			copy(row, r.Wide(i, row))
		}
		r = rows.Rows{N: r.N, Dim: r.Dim, F64: dense}
	}
	// Neighbors, ranks and ratios of distances do not know the unit: it is one in which squares are numbers.
	exponent := r.Exponent()
	return &points{n: r.N, p: r.Dim, data: r.Times(exponent).F64, exponent: exponent}, nil
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

func (a *points) row(i int) []float64 { return a.data[i*a.p : (i+1)*a.p] }

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
