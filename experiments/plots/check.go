package plots

import (
	"fmt"
	"math"

	"gonum.org/v1/plot/vg"

	"affmatch/internal/fault"
)

// largest is the largest magnitude that an axis or a colour bar takes, and the inverse of the least on a logarithmic one:
// sums and powers of ten stay finite.
const largest = 1e300

// Sizes beyond these are mistakes of units.
const (
	widest  = 500 * vg.Millimeter
	highest = 2000 * vg.Millimeter
)

func checkWidth(where string, w vg.Length) error {
	if !(w >= 0 && w <= widest) {
		return fault.Field(where+"Width", w, fmt.Sprintf("0 to %.0f points (%.0f mm)", widest.Points(), widest/vg.Millimeter))
	}
	return nil
}

// onAxis reports a number that has no place on an axis.
func onAxis(where string, v float64, log bool) error {
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return fault.Field(where, v, "a finite number")
	case math.Abs(v) > largest:
		return fault.Field(where, v, "a number within ±1e300")
	case log && v < 1/largest:
		return fault.Field(where, v, "a positive number (1e-300 at least), or a linear axis")
	}
	return nil
}

// checkNumbers reports the first number that has no place on a linear axis.
func checkNumbers(where string, values []float64) error {
	for i, v := range values {
		if err := onAxis(fmt.Sprintf("%s[%d]", where, i), v, false); err != nil {
			return err
		}
	}
	return nil
}

// checkRange reports ends that are no range.
func checkRange(where string, ends [2]float64) error {
	if !(-largest <= ends[0] && ends[0] <= ends[1] && ends[1] <= largest) {
		return fault.Field(where, ends, "a lower and an upper end within ±1e300")
	}
	return nil
}

// checkLabels reports a label that has no name, if there are names.
func checkLabels(where string, labels []int, names []string) error {
	if names == nil {
		return nil
	}
	for i, l := range labels {
		if l != Unlabeled && (l < 0 || l >= len(names)) {
			return fault.Field(fmt.Sprintf(where+"Labels[%d]", i), l, fmt.Sprintf("0 to %d (there are %d Names), or Unlabeled", len(names)-1, len(names)))
		}
	}
	return nil
}
