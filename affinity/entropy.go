package affinity

import (
	"context"
	"math"

	"affmatch/internal/roots"
	"affmatch/internal/same"
)

// entropic finds the bandwidths of the distances in p, which stand where P will.
func (s solver) entropic(ctx context.Context, p *Matrix, perplexity float64) (*bandwidths, error) {
	goal := same.Log(perplexity)
	_, columns := p.Dims()
	bound := newEntropyBound(columns, perplexity)
	rows := make([]spread, p.N)
	row := func(i int) target {
		lo, hi := p.Row(i)
		r := spreadOf(p.Values[lo:hi])
		if p.Dense() && p.gap() && !s.exact {
			r.far = r.selfDistance()
		}
		rows[i] = r
		begin, end := bound.bracket(r)
		return target{same.Log(float64(r.ties)) - goal, same.Log(float64(hi-lo)) - goal, begin, end}
	}
	return s.solve(ctx, p.N, row, func(i int, eps float64) float64 {
		lo, hi := p.Row(i)
		return rows[i].entropy(p.Values[lo:hi], eps) - goal
	})
}

// spread is what a search needs to know of a row's distances.
type spread struct {
	least, second, most float64
	ties                int     // how many share the smallest distance
	far                 float64 // selfDistance, on all pairs; 0: none
}

// selfDistance is the reference's stand-in for the distance of the point itself on all pairs: 1e12, which weighs nothing
// in P but reaches the bracket's end and so the search's path. Where the row's distances are so large that it would weigh
// something, which spoils the reference's P, it is farther.
func (s spread) selfDistance() float64 {
	if s.most <= 1e10 {
		return 1e12
	}
	return 1e6 * s.most
}

func spreadOf(c []float64) spread {
	s := spread{least: c[0], second: math.Inf(1), most: c[0]}
	for _, v := range c {
		s.most = math.Max(s.most, v)
		switch {
		case v < s.least:
			s.least, s.second, s.ties = v, s.least, 1
		case v == s.least:
			if s.ties++; s.ties > 1 {
				s.second = v
			}
		default:
			s.second = math.Min(s.second, v)
		}
	}
	return s
}

// entropy is that of p_j proportional to exp(-c_j/eps).
func (s spread) entropy(c []float64, eps float64) float64 {
	var sum, mean float64 // of w and of w*u, w = exp(-u)
	for _, v := range c {
		u := (v - s.least) / eps
		if w := same.Exp(-u); w > 0 { // u may be infinite
			sum += w
			mean += float64(w * u)
		}
	}
	if u := (s.far - s.least) / eps; s.far > 0 && u < 700 {
		w := same.Exp(-u)
		sum += w
		mean += float64(w * u)
	}
	return same.Log(sum) + mean/sum
}

// entropyBound gives brackets of the bandwidth (Vladymyrov and Carreira-Perpinan, 2013, theorem 3.1), as the reference
// evaluates them: with n points also where a row has fewer distances. They are a place to start from, not a guarantee.
type entropyBound struct{ n, logRatio, p1 float64 }

func newEntropyBound(n int, perplexity float64) entropyBound {
	b := entropyBound{n: float64(n), logRatio: same.Log(float64(n) / perplexity)}
	goal := same.Log(math.Min(math.Sqrt(2*b.n), perplexity))
	p1, _ := roots.FalsePosition(context.Background(), []float64{0.75}, []float64{1 - 1e-6}, func(_ int, p float64) float64 {
		return goal - float64(2*(1-p)*same.Log(b.n/(2*(1-p))))
	}, 1e-6, 1000)
	b.p1 = p1.X[0]
	return b
}

func (b entropyBound) bracket(s spread) (begin, end float64) {
	most := math.Max(s.most, s.far)
	lower := b.n * b.logRatio / ((b.n - 1) * (most - s.least))
	if r := math.Sqrt(b.logRatio / (float64(most*most) - float64(s.least*s.least))); r > lower { // not where distances are negative
		lower = r
	}
	upper := same.Log((b.n-1)*b.p1/(1-b.p1)) / (s.second - s.least)
	return 1/upper + 1e-6, 1 / lower
}
