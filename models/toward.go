package models

import (
	"errors"
	"fmt"

	"affmatch/affinity"
	"affmatch/internal/fault"

	"gonum.org/v1/gonum/mat"
)

// Toward pulls points to places: sum |z_i - To_k|^2 over i = Rows[k]. Points of one's own choice are so held where a reader
// expects them (pins), and an embedding is aligned with one of the same rows, or of some of them, that was there before
// (Dadu and others, AlignedUMAP, 2023). The term is called toward.
type Toward struct {
	To     mat.Matrix // a row a place, Dim columns
	Rows   []int      // of the data, one for each row of To, each once; nil: all in order
	Weight float64    // above 0
}

var _ Objective = Toward{}

// Terms builds the term.
func (t Toward) Terms(b *Builder) ([]Term, error) {
	if err := t.Validate(); err != nil {
		return nil, err
	}
	n, d := b.Points, b.Z.Shape()[1]
	k, c := t.To.Dims()
	switch {
	case c != d:
		return nil, fault.Field("models: Toward: To: columns", c, fmt.Sprintf("%d, those of Z", d))
	case t.Rows == nil && k != n:
		return nil, fault.Field("models: Toward: To: rows", k, fmt.Sprintf("%d, one a point (or Rows)", n))
	}
	places, held := mat.NewDense(n, d, nil), mat.NewDense(n, d, nil)
	for row := range k {
		i := row
		if t.Rows != nil {
			i = t.Rows[row]
		}
		if i >= n || held.At(i, 0) != 0 {
			return nil, fault.Field(fmt.Sprintf("models: Toward: Rows[%d]", row), i, fmt.Sprintf("0 to %d, each once", n-1))
		}
		for c := range d {
			places.Set(i, c, t.To.At(row, c))
			held.Set(i, c, 1)
		}
	}
	if err := finite("Toward: To", places); err != nil {
		return nil, err
	}
	v, err := affinity.Try(func() affinity.Expr {
		at, who := affinity.Must(b.Matrix("toward.places", places)), affinity.Must(b.Matrix("toward.held", held))
		return affinity.E(b.Z).Sub(at).Mul(who).Square().Sum()
	})
	terms, err := one(named("toward", v, err))
	if err == nil {
		terms[0].Weight = affinity.Fixed(t.Weight)
	}
	return terms, err
}

// Validate gives all faults at once.
func (t Toward) Validate() error {
	faults := []error{positive("models: Toward: Weight", t.Weight)}
	if missing(t.To) {
		return errors.Join(append(faults, fault.Field("models: Toward: To", "nil", "a matrix of places"))...)
	}
	if k, _ := t.To.Dims(); t.Rows != nil && k != len(t.Rows) {
		faults = append(faults, fault.Field("models: Toward: Rows", len(t.Rows), fmt.Sprintf("%d, one a row of To", k)))
	}
	for k, i := range t.Rows {
		if i < 0 {
			faults = append(faults, fault.Field(fmt.Sprintf("models: Toward: Rows[%d]", k), i, "at least 0"))
		}
	}
	return errors.Join(faults...)
}

func (t Toward) String() string {
	if missing(t.To) {
		return "Toward{nil}"
	}
	k, d := t.To.Dims()
	return fmt.Sprintf("Toward{%d x %d, Weight: %v}", k, d, t.Weight)
}
