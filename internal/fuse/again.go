package fuse

import (
	"slices"

	"affmatch/internal/same"
)

// alone are the rows that are gone through again: those in which one of some log-sum-exps is not at least so much.
type alone struct {
	sums  []*expr
	least float64
	sinks *onSet // for which
	whole *program
}

// leastSumOf is the logarithm of the smallest sum of n exponentials whose power is a number still and has its digits, though
// each term may have lost as much as the smallest normal number.
func leastSumOf(n int, double bool, power float64) float64 {
	digits := float64(1 << 24)
	if double {
		digits = 1 << 53
	}
	return same.Log(float64(n)*floorOf(double)*digits) / power
}

// goAgain goes through rows that half of the pairs leave out, all pairs of each as they are written.
func (p *pass[T]) goAgain(m *Machine[T]) error {
	if p.again == nil {
		return nil
	}
	few, err := p.alone.rows(m.arrayValue)
	if err != nil || few.none() {
		return err
	}
	return p.again.add(m, p.alone.sinks.sinks, few, false)
}

// rows are those in which one of the log-sum-exps is not as large as it has to be, or no number.
func (a *alone) rows(value func(*expr) ([]float64, error)) (*flagged, error) {
	var sums [][]float64
	for _, e := range a.sums {
		v, err := value(e)
		if err != nil {
			return nil, err
		}
		sums = append(sums, v)
	}
	var rows []int32
	for i := range sums[0] {
		if slices.ContainsFunc(sums, func(v []float64) bool { return !(v[i] >= a.least) }) {
			rows = append(rows, int32(i))
		}
	}
	few := &flagged{}
	few.add(len(sums[0]), rows)
	return few, nil
}
