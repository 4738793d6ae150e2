package models

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"affmatch/affinity"
	"affmatch/optim"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
)

// encoded is a method of blobs by an encoder, some rows at a time.
func encoded(batch, steps int) SampledNeighborEmbedding {
	m := umap(Descent{Steps: steps, Seed: 3})
	m.Optimizer = optim.Adam{LearnRate: 0.01}
	m.Encoder, m.Batch = MLP{Hidden: []int{9, 7}, Activation: Tanh{}}, batch
	return m
}

// layers is MLP's formula, number by number.
func layers(x mat.Matrix, values func(name string) []float64, hidden []int, f func(float64) float64) *mat.Dense {
	n, p := x.Dims()
	scale := values("encoder.X")
	h := mat.NewDense(n, p, nil)
	h.Apply(func(i, c int, _ float64) float64 { return (x.At(i, c) - scale[c]) * scale[p] }, h)
	in := p
	for k, out := range append(slices.Clone(hidden), 2) {
		name := string(rune('1' + k))
		var next mat.Dense
		next.Mul(h, mat.NewDense(in, out, values("encoder.W"+name)))
		next.Apply(func(_, c int, v float64) float64 {
			v += values("encoder.b" + name)[c]
			if k < len(hidden) {
				v = f(v)
			}
			return v
		}, &next)
		h, in = &next, out
	}
	return h
}

func TestAnMLPIsItsFormula(t *testing.T) {
	if testing.Short() || raced {
		t.Skip("whole fits")
	}
	x := blobs(50)
	for name, c := range map[string]struct {
		of   Activation
		want func(float64) float64
	}{
		"tanh":     {Tanh{}, math.Tanh},
		"relu":     {nil, func(v float64) float64 { return math.Max(v, 0) }},
		"leaky":    {ReLU{Leak: 0.1}, func(v float64) float64 { return math.Max(v, 0.1*v) }},
		"sigmoid":  {Sigmoid{}, func(v float64) float64 { return 1 / (1 + math.Exp(-v)) }},
		"softplus": {Softplus{}, func(v float64) float64 { return math.Log1p(math.Exp(v)) }},
		"own":      {ActivationFunc(func(x affinity.Expr) affinity.Expr { return x.Mul(x.Sigmoid()) }), func(v float64) float64 { return v / (1 + math.Exp(-v)) }},
	} {
		for _, batch := range []int{0, 20} {
			m := encoded(batch, 40)
			m.Encoder = MLP{Hidden: []int{9, 7}, Activation: c.of}
			r, err := m.Fit(background, x)
			if err != nil {
				t.Fatal(err)
			}
			if first, last := r.History[0].Loss, r.History[39].Loss; !(last < first) {
				t.Errorf("%s, batch %d: loss from %v to %v", name, batch, first, last)
			}
			want := layers(x, func(name string) []float64 { return r.Model.Values[name].Float64s() }, []int{9, 7}, c.want)
			if !mat.EqualApprox(r.Embedding, want, 1e-5) {
				t.Errorf("%s, batch %d: the embedding is not that of the layers", name, batch)
			}
		}
	}
	linear := encoded(20, 15)
	linear.Encoder = MLP{}
	r, err := linear.Fit(background, x)
	if err != nil {
		t.Fatal(err)
	}
	if !mat.EqualApprox(r.Embedding, layers(x, func(name string) []float64 { return r.Model.Values[name].Float64s() }, nil, nil), 1e-5) {
		t.Error("without hidden layers the embedding is not linear")
	}
}

// TestABatchOfAllRowsIsTheGraphsOwnDescent: the way back by the encoder beside the graph gives the gradient of the encoder in
// it.
func TestABatchOfAllRowsIsTheGraphsOwnDescent(t *testing.T) {
	x := blobs(60)
	for _, o := range []optim.Optimizer{optim.SGD{LearnRate: 1e-3}, optim.Adam{LearnRate: 0.01}} {
		whole, beside := encoded(0, 20), encoded(60, 20)
		whole.Optimizer, beside.Optimizer = o, o
		whole.Engine, beside.Engine = Fused{Float64: true}, Fused{Float64: true}
		a, err := whole.Fit(background, x)
		if err != nil {
			t.Fatal(err)
		}
		b, err := beside.Fit(background, x)
		if err != nil {
			t.Fatal(err)
		}
		for k := range a.History {
			if l, w := b.History[k].Loss, a.History[k].Loss; math.Abs(l-w) > 1e-9*math.Abs(w) {
				t.Fatalf("%T: loss %v at step %d, %v in the graph", o, l, k, w)
			}
		}
		if !mat.EqualApprox(a.Embedding, b.Embedding, 1e-7) {
			t.Errorf("%T: another embedding than in the graph", o)
		}
	}
}

func TestAPassTakesEachRowOnce(t *testing.T) {
	e := &encoding{n: 50, m: 20, seed: 5, step: make([]int, 20)}
	var all []int
	for step := range 5 { // two passes
		all = append(all, e.rowsOf(step)...)
	}
	first, second := slices.Clone(all[:50]), slices.Clone(all[50:])
	if slices.Equal(first, second) {
		t.Error("the second pass goes as the first")
	}
	for _, pass := range [][]int{first, second} {
		slices.Sort(pass)
		for i, row := range pass {
			if row != i {
				t.Fatalf("a pass takes %v", pass)
			}
		}
	}
	if again := slices.Clone(e.rowsOf(1)); !slices.Equal(again, all[20:40]) {
		t.Errorf("step 1 takes %v, and then %v", all[20:40], again)
	}
}

// TestAnEncodersFitHasTheSameBits on any workers, and where it goes on from a checkpoint.
func TestAnEncodersFitHasTheSameBits(t *testing.T) {
	x := blobs(90)
	m := encoded(32, 12)
	m.Encoder = MLP{Hidden: []int{40}, Noise: 0.2}
	m.Warmup, m.Init, m.InitScaling = 10, PCA{}, 1
	m.Engine = Fused{Workers: 1}
	want, err := m.Fit(background, x)
	if err != nil {
		t.Fatal(err)
	}
	m.Engine = Fused{Workers: 3}
	r, err := m.Start(background, x)
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if _, err := r.Step(background); err != nil {
			t.Fatal(err)
		}
	}
	var file bytes.Buffer
	if err := r.Checkpoint().Write(&file); err != nil {
		t.Fatal(err)
	}
	c, err := ReadCheckpoint(&file)
	if err != nil {
		t.Fatal(err)
	}
	again, err := m.Start(background, x)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Restore(c); err != nil {
		t.Fatal(err)
	}
	for again.Status() == Running {
		if _, err := again.Step(background); err != nil {
			t.Fatal(err)
		}
	}
	if !mat.Equal(want.Embedding, again.Embedding()) {
		t.Error("another embedding after a checkpoint, by three workers")
	}
}

// TestAnEncoderPlacesARowAsAmongMany, and the rows of the fit where they lie.
func TestAnEncoderPlacesARowAsAmongMany(t *testing.T) {
	x := blobs(90)
	m := encoded(32, 10)
	r, err := m.Fit(background, x)
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := r.Model.Write(&file, Saving{}); err != nil {
		t.Fatal(err)
	}
	read, err := ReadModel(bytes.NewReader(file.Bytes()), int64(file.Len()), Reading{
		Method: func(json.RawMessage) (Fitter, error) { return m, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, model := range map[string]*Model{"fitted": r.Model, "read": read} {
		all, err := model.Transform(background, x)
		if err != nil {
			t.Fatal(err)
		}
		if !mat.Equal(all, r.Embedding) {
			t.Errorf("%s: the rows of the fit are elsewhere than in it", name)
		}
		for _, i := range []int{0, 41} {
			one, err := model.Transform(background, x.Slice(i, i+1, 0, 4))
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(one.RawRowView(0), all.RawRowView(i)) {
				t.Errorf("%s: row %d alone is at %v, among others at %v", name, i, one.RawRowView(0), all.RawRowView(i))
			}
		}
	}
}

func TestWarmupLearnsTheStart(t *testing.T) {
	x := blobs(80)
	m := Parametric(umap(Descent{Steps: 100}).Problem(), MLP{Hidden: []int{20}})
	m.Batch, m.Warmup, m.Steps = 40, 1000, 1
	r, err := m.Start(background, x)
	if err != nil {
		t.Fatal(err)
	}
	free := umap(Descent{Steps: 100})
	want, err := free.Fit(background, x)
	if err != nil {
		t.Fatal(err)
	}
	var off, spread float64
	z := r.Embedding()
	for i := range 80 {
		for c := range 2 {
			d, w := z.At(i, c)-want.Embedding.At(i, c), want.Embedding.At(i, c)
			off, spread = off+d*d, spread+w*w
		}
	}
	if off > 0.05*spread {
		t.Errorf("after warmup the encoder is off by %v of %v", off, spread)
	}
	gone, cancel := context.WithCancel(background)
	cancel()
	if _, err := m.Start(gone, x); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled in the warmup: %v", err)
	}
}

func TestEncodersWithABatchAreChecked(t *testing.T) {
	constant := mat.NewDense(40, 4, nil)
	for want, change := range map[string]func(m *SampledNeighborEmbedding){
		"Batch = -1": func(m *SampledNeighborEmbedding) { m.Batch = -1 },
		"Warmup = 5, want 0 where there is no Encoder": func(m *SampledNeighborEmbedding) { m.Batch, m.Warmup = 0, 5 },
		"Batch = 0, want above 0, to draw noise":       func(m *SampledNeighborEmbedding) { m.Batch, m.Encoder = 0, MLP{Noise: 0.1} },
		"MLP: Noise = -1":                              func(m *SampledNeighborEmbedding) { m.Encoder = MLP{Noise: -1} },
		"MLP: Hidden[1] = 0":                           func(m *SampledNeighborEmbedding) { m.Encoder = MLP{Hidden: []int{3, 0}} },
		"Leak = 1,":                                    func(m *SampledNeighborEmbedding) { m.Encoder = MLP{Activation: ReLU{Leak: 1}} },
		"Activation = a nil":                           func(m *SampledNeighborEmbedding) { m.Encoder = MLP{Activation: (*ReLU)(nil)} },
		"without a line search, since each step has a": func(m *SampledNeighborEmbedding) { m.Optimizer = optim.LBFGS{} },
		"one of the rows of X (Builder.Data": func(m *SampledNeighborEmbedding) {
			m.Encoder = EncoderFunc(func(b *Builder) *G.Node { return b.LearnedMatrix("W", b.Points, 2, 1).Node() })
		},
	} {
		m := encoded(8, 2)
		change(&m)
		if _, err := m.Fit(background, blobs(40)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	m := encoded(8, 2)
	m.Extra = OneTerm{Name: "extra", Value: func(b *Builder) affinity.Expr {
		return affinity.E(b.Z).Dot(b.LearnedMatrix("encoder.W1", 2, 2, 1)).Square().Sum()
	}}
	if _, err := m.Fit(background, blobs(40)); err == nil || !strings.Contains(err.Error(), "parameter encoder.W1 = the name of one") {
		t.Errorf("one name twice: %v", err)
	}
	m.Extra = nil
	m.In = affinity.Precomputed{P: ring(40)}
	if _, err := m.Fit(background, constant); err == nil || !strings.Contains(err.Error(), "rows that differ") {
		t.Errorf("rows that are all one: %v", err)
	}
	if _, err := m.Fit(background, nil); err == nil || !strings.Contains(err.Error(), "models: X = nil") {
		t.Errorf("no rows: %v", err)
	}
}

// ring joins each of n points with the next.
func ring(n int) *affinity.Matrix {
	p := &affinity.Matrix{N: n, Start: []int{0}}
	for i := range n {
		p.Tail, p.Values, p.Start = append(p.Tail, int32((i+1)%n)), append(p.Values, 1), append(p.Start, i+1)
	}
	return p
}

// TestAnyMethodGoesByAnEncoder: its loss falls, and new rows have places.
func TestAnyMethodGoesByAnEncoder(t *testing.T) {
	if testing.Short() || raced {
		t.Skip("whole fits")
	}
	x := blobs(70)
	for name, m := range map[string]Problem{
		"UMAPLearn": UMAPLearn().Problem(), "TSNE": TSNE().Problem(), "SNE": SNE().Problem(), "SNEMatcher": SNEMatcher().Problem(),
		"InfoTSNE": InfoTSNE(), "PaCMAP": PaCMAP(), "TriMap": TriMap(),
	} {
		m = Parametric(m, MLP{Hidden: []int{16}})
		m.Batch, m.Warmup, m.Steps, m.Optimizer = 30, 0, 60, optim.Adam{LearnRate: 0.01}
		m.Schedule = nil
		r, err := m.Fit(background, x)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if first, last := r.History[0].Loss, r.History[59].Loss; !(last < first) {
			t.Errorf("%s: loss from %v to %v", name, first, last)
		}
		if z, err := r.Model.Transform(background, blobs(5)); err != nil || z == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnEncodersMemoryGrowsWithItsRows(t *testing.T) {
	m := UMAPLearn()
	at := func(batch int) int64 {
		m.Encoder, m.Batch = MLP{Hidden: []int{100}}, batch
		e, err := m.Memory(100_000, 784)
		if err != nil {
			t.Fatal(err)
		}
		bytes, _ := e.Peak()
		return bytes
	}
	if all, some := at(0), at(1000); all < some+1_000_000_000 {
		t.Errorf("all rows at a time are estimated at %s, a thousand at %s", size(all), size(some))
	}
}

// TestNoiseIsOfItsSizeAndOfTheSteps: what a step takes in is blurred, anew in each, what places rows is not.
func TestNoiseIsOfItsSizeAndOfTheSteps(t *testing.T) {
	x := blobs(200)
	b := &Builder{Scope: affinity.NewScope(200), X: x, Seed: 1, descent: Descent{Encoder: MLP{Noise: 0.5}}}
	e, err := newEncoding(b, 200)
	if err != nil {
		t.Fatal(err)
	}
	into := e.feeds["encoder.standardized"].into
	at := func(step int) []float64 {
		e.feed(e.rowsOf(0), clean) // else a step's rows stay in
		e.feed(e.rowsOf(0), step)
		return slices.Clone(into)
	}
	rows := at(clean)
	first, again, second := at(3), at(3), at(4)
	if !slices.Equal(first, again) || slices.Equal(first, second) {
		t.Error("noise is not that of its step")
	}
	var sum, squares float64
	for k, v := range first {
		sum, squares = sum+v-rows[k], squares+(v-rows[k])*(v-rows[k])
	}
	n := float64(len(rows))
	if math.Abs(sum/n) > 0.08 || math.Abs(math.Sqrt(squares/n)-0.5) > 0.05 {
		t.Errorf("noise of mean %.3f and size %.3f, want 0 and 0.5", sum/n, math.Sqrt(squares/n))
	}
	if e.warm = true; !slices.Equal(at(3), rows) {
		t.Error("noise goes on after the warmup")
	}
}
