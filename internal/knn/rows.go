package knn

import (
	"fmt"
	"math"

	"affmatch/internal/fault"
)

// Rows is row-major data, read without a copy: row i is at [i*Dim, (i+1)*Dim) of F64 or F32, whichever is set.
type Rows struct {
	N, Dim int
	F64    []float64
	F32    []float32
}

// largest is the size up to which squares and their sums stay finite in float64.
const largest = 1e150

// check refuses what has no distances: empty data, a slice of the wrong length, entries that are not numbers.
func (x Rows) check(name string) error {
	switch {
	case x.N < 1:
		return fault.Field(name+": N", x.N, "at least 1 row")
	case x.N > math.MaxInt32:
		return fault.Field(name+": N", x.N, fmt.Sprintf("at most %d rows", math.MaxInt32))
	case x.Dim < 1:
		return fault.Field(name+": Dim", x.Dim, "at least 1 column")
	case (x.F64 == nil) == (x.F32 == nil):
		return fault.Field(name, fmt.Sprintf("F64 of %d and F32 of %d entries", len(x.F64), len(x.F32)), "exactly one of the two")
	case x.F64 != nil && len(x.F64) != x.N*x.Dim:
		return fault.Field(name+": len(F64)", len(x.F64), fmt.Sprintf("N*Dim = %d*%d = %d", x.N, x.Dim, x.N*x.Dim))
	case x.F32 != nil && len(x.F32) != x.N*x.Dim:
		return fault.Field(name+": len(F32)", len(x.F32), fmt.Sprintf("N*Dim = %d*%d = %d", x.N, x.Dim, x.N*x.Dim))
	case x.F64 != nil:
		return finite(name, x.F64, x.Dim)
	}
	return finite(name, x.F32, x.Dim)
}

func finite[T float32 | float64](name string, x []T, dim int) error {
	for i, v := range x {
		if !(math.Abs(float64(v)) <= largest) {
			return fault.Field(fmt.Sprintf("%s: row %d, column %d", name, i/dim, i%dim), v, "a number of at most 1e150 in size")
		}
	}
	return nil
}

func (x Rows) row64(i int) []float64 { return x.F64[i*x.Dim : (i+1)*x.Dim] }
func (x Rows) row32(i int) []float32 { return x.F32[i*x.Dim : (i+1)*x.Dim] }

// wide is row i in float64, in buf where it has to be converted.
func (x Rows) wide(i int, buf []float64) []float64 {
	if x.F64 != nil {
		return x.row64(i)
	}
	for k, v := range x.row32(i) {
		buf[k] = float64(v)
	}
	return buf[:x.Dim]
}

// slice is rows [lo, hi), as a view.
func (x Rows) slice(lo, hi int) Rows {
	y := Rows{N: hi - lo, Dim: x.Dim}
	if x.F64 != nil {
		y.F64 = x.F64[lo*x.Dim : hi*x.Dim]
	} else {
		y.F32 = x.F32[lo*x.Dim : hi*x.Dim]
	}
	return y
}

// pick is the given rows, copied.
func (x Rows) pick(rows []int) Rows {
	y := Rows{N: len(rows), Dim: x.Dim}
	for _, i := range rows {
		if x.F64 != nil {
			y.F64 = append(y.F64, x.row64(i)...)
		} else {
			y.F32 = append(y.F32, x.row32(i)...)
		}
	}
	return y
}
