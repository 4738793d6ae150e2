package metrics

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"affmatch/affinity"

	"gonum.org/v1/gonum/mat"
)

// TestScoresAreInTheMetricOfTheData: the fast ways to a metric give the scores of the metric asked pair by pair; the unit of X
// does not matter to those that do not know it, and those that do see X as it is.
func TestScoresAreInTheMetricOfTheData(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	x, z := mat.NewDense(80, 20, nil), mat.NewDense(80, 2, nil)
	x.Apply(func(i, _ int, _ float64) float64 { return float64(1+i%7) * (0.3 + rng.NormFloat64()) }, x)
	z.Apply(func(i, c int, _ float64) float64 { return x.At(i, c) + rng.NormFloat64() }, z)
	for c := range 20 { // rows of length 0, and of one number
		x.Set(3, c, 0)
		x.Set(4, c, 0)
		x.Set(5, c, 2)
	}
	euclidean, err := Options{}.Evaluate(t.Context(), x, z, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, metric := range []affinity.DataMetric{affinity.Euclidean, affinity.Manhattan, affinity.Cosine, affinity.Correlation, affinity.Chebyshev} {
		got, err := Options{Metric: metric}.Evaluate(t.Context(), x, z, nil)
		if err != nil {
			t.Fatal(err)
		}
		asked, err := Options{Metric: affinity.DataMetricFunc(metric.Between)}.Evaluate(t.Context(), x, z, nil)
		if err != nil {
			t.Fatal(err)
		}
		same := func(a, b Score) bool { return math.Abs(float64(a-b)) < 1e-9 }
		if !same(got.Trustworthiness, asked.Trustworthiness) || !same(got.Preservation, asked.Preservation) || !same(got.DistanceCorrelation, asked.DistanceCorrelation) {
			t.Errorf("%v: %v, pair by pair %v", metric, got, asked)
		}
		if other := !same(got.Trustworthiness, euclidean.Trustworthiness); other == (metric == affinity.Euclidean) || other != (got.Metric != "") {
			t.Errorf("%v: trustworthiness %v, Euclidean %v, called %q", metric, got.Trustworthiness, euclidean.Trustworthiness, got.Metric)
		}
		scaled := mat.DenseCopyOf(x)
		scaled.Scale(1e-200, scaled)
		small, err := Options{Metric: metric}.Evaluate(t.Context(), scaled, z, nil)
		if err != nil {
			t.Fatal(err)
		}
		if metric != affinity.Chebyshev && !same(small.Preservation, got.Preservation) { // which is asked in the unit of X, where squares vanish
			t.Errorf("%v: preservation %v in a small unit, %v in one's own", metric, small.Preservation, got.Preservation)
		}
	}
	if _, err := (Options{Metric: affinity.Angular}).Evaluate(t.Context(), x, z, nil); err == nil || !strings.Contains(err.Error(), "Metric = Angular") {
		t.Errorf("Angular: %v", err)
	}
}

// TestSparseDataTooWideToCompareAreANote, not a machine without memory.
func TestSparseDataTooWideToCompareAreANote(t *testing.T) {
	wide := affinity.CSR{Rows: 4, Columns: math.MaxInt32, Start: make([]int, 5)}
	r, err := Evaluate(t.Context(), wide, mat.NewDense(4, 2, []float64{0, 0, 1, 0, 0, 1, 1, 1}), []int{0, 0, 1, 1})
	if err != nil {
		t.Fatal(err)
	}
	if !r.Trustworthiness.IsZero() || r.Silhouette.IsZero() || !strings.Contains(strings.Join(r.Notes, ";"), "X is sparse") {
		t.Errorf("%+v", r)
	}
}
