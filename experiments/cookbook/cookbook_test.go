package cookbook

import (
	"context"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"affmatch/affinity"
	"affmatch/experiments/datasets"
	"affmatch/experiments/metrics"
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
	file, name    string
	of            func(d affinity.Data) fitter
	digits, snare float64
	stored        bool // the engine stores something: matrix products
}{
	{"cauchy", "cauchy t-SNE", func(affinity.Data) fitter { return CauchyTSNE() }, 0.97, 0.94, false},
	{"cauchy", "cauchy UMAP", func(affinity.Data) fitter { return CauchyUMAP() }, 0.96, 0.91, false},
	{"labels", "same class", func(affinity.Data) fitter { return Supervised(SameClass) }, 0.96, 0.92, false},
	{"labels", "classmates", func(affinity.Data) fitter { return Supervised(Mates) }, 0.96, 0.92, false},
	{"labels", "classifier", func(affinity.Data) fitter { return Supervised(Classifier(10)) }, 0.96, 0.92, true},
	{"triplets", "TriMap", func(affinity.Data) fitter { return TriMap }, 0.97, 0.93, false},
	{"triplets", "PaCMAP", func(affinity.Data) fitter { return PaCMAP }, 0.97, 0.92, false},
	{"inputs", "two perplexities", func(affinity.Data) fitter { return TSNEOf(Inputs["two perplexities"]) }, 0.97, 0.93, false},
	{"inputs", "self-tuning", func(affinity.Data) fitter { return TSNEOf(Inputs["self-tuning"]) }, 0.96, 0.93, false},
	{"inputs", "shared neighbors", func(affinity.Data) fitter { return TSNEOf(Inputs["shared neighbors"]) }, 0.96, 0.92, false},
	{"poincare", "Poincaré", func(affinity.Data) fitter { return PoincareTSNE() }, 0.97, 0.93, false},
	{"weights", "weights", func(affinity.Data) fitter { return WeightedUMAP() }, 0.96, 0.89, false},
	{"optimizers", "Lion", func(affinity.Data) fitter { return LionTSNE() }, 0.96, 0.94, false},
	{"optimizers", "L-BFGS", func(affinity.Data) fitter { return LBFGSTSNE() }, 0.97, 0.94, false},
	{"spectral", "PCA", func(affinity.Data) fitter { return PCA() }, 0.69, 0.84, false},
	{"spectral", "eigenmaps", func(affinity.Data) fitter { return Eigenmaps() }, 0.82, 0.86, true},
	{"encoder", "encoder", func(d affinity.Data) fitter { return EncodedUMAP(Residual(columns(d), 64), nil) }, 0.94, 0.88, false},
	{"encoder", "and decoder", func(d affinity.Data) fitter {
		return EncodedUMAP(Residual(columns(d), 64), Again(columns(d), 64))
	}, 0.94, 0.88, false},
	{"allpairs", "UMAP over all pairs", func(affinity.Data) fitter { return Full{Repel: 0.05}.Method() }, 0.98, 0.93, false},
}

func columns(d affinity.Data) int { _, c := d.Dims(); return c }

// load is a real data set, scaled to at most 1 and centered, with its labels and weights that count the first class five
// times.
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

// linesOf counts the lines of code of a file: without package clause, imports, blank lines and comments.
func linesOf(t *testing.T, file string) (count int) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	imports := false
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSpace(line)
		switch {
		case line == "import (":
			imports = true
		case imports:
			imports = line != ")"
		case line != "" && !strings.HasPrefix(line, "//") && !strings.HasPrefix(line, "package ") && !strings.HasPrefix(line, "import "):
			count++
		}
	}
	return count
}

// TestTheTableOfLinesIsTrue holds the README's counts to the files: their lines, and one for each model that a test runs.
func TestTheTableOfLinesIsTrue(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]int{"transform": 1} // those of transform_test.go
	for _, idea := range ideas {
		tests[idea.file]++
	}
	rows := regexp.MustCompile(`(?m)^\| (\[.*\)) \|.*\| (\d+) \| (\d+) \|$`).FindAllStringSubmatch(string(readme), -1)
	half := 0
	for _, row := range rows {
		lines := 0
		for _, f := range regexp.MustCompile(`\[(\w+)\.go\]`).FindAllStringSubmatch(row[1], -1) {
			lines += linesOf(t, f[1]+".go") + tests[f[1]]
		}
		now, _ := strconv.Atoi(row[2])
		before, _ := strconv.Atoi(row[3])
		if lines != now {
			t.Errorf("%s: %d lines, the table says %d", row[1], lines, now)
		}
		if now > before {
			t.Errorf("%s: %d lines are more than the %d before", row[1], now, before)
		}
		if 2*now <= before {
			half++
		}
	}
	if len(rows) != 9 || 2*half < len(rows) {
		t.Errorf("%d ideas, %d of them at most half as long", len(rows), half)
	}
}
