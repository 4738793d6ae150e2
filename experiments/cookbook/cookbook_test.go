package cookbook

import (
	"context"
	"math"
	"os"
	"testing"

	"affmatch/affinity"
	"affmatch/experiments/datasets"
	"affmatch/experiments/metrics"
	"affmatch/loss"
	"affmatch/models"

	"gonum.org/v1/gonum/mat"
)

// fitter is a model of any kind.
type fitter interface {
	Start(ctx context.Context, x mat.Matrix) (*models.Run, error)
	Fit(ctx context.Context, x mat.Matrix) (*models.Result, error)
}

// ideas are the recipes as the test runs them, with the least trustworthiness on digits and on SNARE-seq: what they had when
// they were written, less .01.
var ideas = []struct {
	name          string
	of            func(d affinity.Data) fitter
	digits, snare float64
	stored        bool // the engine stores something: matrix products
}{
	{"cauchy t-SNE", func(affinity.Data) fitter { return CauchyTSNE() }, 0.97, 0.94, false},
	{"cauchy UMAP", func(affinity.Data) fitter { return CauchyUMAP() }, 0.96, 0.91, false},
	{"negative sampling, Z = 1", func(affinity.Data) fitter { return Contrastive(0, false) }, 0.97, 0.92, false},
	{"negative sampling, Z = 0.01", func(affinity.Data) fitter { return Contrastive(math.Log(0.01), false) }, 0.91, 0.90, false},
	{"noise contrastive", func(affinity.Data) fitter { return Contrastive(0, true) }, 0.97, 0.93, false},
	{"InfoNCE", func(affinity.Data) fitter { return InfoNCE(5) }, 0.97, 0.93, false},
	{"InfoTSNE", func(affinity.Data) fitter { return InfoTSNE() }, 0.97, 0.94, false},
	{"same class", func(affinity.Data) fitter { return Supervised(SameClass) }, 0.96, 0.92, false},
	{"classmates", func(affinity.Data) fitter { return Supervised(Mates) }, 0.96, 0.92, false},
	{"classifier", func(affinity.Data) fitter { return Supervised(Classifier(10)) }, 0.96, 0.92, true},
	{"TriMap", func(affinity.Data) fitter { return TriMap }, 0.97, 0.93, false},
	{"PaCMAP", func(affinity.Data) fitter { return PaCMAP }, 0.97, 0.92, false},
	{"densMAP", func(affinity.Data) fitter { return DensMAP(0.5) }, 0.97, 0.93, false},
	{"Poincaré", func(affinity.Data) fitter { return PoincareTSNE() }, 0.97, 0.93, false},
	{"weights", func(affinity.Data) fitter { return WeightedUMAP() }, 0.96, 0.89, false},
	{"reverse KL", func(affinity.Data) fitter { return Matched(ReverseKL) }, 0.96, 0.94, false},
	{"Jensen-Shannon", func(affinity.Data) fitter { return Matched(JensenShannon) }, 0.98, 0.94, false},
	{"NeRV", func(affinity.Data) fitter { return Matched(NeRV(0.5)) }, 0.97, 0.94, false},
	{"Lion", func(affinity.Data) fitter { return LionTSNE() }, 0.96, 0.94, false},
	{"L-BFGS", func(affinity.Data) fitter { return LBFGSTSNE() }, 0.97, 0.94, false},
	{"MDS", func(affinity.Data) fitter { return MDS(loss.Square) }, 0.88, 0.90, false},
	{"Sammon", func(affinity.Data) fitter { return MDS(Sammon) }, 0.84, 0.91, false},
	{"PCA", func(affinity.Data) fitter { return PCA() }, 0.69, 0.84, false},
	{"eigenmaps", func(affinity.Data) fitter { return Eigenmaps() }, 0.82, 0.86, true},
	{"linear encoder", func(d affinity.Data) fitter { return ParametricUMAP(columns(d), 0) }, 0.83, 0.87, true},
	{"encoder", func(d affinity.Data) fitter { return ParametricUMAP(columns(d), 64) }, 0.94, 0.88, true},
	{"TSNEkhorn", func(affinity.Data) fitter { return TSNEkhorn(1) }, 0.97, 0.94, false},
}

func columns(d affinity.Data) int { _, c := d.Dims(); return c }

// load is a real data set, scaled to at most 1 and centered, with its labels and weights that count the first class five times.
func load(t *testing.T, name string) affinity.Data {
	t.Helper()
	if os.Getenv("AFFMATCH_DATA") == "" {
		if os.Getenv("AFFMATCH_REQUIRE_DATA") == "1" {
			t.Fatal("AFFMATCH_DATA is unset, and AFFMATCH_REQUIRE_DATA=1")
		}
		t.Skip("needs real data: set AFFMATCH_DATA to their folder")
	}
	d, err := datasets.Load(context.Background(), name)
	if err != nil {
		t.Fatal(err)
	}
	x := mat.DenseCopyOf(d.X)
	x.Scale(1/mat.Max(x), x)
	n, columns := x.Dims()
	for c := range columns {
		mean := mat.Sum(x.ColView(c)) / float64(n)
		for i := range n {
			x.Set(i, c, x.At(i, c)-mean)
		}
	}
	w := make([]float64, len(d.Labels))
	for i, l := range d.Labels {
		w[i] = 1
		if l == 0 {
			w[i] = 5
		}
	}
	return affinity.Data{Matrix: x, Labels: d.Labels, Weights: w}
}

func TestIdeasWorkOnRealData(t *testing.T) {
	if testing.Short() {
		t.Skip("long: run without -short")
	}
	sets := []string{"snareseq"}
	if os.Getenv("AFFMATCH_LONG") == "1" {
		sets = append(sets, "digits")
	}
	for _, set := range sets {
		x := load(t, set)
		for _, idea := range ideas {
			t.Run(set+"/"+idea.name, func(t *testing.T) {
				r, err := idea.of(x).Start(t.Context(), x)
				if err != nil {
					t.Fatal(err)
				}
				defer r.Close() //nolint:errcheck // it holds memory only
				if p := r.Program().Unfused; (p != "") != idea.stored {
					t.Errorf("not fused: %q", p)
				}
				for r.Status() == models.Running {
					if _, err := r.Step(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				score, err := metrics.Trustworthiness(x.Matrix, r.Embedding(), 15)
				least := map[string]float64{"digits": idea.digits, "snareseq": idea.snare}[set]
				if err != nil || score < least {
					t.Errorf("trustworthiness %.4f, want at least %v (error %v)", score, least, err)
				}
				h := r.Result().History
				t.Logf("trustworthiness %.4f, loss %.5g to %.5g in %d steps; %v", score, h[0].Loss, h[len(h)-1].Loss, len(h), r.Result().Notes)
			})
		}
	}
}
