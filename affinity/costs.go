package affinity

import (
	"fmt"

	"affmatch/internal/fault"

	"gorgonia.org/tensor"
)

// costs puts -log K of the distances c in their place.
func costs(k Kernel, c []float64) error {
	s := NewScope(len(c))
	n, err := s.Constant("distances", tensor.New(tensor.WithShape(len(c)), tensor.WithBacking(c)))
	if err != nil {
		return err
	}
	logK, err := k.LogKernel(s, n)
	if err != nil {
		return fmt.Errorf("affinity: kernel %s: %w", nameOf(k), err)
	}
	v, err := evaluate(s, logK)
	if err != nil {
		return fmt.Errorf("affinity: kernel %s: %w", nameOf(k), err)
	}
	if len(v) != len(c) {
		return fault.Field(fmt.Sprintf("affinity: kernel %s", nameOf(k)), fmt.Sprintf("%d values", len(v)),
			fmt.Sprintf("%d, one a distance", len(c)))
	}
	for e, logK := range v {
		if logK-logK != 0 {
			return fault.Field(fmt.Sprintf("affinity: kernel %s of the distance %v", nameOf(k), c[e]), logK, "a finite logarithm")
		}
		c[e] = -logK
	}
	return nil
}
