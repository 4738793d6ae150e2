package affinity

import (
	"context"
	"math"
	"slices"

	"affmatch/internal/convex"
	"affmatch/internal/fault"
	"affmatch/internal/same"
)

// entropicDual is the search for the dual of SymmetricEntropicAffinity: x holds e, then mu. With u = (mu_i + mu_j - 2
// C_ij)/s and s = e_i + e_j a pair has p = exp(u), adds s p/2 to the function, and has a Hessian of rank one, p/s times the
// square of (mu_i + mu_j) - u (e_i + e_j).
type entropicDual struct {
	*table
	goal      float64 // 1 + log Perplexity
	tolerance float64
	scale     float64   // of e: the mean where the search starts
	least     float64   // bound of e
	x         []float64 // the dual
	at        []float64 // the place that Times is at
	p         []float64 // n P there, on stored distances, of a team a member's rows; nil: computed anew
	g         []float64 // the faults there
}

func newEntropicDual(t *table, perplexity, tolerance float64) *entropicDual {
	s := &entropicDual{table: t, goal: 1 + same.Log(perplexity), tolerance: tolerance,
		x: make([]float64, 2*t.n), at: make([]float64, 2*t.n), g: make([]float64, 2*t.n)}
	if t.stored != nil {
		s.p = make([]float64, len(t.stored.Values))
	}
	return s
}

// start is the dual of the rows' own entropic affinities, e_i = eps_i, whose P is the geometric mean of theirs.
func (s *entropicDual) start(ctx context.Context) error {
	err := s.each(ctx, func(i int, c []float64) { s.x[i], s.x[s.n+i] = rowStart(c, s.goal-1) }, s.x[:s.n], s.x[s.n:])
	if err != nil {
		return err
	}
	for _, e := range s.x[:s.n] {
		s.scale += e / float64(s.n)
	}
	if s.scale == 0 {
		s.scale = 1
	}
	return nil
}

// rowStart is about the bandwidth at which a row has an entropy, and the mu with which its affinities then sum to 1.
func rowStart(c []float64, entropy float64) (e, mu float64) {
	r := spreadOf(c)
	if same.Log(float64(r.ties)) >= entropy || r.most == r.least {
		return 0, r.least
	}
	above := func(e float64) bool { return r.entropy(c, e) > entropy }
	lo := r.most - r.least
	for above(lo) && lo > math.SmallestNonzeroFloat64 {
		lo /= 4
	}
	hi := 4 * lo
	for !above(hi) && hi < 1e300 {
		lo, hi = hi, 4*hi
	}
	for range 6 {
		if m := math.Sqrt(lo) * math.Sqrt(hi); above(m) {
			hi = m
		} else {
			lo = m
		}
	}
	sum := 0.0
	for _, v := range c {
		sum += decay(v-r.least, lo)
	}
	return lo, r.least - float64(lo*same.Log(sum))
}

// At is the value of the convex function.
func (s *entropicDual) At(ctx context.Context, x, g, d []float64) (float64, error) {
	n := s.n
	copy(s.at, x)
	e, mu := s.at[:n], s.at[n:]
	values := make([]float64, n)
	err := s.each(ctx, func(i int, c []float64) {
		var value, sum, h, byE, byMu float64
		var p []float64
		if s.p != nil {
			lo, _ := s.stored.Row(i)
			p = s.p[lo : lo+len(c)]
		}
		for k, v := range c {
			j := s.column(i, k)
			w := e[i] + e[j]
			u := (mu[i] + mu[j] - float64(2*v)) / w
			q := same.Exp(u)
			if p != nil {
				p[k] = q
			}
			if q == 0 {
				continue // u may be infinite
			}
			times := q / w
			if j == i { // which moves with both of its ends
				times *= 2
			}
			value += float64(0.5 * w * q)
			sum += q
			h += float64(q * (1 - u))
			byMu += times
			byE += float64(u * u * times)
		}
		values[i], s.g[i], s.g[n+i] = value, h-s.goal, sum-1
		d[i], d[n+i] = byE, byMu
	}, values, s.g[:n], s.g[n:], d[:n], d[n:])
	if err != nil {
		return 0, err
	}
	copy(g, s.g)
	total := 0.0
	for i, v := range values {
		total += v - float64(s.goal*e[i]) - mu[i]
	}
	if !(total < math.Inf(1)) {
		return math.Inf(1), nil
	}
	return total, nil
}

// Times is the Hessian times v.
func (s *entropicDual) Times(ctx context.Context, v, hv []float64) error {
	n := s.n
	e, mu := s.at[:n], s.at[n:]
	return s.each(ctx, func(i int, c []float64) {
		var byE, byMu float64
		lo := 0
		if s.p != nil {
			lo, _ = s.stored.Row(i)
		}
		for k, dist := range c {
			j := s.column(i, k)
			w := e[i] + e[j]
			u := (mu[i] + mu[j] - float64(2*dist)) / w
			var q float64
			if s.p != nil {
				q = s.p[lo+k]
			} else {
				q = same.Exp(u)
			}
			if q == 0 {
				continue
			}
			t := float64(q / w * (v[n+i] + v[n+j] - float64(u*(v[i]+v[j]))))
			byMu += t
			byE -= float64(u * t)
		}
		hv[i], hv[n+i] = byE, byMu
	}, hv[:n], hv[n:])
}

// Done wants each row's sum and entropy within the tolerance; more entropy where e is at its bound.
func (s *entropicDual) Done(x, g []float64) bool { return s.faultyAt(x, g) == 0 }

// faulty is how many rows are not as they should be.
func (s *entropicDual) faulty() int { return s.faultyAt(s.at, s.g) }

func (s *entropicDual) faultyAt(x, g []float64) (count int) {
	for i := range s.n {
		sum := math.Abs(g[s.n+i]) <= s.tolerance
		entropy := math.Abs(g[i]) <= s.tolerance || g[i] > 0 && x[i] <= s.least
		if !sum || !entropy {
			count++
		}
	}
	return count
}

// extended are new rows, each with a dual of its own against those of the points.
func (s *entropicDual) extended(ctx context.Context, c *Matrix) (*Matrix, error) {
	for i := range c.N {
		if err := fault.Context("affinity", ctx); err != nil {
			return nil, err
		}
		lo, hi := c.Row(i)
		row := c.Values[lo:hi]
		one := &entropicRow{dual: s, c: slices.Clone(row), p: row, x: make([]float64, 2)}
		one.x[0], one.x[1] = rowStart(row, s.goal-1)
		one.x[0] = math.Max(one.x[0], s.least)
		r, err := convex.Minimize(ctx, one, one.x, []float64{s.least, math.Inf(-1)}, 100)
		if err != nil {
			return nil, err
		}
		if !r.Converged {
			c.Report.Unconverged++
		}
		if _, err := one.At(ctx, one.x, make([]float64, 2), make([]float64, 2)); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// entropicRow is the same search for one row alone, against points whose dual stays.
type entropicRow struct {
	dual *entropicDual
	c, p []float64
	x    []float64 // e and mu
	at   [2]float64
}

// pair is what point j adds.
func (r *entropicRow) pair(j int) (w, u float64) {
	w = r.at[0] + r.dual.x[j]
	return w, (r.at[1] + r.dual.x[r.dual.n+j] - float64(2*r.c[j])) / w
}

// At is the value of the convex function of the row.
func (r *entropicRow) At(_ context.Context, x, g, d []float64) (float64, error) {
	r.at = [2]float64(x)
	value := -float64(r.dual.goal*x[0]) - x[1]
	g[0], g[1], d[0], d[1] = -r.dual.goal, -1, 0, 0
	for j := range r.c {
		w, u := r.pair(j)
		q := same.Exp(u)
		if r.p[j] = q; q == 0 {
			continue
		}
		value += float64(w * q)
		g[0], g[1] = g[0]+float64(q*(1-u)), g[1]+q
		d[0], d[1] = d[0]+float64(u*u*q/w), d[1]+q/w
	}
	if !(value < math.Inf(1)) {
		return math.Inf(1), nil
	}
	return value, nil
}

// Times is the Hessian times v.
func (r *entropicRow) Times(_ context.Context, v, hv []float64) error {
	hv[0], hv[1] = 0, 0
	for j := range r.c {
		w, u := r.pair(j)
		if q := r.p[j]; q > 0 {
			t := float64(q / w * (v[1] - float64(u*v[0])))
			hv[0], hv[1] = hv[0]-float64(u*t), hv[1]+t
		}
	}
	return nil
}

// Done wants the sum and the entropy.
func (r *entropicRow) Done(x, g []float64) bool {
	return math.Abs(g[1]) <= r.dual.tolerance && (math.Abs(g[0]) <= r.dual.tolerance || g[0] > 0 && x[0] <= r.dual.least)
}
