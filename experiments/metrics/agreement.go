package metrics

import (
	"cmp"
	"fmt"
	"slices"

	"affmatch/internal/fault"
	"affmatch/internal/same"
)

// ARI is the adjusted Rand index of two labelings of the same points: the share of pairs on which they agree, scaled so
// that chance is 0 and equality 1; it may be negative.
//
//	(sum_ab C(n_ab,2) - E) / ((A + B)/2 - E),   A = sum_a C(n_a,2),   B = sum_b C(n_b,2),   E = A B / C(n,2)
//
// Hubert, Arabie: Comparing partitions, Journal of Classification 2 (1985).
func ARI(a, b []int) (float64, error) {
	t, err := newOverlap(a, b)
	if err != nil {
		return 0, err
	}
	pairs := func(counts []float64) (sum float64) {
		for _, c := range counts {
			sum += float64(c * (c - 1) / 2)
		}
		return sum
	}
	both, inA, inB := pairs(t.both), pairs(t.a), pairs(t.b)
	expected := inA * inB / float64(t.n*(t.n-1)/2)
	if most := float64((inA + inB) / 2); most != expected {
		return (both - expected) / (most - expected), nil
	}
	return 1, nil // one class, or as many as points, in both
}

// NMI is the mutual information of two labelings of the same points over the mean of their entropies, from 0 to 1:
//
//	2 I(a,b) / (H(a) + H(b))
//
// It is not adjusted for chance. Two labelings of one class each are equal: 1. Vinh, Epps, Bailey: Information theoretic
// measures for clusterings comparison, JMLR 11 (2010).
func NMI(a, b []int) (float64, error) {
	t, err := newOverlap(a, b)
	if err != nil {
		return 0, err
	}
	entropy := func(counts []float64) (h float64) {
		for _, c := range counts {
			h -= float64(c / t.n * same.Log(c/t.n))
		}
		return h
	}
	hA, hB, hBoth := entropy(t.a), entropy(t.b), entropy(t.both)
	if hA+hB == 0 {
		return 1, nil
	}
	return max(0, 2*(hA+hB-hBoth)/(hA+hB)), nil
}

// overlap counts the points of each class of a, of each of b, and of each pair of classes that occurs.
type overlap struct {
	n          float64
	a, b, both []float64
}

func newOverlap(a, b []int) (*overlap, error) {
	if len(a) != len(b) || len(a) < 2 {
		return nil, fault.Field("metrics: labelings", fmt.Sprintf("of %d and %d points", len(a), len(b)), "the same points, at least two")
	}
	pairs := make([][2]int, len(a))
	for i := range a {
		pairs[i] = [2]int{a[i], b[i]}
	}
	slices.SortFunc(pairs, func(p, q [2]int) int { return cmp.Or(cmp.Compare(p[0], q[0]), cmp.Compare(p[1], q[1])) })
	return &overlap{float64(len(a)), runs(slices.Sorted(slices.Values(a))), runs(slices.Sorted(slices.Values(b))), runs(pairs)}, nil
}

// runs gives the lengths of the stretches of equal entries.
func runs[T comparable](sorted []T) (lengths []float64) {
	for i, v := range sorted {
		if i == 0 || v != sorted[i-1] {
			lengths = append(lengths, 0)
		}
		lengths[len(lengths)-1]++
	}
	return lengths
}
