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
			return Toward{}, nameTwice("names", name, before, i)
		}
		row[name] = i
	}
	t := Toward{Rows: []int{}, Weight: weight}
	seen, places := map[string]int{}, []float64(nil)
	for j, name := range of {
		if before, twice := seen[name]; twice {
			return Toward{}, nameTwice("of", name, before, j)
		}
		seen[name] = j
		if i, ok := row[name]; ok {
			t.Rows, places = append(t.Rows, i), append(places, mat.Row(nil, j, to)...)
		}
	}
	if len(t.Rows) == 0 {
		none := fmt.Sprintf("%d names, of which none is one of the %d of the data", k, len(names))
		return Toward{}, fault.Field("models: TowardNamed: of", none, "rows that both have")
	}
	t.To = mat.NewDense(len(t.Rows), d, places)
	return t, nil
}

func nameTwice(list, name string, before, again int) error {
	field := fmt.Sprintf("models: TowardNamed: %s[%d]", list, again)
	return fault.Field(field, fmt.Sprintf("%q, as %s[%d]", name, list, before), "each name once")
}
