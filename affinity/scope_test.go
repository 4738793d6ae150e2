package affinity

import (
	"strings"
	"testing"

	"gorgonia.org/tensor"
)

// TestANameHoldsOneValue: a second Given of the same name and shape with other numbers must not quietly be the first.
func TestANameHoldsOneValue(t *testing.T) {
	vector := func(v ...float64) *tensor.Dense { return tensor.New(tensor.WithShape(len(v)), tensor.WithBacking(v)) }
	s := NewScope(2)
	first, err := s.Constant("w", vector(1, 2))
	if err != nil {
		t.Fatal(err)
	}
	if again, err := s.Constant("w", vector(1, 2)); err != nil || again != first {
		t.Errorf("the same values again: %v, %v, want the node made first", again, err)
	}
	if _, err := s.Constant("w", vector(1, 3)); err == nil || !strings.Contains(err.Error(), "affinity: w = other values") {
		t.Errorf("other values under one name: %v, want an error that names it", err)
	}
	if _, err := s.Constant("w", vector(1, 2, 3)); err == nil || !strings.Contains(err.Error(), "shape") {
		t.Errorf("another shape under one name: %v, want an error", err)
	}
	nu, err := s.Param("nu", tensor.New(tensor.FromScalar(1.0)))
	if err != nil {
		t.Fatal(err)
	}
	if again, err := s.Param("nu", tensor.New(tensor.FromScalar(1.0))); err != nil || again != nu {
		t.Errorf("the same scalar again: %v, %v, want the node made first", again, err)
	}
	if _, err := s.Param("nu", tensor.New(tensor.FromScalar(2.0))); err == nil {
		t.Error("another scalar under one name: want an error")
	}
}
