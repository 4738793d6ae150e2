package rows

import (
	"fmt"
	"math"
	"reflect"

	"affmatch/internal/fault"

	"gonum.org/v1/gonum/mat"
)

// Raw is a matrix that has rows in one of the forms already.
type Raw interface {
	mat.Matrix
	RawRows() Rows
}

// Of is x as rows, without a copy where x is Raw or a *mat.Dense whose rows follow each other. It refuses what is nil,
// has no rows or columns, or holds an entry that is not a finite number, and makes an error of a panic in a matrix of
// somebody's own. name is the matrix's in errors.
func Of(name string, x mat.Matrix) (y Rows, err error) {
	defer func() {
		if r := recover(); r != nil {
			y, err = Rows{}, fmt.Errorf("%s (%T): %w", name, x, fault.Caught(r))
		}
	}()
	x = Bare(x)
	if x == nil {
		return Rows{}, fault.Field(name, "nil", "a matrix")
	}
	if raw, ok := x.(Raw); ok {
		y = raw.RawRows()
		return y, y.Check(name, math.MaxFloat64)
	}
	n, p := x.Dims()
	if n < 1 || p < 1 {
		return Rows{}, fault.Field(name, fmt.Sprintf("%d x %d", n, p), "at least 1 row and 1 column")
	}
	y = Rows{N: n, Dim: p}
	if InPlace(x) {
		y.F64 = x.(*mat.Dense).RawMatrix().Data[:n*p]
	} else {
		y.F64 = mat.DenseCopyOf(x).RawMatrix().Data
	}
	return y, y.Check(name, math.MaxFloat64)
}

// InPlace says that x is read as it is.
func InPlace(x mat.Matrix) bool {
	switch x := Bare(x).(type) {
	case Raw:
		return true
	case *mat.Dense:
		_, columns := x.Dims()
		return x.RawMatrix().Stride == columns
	}
	return false
}

// Bare is the matrix that x is or wraps; nil where that is nil, or a nil pointer in an interface.
func Bare(x mat.Matrix) mat.Matrix {
	for {
		if x == nil {
			return nil
		}
		if v := reflect.ValueOf(x); v.Kind() == reflect.Pointer && v.IsNil() {
			return nil
		}
		w, ok := x.(interface{ Unwrap() mat.Matrix })
		if !ok {
			return x
		}
		x = w.Unwrap()
	}
}

// Nil says that there is no matrix: see Bare.
func Nil(x mat.Matrix) bool { return Bare(x) == nil }
