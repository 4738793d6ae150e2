package affinity

import (
	"context"
	"fmt"
	"math"
	"slices"

	"affmatch/internal/fault"
	"affmatch/internal/knn"
	"affmatch/internal/rows"
	"affmatch/internal/team"

	"gonum.org/v1/gonum/mat"
)

// source is where the distances of n points come from: the rows of X, or what is known.
type source interface {
	points() int
	// nearest are the k nearest of each point, ascending by distance, the point itself among them if self; and the
	// estimated share of the true ones, 0 where nobody knows.
	nearest(ctx context.Context, k int, self bool) (*knn.Neighbors, float64, error)
	// all are the distances of all pairs in the order of All's pairs.
	all(ctx context.Context, diagonal bool) ([]float64, error)
	// block are the distances from the points lo to hi-1 to all, their diagonal included.
	block(ctx context.Context, lo, hi int, into []float64) error
	// toNew is the source of distances from new rows to the points; an error says why there is none.
	toNew(x mat.Matrix) (source, error)
}

// source is the known one, which validate has seen, or X under a metric. For an affinity without a scale of its own, X is
// multiplied by a power of two where squares would leave the range of numbers; for others that is an error.
func (s Search) source(x mat.Matrix, m DataMetric, free bool) (source, error) {
	if s.Known != nil {
		return s.Known, fits(s.Known, x)
	}
	r, err := rows.Of("affinity: X", x)
	if err != nil {
		return nil, err
	}
	if r.N < 2 {
		return nil, fault.Field("affinity: X", fmt.Sprintf("%d x %d", r.N, r.Dim), "at least 2 rows and 1 column")
	}
	d := &data{Rows: r, search: s, metric: m}
	if r.Sparse() {
		if err := d.checkSparse(); err != nil {
			return nil, err
		}
	}
	e := r.Exponent()
	switch {
	case e == 0 || searchMetric(m).Own != nil:
	case free || m == Cosine || m == Correlation:
		d.Rows, d.exponent = r.Times(e), e
	case e > 500 || e < -500:
		return nil, fault.Field("affinity: X", fmt.Sprintf("entries of about %.0e at most", math.Ldexp(0.5, -e)),
			"1e-150 to 1e150: squares leave the range of numbers, and this affinity depends on the unit of X (rescale X)")
	}
	return d, nil
}

// fits refuses an X of other points than those known.
func fits(g Known, x mat.Matrix) error {
	if x == nil {
		return nil
	}
	if n, _ := x.Dims(); n != g.points() {
		return fault.Field(fmt.Sprintf("affinity: %T", g), fmt.Sprintf("%d points", g.points()), fmt.Sprintf("%d, the rows of X", n))
	}
	return nil
}

// data is the rows of X as a source, or with heads, new rows against them.
type data struct {
	knn.Rows
	search   Search
	metric   DataMetric
	exponent int        // Rows are X times 2^exponent
	index    *knn.Index // of the last search; nil: none, or X is sparse
	heads    *knn.Rows
}

func (d *data) checkSparse() error {
	if d.search.Finder != nil {
		return fault.Field("affinity: X", "sparse (CSR)", "dense rows for Search.Finder")
	}
	if d.search.Method == Approximate {
		return fault.Field("affinity: Search.Method", d.search.Method, "Automatic or Exactly for sparse X (CSR)")
	}
	if o := searchMetric(d.metric); o.Own != nil || !slices.Contains(knn.SparseMetrics, o.Metric) {
		return fault.Field("affinity: Metric", d.metric,
			"SquaredEuclidean, Euclidean, Cosine or Correlation for sparse X (CSR); a dense X has them all")
	}
	return nil
}

func (d *data) points() int { return d.N }

func (d *data) toNew(x mat.Matrix) (source, error) {
	y, err := rows.Of("affinity: new X", x)
	if err != nil {
		return nil, err
	}
	if y.Dim != d.Dim {
		return nil, fault.Field("affinity: new X", fmt.Sprintf("%d columns", y.Dim), fmt.Sprintf("%d, the columns of X", d.Dim))
	}
	if d.Sparse() {
		y = y.Squeezed()
	} else if y.Sparse() {
		y = y.Dense()
	}
	y = y.Times(d.exponent)
	with := *d
	with.heads = &y
	return &with, nil
}

func (d *data) nearest(ctx context.Context, k int, self bool) (found *knn.Neighbors, recall float64, err error) {
	o := searchMetric(d.metric)
	o.Self = self
	switch {
	case d.heads == nil && d.Sparse():
		found, err = knn.ExactSparse(ctx, d.Rows, k, o)
		recall = 1
	case d.heads == nil:
		d.index, recall, err = d.search.index(ctx, d.Rows, d.metric, k, self)
		if err == nil {
			found = d.index.Neighbors()
		}
	case d.Sparse():
		found, err = knn.QuerySparse(ctx, *d.heads, d.Rows, k, o)
		recall = 1
	case d.index != nil:
		found, err = d.index.Query(ctx, *d.heads, k)
		if !d.index.Approximate() {
			recall = 1
		}
	default:
		found, err = knn.Query(ctx, *d.heads, d.Rows, k, o)
		recall = 1
	}
	if err != nil {
		return nil, 0, fmt.Errorf("affinity: neighbors: %w", err)
	}
	return found, recall, nil
}

func (d *data) all(ctx context.Context, diagonal bool) ([]float64, error) {
	heads, o := d.Rows, searchMetric(d.metric)
	if d.heads != nil {
		heads = *d.heads
	}
	full := make([]float64, heads.N*d.N)
	do := knn.Across
	if d.Sparse() {
		do = knn.AllSparse
	}
	t := team.From(ctx)
	lo, hi := team.Part(t, heads.N)
	err := team.Agree(t, func() error { return do(ctx, heads.Slice(lo, hi), d.Rows, o, full[lo*d.N:hi*d.N]) })
	if err == nil {
		err = team.Rows(t, heads.N, full)
	}
	if err != nil {
		return nil, fmt.Errorf("affinity: distances: %w", err)
	}
	if diagonal || d.heads != nil {
		return full, nil
	}
	return offDiagonal(full, d.N), nil
}

func (d *data) block(ctx context.Context, lo, hi int, into []float64) error {
	do := knn.Across
	if d.Sparse() {
		do = knn.AllSparse
	}
	if err := do(ctx, d.Slice(lo, hi), d.Rows, searchMetric(d.metric), into); err != nil {
		return fmt.Errorf("affinity: distances: %w", err)
	}
	return nil
}

// center brings the largest entry to about 1, for what is computed of the rows in one formula.
func (d *data) center() {
	if _, own := d.metric.(DataMetricFunc); own {
		return
	}
	x, most := d.Dense(), 0.0
	for _, v := range x.F64 {
		most = math.Max(most, math.Abs(v))
	}
	if _, e := math.Frexp(most); most > 0 && (e > 64 || e < -64) {
		d.Rows, d.exponent = d.Times(-e), d.exponent-e
	}
}

// offDiagonal takes the diagonal out of a full n x n matrix, in place.
func offDiagonal(full []float64, n int) []float64 {
	off := full[:0]
	for i := range n {
		off = append(off, full[i*n:i*n+i]...)
		off = append(off, full[i*n+i+1:(i+1)*n]...)
	}
	return off
}

// searchMetric is how the neighbor search knows a metric; nil is SquaredEuclidean.
func searchMetric(m DataMetric) knn.Options {
	switch m {
	case nil, SquaredEuclidean:
		return knn.Options{Metric: knn.SquaredEuclidean}
	case Euclidean:
		return knn.Options{Metric: knn.Euclidean}
	case Manhattan:
		return knn.Options{Metric: knn.Manhattan}
	case Angular:
		return knn.Options{Metric: knn.Angular}
	case Chebyshev:
		return knn.Options{Metric: knn.Chebyshev}
	case Cosine:
		return knn.Options{Metric: knn.Cosine}
	case Correlation:
		return knn.Options{Metric: knn.Correlation}
	}
	return knn.Options{Own: m.Between}
}

// validMetric names the field of a metric that is none.
func validMetric(at string, m DataMetric) error {
	if f, ok := m.(DataMetricFunc); ok && f == nil {
		return fault.Field(at+"Metric", "a nil function", "a distance, or nil for SquaredEuclidean")
	}
	if m != nil && fault.Nil(m) {
		return fault.Field(at+"Metric", fmt.Sprintf("a nil %T", m), "a distance, or nil for SquaredEuclidean")
	}
	if validate(m) != nil {
		return fault.Field(at+"Metric", m, "one of the built-in metrics, or nil for SquaredEuclidean")
	}
	return nil
}
