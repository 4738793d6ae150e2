package affinity

import (
	"math"

	"affmatch/internal/same"
)

// local is P with the largest entry of each row 1, rows raised to the power at which they sum to log2 k where k is not 0,
// and the fuzzy union with the transpose of that (umap-learn's reset_local_connectivity, with reset_local_metric where k is
// not 0). P may be overwritten.
func (p *Matrix) local(k float64) *Matrix {
	for i := range p.N {
		lo, hi := p.Row(i)
		row := p.Values[lo:hi]
		largest := 0.0
		for _, v := range row {
			largest = math.Max(largest, v)
		}
		if largest == 0 {
			continue
		}
		for e := range row {
			row[e] /= largest
		}
		if k > 0 {
			raise(row, same.Log(k)/math.Ln2)
		}
	}
	q := p.combine(fuzzy(0))
	q.connect()
	return q
}

// raise brings the values of a row, 0 to 1, to the power at which they sum to a target. Where none does, because the row has
// less entries or more that are 1, all of them are 1, or all others 0: but for those that rounding has taken from 1.
func raise(row []float64, target float64) {
	const most = 1 << 32
	low, high, at := 0.0, float64(most), 1.0
	for range 90 {
		sum := 0.0
		for _, v := range row {
			if v > 0 {
				sum += same.Pow(v, at)
			}
		}
		switch {
		case sum < target:
			high = at
		case sum > target:
			low = at
		default:
			low, high = at, at
		}
		if at = min(2*low, most); high < most {
			at = (low + high) / 2
		}
	}
	for e, v := range row {
		if v > 0 {
			row[e] = same.Pow(v, at)
		}
	}
}
