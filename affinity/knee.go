package affinity

import (
	"context"
	"fmt"
	"math"

	"affmatch/internal/linear"
	"affmatch/internal/same"
)

// diffusionTime is the t at which the von Neumann entropy of t+1 steps of a diffusion has its knee, of 1 to 98: before it,
// steps take away noise, and after it, structure (Moon and others, 2019, supplement; as the package phate has it: by the
// singular values of one step).
func diffusionTime(ctx context.Context, a linear.Matrix, n int) (int, error) {
	gram, err := times(ctx, a, a.T(), n)
	if err != nil {
		return 0, err
	}
	values, _, err := linear.Eigen(gram, 0, 0)
	if err != nil {
		return 0, fmt.Errorf("affinity: PHATEAffinity: entropy of the diffusion: %w", err)
	}
	for i, v := range values {
		values[i] = math.Sqrt(math.Max(0, v))
	}
	return knee(entropies(values, 100)), nil
}

// entropies are -sum p log p of the values to the powers 1 to t, over their sums.
func entropies(values []float64, t int) []float64 {
	const eps = 0x1p-52 // added to each p, as phate does
	power, h := make([]float64, len(values)), make([]float64, t)
	copy(power, values)
	for k := range h {
		total := 0.0
		for _, v := range power {
			total += v
		}
		for i, v := range power {
			p := v/total + eps
			h[k] -= float64(p * same.Log(p))
			power[i] = v * values[i]
		}
	}
	return h
}

// knee is where two lines fit a curve best, one to its points up to there and one to those from there on: the least sum of
// distances, of lines of least squares.
func knee(y []float64) int {
	at, least := 1, math.Inf(1)
	for k := 1; k+2 < len(y); k++ {
		if off := offLine(y[:k+1]) + offLine(y[k:]); off < least {
			at, least = k, off
		}
	}
	return at
}

// offLine is the sum of the distances |y_i - line(i)| from the line of least squares.
func offLine(y []float64) (off float64) {
	var x, sum, xx, xy float64
	n := float64(len(y))
	for i, v := range y {
		x, sum = x+float64(i), sum+v
	}
	x, sum = x/n, sum/n
	for i, v := range y {
		d := float64(i) - x
		xx, xy = xx+float64(d*d), xy+float64(d*(v-sum))
	}
	for i, v := range y {
		off += math.Abs(v - sum - float64(xy/xx*(float64(i)-x)))
	}
	return off
}
