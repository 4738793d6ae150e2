package models

import (
	"testing"

	"affmatch/internal/golden"

	"gonum.org/v1/gonum/mat"
)

// snare are the first n rows of the real cells; 0: all.
func snare(t testing.TB, n int) *mat.Dense {
	t.Helper()
	return golden.Cells(t, n)
}
