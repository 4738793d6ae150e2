package metrics

import "math"

// standardError of the mean of what m of n rows have, drawn without replacement: s / sqrt(m), times sqrt(1 - m/n). Cochran:
// Sampling techniques (1977), section 2.6.
func standardError(values []float64, n int) float64 {
	m := float64(len(values))
	center, squares := mean(values), 0.0
	for _, v := range values {
		squares += float64((v - center) * (v - center))
	}
	return math.Sqrt(squares / (m * max(1, m-1)) * (1 - m/float64(n)))
}

// jackknife is the standard error of a function of sums over rows, by leaving out one row at a time. Efron, Stein: The
// jackknife estimate of variance, Annals of Statistics 9 (1981).
func (g *moments) jackknife(of func(totals) float64) float64 {
	whole := g.totals()
	values := make([]float64, len(g.row))
	for i, m := range g.row {
		rest := whole
		rest.rows--
		rest.add(m, -1)
		values[i] = of(rest)
	}
	return float64(len(values)-1) * standardError(values, g.n)
}
