package affinity

import (
	"context"
	"errors"
	"fmt"
	"math"

	"affmatch/internal/convex"
	"affmatch/internal/fault"
	"affmatch/internal/same"
	"affmatch/internal/team"

	"gonum.org/v1/gonum/mat"
)

// SinkhornAffinity is P_ij = exp(f_i + f_j - C_ij/Eps)/n, the dual f such that rows and columns sum to 1/n: the symmetric,
// doubly stochastic scaling of a kernel (Cuturi, Sinkhorn distances, 2013; Marshall and Coifman, Manifold learning with
// bi-stochastic kernels, 2019). With all rows of one weight, far points are as near to their neighbors as others. P is
// dense.
//
// f is the minimum of the convex sum_ij exp(f_i + f_j - C_ij/Eps)/2 - sum_i f_i, found by Newton's method after a few rounds
// of the fixed point; where the kernel is narrow and the diagonal left out, pairs of mutually nearest points make rounds
// alone take tens of thousands. Rows that are not within Tolerance count as Report.Unconverged.
type SinkhornAffinity struct {
	Eps       float64    // in units of C; 0: 1
	Cost      Kernel     // C is -log K of the metric's distance: with Student, log(1 + distance). nil: C is the distance
	Diagonal  bool       // the pairs (i,i) count too
	Metric    DataMetric // nil: SquaredEuclidean
	Tolerance float64    // of n times a row's sum; of the length of f's last move with Rounds. 0: 1e-6
	MaxSteps  int        // of Newton's method; 0: 100
	// Rounds of f <- (f + r)/2, r_i = -LSE_j(f_j - C_ij/Eps), at most, in place of Newton's method: the reference's search
	// (TorchDR 0.2, which has 1000 rounds and a Tolerance of 1e-5). 0: Newton's.
	Rounds int
	Search Search // what is Known of the distances; zero: those of X
}

// Validate reports all faults of the fields.
func (a SinkhornAffinity) Validate() error {
	return a.doubly().validate("affinity: SinkhornAffinity: ", a.Rounds)
}

func (a SinkhornAffinity) doubly() doubly {
	return doubly{a.Eps, a.Cost, a.Diagonal, a.Metric, a.Tolerance, a.MaxSteps, a.Search}
}

// Fit finds the dual. New rows get a dual of their own, for which they sum to 1 over the number of new rows.
func (a SinkhornAffinity) Fit(ctx context.Context, x mat.Matrix) (*Fitted, error) {
	if err := a.Validate(); err != nil {
		return nil, err
	}
	d := a.doubly()
	from, t, err := d.open(ctx, x, true)
	if err != nil {
		return nil, err
	}
	s := &scaling{table: t, inverse: 1 / orOne(a.Eps), tolerance: d.tolerance(),
		f: make([]float64, t.n), sums: make([]float64, t.n), own: make([]float64, t.n), p: make([]float64, len(t.stored.Values))}
	if a.Rounds > 0 {
		err = s.rounds(ctx, a.Rounds, s.tolerance)
	} else if err = s.rounds(ctx, 8, 0); err == nil {
		_, err = convex.Minimize(ctx, s, s.f, nil, d.steps())
	}
	if err == nil {
		err = s.at(ctx, s.f)
	}
	if err == nil {
		err = team.Rows(team.From(ctx), t.n, s.p)
	}
	if err != nil {
		return nil, err
	}
	p := *t.stored
	p.Values = s.p
	for i, sum := range s.sums {
		if sum-sum != 0 {
			return nil, fault.Field("affinity: SinkhornAffinity: Eps", a.Eps,
				fmt.Sprintf("one that is less small for the distances of row %d of X", i))
		}
		if !(math.Abs(sum-1) <= s.tolerance) {
			p.Report.Unconverged++
		}
	}
	for e := range p.Values {
		p.Values[e] /= float64(t.n)
	}
	f := &Fitted{P: &p, Exponent: exponent(from)}
	f.extendBy(from, 0, func(ctx context.Context, c *Matrix) (*Matrix, error) { return s.extended(ctx, c, t.cost) })
	return f, nil
}

// Memory is that of the distances and of P, of all pairs. Fields that do not fit n are an error.
func (a SinkhornAffinity) Memory(n, _ int) (Memory, error) {
	if err := a.Validate(); err != nil {
		return Memory{}, err
	}
	return twiceDense(a.Search.count(n)), nil
}

// twiceDense is the memory of distances and P of all pairs.
func twiceDense(n int) Memory {
	m := denseMemory(n)
	m.Stages[0].Bytes *= 2
	m.Fitted = 16 * int64(n)
	return m
}

// scaling is the search for f, over a stored table of costs C.
type scaling struct {
	*table
	inverse   float64 // 1/Eps
	tolerance float64
	f, sums   []float64
	own       []float64 // n P_ii at the last place
	p         []float64 // n P there: of a team, a member's rows
}

// at computes n P and its row sums.
func (s *scaling) at(ctx context.Context, f []float64) error {
	return s.each(ctx, func(i int, c []float64) {
		lo, _ := s.stored.Row(i)
		p, sum := s.p[lo:lo+len(c)], 0.0
		for k, v := range c {
			p[k] = same.Exp(f[i] + f[s.column(i, k)] - float64(v*s.inverse))
			sum += p[k]
		}
		s.sums[i] = sum
		if s.diagonal {
			s.own[i] = p[i]
		}
	}, s.sums, s.own)
}

// rounds are those of the fixed point, until f moves less than the tolerance.
func (s *scaling) rounds(ctx context.Context, most int, tolerance float64) error {
	r := make([]float64, s.n)
	for range most {
		err := s.each(ctx, func(i int, c []float64) {
			largest, sum := math.Inf(-1), 0.0
			for k, v := range c {
				largest = math.Max(largest, s.f[s.column(i, k)]-float64(v*s.inverse))
			}
			for k, v := range c {
				sum += same.Exp(s.f[s.column(i, k)] - float64(v*s.inverse) - largest)
			}
			r[i] = -largest - same.Log(sum)
		}, r)
		if err != nil {
			return err
		}
		for i, v := range r {
			s.f[i] = (s.f[i] + v) / 2
			r[i] = s.f[i] - v
		}
		if norm(r) < tolerance {
			return nil
		}
	}
	return nil
}

// At is the value of the convex function at f.
func (s *scaling) At(ctx context.Context, f, g, d []float64) (float64, error) {
	if err := s.at(ctx, f); err != nil {
		return 0, err
	}
	value := 0.0
	for i, sum := range s.sums {
		g[i], d[i] = sum-1, sum
		if s.diagonal {
			d[i] += s.own[i]
		}
		value += float64(0.5*sum) - f[i]
	}
	if !(value < math.Inf(1)) {
		return math.Inf(1), nil
	}
	return value, nil
}

// Times is (diag(row sums) + n P) v.
func (s *scaling) Times(ctx context.Context, v, hv []float64) error {
	return s.each(ctx, func(i int, c []float64) {
		lo, _ := s.stored.Row(i)
		sum := float64(s.sums[i] * v[i])
		for k, p := range s.p[lo : lo+len(c)] {
			sum += float64(p * v[s.column(i, k)])
		}
		hv[i] = sum
	}, hv)
}

// Done wants each row sum within the tolerance.
func (s *scaling) Done(_, g []float64) bool { return within(g, s.tolerance) }

func within(g []float64, tolerance float64) bool {
	for _, v := range g {
		if !(math.Abs(v) <= tolerance) {
			return false
		}
	}
	return true
}

// extended are new rows, each with its own dual against those of the points.
func (s *scaling) extended(ctx context.Context, c *Matrix, cost func([]float64) error) (*Matrix, error) {
	if cost != nil {
		if err := cost(c.Values); err != nil {
			return nil, err
		}
	}
	for i := range c.N {
		if err := fault.Context("affinity", ctx); err != nil {
			return nil, err
		}
		lo, hi := c.Row(i)
		row := c.Values[lo:hi]
		for j := range row {
			row[j] = float64(row[j]*s.inverse) - s.f[j]
		}
		weights(row, row, 1, 1)
	}
	return c, nil
}

// doubly is what the doubly stochastic affinities of a fixed Eps have in common.
type doubly struct {
	eps      float64
	kernel   Kernel
	diagonal bool
	metric   DataMetric
	within   float64
	maxSteps int
	search   Search
}

func (d doubly) validate(at string, rounds int) error {
	var faults []error
	if rounds < 0 {
		faults = append(faults, fault.Field(at+"Rounds", rounds, "at least 1, or 0 for Newton's method"))
	}
	if d.maxSteps < 0 {
		faults = append(faults, fault.Field(at+"MaxSteps", d.maxSteps, "at least 1, or 0 for 100"))
	}
	return errors.Join(append(faults, scale(at+"Eps", d.eps), validate(d.kernel), positive(at+"Tolerance", d.within),
		validMetric(at, d.metric), d.search.validate(at))...)
}

func (d doubly) tolerance() float64 {
	if d.within == 0 {
		return 1e-6
	}
	return d.within
}

func (d doubly) steps() int {
	if d.maxSteps == 0 {
		return 100
	}
	return d.maxSteps
}

// open is the table of costs.
func (d doubly) open(ctx context.Context, x mat.Matrix, store bool) (source, *table, error) {
	from, err := d.search.source(x, d.metric, false)
	if err != nil {
		return nil, nil, err
	}
	var cost func(c []float64) error
	if d.kernel != nil {
		cost = func(c []float64) error { return costs(d.kernel, c) }
	}
	t, err := newTable(ctx, from, d.diagonal, store, cost)
	return from, t, err
}
