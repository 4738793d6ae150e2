package models

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"affmatch/affinity"
	"affmatch/experiments/metrics"
	"affmatch/loss"
	"affmatch/optim"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
)

// TestAnotherOptimizerIsUsedAtItsRateInEveryPhase: one line changed in a preset is one thing changed in the fit.
func TestAnotherOptimizerIsUsedAtItsRateInEveryPhase(t *testing.T) {
	x := blobs(120)
	for name, m := range map[string]SampledNeighborEmbedding{"TSNE": TSNE(), "SNE": SNE(), "UMAP": UMAP(), "UMAPLearn": UMAPLearn(), "UMAPLocal": UMAPLocal()} {
		m.Optimizer, m.Schedule = optim.Adam{LearnRate: 0.5}, nil
		res, err := m.Fit(background, x)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, r := range res.History {
			if r.LearnRate != 0.5 {
				t.Fatalf("%s: rate %v at step %d, want 0.5", name, r.LearnRate, r.Step)
			}
		}
		if score, err := metrics.Trustworthiness(x, res.Embedding, 15); err != nil || score < 0.9 {
			t.Errorf("%s: trustworthiness %v (error %v)", name, score, err)
		}
	}
}

// TestWhatIsLearnedHasAnOptimizerOfItsOwn: nu of a Student kernel converges under t-SNE's rate of hundreds for Z.
func TestWhatIsLearnedHasAnOptimizerOfItsOwn(t *testing.T) {
	x := blobs(150)
	m := TSNE()
	plain, err := m.Fit(background, x)
	if err != nil {
		t.Fatal(err)
	}
	m.Out = affinity.Student{Learn: true}
	learned, err := m.Fit(background, x)
	if err != nil {
		t.Fatal(err)
	}
	last := func(r *Result) float64 { return r.History[len(r.History)-1].Loss }
	if !(last(learned) < 1.01*last(plain)) {
		t.Errorf("loss %v with a learned nu, %v without", last(learned), last(plain))
	}
	m.Learned, m.Steps = optim.SGD{LearnRate: math.SmallestNonzeroFloat64}, 5
	still, err := m.Fit(background, x)
	if err != nil || math.Abs(numbers(still.Params["student.lognu"])[0]) > 1e-300 {
		t.Errorf("a rate of nothing moved nu: %v (error %v)", still.Params, err)
	}
}

func TestLineSearchNeedsALossThatStays(t *testing.T) {
	m := UMAP()
	m.Optimizer = optim.LBFGS{}
	if _, err := m.Fit(background, blobs(60)); err == nil || !strings.Contains(err.Error(), "models: Optimizer = LBFGS") {
		t.Errorf("samples under a line search: %v", err)
	}
	x := blobs(60)
	tsne := TSNE()
	tsne.In, tsne.InitScaling, tsne.Phases, tsne.Steps = affinity.EntropicAffinity{Perplexity: 10, Symmetrize: true}, 1, nil, 100
	tsne.Engine = Fused{Float64: true}
	slow, err := tsne.Fit(background, x)
	if err != nil {
		t.Fatal(err)
	}
	tsne.Optimizer = optim.LBFGS{}
	fast, err := tsne.Fit(background, x)
	if err != nil {
		t.Fatal(err)
	}
	for k := 1; k < len(fast.History); k++ {
		if fast.History[k].Loss > fast.History[k-1].Loss {
			t.Errorf("the loss rises at step %d: %v to %v", k, fast.History[k-1].Loss, fast.History[k].Loss)
		}
	}
	if a, b := fast.History[len(fast.History)-1].Loss, slow.History[len(slow.History)-1].Loss; !(a < b) {
		t.Errorf("loss %v after 100 searches, %v after 100 steps of SGD", a, b)
	}
}

// linear is an encoder: Z = X W, W starting at given numbers.
func linear2(x mat.Matrix, w *mat.Dense) Encoder {
	return EncoderFunc(func(b *Builder) *G.Node {
		return affinity.E(affinity.Must(b.Data())).Dot(affinity.Must(b.Param("W", tensorOf(w)))).Node()
	})
}

func TestAnEncodersParametersAreOptimized(t *testing.T) {
	x := blobs(40)
	w := mat.NewDense(4, 2, []float64{0.3, -0.2, 0.1, 0.4, -0.5, 0.2, 0.25, 0.15})
	onEachEngine(t, func(t *testing.T, e Engine) {
		m := umap(Descent{Steps: 30, Engine: e})
		m.Encoder, m.Optimizer = linear2(x, w), optim.Adam{LearnRate: 0.01}
		var last *mat.Dense
		m.OnStep = func(_ Record, z *mat.Dense) error { last = mat.DenseCopyOf(z); return nil }
		res, err := m.Fit(background, x)
		if err != nil {
			t.Fatal(err)
		}
		var z mat.Dense
		z.Mul(x, mat.NewDense(4, 2, numbers(res.Params["W"])))
		if !mat.EqualApprox(&z, res.Embedding, 1e-9) || !mat.EqualApprox(last, res.Embedding, 1e-12) {
			t.Error("the embedding is not X W of the learned W")
		}
		if first, end := res.History[0].Loss, res.History[29].Loss; !(end < first) || len(res.Params) != 1 {
			t.Errorf("loss from %v to %v, parameters %v", first, end, res.Params)
		}
	})
	// The gradient in W against differences of the loss.
	m := umap(Descent{Steps: 1, Engine: Fused{Float64: true}})
	grad := func(w *mat.Dense) (float64, []float64) {
		m.Encoder = linear2(x, w)
		r, err := m.Start(background, x)
		if err != nil {
			t.Fatal(err)
		}
		rec, err := r.evaluate()
		if err != nil {
			t.Fatal(err)
		}
		g, err := arrayOf(r.machine, r.graph.grads[r.graph.params[0]])
		if err != nil {
			t.Fatal(err)
		}
		return rec.Loss, append([]float64(nil), g...)
	}
	_, g := grad(w)
	for i := range 8 {
		const h = 1e-5
		at := func(d float64) float64 {
			moved := mat.DenseCopyOf(w)
			moved.Set(i/2, i%2, moved.At(i/2, i%2)+d)
			l, _ := grad(moved)
			return l
		}
		if want := (at(h) - at(-h)) / (2 * h); math.Abs(g[i]-want) > 1e-5*(1+math.Abs(want)) {
			t.Errorf("slope %d = %v, difference %v", i, g[i], want)
		}
	}
}

func TestEncodersAreChecked(t *testing.T) {
	for want, e := range map[string]Encoder{
		"encoder: Z = nil":                        EncoderFunc(func(*Builder) *G.Node { return nil }),
		"encoder: Z = shape (40, 4), want 40 x 2": EncoderFunc(func(b *Builder) *G.Node { return affinity.Must(b.Data()) }),
		"encoder = no parameters": EncoderFunc(func(b *Builder) *G.Node {
			return affinity.Must(b.Matrix("z", mat.NewDense(40, 2, nil)))
		}),
		"models: Encoder: models: EncoderFunc = nil": EncoderFunc(nil),
		"models: encoder: own":                       EncoderFunc(func(*Builder) *G.Node { panic(errors.New("own")) }),
	} {
		m := umap(Descent{Steps: 1, Encoder: e})
		if _, err := m.Fit(background, blobs(40)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

// TestAProblemNeedsNoInputAffinity: anchors that stay beside points that move, and a term on them alone.
func TestAProblemNeedsNoInputAffinity(t *testing.T) {
	pull := OneTerm{Name: "pull", Value: func(b *Builder) affinity.Expr { return affinity.E(b.Z).Sub(1).Square().Sum() }}
	for name, x := range map[string]mat.Matrix{"data": blobs(10), "none": nil} {
		p := Problem{Objective: pull, Descent: Descent{Init: Normal{}, InitScaling: 1, Optimizer: optim.SGD{LearnRate: 0.25}, Steps: 50}}
		if x == nil {
			p.Init = StartAt{mat.NewDense(7, 2, nil)}
		}
		res, err := p.Fit(background, x)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		n, d := res.Embedding.Dims()
		for i := range n {
			for c := range d {
				if math.Abs(res.Embedding.At(i, c)-1) > 1e-6 {
					t.Fatalf("%s: z(%d,%d) = %v, want 1", name, i, c, res.Embedding.At(i, c))
				}
			}
		}
		if !strings.Contains(fmt.Sprint(p), "Objective:    OneTerm(pull)") {
			t.Errorf("it prints as %v", p)
		}
	}
	if _, err := (Problem{Objective: pull}).Fit(background, nil); err == nil || !strings.Contains(err.Error(), "models: X = nil") {
		t.Errorf("without any points: %v", err)
	}
	if _, err := (Problem{}).Fit(background, blobs(9)); err == nil || !strings.Contains(err.Error(), "models: Objective = nil") {
		t.Errorf("without an objective: %v", err)
	}
}

// TestOwnPartsThatAreWrongSayWhatAndWhere goes through what a first own kernel, loss or metric may give.
func TestOwnPartsThatAreWrongSayWhatAndWhere(t *testing.T) {
	kernel := func(f func(c *G.Node) *G.Node) SampledNeighborEmbedding {
		m := umap(Descent{Steps: 1})
		m.Out = affinity.KernelFunc(f)
		return m
	}
	term := func(f func(p, logQ *G.Node) *G.Node) SampledNeighborEmbedding {
		m := umap(Descent{Steps: 1})
		m.Repulsion = loss.Func(f)
		return m
	}
	metric := func(f func(on *affinity.Pairs) *G.Node) SampledNeighborEmbedding {
		m := umap(Descent{Steps: 1})
		m.Metric = affinity.MetricFunc(f)
		return m
	}
	one := G.NewConstant(1.0)
	for name, c := range map[string]struct {
		m    SampledNeighborEmbedding
		want string
	}{
		"a kernel that is nil":       {kernel(func(*G.Node) *G.Node { return nil }), "kernel KernelFunc = nil, want a node with one entry a pair"},
		"a kernel that is a scalar":  {kernel(func(c *G.Node) *G.Node { return G.Must(G.Sum(c)) }), "kernel KernelFunc: shape = (), want (216), one entry a pair"},
		"a kernel of another length": {kernel(func(c *G.Node) *G.Node { return G.Must(G.Slice(c, G.S(0, 5))) }), "shape = (5), want (216)"},
		"an inner product":           {kernel(func(c *G.Node) *G.Node { return G.Must(G.Mul(c, c)) }), "shape = (), want (216)"},
		"a whole number":             {kernel(func(c *G.Node) *G.Node { return G.Must(G.Mul(c, G.NewConstant(-2))) }), "write NewConstant(2.0) for NewConstant(2)"},
		"a wrong gradient": {kernel(func(c *G.Node) *G.Node { return G.Must(G.Log(G.Must(G.InverseSqrt(G.Must(G.Add(c, one)))))) }),
			"differentiates wrongly, want Inverse(Sqrt(x)), or Pow(x, -0.5)"},
		"a kernel that panics":     {kernel(func(*G.Node) *G.Node { var none []int; return G.NewConstant(float64(none[3])) }), "kernel KernelFunc: panic: runtime error: index out of range"},
		"a loss that is nil":       {term(func(_, _ *G.Node) *G.Node { return nil }), "repulsion: loss: value = nil"},
		"a loss of a whole number": {term(func(_, q *G.Node) *G.Node { return G.Must(G.Mul(q, G.NewConstant(2))) }), "write NewConstant(2.0)"},
		"a metric that is nil":     {metric(func(*affinity.Pairs) *G.Node { return nil }), "metric MetricFunc = nil"},
		"a metric of one point":    {metric(func(on *affinity.Pairs) *G.Node { return G.Must(on.RowSum(G.Must(on.HeadCoord(0)))) }), "metric MetricFunc: shape = (30)"},
	} {
		if _, err := c.m.Fit(background, blobs(30)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %s", name, err, c.want)
		}
	}
}
