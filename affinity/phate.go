package affinity

import (
	"context"
	"errors"
	"math"
	"slices"

	"affmatch/internal/fault"
	"affmatch/internal/linear"
	"affmatch/internal/parallel"
	"affmatch/internal/roots"
	"affmatch/internal/same"

	"gonum.org/v1/gonum/mat"
)

// PHATEAffinity is P_ij = -|U_i - U_j|, U = -log max(A^t, 1e-12) the potential of t steps of a diffusion A (Moon et al.,
// Visualizing structure and transitions in high-dimensional biological data, 2019, as the reference, TorchDR at ba2cdf4, has
// it): A is exp(-(C_ij/sigma_i)^Alpha), sigma_i the distance of the K-th nearest, the point itself counted, made symmetric
// and divided by its row sums. P is the negative potential distance, to be matched by loss.Square with a negative distance
// of Z. It is dense, and takes some n^3 multiplications for each doubling of t, for the distances, and for the entropy (Time
// 0), beside an eigenproblem.
type PHATEAffinity struct {
	Neighbor int        // K, the point itself counted; 0: 5
	Alpha    float64    // how fast affinities fall beyond sigma; 0: 10
	Time     int        // t; 0: where the entropy of the diffusion has its knee (Report.Time), 100 at most
	Metric   DataMetric // C; nil: Euclidean
	Search   Search     // what is Known of the distances; zero: those of X
}

var _ Sizer = PHATEAffinity{}

// Validate reports all faults of the fields. What depends on n is checked by Fit.
func (a PHATEAffinity) Validate() error {
	const at = "affinity: PHATEAffinity: "
	var faults []error
	if a.Neighbor < 0 || a.Neighbor == 1 {
		faults = append(faults, fault.Field(at+"Neighbor", a.Neighbor, "at least 2, since the point itself counts, or 0 for 5"))
	}
	if a.Time < 0 || a.Time > 1<<30 {
		faults = append(faults, fault.Field(at+"Time", a.Time, "1 to 2^30, or 0 for the knee of the entropy"))
	}
	return errors.Join(append(faults, positive(at+"Alpha", a.Alpha), validMetric(at, a.Metric), a.Search.validate(at))...)
}

// or is the affinity with its defaults in the place of zeros.
func (a PHATEAffinity) or() PHATEAffinity {
	if a.Neighbor == 0 {
		a.Neighbor = 5
	}
	if a.Alpha == 0 {
		a.Alpha = 10
	}
	if a.Metric == nil {
		a.Metric = Euclidean
	}
	return a
}

// Fit computes the diffusion and the distances of its potentials.
func (a PHATEAffinity) Fit(ctx context.Context, x mat.Matrix) (*Fitted, error) {
	if err := a.Validate(); err != nil {
		return nil, err
	}
	a = a.or()
	k, err := kth(ctx, "affinity: PHATEAffinity: ", a.Search, x, a.Metric, true, a.Neighbor-1, 0)
	if err != nil {
		return nil, err
	}
	n := k.c.N
	u := linear.Zeros(n, n)
	err = roots.Each(ctx, n, func(i int) {
		for j := range n {
			u.Set(i, j, 1)
			if j != i {
				c := k.c.Values[k.c.entry(i, j)]
				u.Set(i, j, (a.fall(c, k.at[i])+a.fall(c, k.at[j]))/2)
			}
		}
		row := u.Data[i*n : (i+1)*n]
		sum := 0.0
		for _, v := range row {
			sum += v
		}
		for j := range row {
			row[j] /= sum
		}
	})
	if err != nil {
		return nil, err
	}
	if a.Time == 0 {
		if a.Time, err = diffusionTime(ctx, u, n); err != nil {
			return nil, err
		}
	}
	if u, err = power(ctx, u, n, a.Time); err != nil {
		return nil, err
	}
	for e, v := range u.Data {
		u.Data[e] = -same.Log(math.Max(v, 1e-12))
	}
	p := k.c
	p.Report.Time = a.Time
	err = roots.Each(ctx, n, func(i int) {
		for j := range n {
			if j != i {
				e := p.entry(i, j)
				p.Values[e] = -Euclidean.Between(u.Data[i*n:(i+1)*n], u.Data[j*n:(j+1)*n])
			}
		}
	})
	const fixed = "a diffusion goes through all of its points (PHATEAffinity)"
	return &Fitted{P: p, Widths: k.at, Exponent: exponent(k.from), checked: true, fixed: fixed}, err
}

// fall is exp(-(c/sigma)^Alpha), and its limits.
func (a PHATEAffinity) fall(c, sigma float64) float64 {
	if c == 0 {
		return 1
	}
	return same.Exp(-same.Pow(c/sigma, a.Alpha))
}

// power is a^t, by squares, its sums in a fixed order.
func power(ctx context.Context, a linear.Matrix, n, t int) (linear.Matrix, error) {
	var result linear.Matrix
	for first := true; ; {
		if t&1 == 1 {
			if first {
				result, first = linear.Of(slices.Clone(a.Data), n, n), false
			} else {
				r, err := times(ctx, result, a, n)
				if err != nil {
					return r, err
				}
				result = r
			}
		}
		if t >>= 1; t == 0 {
			return result, nil
		}
		square, err := times(ctx, a, a, n)
		if err != nil {
			return square, err
		}
		a = square
	}
}

// times is a b, some rows at a time.
func times(ctx context.Context, a, b linear.Matrix, n int) (linear.Matrix, error) {
	const rows = 32
	c := linear.Zeros(n, n)
	return c, parallel.Try(ctx, 0, (n+rows-1)/rows, func(_, task int) error {
		lo := task * rows
		hi := min(lo+rows, n)
		linear.AddProduct(c.Part(lo, 0, hi-lo, n), a.Part(lo, 0, hi-lo, n), b)
		return nil
	})
}

// Memory is that of four matrices of all pairs. Fields that do not fit n are an error.
func (a PHATEAffinity) Memory(n, _ int) (Memory, error) {
	if err := a.Validate(); err != nil {
		return Memory{}, err
	}
	n = a.Search.count(n)
	if err := kthFits("affinity: PHATEAffinity: ", a.or().Neighbor-1, 0, n); err != nil {
		return Memory{}, err
	}
	m := denseMemory(n)
	m.Stages[0].Bytes *= 4
	return m, nil
}
