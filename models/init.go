package models

import (
	"context"
	"fmt"
	"math"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/internal/laplacian"
	"affmatch/internal/pca"
	"affmatch/internal/random"
	"affmatch/internal/rows"

	"gonum.org/v1/gonum/mat"
)

// Initializer gives the start of Z: n x d. P is there for starts that come from the graph. What it returns is the
// fit's to keep; the note says what a reader of the result should know, and is empty where all is ordinary.
type Initializer interface {
	Init(ctx context.Context, x mat.Matrix, p *affinity.Matrix, d int, seed uint64) (z *mat.Dense, note string, err error)
}

// PCA starts at the first d principal component scores U S of the centered X = U S V^T, each with the sign that makes
// its entry of largest magnitude positive. Missing components (d more than the rank of
// X) are normal draws of the first one's spread: coordinates that start at zero would stay there. Small problems are
// decomposed in full, large ones by a randomized block Krylov iteration (Halko, Martinsson and Tropp, Finding structure
// with randomness, 2011). A Float32 and a CSR are read as they are.
type PCA struct{}

// Init is the scores, with normal draws where components are missing.
func (PCA) Init(ctx context.Context, x mat.Matrix, _ *affinity.Matrix, d int, seed uint64) (*mat.Dense, string, error) {
	z, err := scores(ctx, x, d, seed, pca.Defaults().Tolerance)
	if err != nil {
		return nil, "", err
	}
	return z, fillMissing(z, seed), nil
}

// mapTighter is how many times as exact a map is as a start.
const mapTighter = 100

// Map is the scores, to a hundred times the exactness of a start, with zeros where components are missing.
func (PCA) Map(ctx context.Context, x mat.Matrix, _ *affinity.Matrix, d int, seed uint64) (*mat.Dense, string, error) {
	z, err := scores(ctx, x, d, seed, pca.Defaults().Tolerance/mapTighter)
	return z, "", err
}

func scores(ctx context.Context, x mat.Matrix, d int, seed uint64, tolerance float64) (*mat.Dense, error) {
	if rows.Nil(x) {
		return nil, fault.Field("models: PCA: X", "nil", "the data (choose another start for an affinity without data)")
	}
	data, err := rows.Of("models: PCA: X", x)
	if err != nil {
		return nil, err
	}
	o := pca.Defaults()
	o.Seed, o.Tolerance = seed, tolerance
	r, err := pca.Scores(ctx, data, d, o)
	if err != nil {
		return nil, fmt.Errorf("models: PCA: %w", err)
	}
	return mat.NewDense(data.N, d, r.Scores), nil
}

// fillMissing puts normal draws where a column has no width beside the first, and says so. (Widths, unlike variances, do not
// underflow where X is tiny.)
func fillMissing(z *mat.Dense, seed uint64) string {
	n, d := z.Dims()
	var first float64
	var missing int
	for c := range d {
		column := z.ColView(c)
		width := mat.Max(column) - mat.Min(column)
		if c == 0 {
			first = width
		}
		if n < 2 || width > 1e-9*first {
			continue
		}
		missing++
		scale := first / 4 // the width of so many standard deviations, more or less
		if !(first > 0) {
			scale = 1
		}
		for i := range n {
			z.Set(i, c, scale*random.Key(seed, random.Start, 0, uint64(i)).Normal(uint64(c)))
		}
	}
	if missing == 0 {
		return ""
	}
	return fmt.Sprintf("X has %d principal components, and normal draws take the place of the other %d", d-missing, missing)
}

// Spectral starts at eigenvectors 2 to d+1 of the normalized Laplacian of P's graph, symmetrized (Belkin and Niyogi,
// Laplacian eigenmaps, 2003), one connected component beside the other. Where the search does not converge it takes the
// best it has, with a note.
type Spectral struct{}

// Init embeds the graph. P must be sparse: the Laplacian of all pairs says little.
func (Spectral) Init(ctx context.Context, _ mat.Matrix, p *affinity.Matrix, d int, seed uint64) (*mat.Dense, string, error) {
	if p == nil || p.Dense() {
		return nil, "", fault.Field("models: Spectral: P", "dense", "a sparse input affinity")
	}
	s := p
	if !p.IsSymmetric() {
		s = p.Symmetrized(affinity.Mean)
	}
	o := laplacian.Defaults()
	o.Seed = seed
	r, err := laplacian.Embed(ctx, laplacian.Graph{N: s.N, Start: s.Start, Tail: s.Tail, Weight: s.Values}, d, o)
	if err != nil {
		return nil, "", fmt.Errorf("models: Spectral: %w", err)
	}
	return mat.NewDense(s.N, d, r.Z), r.Note, nil
}

// Normal starts at independent standard normal coordinates.
type Normal struct{}

// Init draws from the seed.
func (Normal) Init(_ context.Context, x mat.Matrix, p *affinity.Matrix, d int, seed uint64) (*mat.Dense, string, error) {
	n := 0
	if p != nil {
		n = p.N
	} else if !rows.Nil(x) {
		n, _ = x.Dims()
	}
	if n < 1 {
		return nil, "", fault.Field("models: Normal: points", n, "at least 1 (X or P)")
	}
	z := mat.NewDense(n, d, nil)
	for i := range n {
		key := random.Key(seed, random.Start, 0, uint64(i))
		for c := range d {
			z.Set(i, c, key.Normal(uint64(c)))
		}
	}
	return z, "", nil
}

// StartAt starts at Z (n x Dim), which is copied, and is not rescaled unless InitScaling asks for it.
type StartAt struct{ Z mat.Matrix }

// Validate refuses a nil Z.
func (g StartAt) Validate() error {
	if fault.Nil(g.Z) {
		return fault.Field("models: StartAt: Z", "nil", "a matrix")
	}
	return nil
}

// Init checks and copies Z.
func (g StartAt) Init(_ context.Context, _ mat.Matrix, p *affinity.Matrix, d int, _ uint64) (*mat.Dense, string, error) {
	if err := g.Validate(); err != nil {
		return nil, "", err
	}
	n, c := g.Z.Dims()
	if c != d || (p != nil && n != p.N) {
		want := fmt.Sprintf("%d columns", d)
		if p != nil {
			want = fmt.Sprintf("%d x %d", p.N, d)
		}
		return nil, "", fault.Field("models: StartAt: Z", fmt.Sprintf("%d x %d", n, c), want)
	}
	return mat.DenseCopyOf(g.Z), "", nil
}

func (g StartAt) String() string {
	if fault.Nil(g.Z) {
		return "StartAt{nil}"
	}
	n, d := g.Z.Dims()
	return fmt.Sprintf("StartAt{%d x %d}", n, d)
}

// rescale brings the first column's standard deviation (n-1) to scale, with one factor for all columns; 0 leaves all as
// it is, as does a first column without spread.
func rescale(z *mat.Dense, scale float64) {
	var largest float64
	for _, v := range z.RawMatrix().Data {
		largest = max(largest, math.Abs(v))
	}
	if _, e := math.Frexp(largest); scale != 0 && (e > 300 || e < -300) { // squares are none
		z.Apply(func(_, _ int, v float64) float64 { return math.Ldexp(v, -e) }, z)
	}
	if s := deviation(mat.Col(nil, 0, z)); s > 0 && scale != 0 {
		z.Scale(scale/s, z)
	}
}

// deviation is the standard deviation (n-1); NaN or 0 for one number.
func deviation(x []float64) float64 {
	var mean, squares float64
	for _, v := range x {
		mean += v / float64(len(x))
	}
	for _, v := range x {
		squares += float64((v - mean) * (v - mean))
	}
	return math.Sqrt(squares / float64(len(x)-1))
}

// finite refuses a start with NaN or Inf, naming the entry.
func finite(what string, z *mat.Dense) error {
	n, d := z.Dims()
	for i := range n {
		for c := range d {
			if v := z.At(i, c); math.IsNaN(v) || math.IsInf(v, 0) {
				return fault.Field(fmt.Sprintf("models: %s(%d,%d)", what, i, c), v, "a finite number")
			}
		}
	}
	return nil
}
