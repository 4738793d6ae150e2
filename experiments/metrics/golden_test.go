package metrics

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"affmatch/experiments/datasets"
)

// golden reads a packed JSON file of testdata; its README says where the numbers are from.
func golden(t *testing.T, name string, into any) {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.NewDecoder(z).Decode(into); err != nil {
		t.Fatal(err)
	}
}

// snareseq gives the real data, or skips, or fails where data are required.
func snareseq(t testing.TB) *datasets.Data {
	if os.Getenv(datasets.DataFolder) == "" {
		if os.Getenv("AFFMATCH_REQUIRE_DATA") == "1" {
			t.Fatalf("%s is not set, and AFFMATCH_REQUIRE_DATA=1", datasets.DataFolder)
		}
		t.Skipf("needs real data: set %s to a folder that holds them", datasets.DataFolder)
	}
	d, err := datasets.SNAREseq(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// is compares a score that came with an error.
func is(t *testing.T, what string, want, tolerance float64) func(got float64, err error) {
	return func(got float64, err error) {
		t.Helper()
		if err != nil || !(math.Abs(got-want) <= tolerance) {
			t.Errorf("%s = %.17g, %v; want %.17g", what, got, err, want)
		}
	}
}

type sklearnCase struct {
	N, P            int
	X, Z            []float64
	Labels, Other   []int
	Folds5          []int
	Silhouette      float64
	SilhouetteX     float64 `json:"silhouette_x"`
	Trustworthiness map[int]float64
	Continuity      map[int]float64
	Preservation    map[int]float64
	KNN             [][3]float64
	ARI, NMI        float64
	Inertia         float64
	KMeansARI       float64   `json:"kmeans_ari"`
	KMeansNMI       float64   `json:"kmeans_nmi"`
	QNX             []float64 `json:"qnx"`
	RNXAUC          float64   `json:"rnx_auc"`
	DCor            float64   `json:"distance_correlation"`
	Shepard         float64
}

func sklearnCases(t *testing.T) []sklearnCase {
	var file struct{ Cases []sklearnCase }
	golden(t, "sklearn.json.gz", &file)
	if len(file.Cases) == 0 {
		t.Fatal("no cases")
	}
	return file.Cases
}

// The tolerance allows for sums in another order; scores of counts agree to the last digits.
func TestScoresEqualScikitLearns(t *testing.T) {
	for _, c := range sklearnCases(t) {
		x, z := mat.NewDense(c.N, c.P, c.X), mat.NewDense(c.N, 2, c.Z)
		is(t, "silhouette", c.Silhouette, 1e-12)(Silhouette(z, c.Labels))
		is(t, "silhouette of x", c.SilhouetteX, 1e-12)(Silhouette(x, c.Labels))
		for k, want := range c.Trustworthiness {
			is(t, fmt.Sprintf("trustworthiness at %d", k), want, 1e-13)(Trustworthiness(x, z, k))
		}
		for k, want := range c.Continuity {
			is(t, fmt.Sprintf("continuity at %d", k), want, 1e-13)(Continuity(x, z, k))
		}
		for k, want := range c.Preservation {
			is(t, fmt.Sprintf("preservation at %d", k), want, 1e-13)(Preservation(x, z, k))
		}
		for _, knn := range c.KNN {
			is(t, fmt.Sprintf("k-NN accuracy of %v", knn[:2]), knn[2], 1e-13)(KNNAccuracy(z, c.Labels, int(knn[0]), int(knn[1])))
		}
		is(t, "distance correlation", c.DCor, 1e-12)(DistanceCorrelation(x, z))
		is(t, "Shepard correlation", c.Shepard, 1e-12)(ShepardCorrelation(x, z))
		curve, err := CoRanking(x, z)
		is(t, "area under R_NX", c.RNXAUC, 1e-13)(curve.Area, err)
		for k, want := range c.QNX {
			is(t, fmt.Sprintf("Q_NX(%d)", k+1), want, 1e-14)(curve.Q[k], err)
		}
		is(t, "ARI", c.ARI, 1e-13)(ARI(c.Labels, c.Other))
		is(t, "NMI", c.NMI, 1e-13)(NMI(c.Labels, c.Other))
	}
}

func TestFoldsEqualScikitLearns(t *testing.T) {
	for _, c := range sklearnCases(t) {
		classes, err := newClasses(c.N, c.Labels)
		if err != nil {
			t.Fatal(err)
		}
		if got := stratify(classes, 5); !slices.Equal(got, c.Folds5) {
			t.Errorf("got %v, want %v", got, c.Folds5)
		}
	}
}

// k-means has local optima: ours must not be worse than scikit-learn's best of 1000.
func TestKMeansFindsWhatScikitLearnFinds(t *testing.T) {
	for _, c := range sklearnCases(t) {
		z := mat.NewDense(c.N, 2, c.Z)
		k := len(slices.Compact(slices.Sorted(slices.Values(c.Labels))))
		found, err := KMeans{K: k, Restarts: 1000}.Fit(t.Context(), z)
		if err != nil {
			t.Fatal(err)
		}
		if found.Inertia > c.Inertia*(1+1e-9) {
			t.Errorf("inertia %v, want at most %v", found.Inertia, c.Inertia)
		}
		is(t, "ARI of k-means", c.KMeansARI, 1e-12)(ARI(found.Labels, c.Labels))
		is(t, "NMI of k-means", c.KMeansNMI, 1e-12)(NMI(found.Labels, c.Labels))
	}
}

func TestScoresOfTheReferencesDemo(t *testing.T) {
	d := snareseq(t)
	var file map[string]struct {
		Embedding []float64
		Metrics   struct {
			Silhouette      float64
			Trustworthiness float64 `json:"trustworthiness_k15"`
			KNN             float64 `json:"knn10_accuracy_5fold"`
		}
	}
	golden(t, "demo.json.gz", &file)
	if len(file) != 4 {
		t.Fatalf("%d embeddings, want 4", len(file))
	}
	for name, c := range file {
		z := mat.NewDense(1047, 2, c.Embedding)
		is(t, name+": silhouette", c.Metrics.Silhouette, 1e-10)(Silhouette(z, d.Labels))
		is(t, name+": trustworthiness", c.Metrics.Trustworthiness, 1e-10)(Trustworthiness(d.X, z, 15))
		is(t, name+": k-NN accuracy", c.Metrics.KNN, 1e-10)(KNNAccuracy(z, d.Labels, 10, 5))
	}
}

// The simulated cells are to be as hard as real ones: on SNARE-seq the k-NN accuracy is 0.984 and the silhouette 0.51, with
// one of its four types at 0.02. Types that lie apart would make every method look alike.
func TestSimulatedCellsAreNeitherTrivialNorHopeless(t *testing.T) {
	for seed := range uint64(3) {
		d := datasets.Cells(seed)
		s, err := Silhouette(d.X, d.Labels)
		if err != nil || s < 0.25 || s > 0.45 {
			t.Errorf("seed %d: silhouette %v, %v; want 0.25 to 0.45", seed, s, err)
		}
		a, err := KNNAccuracy(d.X, d.Labels, 10, 5)
		if err != nil || a < 0.96 || a > 0.997 {
			t.Errorf("seed %d: k-NN accuracy %v, %v; want 0.96 to 0.997", seed, a, err)
		}
	}
}
