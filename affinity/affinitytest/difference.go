package affinitytest

import "math"

// differentiate gives the derivatives of f at 0 and a bound on their errors: central differences with steps halved from
// 1, extrapolated to the step 0 (Ridders, Advances in engineering software 4, 1982, pages 75-76). The bound is the
// smallest disagreement of two neighbors in the tableau, and no less than what rounding errors of f, of the size noise,
// make of the smaller step.
func differentiate(noise []float64, f func(h float64) ([]float64, error)) (slope, bound []float64, err error) {
	const steps = 10
	var last [][]float64
	for i := range steps {
		h := math.Ldexp(1, -i)
		up, err := f(h)
		if err != nil {
			return nil, nil, err
		}
		down, err := f(-h)
		if err != nil {
			return nil, nil, err
		}
		if i == 0 {
			slope, bound = make([]float64, len(up)), make([]float64, len(up))
			for e := range bound {
				bound[e] = math.Inf(1)
			}
		}
		row := make([][]float64, i+1)
		for j := range row {
			row[j] = make([]float64, len(up))
			for e := range up {
				if j == 0 {
					row[0][e] = (up[e] - down[e]) / (2 * h)
					continue
				}
				fac := math.Ldexp(1, 2*j)
				v := (fac*row[j-1][e] - last[j-1][e]) / (fac - 1)
				row[j][e] = v
				b := math.Max(math.Abs(v-row[j-1][e]), math.Abs(v-last[j-1][e]))
				if b = math.Max(b, noise[e]/h); b < bound[e] {
					slope[e], bound[e] = v, b
				}
			}
		}
		last = row
	}
	return slope, bound, nil
}

// unit is the rounding error of a number near 1.
const unit = 0x1p-52

// agree says whether a symbolic derivative equals the difference.
func agree(symbolic, slope, bound float64) bool {
	return math.Abs(symbolic-slope) <= 1e-6*math.Max(math.Abs(symbolic), math.Abs(slope))+4*bound
}
