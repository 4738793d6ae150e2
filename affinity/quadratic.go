package affinity

import (
	"context"
	"errors"
	"math"
	"slices"

	"affmatch/internal/convex"
	"affmatch/internal/fault"

	"gonum.org/v1/gonum/mat"
)

// DoublyStochasticQuadraticAffinity is P_ij = max(0, f_i + f_j - C_ij)/(n Eps), the dual f such that rows and columns sum to
// 1/n (Zhang, Cheng and Reeves, Manifold learning with sparse regularised optimal transport, 2023, equation 5, with the
// reference's Eps): a doubly stochastic P that is nearest to the scaled negative distances, in least squares, and sparse by
// itself. P holds the entries above 0, columns ascending.
//
// f is the minimum of the convex sum_ij max(0, f_i + f_j - C_ij)^2/(4 Eps) - sum_i f_i, found by Newton's method, whose
// steps are exact once the entries above 0 stay. Rows that are not within Tolerance count as Report.Unconverged. For more
// than some 5,000 points distances are computed anew in each pass instead of being stored.
type DoublyStochasticQuadraticAffinity struct {
	Eps       float64    // in units of C: more is denser; 0: 1
	Cost      Kernel     // C is -log K of the metric's distance: with Student, log(1 + distance). nil: C is the distance
	Diagonal  bool       // the pairs (i,i) count too
	Metric    DataMetric // nil: SquaredEuclidean
	Tolerance float64    // of n times a row's sum; 0: 1e-6
	MaxSteps  int        // of Newton's method; 0: 100
	Course    Course     // the reference's way in place of Newton's, from f = 1
	Search    Search     // what is Known of the distances; zero: those of X
}

var (
	_ Sizer = SinkhornAffinity{}
	_ Sizer = DoublyStochasticQuadraticAffinity{}
)

// Validate reports all faults of the fields.
func (a DoublyStochasticQuadraticAffinity) Validate() error {
	const at = "affinity: DoublyStochasticQuadraticAffinity: "
	return errors.Join(a.Course.validate(at), a.doubly().validate(at, 0))
}

func (a DoublyStochasticQuadraticAffinity) doubly() doubly {
	return doubly{a.Eps, a.Cost, a.Diagonal, a.Metric, a.Tolerance, a.MaxSteps, a.Search}
}

// storedPoints is up to how many points the quadratic affinity stores all distances.
const storedPoints = 5000

// Fit finds the dual. New rows get a dual of their own, for which they sum to 1 over the number of new rows.
func (a DoublyStochasticQuadraticAffinity) Fit(ctx context.Context, x mat.Matrix) (*Fitted, error) {
	if err := a.Validate(); err != nil {
		return nil, err
	}
	d := a.doubly()
	points := 0
	if x != nil {
		points, _ = x.Dims()
	}
	from, t, err := d.open(ctx, x, d.search.count(points) <= storedPoints)
	if err != nil {
		return nil, err
	}
	q := &quadratic{table: t, eps: orOne(a.Eps), tolerance: d.tolerance(), f: make([]float64, t.n), at: make([]float64, t.n)}
	if a.Course.Steps > 0 {
		err = q.course(ctx, a.Course.or(1, 1e-5))
	} else {
		err = q.newton(ctx, d.steps())
	}
	if err != nil {
		return nil, err
	}
	f := &Fitted{Exponent: exponent(from)}
	if f.P, err = q.matrix(ctx); err != nil {
		return nil, err
	}
	f.P.connect()
	f.extendBy(from, 0, func(ctx context.Context, c *Matrix) (*Matrix, error) { return q.extended(ctx, c) })
	return f, nil
}

// Memory is that of the distances, where they are stored, and of P as if a tenth of its entries were above 0. Fields that do
// not fit n are an error.
func (a DoublyStochasticQuadraticAffinity) Memory(n, _ int) (Memory, error) {
	if err := a.Validate(); err != nil {
		return Memory{}, err
	}
	n = a.Search.count(n)
	m := denseMemory(n)
	m.Dense, m.Entries, m.Fitted = false, m.Entries/10+int64(n), 16*int64(n)
	kept := 12*m.Entries + 8*int64(n)
	m.Stages[0] = MemoryStage{"sparse P", kept + m.Stages[0].Bytes, kept}
	if n > storedPoints {
		m.Stages[0].Bytes = kept + 8*tileEntries
	}
	return m, nil
}

// quadratic is the search for f over a table of costs C.
type quadratic struct {
	*table
	eps, tolerance float64
	f, at          []float64 // the dual, and the place that Times is at
}

// newton starts from each row's own dual against points of the same.
func (q *quadratic) newton(ctx context.Context, steps int) error {
	if err := q.each(ctx, func(i int, c []float64) { q.f[i] = level(slices.Clone(c), q.eps) / 2 }, q.f); err != nil {
		return err
	}
	_, err := convex.Minimize(ctx, q, q.f, nil, steps)
	return err
}

// level is the s at which sum_j max(0, s - c_j) = total. It sorts c.
func level(c []float64, total float64) float64 {
	slices.Sort(c)
	least, sum := c[0], 0.0 // differences keep their digits
	s := 0.0
	for k, v := range c {
		if k > 0 && s <= v-least {
			break
		}
		sum += v - least
		s = (total + sum) / float64(k+1)
	}
	return least + s
}

func (q *quadratic) course(ctx context.Context, c Course) error {
	for i := range q.f {
		q.f[i] = 1
	}
	d := make([]float64, q.n)
	slope := func(f, g []float64) error {
		_, err := q.At(ctx, f, g, d)
		return err
	}
	return c.run(ctx, q.f, slope, func(_, g []float64) bool { return norm(g) < c.Tolerance })
}

// At is the value of the convex function at f.
func (q *quadratic) At(ctx context.Context, f, g, d []float64) (float64, error) {
	copy(q.at, f)
	values := make([]float64, q.n)
	err := q.each(ctx, func(i int, c []float64) {
		var value, sum, count float64
		for k, v := range c {
			j := q.column(i, k)
			if p := f[i] + f[j] - v; p > 0 {
				value += float64(p * p)
				sum += p
				if count++; j == i {
					count++
				}
			}
		}
		values[i], g[i], d[i] = value/(4*q.eps), sum/q.eps-1, count/q.eps
	}, values, g, d)
	total := 0.0
	for i, v := range values {
		total += v - f[i]
	}
	return total, err
}

// Times is the Hessian times v: that of the entries above 0.
func (q *quadratic) Times(ctx context.Context, v, hv []float64) error {
	f := q.at
	return q.each(ctx, func(i int, c []float64) {
		sum := 0.0
		for k, dist := range c {
			if j := q.column(i, k); f[i]+f[j] > dist {
				sum += v[i] + v[j]
			}
		}
		hv[i] = sum / q.eps
	}, hv)
}

// Done wants each row sum within the tolerance.
func (q *quadratic) Done(_, g []float64) bool { return within(g, q.tolerance) }

// matrix is P.
func (q *quadratic) matrix(ctx context.Context) (*Matrix, error) {
	p := &Matrix{N: q.n, Start: make([]int, q.n+1)}
	if q.stored != nil {
		p.Report = q.stored.Report
	}
	counts := make([]int, q.n)
	err := q.each(ctx, func(i int, c []float64) {
		for k, v := range c {
			if q.f[i]+q.f[q.column(i, k)] > v {
				counts[i]++
			}
		}
	})
	if err != nil {
		return nil, err
	}
	for i, count := range counts {
		p.Start[i+1] = p.Start[i] + count
	}
	p.Tail, p.Values = make([]int32, p.Start[q.n]), make([]float64, p.Start[q.n])
	short := make([]bool, q.n)
	err = q.each(ctx, func(i int, c []float64) {
		e, sum := p.Start[i], 0.0
		for k, dist := range c {
			j := q.column(i, k)
			if v := q.f[i] + q.f[j] - dist; v > 0 {
				p.Tail[e], p.Values[e] = int32(j), v/q.eps/float64(q.n)
				sum += v / q.eps
				e++
			}
		}
		short[i] = !(math.Abs(sum-1) <= q.tolerance)
	})
	for _, s := range short {
		if s {
			p.Report.Unconverged++
		}
	}
	return p, err
}

// extended are new rows, each with its own dual against those of the points.
func (q *quadratic) extended(ctx context.Context, c *Matrix) (*Matrix, error) {
	if q.cost != nil {
		if err := q.cost(c.Values); err != nil {
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
			row[j] -= q.f[j]
		}
		s := level(slices.Clone(row), q.eps)
		for j, v := range row {
			row[j] = math.Max(0, s-v) / q.eps
		}
	}
	return c, nil
}
