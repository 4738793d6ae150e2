package metrics

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestStandardErrorsAreTheDeviationsOverSamples: of 120 samples, the scores deviate by what the reports say they do, and the
// mean of the rows' own scores is the score.
func TestStandardErrorsAreTheDeviationsOverSamples(t *testing.T) {
	x, labels := cloud(400, 4, 3)
	z := x.Slice(0, 400, 0, 2)
	said, squares, sums := map[string]float64{}, map[string]float64{}, map[string]float64{}
	const samples = 120
	for seed := range uint64(samples) {
		r, err := Options{Sample: 200, Seed: seed}.Evaluate(t.Context(), x, z, labels)
		if err != nil {
			t.Fatal(err)
		}
		for name, v := range map[string]Score{
			"trustworthiness": r.Trustworthiness, "continuity": r.Continuity, "preservation": r.Preservation,
			"distance_correlation": r.DistanceCorrelation, "shepard_correlation": r.ShepardCorrelation,
			"silhouette": r.Silhouette, "knn_accuracy": r.KNNAccuracy,
		} {
			said[name] += r.StandardErrors[name] / samples
			sums[name] += float64(v)
			squares[name] += float64(v) * float64(v)
		}
		if got := mean(r.Each.Trustworthiness); math.Abs(got-float64(r.Trustworthiness)) > 1e-12 || len(r.Each.Rows) != 200 {
			t.Errorf("%d rows with a mean of %v, want %v", len(r.Each.Rows), got, r.Trustworthiness)
		}
	}
	for name, s := range said {
		deviation := math.Sqrt((squares[name] - sums[name]*sums[name]/samples) / (samples - 1))
		if !(s > 0) || math.Abs(s/deviation-1) > 0.2 { // 120 samples tell a deviation to 7%
			t.Errorf("%s: standard error %v, deviation over samples %v", name, s, deviation)
		}
	}
	whole, err := Evaluate(t.Context(), x, z, labels)
	if err != nil || whole.StandardErrors != nil || len(whole.Each.Silhouette) != 400 {
		t.Errorf("of all rows: %v, %v, %d", err, whole.StandardErrors, len(whole.Each.Silhouette))
	}
}

// TestTilesAreThePairs: of pixels, the distances by tiles are those in float64 to a few millionths, whatever does not fill a
// tile.
func TestTilesAreThePairs(t *testing.T) {
	for _, size := range [][2]int{{101, 300}, {64, 128}, {37, 17}} {
		n, p := size[0], size[1]
		x, _ := cloud(n, p, 5)
		x.Apply(func(_, _ int, v float64) float64 { return math.Round(40 * math.Abs(v-100)) }, x)
		a, err := newPoints("x", x)
		if err != nil {
			t.Fatal(err)
		}
		rows := []int{0, 3, 4, 5, 9, 11, 12, 20, 21, 30, 36}
		m, pairs := &measure{a, true}, &measure{a, false}
		got, want := m.distances(rows, m.block(11)), pairs.distances(rows, pairs.block(11))
		for e, d2 := range want {
			if !(math.Abs(got[e]-d2) <= 8e-6*d2) && !math.IsInf(got[e]+d2, 1) {
				t.Fatalf("%d x %d: row %d to %d: %v, want %v", n, p, rows[e/n], e%n, got[e], d2)
			}
		}
	}
}

// TestLargePixelsAreComparedByTiles, other numbers not.
func TestLargePixelsAreComparedByTiles(t *testing.T) {
	x := mat.NewDense(5100, 100, nil)
	x.Apply(func(i, c int, _ float64) float64 { return float64((i*i%97 + c*i) % 61) }, x)
	a, err := newPoints("x", x)
	if err != nil {
		t.Fatal(err)
	}
	if !a.single(5100) || a.single(2500) {
		t.Error("tiles: want them from 2^31 terms on")
	}
	x.Set(7, 7, 0.1)
	if a, err = newPoints("x", x); err != nil || a.single(5100) {
		t.Errorf("0.1 is no float32: %v", err)
	}
}
