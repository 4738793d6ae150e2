package models

import (
	"math"
	"math/rand/v2"
	"testing"

	"affmatch/affinity"
	"affmatch/loss"
	"affmatch/optim"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// blobs are n points in 4 columns around 3 centers.
func blobs(n int) *mat.Dense {
	rng := rand.New(rand.NewPCG(11, 13))
	x := mat.NewDense(n, 4, nil)
	x.Apply(func(i, j int, _ float64) float64 { return 4*math.Sin(float64(i%3*5+j)) + rng.NormFloat64() }, x)
	return x
}

// small are methods of every kind for blobs of some 30 points, with descents that leave no state unused.
func small() map[string]func(d Descent) method {
	entropic := affinity.EntropicAffinity{Perplexity: 5, Symmetrize: true}
	return map[string]func(d Descent) method{
		"umap": func(d Descent) method {
			d.Optimizer, d.Schedule = optim.SGD{LearnRate: 0.1}, optim.Linear{}
			return referenceUMAP(affinity.UMAPAffinityIn{Neighbors: 6, Symmetrize: true}, affinity.Uniform{Count: 4}, d)
		},
		"tsne": func(d Descent) method {
			d.Optimizer, d.Schedule = optim.SGD{LearnRate: 3, Momentum: 0.8, Gains: true}, optim.Cosine{Min: 0.1}
			d.Phases = []Phase{{Steps: 5, Exaggeration: 4, Optimizer: optim.SGD{LearnRate: 2, Momentum: 0.5, Gains: true}, Schedule: optim.Linear{End: 0.5}}}
			return SampledNeighborEmbedding{In: entropic, Out: affinity.Student{}, Attraction: loss.CrossEntropy,
				Repulsion: loss.LogPartition, Against: affinity.All{}, Descent: d}
		},
		"learned, carried": func(d Descent) method {
			d.Optimizer = optim.NAdam{LearnRate: 0.1}
			d.Phases = []Phase{{Steps: 5, Exaggeration: 2, Optimizer: optim.Adam{LearnRate: 0.2, AMSGrad: true}}}
			return SampledNeighborEmbedding{In: entropic, Out: affinity.Student{Learn: true}, Attraction: loss.CrossEntropy,
				Repulsion: loss.LogPartition, Against: affinity.All{}, Extra: ObjectiveFunc(momentOfZ), Descent: d}
		},
		"matcher": func(d Descent) method {
			d.Optimizer = optim.Adam{LearnRate: 0.3}
			return AffinityMatcher{In: affinity.EntropicAffinity{Perplexity: 5, Dense: true}, Out: normalized(affinity.Gaussian{}, affinity.OverRows),
				Loss: loss.CrossEntropy, Descent: d}
		},
	}
}

// momentOfZ is a term with memory: 1e-3 * m * sum z^2, where m starts at 2 and is a running mean of sum z^2.
func momentOfZ(b *Builder) ([]Term, error) {
	squares := G.Must(G.Sum(G.Must(G.Square(b.Z))))
	m := G.Must(b.Carry("moment", tensor.New(tensor.FromScalar(2.0)), func(old *G.Node) (*G.Node, error) {
		return G.Add(G.Must(G.Mul(old, G.NewConstant(0.75))), G.Must(G.Mul(squares, G.NewConstant(0.25))))
	}))
	return []Term{{Name: "moment", Value: G.Must(G.Mul(G.Must(G.Mul(m, squares)), G.NewConstant(1e-3)))}}, nil
}

// onEach runs a test for each small method on each engine.
func onEach(t *testing.T, test func(t *testing.T, with func(d Descent) method, e Engine)) {
	t.Helper()
	for name, with := range small() {
		t.Run(name, func(t *testing.T) {
			onEachEngine(t, func(t *testing.T, e Engine) { test(t, with, e) })
		})
	}
}

func sameBits(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d entries, want %d", what, len(got), len(want))
	}
	for i := range want {
		if math.Float64bits(got[i]) != math.Float64bits(want[i]) {
			t.Fatalf("%s: entry %d = %v, want %v, bit for bit", what, i, got[i], want[i])
		}
	}
}

// sameFit compares all that two results have in common but time.
func sameFit(t *testing.T, got, want *Result) {
	t.Helper()
	sameBits(t, "embedding", got.Embedding.RawMatrix().Data, want.Embedding.RawMatrix().Data)
	if got.Status != want.Status {
		t.Errorf("status %v, want %v", got.Status, want.Status)
	}
	var a, b []float64
	for _, r := range []struct {
		from *Result
		to   *[]float64
	}{{got, &a}, {want, &b}} {
		for _, rec := range r.from.History {
			*r.to = append(*r.to, float64(rec.Step), rec.Loss, rec.GradNorm, rec.LearnRate, rec.Exaggeration)
			for _, term := range rec.Terms {
				*r.to = append(*r.to, term.Value)
			}
		}
	}
	sameBits(t, "history", a, b)
	if len(got.Params) != len(want.Params) {
		t.Errorf("%d learned parameters, want %d", len(got.Params), len(want.Params))
	}
	for name, w := range want.Params {
		sameBits(t, name, numbers(got.Params[name]), numbers(w))
	}
}
