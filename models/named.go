package models

import (
	"fmt"

	"affmatch/internal/fault"

	"gonum.org/v1/gonum/mat"
)

// TowardNamed is Toward for rows that are known by their names: the rows of to are called of, those of the data names. Those
// that both have are held; that there are some is for the caller to look at (Rows).
func TowardNamed(to mat.Matrix, of, names []string, weight float64) (Toward, error) {
	if missing(to) {
		return Toward{}, fault.Field("models: TowardNamed: to", "nil", "a matrix of places")
	}
	k, d := to.Dims()
	if k != len(of) {
		return Toward{}, fault.Field("models: TowardNamed: of", len(of), fmt.Sprintf("%d names, one a row of to", k))
	}
	row := map[string]int{}
	for i, name := range names {
		if before, twice := row[name]; twice {
			return Toward{}, fault.Field(fmt.Sprintf("models: TowardNamed: names[%d]", i), fmt.Sprintf("%q, as names[%d]", name, before),
				"each name once")
		}
		row[name] = i
	}
	t := Toward{Rows: []int{}, Weight: weight}
	seen, places := map[string]int{}, []float64(nil)
	for j, name := range of {
		if before, twice := seen[name]; twice {
			return Toward{}, fault.Field(fmt.Sprintf("models: TowardNamed: of[%d]", j), fmt.Sprintf("%q, as of[%d]", name, before),
				"each name once")
		}
		seen[name] = j
		if i, ok := row[name]; ok {
			t.Rows, places = append(t.Rows, i), append(places, mat.Row(nil, j, to)...)
		}
	}
	if len(t.Rows) == 0 {
		return Toward{}, fault.Field("models: TowardNamed: of", fmt.Sprintf("%d names, of which none is one of the %d of the data", k, len(names)),
			"rows that both have")
	}
	t.To = mat.NewDense(len(t.Rows), d, places)
	return t, nil
}
