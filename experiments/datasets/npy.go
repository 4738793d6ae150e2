package datasets

import (
	"errors"

	"affmatch/internal/npz"
)

// readNPY reads numpy's format of one array.
func readNPY(s *source) (*array, error) {
	h, err := npz.ReadHeader(s.take)
	if err != nil {
		return nil, err
	}
	e, err := npz.ElementOf(h.Descr)
	if err != nil {
		return nil, err
	}
	if len(h.Shape) == 0 && e.Text == nil {
		return nil, errors.New("shape (): a single number, want an array")
	}
	a, err := readArray(s, h.Shape, e)
	if err == nil && a.text == nil && h.Fortran {
		a.fortran()
	}
	return a, err
}
