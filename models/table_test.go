package models

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"sort"
	"strings"
	"testing"
	"time"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/optim"

	"gonum.org/v1/gonum/mat"
)

// hostile is one bad or extreme input to any preset.
type hostile struct {
	kind, name string
	x          func() mat.Matrix
	change     func(m *SampledNeighborEmbedding) // nil: none
	ctx        func() context.Context            // nil: background
}

// plain are 20 ordinary rows.
func plain() *mat.Dense { return cloud(20, 4, (*rand.Rand).NormFloat64) }

// hostileInputs go through each kind of fault that was ever met, and its neighbors.
func hostileInputs() (all []hostile) {
	data := func(kind, name string, x func() mat.Matrix) { all = append(all, hostile{kind: kind, name: name, x: x}) }
	field := func(kind, name string, change func(m *SampledNeighborEmbedding)) {
		all = append(all, hostile{kind: kind, name: name, x: func() mat.Matrix { return plain() }, change: change})
	}
	for _, v := range []float64{
		math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, -math.MaxFloat64, 1e308, 1e155, 1e30, 5e-324, 1e-310, 1e-200,
	} {
		for place, in := range map[string]func(i, c int) bool{
			"first entry": func(i, c int) bool { return i+c == 0 }, "last entry": func(i, c int) bool { return i == 19 && c == 3 },
			"one row": func(i, _ int) bool { return i == 7 }, "two rows": func(i, _ int) bool { return i == 7 || i == 8 },
			"one column": func(_, c int) bool { return c == 2 }, "all": func(int, int) bool { return true },
		} {
			data("values", fmt.Sprintf("%v in %s", v, place), func() mat.Matrix {
				x := plain()
				x.Apply(func(i, c int, old float64) float64 {
					if in(i, c) {
						return v
					}
					return old
				}, x)
				return x
			})
		}
	}
	for n := 1; n <= 6; n++ {
		for _, c := range []int{1, 2, 7, 60} {
			data("shapes", fmt.Sprintf("%d x %d", n, c), func() mat.Matrix { return cloud(n, c, (*rand.Rand).NormFloat64) })
		}
	}
	for _, scale := range []float64{1e-310, 1e-300, 1e-200, 1e-100, 1e-30, 1e-10, 1e10, 1e30, 1e38, 1e100, 1e150, 1e200, 1e300} {
		scaled := func() *mat.Dense { x := plain(); x.Scale(scale, x); return x }
		data("scales", fmt.Sprint(scale), func() mat.Matrix { return scaled() })
		data("scales", fmt.Sprint("float32 ", scale), func() mat.Matrix {
			f := affinity.Float32{Rows: 20, Columns: 4}
			for _, v := range scaled().RawMatrix().Data {
				f.Data = append(f.Data, float32(v))
			}
			return f
		})
		data("scales", fmt.Sprint("sparse ", scale), func() mat.Matrix {
			s := affinity.CSR{Rows: 20, Columns: 4, Start: []int{0}}
			for e, v := range scaled().RawMatrix().Data {
				s.Index, s.Values = append(s.Index, int32(e%4)), append(s.Values, v)
				if e%4 == 3 {
					s.Start = append(s.Start, e+1)
				}
			}
			return s
		})
		data("one huge row", fmt.Sprint(scale), func() mat.Matrix { x := plain(); x.SetRow(3, []float64{scale, scale, 0, 1}); return x })
	}
	for e := range 20 {
		data("far origins", fmt.Sprintf("1e%d", e), func() mat.Matrix {
			x := plain()
			x.Apply(func(_, _ int, v float64) float64 { return v + math.Pow(10, float64(e)) }, x)
			return x
		})
		data("repeated rows", fmt.Sprintf("%d of 20", e+1), func() mat.Matrix {
			x := plain()
			for i := range e + 1 {
				x.SetRow(i, x.RawRowView(0))
			}
			return x
		})
	}
	data("ties", "unit vectors", func() mat.Matrix {
		x := mat.NewDense(20, 20, nil)
		for i := range 20 {
			x.Set(i, i, 1)
		}
		return x
	})
	data("ties", "a lattice", func() mat.Matrix {
		x := mat.NewDense(25, 2, nil)
		x.Apply(func(i, c int, _ float64) float64 { return float64([]int{i / 5, i % 5}[c]) }, x)
		return x
	})
	for _, v := range []int{-1, 1, 3, 19, 20, 40, 1 << 17, 1 << 40, math.MaxInt, math.MinInt} {
		field("fields", fmt.Sprint("Dim ", v), func(m *SampledNeighborEmbedding) { m.Dim = v })
		field("fields", fmt.Sprint("Workers ", v), func(m *SampledNeighborEmbedding) { m.Engine = Fused{Workers: v} })
		field("fields", fmt.Sprint("Shards ", v), func(m *SampledNeighborEmbedding) { m.Engine = Fused{Shards: v} })
		field("fields", fmt.Sprint("Count ", v), func(m *SampledNeighborEmbedding) { m.Against = affinity.Uniform{Count: v} })
		field("fields", fmt.Sprint("MemoryLimit ", v), func(m *SampledNeighborEmbedding) { m.MemoryLimit = int64(v) })
		field("fields", fmt.Sprint("Trees ", v), func(m *SampledNeighborEmbedding) {
			m.In = affinity.UMAPAffinityIn{Neighbors: 5, Search: affinity.Search{Method: affinity.Approximate, Trees: v, Candidates: v}}
		})
		field("fields", fmt.Sprint("Neighbors ", v), func(m *SampledNeighborEmbedding) { m.In = affinity.UMAPAffinityIn{Neighbors: float64(v)} })
	}
	for _, v := range []float64{-1, math.NaN(), math.Inf(1), 1e-320, 1e-30, 1, 1e30, 1e200, math.MaxFloat64} {
		field("numbers", fmt.Sprint("rate ", v), func(m *SampledNeighborEmbedding) { m.Optimizer = optim.SGD{LearnRate: v} })
		field("numbers", fmt.Sprint("Adam's rate ", v), func(m *SampledNeighborEmbedding) { m.Optimizer = optim.Adam{LearnRate: v} })
		field("numbers", fmt.Sprint("InitScaling ", v), func(m *SampledNeighborEmbedding) { m.InitScaling = v })
		field("numbers", fmt.Sprint("exaggeration ", v), func(m *SampledNeighborEmbedding) { m.Phases = Exaggerate(v, 2) })
		field("numbers", fmt.Sprint("start ", v), func(m *SampledNeighborEmbedding) {
			z := mat.NewDense(20, 2, nil)
			z.Apply(func(i, c int, _ float64) float64 { return v * float64(i+c) }, z)
			m.Init = StartAt{z}
		})
		field("numbers", fmt.Sprint("schedule ", v), func(m *SampledNeighborEmbedding) { m.Schedule = affinity.Fixed(v) })
		field("numbers", fmt.Sprint("perplexity ", v), func(m *SampledNeighborEmbedding) { m.In = affinity.EntropicAffinity{Perplexity: v} })
		field("numbers", fmt.Sprint("PerDegree ", v), func(m *SampledNeighborEmbedding) {
			m.Against = affinity.Uniform{Count: 3, PerDegree: v}
		})
	}
	for name, put := range withPart {
		field("own parts", "nil "+name, func(m *SampledNeighborEmbedding) { put(m, nil) })
		field("own parts", "silent "+name, func(m *SampledNeighborEmbedding) { put(m, &silent{}) })
	}
	field("own parts", "panicking metric", func(m *SampledNeighborEmbedding) {
		m.In = affinity.UMAPAffinityIn{Neighbors: 5, Metric: affinity.DataMetricFunc(func(_, _ []float64) float64 { panic("own bug") })}
	})
	field("own parts", "metric that is NaN", func(m *SampledNeighborEmbedding) {
		m.In = affinity.UMAPAffinityIn{Neighbors: 5, Metric: affinity.DataMetricFunc(func(_, _ []float64) float64 { return math.NaN() })}
	})
	field("own parts", "panicking Stop", func(m *SampledNeighborEmbedding) { m.Stop = panicking{} })
	field("own parts", "panicking Extra", func(m *SampledNeighborEmbedding) { m.Extra = panicking{} })
	for e := range 8 {
		p := &affinity.Matrix{N: 20, Start: make([]int, 21), Tail: make([]int32, 20), Values: make([]float64, 20)}
		for i := range 20 {
			p.Start[i+1], p.Tail[i], p.Values[i] = i+1, int32((i+1)%20), 1
		}
		[]func(){
			func() { p.Values[3] = math.NaN() }, func() { p.Values[3] = -1 }, func() { p.Tail[3] = 99 }, func() { p.Start[4] = 77 },
			func() { clear(p.Values) }, func() { p.N = 19 }, func() { p.Columns = 3 }, func() { p.Values = nil },
		}[e]()
		field("own P", fmt.Sprint(e), func(m *SampledNeighborEmbedding) { m.In = affinity.Precomputed{P: p} })
	}
	var none context.Context
	gone, cancel := context.WithCancel(background)
	cancel()
	for name, ctx := range map[string]context.Context{"nil": none, "done": gone} {
		all = append(all, hostile{kind: "contexts", name: name, x: func() mat.Matrix { return plain() }, ctx: func() context.Context { return ctx }})
	}
	for name, d := range map[string]affinity.Data{
		"labels": {Matrix: plain(), Labels: []int{1}}, "weights": {Matrix: plain(), Weights: make([]float64, 20)}, "nothing": {},
	} {
		data("what is known of rows", name, func() mat.Matrix { return d })
	}
	data("shapes", "nil", func() mat.Matrix { return nil })
	return all
}

// TestNoInputIsLethalOrSilent: bad and extreme inputs x every preset. Each ends in time with an error, or with coordinates
// that are finite and apart, or a note. AFFMATCH_LONG=1: all of them; else a sample.
func TestNoInputIsLethalOrSilent(t *testing.T) {
	every := 23
	if os.Getenv("AFFMATCH_LONG") != "" {
		every = 1
	}
	inputs := hostileInputs()
	sort.Slice(inputs, func(a, b int) bool { return inputs[a].kind+inputs[a].name < inputs[b].kind+inputs[b].name })
	if len(inputs) < 300 {
		t.Errorf("%d inputs, want at least 300", len(inputs))
	}
	counts, run := map[string]int{}, 0
	for k, in := range inputs {
		for preset, m := range everyPreset(20) {
			if run++; (k*6+run)%every != 0 {
				continue
			}
			outcome := tried(in, m)
			counts[in.kind+": "+outcome]++
			counts["all: "+outcome]++
			if strings.HasPrefix(outcome, "BAD") {
				t.Errorf("%s, %s, %s: %s", preset, in.kind, in.name, outcome)
			}
		}
	}
	var lines []string
	for what, n := range counts {
		lines = append(lines, fmt.Sprintf("%6d %s", n, what))
	}
	sort.Slice(lines, func(a, b int) bool { return lines[a][7:] < lines[b][7:] })
	t.Logf("%d inputs x 6 presets:\n%s", len(inputs), strings.Join(lines, "\n"))
}

// tried says how a short fit of the input ends.
func tried(in hostile, m method) string {
	done := make(chan string, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil {
				done <- fmt.Sprintf("BAD panic: %v\n%s", r, fault.Caught(r))
			}
		}()
		ctx := background
		if in.ctx != nil {
			ctx = in.ctx()
		}
		r, err := changed(m, in.change).Fit(ctx, in.x())
		done <- judged(r, err)
	}()
	select {
	case outcome := <-done:
		return outcome
	case <-time.After(20 * time.Second):
		return "BAD hang"
	}
}

func changed(m method, change func(*SampledNeighborEmbedding)) method {
	if change == nil {
		change = func(*SampledNeighborEmbedding) {}
	}
	switch m := m.(type) {
	case SampledNeighborEmbedding:
		m.Steps = 4
		change(&m)
		return m
	case AffinityMatcher: // the fields that it shares
		s := SampledNeighborEmbedding{In: m.In, Descent: m.Descent, Extra: m.Extra}
		s.Steps = 4
		change(&s)
		m.In, m.Descent, m.Extra = s.In, s.Descent, s.Extra
		return m
	}
	return m
}

func judged(r *Result, err error) string {
	switch {
	case err != nil:
		return "error"
	case r == nil || r.Embedding == nil:
		return "BAD nothing"
	}
	n, d := r.Embedding.Dims()
	var low, high float64
	for i := range n {
		for c := range d {
			v := r.Embedding.At(i, c)
			if v-v != 0 {
				return "BAD not finite"
			}
			low, high = math.Min(low, v), math.Max(high, v)
		}
	}
	switch {
	case len(r.Notes) > 0:
		return "note"
	case n > 2 && (high-low < 1e-6 || high-low > 1e6):
		return fmt.Sprintf("BAD silent: %v wide", high-low)
	}
	return "right"
}

// broken fits as it is told to.
type broken struct {
	method
	fit func() (*Result, error)
}

func (b broken) Fit(context.Context, mat.Matrix) (*Result, error) { return b.fit() }

// TestTheTableSeesWhatIsBad: each of what it is there to find.
func TestTheTableSeesWhatIsBad(t *testing.T) {
	at := func(v float64) func() (*Result, error) {
		return func() (*Result, error) { return &Result{Embedding: mat.NewDense(3, 1, []float64{0, 0, v})}, nil }
	}
	in := hostile{x: func() mat.Matrix { return plain() }}
	for want, fit := range map[string]func() (*Result, error){
		"BAD panic": func() (*Result, error) { panic("own bug") }, "BAD nothing": func() (*Result, error) { return &Result{}, nil },
		"BAD not finite": at(math.NaN()), "BAD silent: 1e-09": at(1e-9), "BAD silent: 1e+12": at(1e12), "right": at(1),
	} {
		if got := tried(in, broken{fit: fit}); !strings.HasPrefix(got, want) {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
