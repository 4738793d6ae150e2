package models

import (
	"math"
	"slices"
	"strings"
	"testing"

	"affmatch/affinity"
	"affmatch/loss"
	"affmatch/optim"

	"gonum.org/v1/gonum/mat"
)

// course is what the terms of a method are at each of some steps, at one Z.
func course(t *testing.T, m method, x *mat.Dense, steps int) (terms [][]float64, slopes [][]float64) {
	t.Helper()
	r, err := m.Start(background, x)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close() //nolint:errcheck // it holds memory only
	for step := range steps {
		r.step = step
		rec, err := r.evaluate()
		if err != nil {
			t.Fatal(err)
		}
		var v []float64
		for _, term := range rec.Terms {
			v = append(v, term.Value)
		}
		g, err := arrayOf(r.machine, r.graph.grads[r.graph.z])
		if err != nil {
			t.Fatal(err)
		}
		terms, slopes = append(terms, v), append(slopes, slices.Clone(g))
	}
	return terms, slopes
}

// mean is that of each column.
func mean(rows [][]float64) []float64 {
	m := make([]float64, len(rows[0]))
	for _, r := range rows {
		for c, v := range r {
			m[c] += v / float64(len(rows))
		}
	}
	return m
}

// TestAPassOfMinibatchesIsTheWhole: over a pass, terms and slopes are those of all entries in the mean, for sums exactly.
func TestAPassOfMinibatchesIsTheWhole(t *testing.T) {
	const n, batch = 60, 15
	x := blobs(n)
	z := mat.NewDense(n, 2, nil)
	z.Apply(func(i, c int, _ float64) float64 { return math.Sin(float64(3*i + 7*c)) }, z)
	d := Descent{Init: StartAt{z}, Seed: 4, Steps: 10}
	ring := affinity.Precomputed{P: ring(n)} // as many entries as points
	for name, m := range map[string]SampledNeighborEmbedding{
		"sums over edges and pairs": {
			In: ring, Out: affinity.Odds{Kernel: affinity.Student{}}, Attraction: loss.CrossEntropy, Repulsion: loss.NotNeighbor,
			Against: affinity.All{}, Descent: d,
		},
		"means": {
			In: ring, Out: affinity.Student{}, Attraction: loss.Expr(func(p, logQ affinity.Expr) affinity.Expr { return p.Mul(logQ.Neg()) }),
			Repulsion: loss.OnExpr(func(_ *affinity.Pairs, _, logQ affinity.Expr) affinity.Expr { return logQ.Exp().Mean() }),
			Against:   affinity.All{}, Descent: d,
		},
	} {
		onEachEngine(t, func(t *testing.T, e Engine) {
			m.Engine, m.Batch = e, 0
			want, slope := course(t, m, x, 1)
			m.Batch = batch
			terms, slopes := course(t, m, x, n/batch)
			close := func(what string, got, want []float64) {
				t.Helper()
				for k, w := range want {
					if math.Abs(got[k]-w) > 2e-5*math.Max(1, slices.Max(want)) {
						t.Errorf("%s: %s %d in the mean of a pass: %v, want %v", name, what, k, got[k], w)
						return
					}
				}
			}
			close("term", mean(terms), want[0])
			close("slope", mean(slopes), slope[0])
			if slices.Equal(terms[0], terms[1]) {
				t.Errorf("%s: two steps look at the same entries", name)
			}
		})
	}
}

// TestTheLogSumExpOfAMinibatchStandsForAll: what goes into it is that of all pairs, in the mean of a pass.
func TestTheLogSumExpOfAMinibatchStandsForAll(t *testing.T) {
	const n, batch = 60, 12
	x := blobs(n)
	m := TSNE()
	m.In, m.Phases, m.InitScaling = affinity.EntropicAffinity{Perplexity: 8, Symmetrize: true}, nil, 1
	onEachEngine(t, func(t *testing.T, e Engine) {
		m.Engine, m.Batch = e, 0
		want, _ := course(t, m, x, 1)
		m.Batch = batch
		terms, _ := course(t, m, x, n/batch)
		var z float64
		for _, v := range terms {
			z += math.Exp(v[1]) / float64(len(terms))
		}
		if w := math.Exp(want[0][1]); math.Abs(z-w) > 1e-4*w {
			t.Errorf("the partition is %v in the mean of a pass, want %v", z, w)
		}
	})
}

func TestMinibatchesDescendAsWell(t *testing.T) {
	if testing.Short() || raced {
		t.Skip("whole fits")
	}
	x := blobs(150)
	adam := TSNE().Problem() // whose own long memory of slopes is for those of all pairs
	adam.Optimizer, adam.Rate, adam.Phases = optim.Adam{LearnRate: 0.5}, nil, nil
	for name, m := range map[string]Problem{
		"UMAPLearn": UMAPLearn().Problem(), "LargeVis": LargeVis().Problem(), "PaCMAP": PaCMAP(), "TSNE by Adam": adam,
	} {
		whole, err := m.Fit(background, x)
		if err != nil {
			t.Fatal(err)
		}
		m.Batch = 50
		r, err := m.Fit(background, x)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		start, err := m.Start(background, x)
		if err != nil {
			t.Fatal(err)
		}
		// The loss of all at the places that either reached: a fit of no steps tells it.
		at := func(z *mat.Dense) float64 {
			m.Batch, m.Init, m.InitScaling, m.Phases = 0, StartAt{z}, 0, nil
			e, err := m.Evaluate(background, x, z)
			if err != nil {
				t.Fatal(err)
			}
			return e.Loss
		}
		begin, got, want := at(start.start), at(r.Embedding), at(whole.Embedding)
		if got > want+0.2*(begin-want) {
			t.Errorf("%s: a third at a time ends at a loss of %v, all at once at %v, from %v", name, got, want, begin)
		}
		if z, err := r.Model.Transform(background, blobs(3)); err != nil || z == nil {
			t.Errorf("%s: new rows: %v", name, err)
		}
	}
}

func TestMinibatchesAreChecked(t *testing.T) {
	x := blobs(40)
	info := InfoTSNE()
	info.Batch = 10
	if _, err := info.Fit(background, x); err == nil || !strings.Contains(err.Error(), "other numbers need all of them at once") {
		t.Errorf("a contrast of each row's samples: error %v", err)
	}
	sne := SNE()
	sne.In, sne.Batch = affinity.EntropicAffinity{Perplexity: 5}, 10
	if _, err := sne.Fit(background, x); err == nil || !strings.Contains(err.Error(), "other numbers need all of them at once") {
		t.Errorf("a partition of each row: error %v", err)
	}
	two := umap(Descent{Steps: 1, Batch: 10})
	two.Extra = OneTerm{Name: "two", Value: func(b *Builder) affinity.Expr {
		at := func(seed uint64) affinity.Expr {
			on := affinity.Must(b.Open(affinity.Minibatch{Set: affinity.Uniform{Count: 3}, Rows: 10}, b.P, seed, b.Z))
			return affinity.E(affinity.Must(on.SquaredDistance()))
		}
		return at(1).Mul(at(2)).Sum()
	}}
	if _, err := two.Fit(background, x); err == nil || !strings.Contains(err.Error(), "other numbers need all of them at once") {
		t.Errorf("entries of two draws: error %v", err)
	}
	for want, set := range map[string]affinity.PairSet{
		"Minibatch: Set = nil": affinity.Minibatch{Rows: 4},
		"Rows = 0":             affinity.Minibatch{Set: affinity.All{}},
		"rows of its own":      affinity.Minibatch{Set: affinity.Minibatch{Set: affinity.All{}, Rows: 4}, Rows: 2},
		"Count = -1":           affinity.Minibatch{Set: affinity.Uniform{Count: -1}, Rows: 2},
	} {
		m := umap(Descent{Steps: 1})
		m.Against = set
		if _, err := m.Fit(background, x); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}
