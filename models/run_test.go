package models

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"affmatch/affinity"
	"affmatch/internal/golden"
	"affmatch/loss"
	"affmatch/optim"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
)

var background = context.Background()

// umap is a small UMAP, its entries of P on 30 blobs.
func umap(d Descent) SampledNeighborEmbedding {
	return small()["umap"](d).(SampledNeighborEmbedding)
}

func TestFitEndsAfterItsSteps(t *testing.T) {
	onEach(t, func(t *testing.T, with func(d Descent) method, e Engine) {
		res, err := with(Descent{Steps: 7, Engine: e}).Fit(background, blobs(30))
		if err != nil {
			t.Fatal(err)
		}
		if res.Status != Exhausted || len(res.History) != 7 {
			t.Errorf("status %v after %d steps, want %v after 7", res.Status, len(res.History), Exhausted)
		}
		var stages []string
		for _, s := range res.Stages {
			stages = append(stages, s.Name)
			if s.Seconds < 0 {
				t.Errorf("stage %s took %v seconds", s.Name, s.Seconds)
			}
		}
		if got := strings.Join(stages, ", "); got != "input affinity, start, graph, steps" {
			t.Errorf("stages %s", got)
		}
	})
}

func TestCanceledFitReturnsWhatItHas(t *testing.T) {
	onEach(t, func(t *testing.T, with func(d Descent) method, e Engine) {
		ctx, cancel := context.WithCancel(background)
		defer cancel()
		var last []float64
		d := Descent{Steps: 9, Engine: e, OnStep: func(r Record, z *mat.Dense) error {
			if r.Step == 3 {
				cancel()
				last = append(last, z.RawMatrix().Data...)
			}
			return nil
		}}
		res, err := with(d).Fit(ctx, blobs(30))
		if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "step 4") {
			t.Errorf("error %v, want context.Canceled at step 4", err)
		}
		if res.Status != Canceled || len(res.History) != 4 {
			t.Errorf("%v after %d steps, want %v after 4", res.Status, len(res.History), Canceled)
		}
		sameBits(t, "embedding", res.Embedding.RawMatrix().Data, last)
	})
	ctx, cancel := context.WithCancel(background)
	cancel()
	if res, err := umap(Descent{}).Fit(ctx, blobs(30)); !errors.Is(err, context.Canceled) || res != nil {
		t.Errorf("result %v, error %v for a context that was canceled before the fit, want none and context.Canceled", res, err)
	}
}

func TestCallbackEndsTheFit(t *testing.T) {
	own := errors.New("own")
	for want, answer := range map[Status]error{Stopped: fmt.Errorf("enough: %w", ErrStop), Failed: own} {
		d := Descent{Steps: 9, OnStep: func(r Record, _ *mat.Dense) error {
			if r.Step == 2 {
				return answer
			}
			return nil
		}}
		res, err := umap(d).Fit(background, blobs(30))
		if res.Status != want || len(res.History) != 3 {
			t.Errorf("%v after %d steps, want %v after 3", res.Status, len(res.History), want)
		}
		switch want {
		case Stopped:
			if err != nil {
				t.Errorf("error %v after ErrStop, want none", err)
			}
		case Failed:
			if !errors.Is(err, own) || !strings.Contains(err.Error(), "callback after step 2") {
				t.Errorf("error %v, want the callback's own and its step", err)
			}
		}
	}
}

func TestEndedRunDoesNotStep(t *testing.T) {
	r := start5(t, umap(Descent{Steps: 2}))
	steps(t, r, 2)
	if _, err := r.Step(background); !errors.Is(err, ErrEnded) || !strings.Contains(err.Error(), "all steps made") {
		t.Errorf("error %v, want ErrEnded and why", err)
	}
}

// TestDivergedFitNamesStepAndTerm makes the repulsion NaN from the third step on, and the loss infinite by a rate.
func TestDivergedFitNamesStepAndTerm(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e Engine) {
		var seen []*mat.Dense
		d := Descent{Steps: 9, Engine: e, OnStep: func(_ Record, z *mat.Dense) error {
			seen = append(seen, mat.DenseCopyOf(z))
			return nil
		}}
		m := umap(d)
		m.Repulsion = loss.On(func(on *affinity.Pairs, _, logQ *G.Node) *G.Node {
			left := G.Must(on.Knob("left", affinity.ScheduleFunc(func(step, _ int) float64 { return 1.5 - float64(step) })))
			return G.Must(G.Mul(G.Must(G.Sqrt(left)), G.Must(G.Sum(logQ))))
		})
		res, err := m.Fit(background, blobs(30))
		if !errors.Is(err, ErrDiverged) || !strings.Contains(err.Error(), "step 2: term repulsion = NaN") {
			t.Errorf("error %v, want ErrDiverged, step 2 and the repulsion", err)
		}
		if res.Status != Diverged || len(res.History) != 2 || len(seen) != 2 {
			t.Fatalf("%v after %d steps, want %v after 2", res.Status, len(res.History), Diverged)
		}
		sameBits(t, "embedding: the last with a finite loss", res.Embedding.RawMatrix().Data, seen[0].RawMatrix().Data)

		seen = nil
		m = umap(d)
		m.Optimizer, m.Repulsion = optim.SGD{LearnRate: 1e200}, loss.SumOfQ
		res, err = m.Fit(background, blobs(30))
		if !errors.Is(err, ErrDiverged) || res.Status != Diverged {
			t.Fatalf("error %v, status %v, want a divergence", err, res.Status)
		}
		if at, err := m.Evaluate(background, blobs(30), res.Embedding); err != nil || math.IsNaN(at.Loss) {
			t.Errorf("at the embedding of the result: %v", err)
		}

		m = umap(d)
		m.Init = StartAt{mat.NewDense(30, 2, nil)}
		m.Repulsion = loss.On(func(_ *affinity.Pairs, _, logQ *G.Node) *G.Node { return G.Must(G.Sum(G.Must(G.Log(logQ)))) })
		res, err = m.Fit(background, blobs(30))
		if !errors.Is(err, ErrDiverged) || !strings.Contains(err.Error(), "step 0: term repulsion") || mat.Norm(res.Embedding, 2) != 0 {
			t.Errorf("diverged at the start: error %v, embedding %v, want the start", err, mat.Norm(res.Embedding, 2))
		}
	})
}

func TestFitConvergesBelowAShareOfTheFirstGradient(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e Engine) {
		m := small()["matcher"](Descent{Steps: 300, Engine: e, Schedule: optim.Linear{}}).(AffinityMatcher)
		whole, err := m.Fit(background, blobs(30))
		if err != nil {
			t.Fatal(err)
		}
		largest := slices.MaxFunc(whole.History, func(a, b Record) int { return cmp.Compare(a.GradNorm, b.GradNorm) }).GradNorm
		below := GradNorm{Below: whole.History[200].GradNorm / largest}
		m.Stop = below
		res, err := m.Fit(background, blobs(30))
		if err != nil || res.Status != Converged {
			t.Fatalf("status %v, error %v, want %v", res.Status, err, Converged)
		}
		last := len(res.History) - 1
		for k, r := range res.History {
			if stop := k > 0 && r.GradNorm < below.Below*largest; stop && k != last {
				t.Errorf("step %d of %d: gradient norm %v, threshold %v", k, last+1, r.GradNorm, below.Below*largest)
			}
		}
		if r := res.History[last]; r.LearnRate != 0 {
			t.Errorf("learning rate %v of the step that was not made, want 0", r.LearnRate)
		}
		at, err := m.Evaluate(background, blobs(30), res.Embedding)
		if err != nil || at.Loss != res.History[last].Loss {
			t.Errorf("loss %v at the embedding, %v in the last record (error %v)", at, res.History[last].Loss, err)
		}
	})
}

// TestBitsDoNotDependOnProcessors also fits float32, in which sums in another order would show first.
func TestBitsDoNotDependOnProcessors(t *testing.T) {
	x := blobs(200) // several shards of several rows
	for name, with := range small() {
		for _, e := range append(engines[:len(engines):len(engines)], Fused{}) {
			t.Run(fmt.Sprintf("%s/%T%+v", name, e, e), func(t *testing.T) {
				defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
				var want *Result
				for _, procs := range []int{1, 2, 4} {
					runtime.GOMAXPROCS(procs)
					got, err := with(Descent{Steps: 9, Engine: e, Seed: 5}).Fit(background, x)
					if err != nil {
						t.Fatal(err)
					}
					if want == nil {
						want = got
					}
					sameFit(t, got, want)
				}
				other, err := with(Descent{Steps: 9, Engine: e, Seed: 6}).Fit(background, x)
				if err != nil {
					t.Fatal(err)
				}
				if differs := !mat.Equal(other.Embedding, want.Embedding); differs != (name == "umap") {
					t.Errorf("another seed gives another embedding: %v, want it where negatives are drawn", differs)
				}
			})
		}
	}
}

// TestOneValueFitsTwiceAtOnce fits a value in two goroutines, then again: a configuration is read-only.
func TestOneValueFitsTwiceAtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, with func(d Descent) method, e Engine) {
		m, x := with(Descent{Steps: 5, Engine: e}), blobs(30)
		results := make([]*Result, 3)
		errs := make([]error, 3)
		var both sync.WaitGroup
		for i := range 2 {
			both.Go(func() { results[i], errs[i] = m.Fit(background, x) })
		}
		both.Wait()
		results[2], errs[2] = m.Fit(background, x)
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		sameFit(t, results[1], results[0])
		sameFit(t, results[2], results[0])
		if !mat.Equal(x, blobs(30)) {
			t.Error("the data were changed")
		}
	})
}

func TestFitLeavesPrecomputedPAlone(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e Engine) {
		p, err := affinity.Compute(background, affinity.EntropicAffinity{Perplexity: 5, Dense: true}, blobs(30))
		if err != nil {
			t.Fatal(err)
		}
		before := append([]float64(nil), p.Values...)
		for _, l := range []loss.Loss{loss.Square, loss.CrossEntropy} {
			m := AffinityMatcher{In: affinity.Precomputed{P: p}, Out: normalized(affinity.Student{}, affinity.OverAll), Loss: l,
				Descent: Descent{Steps: 5, Engine: e, Init: Normal{}}}
			if _, err := m.Fit(background, nil); err != nil { // no X: P is all there is
				t.Fatal(err)
			}
			sameBits(t, "P", p.Values, before)
		}
	})
}

// TestDegenerateDataFit: each of these is finite and moves.
func TestDegenerateDataFit(t *testing.T) {
	duplicates, constant, same := blobs(30), blobs(30), mat.NewDense(30, 3, nil)
	for i := 1; i < 30; i += 2 {
		duplicates.SetRow(i, duplicates.RawRowView(i-1))
	}
	for i := range 30 {
		constant.Set(i, 0, 7)
		constant.Set(i, 2, 0)
	}
	still := []string{"n = 2, sne", "more dimensions than columns"} // SNE's Q of two points is P
	pair := mat.NewDense(2, 3, []float64{1, 2, 3, 2, 2, 5})
	sne := func(in affinity.Input, d Descent) method {
		d.Optimizer = optim.Adam{LearnRate: 0.1}
		return SampledNeighborEmbedding{In: in, Out: affinity.Gaussian{}, Attraction: loss.CrossEntropy, Repulsion: loss.MeanRowPartition, Against: affinity.All{}, Descent: d}
	}
	entropic := affinity.EntropicAffinity{Perplexity: 5}
	onEachEngine(t, func(t *testing.T, e Engine) {
		of := func(dim int) Descent { return Descent{Steps: 20, Engine: e, Dim: dim} }
		for name, c := range map[string]struct {
			x *mat.Dense
			m method
		}{
			"duplicates, umap":             {duplicates, umap(of(2))},
			"duplicates, sne":              {duplicates, sne(entropic, of(2))},
			"constant columns, umap":       {constant, umap(of(2))},
			"constant columns, sne":        {constant, sne(entropic, of(2))},
			"all points equal, umap":       {same, umap(of(2))},
			"all points equal, sne":        {same, sne(entropic, of(2))},
			"n = 2, umap":                  {pair, referenceUMAP(affinity.UMAPAffinityIn{Neighbors: 1}, affinity.Uniform{Count: 3}, Descent{Steps: 20, Engine: e, Optimizer: optim.SGD{}})},
			"n = 2, sne":                   {pair, sne(affinity.EntropicAffinity{Perplexity: 1.5}, of(2))},
			"k = n-1, umap":                {blobs(12), referenceUMAP(affinity.UMAPAffinityIn{Neighbors: 11}, affinity.Uniform{Count: 3}, Descent{Steps: 20, Engine: e, Optimizer: optim.SGD{}})},
			"k = n-1, sne":                 {blobs(12), sne(affinity.EntropicAffinity{Perplexity: 5, Neighbors: 11}, of(2))},
			"one dimension, umap":          {blobs(30), umap(of(1))},
			"one dimension, sne":           {blobs(30), sne(entropic, of(1))},
			"three dimensions, umap":       {blobs(30), umap(of(3))},
			"three dimensions, sne":        {blobs(30), sne(entropic, of(3))},
			"more dimensions than columns": {pair, sne(affinity.EntropicAffinity{Perplexity: 1.5}, of(4))},
			"one column":                   {mat.DenseCopyOf(blobs(30).Slice(0, 30, 0, 1)), umap(of(2))},
		} {
			res, err := c.m.Fit(background, c.x)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if err := finite(name, res.Embedding); err != nil {
				t.Error(err)
			}
			start, err := c.m.Start(background, c.x)
			if err != nil {
				t.Fatal(err)
			}
			if moved := !mat.Equal(start.Embedding(), res.Embedding); moved == slices.Contains(still, name) {
				t.Errorf("%s: moved: %v", name, moved)
			}
		}
	})
}

func TestBadDataAreErrors(t *testing.T) {
	nan, inf := blobs(30), blobs(30)
	nan.Set(3, 1, math.NaN())
	inf.Set(29, 0, math.Inf(1))
	p, err := affinity.Compute(background, affinity.UMAPAffinityIn{Neighbors: 5}, blobs(30))
	if err != nil {
		t.Fatal(err)
	}
	precomputed := umap(Descent{})
	precomputed.In = affinity.Precomputed{P: p}
	for name, c := range map[string]struct {
		m    method
		x    mat.Matrix
		want string
	}{
		"NaN":                    {umap(Descent{}), nan, "X(3,1) = NaN"},
		"Inf":                    {umap(Descent{}), inf, "X(29,0) = +Inf"},
		"no X":                   {umap(Descent{}), nil, "X = nil"},
		"one row":                {umap(Descent{}), mat.NewDense(1, 3, nil), "X = 1 x 3"},
		"too few rows":           {umap(Descent{}), blobs(6), "Neighbors = 6, want 1 to the 5"},
		"precomputed P, PCA":     {precomputed, nil, "models: start: models: PCA: X = nil"},
		"precomputed P, NaN":     {precomputed, nan, "models: start: models: PCA: X(3,1) = NaN"},
		"precomputed P, other X": {precomputed, blobs(29), "30 points, want 29, the rows of X"},
	} {
		res, err := c.m.Fit(background, c.x)
		if res != nil || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: result %v, error %v, want %s", name, res, err, c.want)
		}
	}
}

func TestGivenStartIsTakenAsItIs(t *testing.T) {
	z := mat.NewDense(30, 2, nil)
	z.Apply(func(i, j int, _ float64) float64 { return float64(3*i - 40*j) }, z)
	start := func(d Descent) *mat.Dense {
		t.Helper()
		r := start5(t, umap(d))
		return r.Embedding()
	}
	if got := start(Descent{Init: StartAt{z}}); !mat.Equal(got, z) {
		t.Error("a given start was changed")
	}
	if z.At(1, 0) != 3 {
		t.Error("the user's matrix was changed")
	}
	scaled := start(Descent{Init: StartAt{z}, InitScaling: 1e-3})
	if s := scaled.At(1, 0) - scaled.At(0, 0); math.Abs(s-3e-3/26.41022529251127) > 1e-15 { // std of 0, 3, ..., 87
		t.Errorf("first step of the scaled start is %v", s)
	}
	if got, want := scaled.At(1, 1)/scaled.At(1, 0), z.At(1, 1)/z.At(1, 0); math.Abs(got-want) > 1e-12 {
		t.Errorf("the columns were scaled by different factors")
	}
	for want, given := range map[string]mat.Matrix{
		"StartAt: Z = nil": nil, "29 x 2, want 30 x 2": mat.NewDense(29, 2, nil), "30 x 3, want 30 x 2": mat.NewDense(30, 3, nil),
		"start(4,1) = NaN": func() mat.Matrix { bad := mat.DenseCopyOf(z); bad.Set(4, 1, math.NaN()); return bad }(),
	} {
		if _, err := umap(Descent{Init: StartAt{given}}).Start(background, blobs(30)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

func TestNormalStartIsTheSeeds(t *testing.T) {
	start := func(seed uint64) []float64 {
		return start5(t, umap(Descent{Init: Normal{}, InitScaling: 2, Seed: seed})).Embedding().RawMatrix().Data
	}
	sameBits(t, "start", start(1), start(1))
	if a, b := start(1), start(2); a[0] == b[0] {
		t.Error("two seeds have one start")
	}
}

func TestRecordIsOneFlatObject(t *testing.T) {
	r := Record{Step: 3, Loss: 1.5, Terms: []TermValue{{"attraction", 2}, {"repulsion", math.NaN()}}, GradNorm: 0.25, LearnRate: 0.1, Exaggeration: 4, Seconds: 1e-3}
	got, err := json.Marshal(r)
	want := `{"step":3,"loss":1.5,"attraction":2,"repulsion":null,"grad_norm":0.25,"learn_rate":0.1,"exaggeration":4,"seconds":0.001}`
	if err != nil || string(got) != want {
		t.Errorf("%s (error %v), want %s", got, err, want)
	}
}

// TestEvaluateExaggerates: the loss holds the factor of step 0, the terms do not.
func TestEvaluateExaggerates(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e Engine) {
		m := small()["tsne"](Descent{Engine: e}).(SampledNeighborEmbedding)
		z := mat.DenseCopyOf(blobs(30).Slice(0, 30, 0, 2))
		with, err := m.Evaluate(background, blobs(30), z)
		if err != nil {
			t.Fatal(err)
		}
		m.Phases = nil
		without, err := m.Evaluate(background, blobs(30), z)
		if err != nil {
			t.Fatal(err)
		}
		a, r := without.Terms[0].Value, without.Terms[1].Value
		golden.Close(t, "terms", []float64{with.Terms[0].Value, with.Terms[1].Value}, []float64{a, r}, 1e-12)
		golden.Close(t, "losses", []float64{with.Loss, without.Loss}, []float64{4*a + r, a + r}, 1e-12)
		if _, err := m.Evaluate(background, blobs(30), nil); err == nil {
			t.Error("no error without Z")
		}
		if _, err := m.Evaluate(background, blobs(30), z.Slice(0, 29, 0, 2)); err == nil {
			t.Error("no error with a Z of 29 points")
		}
	})
}

// TestCarriedStateByHand follows momentOfZ, as Extra of a matcher, along the embeddings.
func TestCarriedStateByHand(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e Engine) {
		m := small()["matcher"](Descent{Steps: 6, Engine: e}).(AffinityMatcher)
		m.Extra = ObjectiveFunc(momentOfZ)
		var squares []float64 // sum z^2 before each step
		sum := func(z *mat.Dense) { squares = append(squares, math.Pow(mat.Norm(z, 2), 2)) }
		m.OnStep = func(_ Record, z *mat.Dense) error { sum(z); return nil }
		r, err := m.Start(background, blobs(30))
		if err != nil {
			t.Fatal(err)
		}
		sum(r.Embedding())
		steps(t, r, 6)
		moment := 2.0
		for k, rec := range r.Result().History {
			match, _ := rec.Term("match")
			v, ok := rec.Term("moment")
			if want := 1e-3 * moment * squares[k]; !ok || math.Abs(v-want) > 1e-12*math.Max(1e-9, want) {
				t.Errorf("step %d: moment = %v, want %v", k, v, want)
			}
			if math.Abs(rec.Loss-match-v) > 1e-12*rec.Loss {
				t.Errorf("step %d: loss %v, want the sum of %v and %v", k, rec.Loss, match, v)
			}
			moment = 0.75*moment + 0.25*squares[k]
		}
	})
}

// TestKnobByHand: a term that is its knob times sum z^2 has the knob's gradient, at each step.
func TestKnobByHand(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e Engine) {
		at := func(step, total int) float64 { return 1 + 10*float64(step)/float64(total) }
		m := small()["matcher"](Descent{Steps: 5, Engine: e, Optimizer: optim.SGD{LearnRate: 1e-3}}).(AffinityMatcher)
		m.Loss = loss.Func(func(_, logQ *G.Node) *G.Node { return G.Must(G.Mul(G.Must(G.Sum(logQ)), G.NewConstant(0.0))) })
		m.Optimizer, m.Init = optim.SGD{LearnRate: 1e-2}, StartAt{mat.DenseCopyOf(blobs(30).Slice(0, 30, 0, 2))}
		m.Extra = ObjectiveFunc(func(b *Builder) ([]Term, error) {
			return []Term{{Name: "pull", Value: G.Must(G.Sum(G.Must(G.Square(b.Z)))), Weight: affinity.ScheduleFunc(at)}}, nil
		})
		r, err := m.Start(background, blobs(30))
		if err != nil {
			t.Fatal(err)
		}
		z := r.Embedding().At(4, 1)
		for k := range 5 {
			rec, err := r.Step(background)
			if err != nil {
				t.Fatal(err)
			}
			pull, _ := rec.Term("pull")
			if want := at(k, 5) * pull; math.Abs(rec.Loss-want) > 1e-12*want {
				t.Errorf("step %d: loss %v, want the knob's %v times %v", k, rec.Loss, at(k, 5), pull)
			}
			z -= 1e-2 * 2 * at(k, 5) * z
			if got := r.Embedding().At(4, 1); math.Abs(got-z) > 1e-12 {
				t.Errorf("step %d: z = %v, want %v", k, got, z)
			}
		}
	})
}

// TestLearnedParameterIsInTheResult: Student's nu moves, is reported, and its gradient is part of the norm.
func TestLearnedParameterIsInTheResult(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e Engine) {
		r := start5(t, small()["learned, carried"](Descent{Steps: 6, Engine: e}))
		steps(t, r, 3)
		res := r.Result()
		v := numbers(res.Params["student.lognu"])
		if len(res.Params) != 1 || len(v) != 1 || v[0] == 0 {
			t.Fatalf("parameters %v, want student.lognu, moved from 0", res.Params)
		}
		was := v[0]
		steps(t, r, 3)
		if now := numbers(res.Params["student.lognu"])[0]; now != was {
			t.Errorf("a result's parameter went on to %v", now)
		}
	})
}

func TestSignedOutputNeedsALinearLoss(t *testing.T) {
	m := AffinityMatcher{In: affinity.OnData{Output: affinity.ScalarProduct{}, Diagonal: true}, Out: affinity.ScalarProduct{}, Loss: loss.CrossEntropy}
	_, err := m.Fit(background, blobs(30))
	if !errors.Is(err, affinity.ErrNoLogarithm) || !strings.Contains(err.Error(), "match: loss CrossEntropy") {
		t.Errorf("error %v, want ErrNoLogarithm and the loss", err)
	}
	m.Loss, m.Steps, m.Optimizer = loss.Square, 3, optim.Adam{LearnRate: 0.1}
	if _, err := m.Fit(background, blobs(30)); err != nil {
		t.Error(err)
	}
}

// TestObjectivesAreChecked: terms that cannot be told apart in the history, or are no scalars, are refused.
func TestObjectivesAreChecked(t *testing.T) {
	named := func(names ...string) Objective {
		return ObjectiveFunc(func(b *Builder) ([]Term, error) {
			var terms []Term
			for _, n := range names {
				terms = append(terms, Term{Name: n, Value: G.Must(G.Sum(b.Z))})
			}
			return terms, nil
		})
	}
	for want, extra := range map[string]Objective{
		`name of a term = ""`:                           named(""),
		`name of a term = "loss"`:                       named("loss"),
		`name of a term = "attraction"`:                 named("attraction"),
		`name of a term = "seconds"`:                    named("seconds"),
		`name of a term = "step"`:                       named("step"),
		`name of a term = "mine"`:                       named("mine", "mine"),
		"term pull = nil, want a scalar node":           ObjectiveFunc(func(*Builder) ([]Term, error) { return []Term{{Name: "pull"}}, nil }),
		"term pull = shape (30, 2), want a scalar node": ObjectiveFunc(func(b *Builder) ([]Term, error) { return []Term{{Name: "pull", Value: b.Z}}, nil }),
		"weight of term pull: weight = NaN, want a finite number": ObjectiveFunc(func(b *Builder) ([]Term, error) {
			return []Term{{Name: "pull", Value: G.Must(G.Sum(b.Z)), Weight: affinity.Fixed(math.NaN())}}, nil
		}),
		"models: extra: own": ObjectiveFunc(func(*Builder) ([]Term, error) { return nil, errors.New("own") }),
		"models: extra: affinity: w = nil": ObjectiveFunc(func(b *Builder) ([]Term, error) {
			return []Term{{Name: "w", Value: G.Must(b.Constant("w", nil))}}, nil
		}),
	} {
		m := umap(Descent{Steps: 1})
		m.Extra = extra
		if _, err := m.Fit(background, blobs(30)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}
