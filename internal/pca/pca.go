package pca

import (
	"context"
	"fmt"
	"math"
	"runtime"

	"affmatch/internal/fault"
	"affmatch/internal/linear"
	"affmatch/internal/team"
)

// A Method says how the components are found.
type Method int

const (
	Auto       Method = iota // Exact where that is cheap, else Randomized; depends on the sizes only
	Exact                    // a full reduction of the Gram matrix of the shorter side
	Randomized               // block Krylov space of a Gaussian start
)

func (m Method) String() string {
	switch m {
	case Auto:
		return "Auto"
	case Exact:
		return "Exact"
	case Randomized:
		return "Randomized"
	}
	return fmt.Sprintf("Method(%d)", int(m))
}

// Options say how to compute. Defaults gives the customary ones. All but Method and Workers matter to Randomized only.
type Options struct {
	Method     Method
	Oversample int     // vectors beside the d wanted; zero: none
	Tolerance  float64 // on |XᵀX v - s² v| relative to s1²; zero: go on to MaxPasses
	MaxPasses  int     // over the data; at least 1
	Seed       uint64  // of the Gaussian start
	Workers    int     // zero: GOMAXPROCS. The result does not depend on it
}

// Defaults are Auto, 10 vectors of oversampling, tolerance 1e-4 and at most 30 passes. The angle between a component
// and the exact one is about Tolerance s1² / (the gap to the next s²).
func Defaults() Options {
	return Options{Oversample: 10, Tolerance: 1e-4, MaxPasses: 30}
}

func (o Options) check() error {
	switch {
	case o.Method < Auto || o.Method > Randomized:
		return fault.Field("pca: Method", o.Method, "Auto, Exact or Randomized")
	case o.Oversample < 0:
		return fault.Field("pca: Oversample", o.Oversample, "at least 0")
	case !(o.Tolerance >= 0):
		return fault.Field("pca: Tolerance", o.Tolerance, "at least 0")
	case o.MaxPasses < 1:
		return fault.Field("pca: MaxPasses", o.MaxPasses, "at least 1")
	case o.Workers < 0:
		return fault.Field("pca: Workers", o.Workers, "at least 0")
	}
	return nil
}

// A Result holds N x D scores and what they were made with. Components that X does not have (D beyond its rank) are
// zero throughout.
type Result struct {
	N, D     int
	Scores   []float64 // U S, N x D, row after row
	Axes     []float64 // Vᵀ, D x the columns of X, row after row
	Singular []float64 // S, falling
	Mean     []float64 // of the columns of X
	Method   Method    // Exact or Randomized
	Passes   int       // over the data, beside the one for the means and the one for the scores
	Residual float64   // of Randomized, as Options.Tolerance; zero for Exact
}

// Scores computes the first d principal component scores U S of X less its column means. Each component's score of
// largest magnitude, the first of them on ties, is positive.
//
// X with fewer than two rows, entries that are not finite, or d < 1 is an error.
func Scores(ctx context.Context, x Rows, d int, o Options) (*Result, error) {
	if err := x.Check("pca: X", math.MaxFloat64); err != nil {
		return nil, err
	}
	if x.N < 2 {
		return nil, fault.Field("pca: X: rows", x.N, "at least 2")
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	if d < 1 {
		return nil, fault.Field("pca: d", d, "at least 1")
	}
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	c, err := center(ctx, x, o.Workers)
	if err != nil {
		return nil, err
	}
	r := &Result{
		N: x.N, D: d, Method: o.Method,
		Scores: make([]float64, x.N*d), Axes: make([]float64, d*x.Dim),
		Singular: make([]float64, d), Mean: make([]float64, x.Dim),
	}
	for j, v := range c.mean {
		r.Mean[j] = c.base[j] + v
	}
	if o.Method == Auto {
		r.Method = choose(c.long(), c.short(), d)
	}
	if err := r.find(ctx, c, o); err != nil {
		return nil, err
	}
	if err := r.project(ctx, c); err != nil {
		return nil, err
	}
	r.fixSigns()
	return r, nil
}

// Reduce gives the first m scores as rows of the same precision as X: the usual step before a search of neighbors in
// many columns. Its errors are those of Scores.
func Reduce(ctx context.Context, x Rows, m int, o Options) (Rows, error) {
	r, err := Scores(ctx, x, m, o)
	if err != nil {
		return Rows{}, err
	}
	out := Rows{N: x.N, Dim: m}
	if x.F32 == nil {
		out.F64 = r.Scores
		return out, nil
	}
	out.F32 = make([]float32, len(r.Scores))
	for i, v := range r.Scores {
		out.F32[i] = float32(v)
	}
	return out, nil
}

// choose compares the work: a Gram matrix costs long*short² and its leading eigenpairs about 2 short³; a sketch makes some
// eight passes of 4*long*short*(d+10). Up to 128 columns the exact form is quick anyway.
func choose(long, short, d int) Method {
	if short <= 128 || float64(short)*(1+2*float64(short)/float64(long)) <= 32*float64(d+10) {
		return Exact
	}
	return Randomized
}

// find fills c.axes with the leading eigenvectors on the shorter side, largest first, at most D of them.
func (r *Result) find(ctx context.Context, c *centered, o Options) error {
	// Eigenvalues of a Gram matrix are good to 1e-16 of the largest, so those within this factor are good to 1e-11;
	// a sketch's are good to the tolerance.
	trusted := 1e-5
	if r.Method == Randomized {
		trusted = min(1, max(trusted, 100*o.Tolerance))
	}
	m, want := c.short(), min(r.D, c.short())
	var floor float64 // of eigenvalues: what rounding leaves of a component that is not there
	for c.scale > 0 && len(c.axes) < want*m {
		values, vectors, err := r.leading(ctx, c, want-len(c.axes)/m, o)
		if err != nil {
			return err
		}
		if len(c.axes) == 0 && len(values) > 0 {
			share := 0x1p-52 * float64(c.long())
			floor = share * share * values[0]
		}
		good := 0
		for good < len(values) && values[good] > floor && values[good] >= trusted*values[0] {
			good++
		}
		fresh := new(krylov).extend(c.axes, vectors[:good*m], m)
		if len(fresh) == 0 {
			return nil
		}
		c.axes = append(c.axes, fresh...)
	}
	return nil
}

// leading gives up to k leading eigenpairs of what the axes leave of X, by the method chosen.
func (r *Result) leading(ctx context.Context, c *centered, k int, o Options) (values, vectors []float64, err error) {
	if r.Method == Exact {
		r.Passes++
		return c.gram(ctx, k)
	}
	values, vectors, passes, residual, err := c.sketch(ctx, k, o)
	r.Passes += passes
	r.Residual = max(r.Residual, residual)
	return values, vectors, err
}

// project makes scores and axes of the vectors found on the shorter side.
func (r *Result) project(ctx context.Context, c *centered) error {
	m := c.short()
	k := len(c.axes) / m
	if k == 0 {
		return nil
	}
	axes := linear.Of(c.axes, k, m)
	c.axes = nil // the panels are to be whole
	out := linear.Zeros(c.long(), k)
	shards := shardCount(c.long(), 0)
	err := c.eachPanel(ctx, shards, func(_, lo, hi int, panel []float64) {
		linear.AddProduct(out.Part(lo, 0, hi-lo, k), linear.Of(panel, hi-lo, m), axes.T())
	})
	if err == nil {
		err = shareRows(team.From(ctx), out.Data, c.long(), shards)
	}
	if err != nil {
		return err
	}
	column := make([]float64, c.long())
	for a := range k {
		for i := range column {
			column[i] = out.At(i, a)
		}
		s := linear.Norm(column)
		r.Singular[a] = s / c.scale
		if c.wide() {
			linear.Scale(column, 1/s)
			copy(r.Axes[a*c.Dim:], column)
			for i := range c.N {
				r.Scores[i*r.D+a] = axes.At(a, i) * r.Singular[a]
			}
			continue
		}
		copy(r.Axes[a*m:], axes.Data[a*m:(a+1)*m])
		for i, v := range column {
			r.Scores[i*r.D+a] = v / c.scale
		}
	}
	return nil
}

// fixSigns makes the first score of largest magnitude of each component positive.
func (r *Result) fixSigns() {
	p := len(r.Mean)
	for a := range r.D {
		var top float64
		for i := range r.N {
			if v := r.Scores[i*r.D+a]; math.Abs(v) > math.Abs(top) {
				top = v
			}
		}
		if top < 0 {
			for i := range r.N {
				r.Scores[i*r.D+a] = -r.Scores[i*r.D+a]
			}
			linear.Scale(r.Axes[a*p:(a+1)*p], -1)
		}
	}
}
