package models

import (
	"context"
	"math"
	"testing"

	"affmatch/affinity"
	"affmatch/internal/golden"
	"affmatch/loss"
	"affmatch/optim"

	"gonum.org/v1/gonum/mat"
)

// method is a model of either kind.
type method interface {
	Fit(ctx context.Context, x mat.Matrix) (*Result, error)
	Start(ctx context.Context, x mat.Matrix) (*Run, error)
	Evaluate(ctx context.Context, x, z mat.Matrix) (*Evaluation, error)
	Validate() error
}

var _, _ method = SampledNeighborEmbedding{}, AffinityMatcher{}

// The reference's models as values, where they are not the presets: its search for the bandwidths within 1e-3 (100 steps),
// its unsymmetrized P, squared distances and natural logarithm.

func referenceEntropic(perplexity float64) affinity.Input {
	return affinity.EntropicAffinity{Perplexity: perplexity, Tolerance: 1e-3, MaxSteps: 100}
}

func referenceUMAPIn(neighbors float64) affinity.UMAPAffinityIn {
	return affinity.UMAPAffinityIn{Neighbors: neighbors, Tolerance: 1e-3, MaxSteps: 100}
}

func referenceSNE(perplexity float64, d Descent) method {
	return SampledNeighborEmbedding{In: referenceEntropic(perplexity), Out: affinity.Gaussian{},
		Attraction: loss.CrossEntropy, Repulsion: loss.MeanRowPartition, Against: affinity.All{}, Descent: d}
}

func referenceTSNE(perplexity float64, d Descent) method {
	return SampledNeighborEmbedding{In: referenceEntropic(perplexity), Out: affinity.Student{},
		Attraction: loss.CrossEntropy, Repulsion: loss.LogPartition, Against: affinity.All{}, Descent: d}
}

func referenceUMAP(in affinity.Input, against affinity.PairSet, d Descent) method {
	return SampledNeighborEmbedding{In: in, Out: affinity.Odds{Kernel: fittedByScipy},
		Attraction: loss.CrossEntropy, Repulsion: loss.NotNeighbor, Against: against, Descent: d}
}

// referenceTSNEkhorn has the gradient go through the rounds, or a repulsion in its place. The reference has pairs (i,i) in P
// and in the sums of Q, where it puts their distance at 1e12.
func referenceTSNEkhorn(in affinity.Input, unrolled bool, d Descent) method {
	apart := affinity.MetricExpr(func(on *affinity.Pairs) affinity.Expr {
		i := make([]float64, on.Points)
		for k := range i {
			i[k] = float64(k)
		}
		number := on.Numbers("test.numbers", i)
		return on.D2().Add(number.Head(on).Is(number.Tail(on)).Detached().Mul(1e12))
	})
	q := affinity.Sinkhorn{Kernel: affinity.Student{}, Metric: apart, Constant: !unrolled, Diagonal: true, Tolerance: 1e-5}
	m := AffinityMatcher{In: in, Out: q, Loss: loss.CrossEntropy, Descent: d}
	if !unrolled {
		m.Extra = OneTerm{Name: "sum", Value: func(b *Builder) affinity.Expr {
			return b.Pairs(affinity.All{Diagonal: true}).LogQOf(q).Exp().Sum()
		}}
	}
	return m
}

// replayed are the negatives of runs_snare300: of point i in step t, neg[j] = (i+1+((7i+13j+31t+3jt) mod 299)) mod 300.
func replayed(count int) affinity.PairSet {
	return affinity.Replay{Count: count, Tails: func(t, i int, tail []int32) {
		for j := range tail {
			tail[j] = int32((i + 1 + (7*i+13*j+31*t+3*j*t)%299) % 300)
		}
	}}
}

// exaggerated is the reference's early exaggeration "for 20 steps", which lasts one step more. Its automatic rate and
// momentum are chosen anew after it, but (against its documentation) for the exaggeration that has just ended: so the
// rate stays 50 and the momentum 0.5.
func exaggerated(factor float64, d Descent) Descent {
	d.Phases = []Phase{{Steps: 21, Exaggeration: factor, Optimizer: d.optimizer(0), Schedule: d.Schedule}}
	return d
}

// linearly is the reference's linearly schedule: it counts the 21 exaggerated steps as 20, and the 39 after them as 40.
func linearly(step, total int) float64 {
	if total == 21 {
		return 1 - float64(step)/20
	}
	return 1 - float64(step-21)/40
}

// cosine is the reference's cosine schedule, counted likewise; the second starts from where the first would go on to.
func cosine(step, total int) float64 {
	wave := func(step, total float64) float64 { return (1 + math.Cos(math.Pi*step/total)) / 2 }
	if total == 21 {
		return wave(float64(step), 20)
	}
	return wave(21, 20) * wave(float64(step-21), 40)
}

func normalized(k affinity.Kernel, over affinity.Axis) affinity.Output {
	return affinity.Normalized{Output: affinity.Of{Kernel: k}, Over: over}
}

// runs are the fits of runs_snare300 by their model and setup; d holds their steps and the engine.
var runs = map[string]func(t *testing.T, x *mat.Dense, d Descent) method{
	"TSNE: all defaults but ee_iter=20,max_iter=60: plain SGD, lr auto=50 (EE 12) then 75, exaggeration ends after step index 20": func(_ *testing.T, _ *mat.Dense, d Descent) method {
		d.Optimizer = optim.SGD{LearnRate: 50}
		return referenceTSNE(30, exaggerated(12, d))
	},
	"TSNE: optimizer=SGD, optimizer_kwargs=auto (momentum .5 then .8), ee_iter=20,max_iter=60": func(_ *testing.T, _ *mat.Dense, d Descent) method {
		d.Optimizer = optim.SGD{LearnRate: 50, Momentum: 0.5}
		return referenceTSNE(30, exaggerated(12, d))
	},
	"TSNE: Adam lr 1, EE 12, ee_iter=20, scheduler linear, max_iter 60": func(_ *testing.T, _ *mat.Dense, d Descent) method {
		d.Schedule = optim.ScheduleFunc(linearly)
		return referenceTSNE(30, exaggerated(12, d))
	},
	"SNE: Adam lr .5, EE 4, ee_iter 20, scheduler cosine, perplexity 10": func(_ *testing.T, _ *mat.Dense, d Descent) method {
		d.Optimizer, d.Schedule = optim.Adam{LearnRate: 0.5}, optim.ScheduleFunc(cosine)
		return referenceSNE(10, exaggerated(4, d))
	},
	"UMAP: defaults (SGD lr .1, 10 negatives, n_neighbors 30)": func(_ *testing.T, _ *mat.Dense, d Descent) method {
		d.Optimizer = optim.SGD{LearnRate: 0.1}
		return referenceUMAP(referenceUMAPIn(30), replayed(10), d)
	},
	"UMAP: SGD lr .1, scheduler linear, n_neighbors 10, n_negatives 5": func(_ *testing.T, _ *mat.Dense, d Descent) method {
		d.Optimizer, d.Schedule = optim.SGD{LearnRate: 0.1}, optim.Linear{}
		return referenceUMAP(referenceUMAPIn(10), replayed(5), d)
	},
	"UMAP: Adam lr 1, n_neighbors 15, n_negatives 10, EE 4 for ee_iter 20": func(_ *testing.T, _ *mat.Dense, d Descent) method {
		return referenceUMAP(referenceUMAPIn(15), replayed(10), exaggerated(4, d))
	},
	"UMAP: NAdam lr .5, n_neighbors 15, dense (sparsity False), n_negatives 5": func(_ *testing.T, _ *mat.Dense, d Descent) method {
		d.Optimizer = optim.NAdam{LearnRate: 0.5, Torch113: true}
		in := referenceUMAPIn(15)
		in.Dense = true
		return referenceUMAP(in, replayed(5), d)
	},
	"LargeVis: Adam lr .5, perplexity 10, EE 12, ee_iter 20, 5 negatives": func(_ *testing.T, _ *mat.Dense, d Descent) method {
		d.Optimizer = optim.Adam{LearnRate: 0.5}
		return SampledNeighborEmbedding{In: referenceEntropic(10), Out: affinity.Odds{Kernel: affinity.Student{}},
			Attraction: loss.CrossEntropy, Repulsion: loss.MeanNotNeighbor, Against: replayed(5), Descent: exaggerated(12, d)}
	},
	"InfoTSNE: Adam lr .5, perplexity 10, EE 12, ee_iter 20, 50 negatives": func(_ *testing.T, _ *mat.Dense, d Descent) method {
		d.Optimizer = optim.Adam{LearnRate: 0.5}
		return SampledNeighborEmbedding{In: referenceEntropic(10), Out: affinity.Student{},
			Attraction: loss.CrossEntropy, Repulsion: loss.MeanRowPartition, Against: replayed(50), Descent: exaggerated(12, d)}
	},
	"AffinityMatcher: Sinkhorn(eps=5) -> NormalizedStudent, cross_entropy, Adam lr 1": func(t *testing.T, x *mat.Dense, d Descent) method {
		return AffinityMatcher{In: affinity.SinkhornAffinity{Eps: 5, Tolerance: 1e-5, Rounds: 1000}, Out: normalized(affinity.Student{}, affinity.OverAll), Loss: loss.CrossEntropy, Descent: d}
	},
	"AffinityMatcher: NormalizedGaussian(sigma=5) -> NormalizedStudent, square_loss, Adam lr .1, init_scaling 1": func(_ *testing.T, _ *mat.Dense, d Descent) method {
		d.Optimizer, d.InitScaling = optim.Adam{LearnRate: 0.1}, 1
		return AffinityMatcher{In: affinity.OnData{Output: normalized(affinity.Gaussian{Sigma: 5}, affinity.OverAll)},
			Out: normalized(affinity.Student{}, affinity.OverAll), Loss: loss.Square, Descent: d}
	},
	"AffinityMatcher: SelfTuning(K=7) -> NormalizedStudent, cross_entropy, NAdam lr .5": func(t *testing.T, x *mat.Dense, d Descent) method {
		d.Optimizer = optim.NAdam{LearnRate: 0.5, Torch113: true}
		return AffinityMatcher{In: affinity.SelfTuningAffinity{Neighbor: 7, Reference: true}, Out: normalized(affinity.Student{}, affinity.OverAll), Loss: loss.CrossEntropy, Descent: d}
	},
	"AffinityMatcher: DoublyStochasticQuadratic(eps=100) -> NormalizedGaussian(dim 1), cross_entropy, Adam lr .5": func(t *testing.T, x *mat.Dense, d Descent) method {
		d.Optimizer = optim.Adam{LearnRate: 0.5}
		return AffinityMatcher{In: filled{affinity.DoublyStochasticQuadraticAffinity{Eps: 100, Course: affinity.Course{Steps: 1000}}}, Out: normalized(affinity.Gaussian{}, affinity.OverRows), Loss: loss.CrossEntropy, Descent: d}
	},
	"AffinityMatcher: UMAPAffinityIn(15, dense) -> UMAPOut, square_loss, Adam lr .5, init_scaling 1": func(_ *testing.T, _ *mat.Dense, d Descent) method {
		d.Optimizer, d.InitScaling = optim.Adam{LearnRate: 0.5}, 1
		return AffinityMatcher{In: affinity.UMAPAffinityIn{Neighbors: 15, Dense: true}, Out: affinity.Of{Kernel: fittedByScipy}, Loss: loss.Square, Descent: d}
	},
	"AffinityMatcher: UMAPAffinityIn(15, sparse) -> UMAPOut, cross_entropy (attraction only, no repulsion), SGD lr .001 momentum .9, init_scaling 1": func(_ *testing.T, _ *mat.Dense, d Descent) method {
		d.Optimizer, d.InitScaling = optim.SGD{LearnRate: 0.001, Momentum: 0.9}, 1
		return AffinityMatcher{In: affinity.UMAPAffinityIn{Neighbors: 15}, Out: affinity.Of{Kernel: fittedByScipy}, Loss: loss.CrossEntropy, Descent: d}
	},
	"AffinityMatcher: ScalarProduct -> ScalarProduct, square_loss, Adam lr 1, scheduler linear": func(_ *testing.T, _ *mat.Dense, d Descent) method {
		d.Schedule = optim.Linear{}
		return AffinityMatcher{In: affinity.OnData{Output: affinity.ScalarProduct{}, Diagonal: true}, Out: affinity.ScalarProduct{}, Loss: loss.Square, Descent: d}
	},
	"TSNEkhorn: Adam lr 1, perplexity 10, EE 1, min_grad_norm 0, max_iter 30": func(_ *testing.T, _ *mat.Dense, d Descent) method {
		return referenceTSNEkhorn(affinity.SymmetricEntropicAffinity{Perplexity: 10, Diagonal: true, Course: affinity.Course{Steps: 100}}, false, d)
	},
	"TSNEkhorn: as above with unrolling=True, lr .5": func(_ *testing.T, _ *mat.Dense, d Descent) method {
		d.Optimizer = optim.Adam{LearnRate: 0.5}
		return referenceTSNEkhorn(affinity.SymmetricEntropicAffinity{Perplexity: 10, Diagonal: true, Course: affinity.Course{Steps: 100}}, true, d)
	},
	"AffinityMatcher: Entropic(10, dense) -> NormalizedGaussian(dim 1), cross_entropy, SGD nesterov .8 lr 5": func(_ *testing.T, _ *mat.Dense, d Descent) method {
		d.Optimizer = optim.SGD{LearnRate: 5, Momentum: 0.8, Nesterov: true}
		return AffinityMatcher{In: affinity.EntropicAffinity{Perplexity: 10, Dense: true}, Out: normalized(affinity.Gaussian{}, affinity.OverRows), Loss: loss.CrossEntropy, Descent: d}
	},
}

// tolerances of loss, terms and rates; of the gradient's norm; of the embedding.
type tolerances struct{ curves, gradNorm, embedding float64 }

// looser are runs in which the reference's own rounding shows. Here it takes the dense attraction's distances from
// |z_i|^2 + |z_j|^2 - 2 z_i.z_j, and with b < 1 the slope at near points magnifies what that loses: our distances in that
// form move the gradient's norm by 2e-8.
var looser = map[string]tolerances{
	"UMAP: NAdam lr .5, n_neighbors 15, dense (sparsity False), n_negatives 5": {1e-8, 1e-7, 1e-5},
}

// narrow are the tolerances of float32, the default precision. What one step loses (1e-5, see goldenEngines) the descent
// magnifies as it magnifies any rounding: by 1e3 in 60 steps where the rate is large for the curvature, as the golden file
// demo_sensitivity has it. (Seen: at most 5e-4, 2e-2 and 1.1e-2.)
var narrow = tolerances{1e-3, 3e-2, 3e-2}

// curves are a reference run: what it logged at each step, and where it ended.
type curves struct {
	Loss, Attractive, Repulsive golden.Vector
	GradNorm                    golden.Vector `json:"grad_norm"`
	LR                          golden.Vector
	Exaggeration                golden.Vector `json:"early_exaggeration"`
	Embedding                   golden.Matrix
}

// TestGoldenFitsEqualTheReference replays fits of TorchDR 0.2 on 300 rows of SNARE-seq, with its negatives, step by step.
func TestGoldenFitsEqualTheReference(t *testing.T) {
	x := snare(t, 300)
	var want struct {
		Cases []struct {
			curves
			Model, Setup string
		}
	}
	golden.Load(t, "runs_snare300", &want)
	for _, c := range want.Cases {
		name := c.Model + ": " + c.Setup
		build, ok := runs[name]
		if !ok {
			t.Errorf("no fit for the golden run %s", name)
			continue
		}
		t.Run(name, func(t *testing.T) {
			onEachEngine(t, func(t *testing.T, e Engine) {
				if e == (Tape{}) {
					long(t)
				}
				got, err := build(t, x, Descent{Steps: len(c.Loss), Engine: e}).Fit(context.Background(), x)
				if err != nil {
					t.Fatal(err)
				}
				tol, ok := looser[name]
				if !ok {
					tol = tolerances{1e-8, 1e-8, 1e-8}
				}
				c.hold(t, got, tol)
			})
			t.Run("float32", func(t *testing.T) {
				got, err := build(t, x, Descent{Steps: len(c.Loss)}).Fit(context.Background(), x)
				if err != nil {
					t.Fatal(err)
				}
				c.hold(t, got, narrow)
			})
		})
	}
	if !golden.Other() && len(want.Cases) != len(runs) {
		t.Errorf("%d golden runs, want the %d of this test", len(want.Cases), len(runs))
	}
}

// hold compares a fit with a reference run: step by step relative to the tolerances, and where it ended.
func (c curves) hold(t *testing.T, got *Result, tol tolerances) {
	t.Helper()
	if len(got.History) != len(c.Loss) {
		t.Fatalf("%d steps, want %d", len(got.History), len(c.Loss))
	}
	curve := func(what string, want golden.Vector, tol float64, value func(Record) float64) {
		t.Helper()
		for k, w := range want {
			if v := value(got.History[k]); !(math.Abs(v-w) <= tol*math.Abs(w)) {
				t.Errorf("%s at step %d = %v, want %v: off by %.1e", what, k, v, w, math.Abs(v/w-1))
				return
			}
		}
	}
	term := func(name string) func(Record) float64 {
		return func(r Record) float64 {
			v, ok := r.Term(name)
			if !ok {
				t.Errorf("no term %s", name)
			}
			return v
		}
	}
	curve("loss", c.Loss, tol.curves, func(r Record) float64 { return r.Loss })
	curve("attraction", c.Attractive, tol.curves, term("attraction"))
	curve("repulsion", c.Repulsive, tol.curves, term("repulsion"))
	curve("gradient norm", c.GradNorm, tol.gradNorm, func(r Record) float64 { return r.GradNorm })
	curve("learning rate", c.LR, tol.curves, func(r Record) float64 { return r.LearnRate })
	curve("exaggeration", c.Exaggeration, tol.curves, func(r Record) float64 { return r.Exaggeration })
	if c.Embedding != nil {
		golden.Close(t, "embedding", got.Embedding.RawMatrix().Data, c.Embedding.Flat(), tol.embedding)
	}
}
