package affinity

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"affmatch/internal/convex"
	"affmatch/internal/fault"
	"affmatch/internal/team"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
)

// SymmetricEntropicAffinity is P_ij = exp((mu_i + mu_j - 2 C_ij)/(e_i + e_j))/n, symmetric, its rows of sum 1/n and, each,
// of perplexity Perplexity: the P of SNEkhorn and TSNEkhorn (Van Assel, Vayer, Flamary and Courty, SNEkhorn: dimension
// reduction with symmetric entropic affinities, 2023, propositions 4 and 5). EntropicAffinity symmetrized has neither the
// sums nor the perplexity. P is dense.
//
// It is the P of least cost sum P_ij C_ij whose rows have that entropy or more. The dual (e, mu) is the minimum of the
// convex
//
//	sum_ij (e_i + e_j)/2 exp((mu_i + mu_j - 2 C_ij)/(e_i + e_j)) - (1 + log Perplexity) sum_i e_i - sum_i mu_i,  e >= 0,
//
// found by Newton's method from the bandwidths of EntropicAffinity. A row that is far from all others may have more entropy
// than it is asked for in any symmetric P, with e_i = 0: then that is the answer. (e is kept above a millionth of its mean.)
// Rows that are not within Tolerance count as Report.Unconverged.
type SymmetricEntropicAffinity struct {
	Perplexity float64    // effective number of neighbors, more than 1 and less than the points that count; 0: 30
	Diagonal   bool       // the point itself counts too, at its distance 0
	Metric     DataMetric // C; nil: SquaredEuclidean
	Tolerance  float64    // of n times a row's sum, and of its entropy; 0: 1e-6
	MaxSteps   int        // of Newton's method; 0: 100
	Course     Course     // the reference's way in place of Newton's, from e = mu = 1
	// Formula has P not stored but evaluated for each pair where it is wanted (Fitted.Pairwise), and the dual found by passes
	// over distances that are computed anew: O(n) memory beside X. A fit of it takes time instead. X itself is needed, and a
	// Metric that works on nodes too.
	Formula bool
	Search  Search // what is Known of the distances; zero: those of X
}

var _ Sizer = SymmetricEntropicAffinity{}

// Validate reports all faults of the fields. What depends on n is checked by Fit.
func (a SymmetricEntropicAffinity) Validate() error {
	const at = "affinity: SymmetricEntropicAffinity: "
	var faults []error
	if p := a.perplexity(); !(p > 1) || math.IsInf(p, 0) {
		faults = append(faults, fault.Field(at+"Perplexity", a.Perplexity, "more than 1, or 0 for 30"))
	}
	return errors.Join(append(faults, a.Course.validate(at), a.doubly().validate(at, 0))...)
}

func (a SymmetricEntropicAffinity) perplexity() float64 {
	if a.Perplexity == 0 {
		return 30
	}
	return a.Perplexity
}

func (a SymmetricEntropicAffinity) doubly() doubly {
	return doubly{0, nil, a.Diagonal, a.Metric, a.Tolerance, a.MaxSteps, a.Search}
}

// fits refuses a perplexity that no row of so many points has.
func (a SymmetricEntropicAffinity) fits(n int) error {
	if !a.Diagonal {
		n--
	}
	if p := a.perplexity(); p >= float64(n) {
		return fault.Field("affinity: SymmetricEntropicAffinity: Perplexity", p,
			fmt.Sprintf("more than 1 and less than the %d points that count", n))
	}
	return nil
}

// Fit finds the dual; Fitted.Widths are e. New rows get a dual of their own, with which they have the sum and the
// perplexity.
func (a SymmetricEntropicAffinity) Fit(ctx context.Context, x mat.Matrix) (*Fitted, error) {
	from, s, err := a.solve(ctx, x, !a.Formula)
	if err != nil {
		return nil, err
	}
	f := &Fitted{Widths: s.x[:s.n], Exponent: exponent(from)}
	f.extendBy(from, 0, s.extended)
	if a.Formula {
		f.Pairwise, err = s.pairwise()
		return f, err
	}
	if err := team.Rows(team.From(ctx), s.n, s.p); err != nil {
		return nil, err
	}
	p := *s.stored
	p.Values, p.Report.Unconverged = s.p, s.faulty()
	for e := range p.Values {
		p.Values[e] /= float64(s.n)
	}
	f.P = &p
	return f, nil
}

// pairwise is P = exp((mu_i + mu_j - 2C)/(e_i + e_j))/n on pairs.
func (s *entropicDual) pairwise() (*Pairwise, error) {
	d, ok := s.from.(*data)
	if !ok {
		return nil, errFormulaOfKnown
	}
	at := func(on *Pairs) (*G.Node, error) {
		return Try(func() Expr {
			c := E(Must(d.ofRows(on)))
			e, mu := on.Numbers("symmetricentropic.e", s.at[:s.n]), on.Numbers("symmetricentropic.mu", s.at[s.n:])
			u := mu.Head(on).Add(mu.Tail(on)).Sub(c.Mul(2)).Div(e.Head(on).Add(e.Tail(on)))
			return u.Exp().Mul(1 / float64(s.n))
		})
	}
	return &Pairwise{N: s.n, Diagonal: s.diagonal, Report: Report{Unconverged: s.faulty()}, At: at}, nil
}

// solve finds the dual, on stored distances, which are then n P, or in passes over distances that are computed anew.
func (a SymmetricEntropicAffinity) solve(ctx context.Context, x mat.Matrix, store bool) (source, *entropicDual, error) {
	if err := a.Validate(); err != nil {
		return nil, nil, err
	}
	from, err := a.Search.source(x, a.Metric, a.Course.Steps == 0)
	if err != nil {
		return nil, nil, err
	}
	if d, ok := from.(*data); ok && a.Formula {
		d.center()
	}
	if err := a.fits(from.points()); err != nil {
		return nil, nil, err
	}
	t, err := newTable(ctx, from, a.Diagonal, store, nil)
	if err != nil {
		return nil, nil, err
	}
	s := newEntropicDual(t, a.perplexity(), a.doubly().tolerance())
	if a.Course.Steps > 0 {
		err = s.course(ctx, a.Course.or(0.1, 1e-3))
	} else {
		err = s.newton(ctx, a.doubly().steps())
	}
	return from, s, err
}

// stages of the bound of e, from a tenth of the mean bandwidth to a millionth of it.
const stages = 6

// newton is Newton's method.
func (s *entropicDual) newton(ctx context.Context, steps int) error {
	if err := s.start(ctx); err != nil {
		return err
	}
	problem := convex.Problem(s)
	if s.stored == nil {
		p, err := newEntropicPasses(team.From(ctx), s)
		if err != nil {
			return err
		}
		defer p.close()
		problem = p
	}
	// The nearer e may come to 0, the stiffer the function there: the bound falls in stages, the last of which is exact.
	lower := slices.Repeat([]float64{math.Inf(-1)}, 2*s.n)
	within, held := s.tolerance, true
	for stage := 1; stage <= stages; stage++ {
		if !held {
			stage = stages
		}
		s.least = math.Max(s.scale*math.Pow10(-stage), 0x1p-900)
		s.tolerance = within
		if stage < stages {
			s.tolerance = math.Max(within, 0.01)
		}
		for i := range s.n {
			lower[i], s.x[i] = s.least, math.Max(s.x[i], s.least)
		}
		if _, err := convex.Minimize(ctx, problem, s.x, lower, steps); err != nil {
			return err
		}
		held = slices.Min(s.x[:s.n]) <= s.least
	}
	_, err := problem.At(ctx, s.x, make([]float64, 2*s.n), make([]float64, 2*s.n)) // P at the end of it
	return err
}

// course is the reference's, which gives the P of the place before its last step.
func (s *entropicDual) course(ctx context.Context, c Course) error {
	n := s.n
	u := make([]float64, 2*n) // eps and mu
	for i := range u {
		u[i] = 1
	}
	d := make([]float64, 2*n)
	slope := func(u, g []float64) error {
		copy(s.x, u)
		if !c.Linear {
			for i := range n {
				s.x[i] = u[i] * u[i]
			}
		}
		_, err := s.At(ctx, s.x, g, d)
		for i := range n {
			if !c.Linear {
				g[i] *= 2 * u[i]
			}
		}
		return err
	}
	return c.run(ctx, u, slope, func(u, g []float64) bool {
		for i := range n {
			if c.Linear {
				u[i] = math.Max(u[i], 0)
			}
		}
		return norm(g[:n]) < c.Tolerance && norm(g[n:]) < c.Tolerance
	})
}

// Memory is that of the distances and of P, of all pairs. Fields that do not fit n are an error.
func (a SymmetricEntropicAffinity) Memory(n, _ int) (Memory, error) {
	n = a.Search.count(n)
	if err := errors.Join(a.Validate(), a.fits(n)); err != nil {
		return Memory{}, err
	}
	if a.Formula {
		bytes := 8*tileEntries + 120*int64(n)
		return Memory{Points: n, Stages: []MemoryStage{{"dual", bytes, 32 * int64(n)}}, Fitted: 16 * int64(n)}, nil
	}
	return twiceDense(n), nil
}
