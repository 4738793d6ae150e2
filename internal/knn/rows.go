package knn

import (
	"affmatch/internal/fault"
	"affmatch/internal/rows"
)

// Rows is data in any form: see package rows.
type Rows = rows.Rows

// largest is the size up to which squares and their sums stay finite in float64.
const largest = 1e150

// check refuses what has no distances, and sparse rows, which have a search of their own.
func check(name string, x Rows) error {
	if x.Sparse() {
		return fault.Field(name, "sparse rows", "dense rows (or ExactSparse)")
	}
	return x.Check(name, largest)
}
