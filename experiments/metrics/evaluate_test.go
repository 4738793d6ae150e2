package metrics

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// cloud is n points of p columns in three overlapping classes.
func cloud(n, p int, seed uint64) (*mat.Dense, []int) {
	r := rand.New(rand.NewPCG(seed, 0))
	x, labels := mat.NewDense(n, p, nil), make([]int, n)
	for i := range n {
		labels[i] = r.IntN(3)
		for j := range p {
			x.Set(i, j, 100+float64(labels[i]*(j%2))+r.NormFloat64())
		}
	}
	return x, labels
}

func TestEvaluateEqualsTheSingleScores(t *testing.T) {
	x, labels := cloud(200, 30, 1)
	z := x.Slice(0, 200, 3, 5)
	r, err := Evaluate(t.Context(), x, z, labels)
	if err != nil {
		t.Fatal(err)
	}
	if r.Rows != 200 || r.Sample != 200 || r.Neighbors != 15 || r.Notes != nil {
		t.Errorf("got %+v", r)
	}
	is(t, "trustworthiness", float64(r.Trustworthiness), 0)(Trustworthiness(x, z, 15))
	is(t, "continuity", float64(r.Continuity), 0)(Continuity(x, z, 15))
	is(t, "preservation", float64(r.Preservation), 0)(Preservation(x, z, 15))
	is(t, "silhouette", float64(r.Silhouette), 0)(Silhouette(z, labels))
	is(t, "k-NN accuracy", float64(r.KNNAccuracy), 0)(KNNAccuracy(z, labels, 10, 5))
	is(t, "distance correlation", float64(r.DistanceCorrelation), 0)(DistanceCorrelation(x, z))
	is(t, "Shepard correlation", float64(r.ShepardCorrelation), 0)(ShepardCorrelation(x, z))
	ari, nmi, err := KMeansAgreement(z, labels, 0)
	is(t, "ARI of k-means", float64(r.KMeansARI), 0)(ari, err)
	is(t, "NMI of k-means", float64(r.KMeansNMI), 0)(nmi, err)
}

func TestEvaluateIsTheSameBitsForAnyNumberOfCores(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	x, labels := cloud(700, 40, 2)
	z := x.Slice(0, 700, 0, 2)
	o := Options{CoRanking: true, Sample: 500}
	want, err := o.Evaluate(t.Context(), x, z, labels)
	if err != nil {
		t.Fatal(err)
	}
	for _, procs := range []int{2, 4} {
		runtime.GOMAXPROCS(procs)
		if got, err := o.Evaluate(t.Context(), x, z, labels); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("GOMAXPROCS=%d: %+v, %v; want %+v", procs, got, err, want)
		}
	}
}

// The mean over a sample estimates the mean over all: within four standard errors or so.
func TestASampleEstimatesTheWhole(t *testing.T) {
	x, labels := cloud(1500, 5, 3)
	z := x.Slice(0, 1500, 0, 2)
	whole, err := Evaluate(t.Context(), x, z, labels)
	if err != nil {
		t.Fatal(err)
	}
	part, err := Options{Sample: 400, Seed: 5}.Evaluate(t.Context(), x, z, labels)
	if err != nil {
		t.Fatal(err)
	}
	if part.Rows != 1500 || part.Sample != 400 {
		t.Errorf("got %+v", part)
	}
	for name, s := range map[string][3]float64{
		"trustworthiness": {float64(part.Trustworthiness), float64(whole.Trustworthiness), 0.02},
		"preservation":    {float64(part.Preservation), float64(whole.Preservation), 0.03},
		"silhouette":      {float64(part.Silhouette), float64(whole.Silhouette), 0.06},
		"k-NN accuracy":   {float64(part.KNNAccuracy), float64(whole.KNNAccuracy), 0.1},
	} {
		if !(math.Abs(s[0]-s[1]) <= s[2]) || s[0] == s[1] {
			t.Errorf("%s: %v of a sample, %v of all", name, s[0], s[1])
		}
	}
}

func TestEvaluateLeavesOutWhatTheDataDoNotAllow(t *testing.T) {
	x, labels := cloud(12, 3, 4)
	r, err := Evaluate(t.Context(), x, x, labels)
	if err != nil {
		t.Fatal(err)
	}
	notes := strings.Join(r.Notes, "\n")
	if !r.Trustworthiness.IsZero() || !r.KNNAccuracy.IsZero() || r.Silhouette.IsZero() || !strings.Contains(notes, "trustworthiness: metrics: k = 15, want 1 to 5") {
		t.Errorf("12 rows: %+v", r)
	}
	r, err = Evaluate(t.Context(), nil, x, make([]int, 12))
	if err != nil || !r.Silhouette.IsZero() || !strings.Contains(strings.Join(r.Notes, "\n"), "one class, want at least two") {
		t.Errorf("one class: %+v, %v", r, err)
	}
	many := make([]int, 12)
	for i := range many {
		many[i] = i / 2
	}
	few, err := Options{Sample: 3}.Evaluate(t.Context(), nil, x, many)
	if err != nil || !few.KMeansARI.IsZero() || few.Silhouette.IsZero() || !strings.Contains(strings.Join(few.Notes, "\n"), "k-means: metrics: KMeans: K = 6") {
		t.Errorf("more classes than sampled rows: %+v, %v", few, err)
	}
	b, err := json.Marshal(r)
	if err != nil || strings.Contains(string(b), "silhouette\"") {
		t.Errorf("JSON %s, %v", b, err)
	}
	var back Report
	if err := json.Unmarshal(b, &back); err != nil || !back.Silhouette.IsZero() || back.Rows != 12 {
		t.Errorf("read back %+v, %v", back, err)
	}
}

func TestBadInputIsAnErrorThatNamesIt(t *testing.T) {
	x, labels := cloud(40, 3, 5)
	broken := mat.DenseCopyOf(x)
	broken.Set(7, 2, math.NaN())
	distant := mat.DenseCopyOf(x)
	distant.Set(1, 1, math.Inf(1))
	for want, f := range map[string]func() (float64, error){
		"z(7,2) = NaN":         func() (float64, error) { return Silhouette(broken, labels) },
		"x(7,2) = NaN":         func() (float64, error) { return Trustworthiness(broken, x, 5) },
		"x(1,1) = +Inf":        func() (float64, error) { return Preservation(distant, x, 5) },
		"labels = 39, want 40": func() (float64, error) { return Silhouette(x, labels[1:]) },
		"labels = one class":   func() (float64, error) { return KNNAccuracy(x, make([]int, 40), 10, 5) },
		"k = 20, want 1 to 19": func() (float64, error) { return Trustworthiness(x, x, 20) },
		"k = 0, want 1 to 19":  func() (float64, error) { return Continuity(x, x, 0) },
		"k = 40, want 1 to 39": func() (float64, error) { return Preservation(x, x, 40) },
		"k = 33, want 1 to 32": func() (float64, error) { return KNNAccuracy(x, labels, 33, 5) },
		"folds = 1, want 2":    func() (float64, error) { return KNNAccuracy(x, labels, 10, 1) },
		"folds = 41, want 2":   func() (float64, error) { return KNNAccuracy(x, labels, 10, 41) },
		"z = 39 rows, want 40": func() (float64, error) { return Continuity(x, x.Slice(1, 40, 0, 3), 5) },
		"z = 1 x 3, want":      func() (float64, error) { return Silhouette(x.Slice(0, 1, 0, 3), labels[:1]) },
		"z = nil, want":        func() (float64, error) { return Silhouette(nil, labels) },
		"of 40 and 39 points":  func() (float64, error) { return ARI(labels, labels[1:]) },
		"of 1 and 1 points":    func() (float64, error) { return NMI(labels[:1], labels[:1]) },
		"Options: Sample = -1": func() (float64, error) {
			_, err := Options{Sample: -1}.Evaluate(t.Context(), x, x, labels)
			return 0, err
		},
		"KMeans: K = 41, want 1": func() (float64, error) { _, err := KMeans{K: 41}.Fit(t.Context(), x); return 0, err },
		"KMeans: Steps = -1":     func() (float64, error) { _, err := KMeans{K: 1, Steps: -1}.Fit(t.Context(), x); return 0, err },
	} {
		if _, err := f(); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "metrics: ") {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

func TestEvaluateStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	x, _ := cloud(300, 20, 6)
	if _, err := Evaluate(ctx, x, x, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := (KMeans{K: 3}).Fit(ctx, x); !errors.Is(err, context.Canceled) {
		t.Errorf("k-means: got %v", err)
	}
}

// Degenerate data give the right answer, not NaN.
func TestDegenerateDataHaveScores(t *testing.T) {
	same := mat.NewDense(40, 3, slices.Repeat([]float64{1, 2, 3}, 40)) // all points in one place
	wide := mat.NewDense(40, 30, slices.Repeat([]float64{5}, 1200))
	labels := make([]int, 40)
	for i := range labels {
		labels[i] = i % 2
	}
	is(t, "silhouette of one place", 0, 0)(Silhouette(same, labels))
	is(t, "trustworthiness of one place", 1, 0)(Trustworthiness(wide, same, 5)) // ties go by index in both
	is(t, "preservation of one place", 1, 0)(Preservation(wide, same, 5))
	r, err := Options{CoRanking: true}.Evaluate(t.Context(), wide, same, labels)
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]Score{"k-NN accuracy": r.KNNAccuracy, "ARI": r.KMeansARI, "NMI": r.KMeansNMI, "continuity": r.Continuity,
		"distance correlation": r.DistanceCorrelation, "Shepard correlation": r.ShepardCorrelation, "co-ranking": r.CoRankingArea} {
		if s.IsZero() {
			t.Errorf("%s of one place is NaN", name)
		}
	}
	line := mat.NewDense(4, 1, []float64{0, 0, 5, 5})
	is(t, "silhouette of two pairs", 1, 0)(Silhouette(line, []int{8, 8, -3, -3}))
	is(t, "silhouette of single points", 0, 0)(Silhouette(line, []int{1, 2, 3, 4}))
	is(t, "trustworthiness of itself", 1, 0)(Trustworthiness(line, line, 1))
}

// The distances of many columns are those that one loop adds up, and exact for whole numbers.
func TestDistancesOfManyColumns(t *testing.T) {
	x, _ := cloud(60, 30, 7)
	whole := mat.NewDense(60, 30, nil)
	whole.Apply(func(_, _ int, v float64) float64 { return math.Round(v * 3) }, x)
	for _, c := range []struct {
		x         mat.Matrix
		tolerance float64
	}{{x, 1e-12}, {whole, 0}} {
		a, err := newPoints("x", c.x)
		if err != nil {
			t.Fatal(err)
		}
		m := newMeasure(a, 1)
		got := m.distances(allRows(60), m.block(60))
		for i := range 60 {
			for j := range 60 {
				want := 0.0
				row, other := a.row(i, nil), a.row(j, nil)
				for c, v := range row {
					want += (v - other[c]) * (v - other[c])
				}
				if i != j && !(math.Abs(got[i*60+j]-want) <= c.tolerance*want) {
					t.Fatalf("distance %d %d: %v, want %v", i, j, got[i*60+j], want)
				}
			}
		}
	}
}
