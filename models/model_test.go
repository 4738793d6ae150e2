package models

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"affmatch/affinity"
	"affmatch/internal/gradient"
	"affmatch/loss"
	"affmatch/optim"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
)

// unplaced are the presets that place no new rows by their objective, and why.
var unplaced = map[string]string{
	"MDS": "an output affinity", "Sammon": "an output affinity", "PHATE": "a diffusion",
	"TSNEkhorn": "share a dual", "SNEkhorn": "share a dual", "TriMap": "different points",
	"NOMAD": "joins new rows", // in means of its cells
}

// fittedOn is what a method of few steps leaves of blobs, and new rows of the same kind.
func fittedOn(t *testing.T, m method, n, fresh int) (*Model, *mat.Dense) {
	t.Helper()
	x := blobs(n + fresh)
	m = with(m, func(d *Descent) { d.Steps, d.Phases = 40, nil })
	r, err := m.Fit(background, affinity.Data{Matrix: x.Slice(0, n, 0, 4)})
	if err != nil {
		t.Fatal(err)
	}
	return r.Model, mat.DenseCopyOf(x.Slice(n, n+fresh, 0, 4))
}

// with is a method of another descent.
func with(m method, change func(d *Descent)) method {
	switch m := m.(type) {
	case SampledNeighborEmbedding:
		change(&m.Descent)
		return m
	case AffinityMatcher:
		change(&m.Descent)
		return m
	case Problem:
		change(&m.Descent)
		return m
	}
	return m
}

// TestARowIsPlacedAsIfItWereAlone: to the last bit, whatever the method, in any company and order.
func TestARowIsPlacedAsIfItWereAlone(t *testing.T) {
	all := everyPreset(60)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name, func(t *testing.T) {
			m, y := fittedOn(t, all[name], 60, 21)
			many, err := m.Place(background, y, Placing{Steps: 15})
			if why := unplaced[name]; why != "" {
				if err == nil || !strings.Contains(err.Error(), why) {
					t.Errorf("error %v, want %q", err, why)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range []int{0, 7, 20} {
				one, err := m.Place(background, y.Slice(i, i+1, 0, 4), Placing{Steps: 15})
				if err != nil {
					t.Fatal(err)
				}
				sameBits(t, fmt.Sprintf("row %d", i), one.RawRowView(0), many.RawRowView(i))
			}
			some, err := m.Place(background, y.Slice(3, 13, 0, 4), Placing{Steps: 15})
			if err != nil {
				t.Fatal(err)
			}
			sameBits(t, "rows 3 to 12", some.RawMatrix().Data, many.RawMatrix().Data[6:26])
		})
	}
}

// TestTakenApartIsEachRowAlone: the slope of each of many rows is that of a problem of this row and no other.
func TestTakenApartIsEachRowAlone(t *testing.T) {
	if raced {
		t.Skip("arithmetic alone")
	}
	all := everyPreset(60)
	all["own"] = SampledNeighborEmbedding{
		In: affinity.EntropicAffinity{Perplexity: 5}, Out: affinity.Student{Learn: true}, Attraction: loss.CrossEntropy, Against: affinity.All{},
		Repulsion: loss.OnExpr(func(on *affinity.Pairs, _, logQ affinity.Expr) affinity.Expr { // a log of a sum, a mean, a maximum
			total := logQ.Exp().Sum().Mul(3).Add(1).Log().Square()
			return total.Add(logQ.Mean().Exp()).Add(logQ.RowLogSumExp(on).Mean()).Add(logQ.Sub(total).Softplus().Mean())
		}),
	}
	all["over all"] = AffinityMatcher{In: affinity.EntropicAffinity{Perplexity: 5, Dense: true},
		Out: affinity.Normalized{Output: affinity.Of{Kernel: affinity.Student{}}}, Loss: loss.JensenShannon}
	all["stress"] = AffinityMatcher{In: affinity.UMAPAffinityIn{Neighbors: 7}, Out: affinity.Of{Kernel: affinity.Student{}}, Loss: loss.NormalizedStress}
	all["far from home"] = SampledNeighborEmbedding{In: affinity.UMAPAffinityIn{Neighbors: 7}, Out: affinity.Student{}, Attraction: loss.CrossEntropy,
		Repulsion: loss.NotNeighbor, Against: affinity.Uniform{Count: 5}, Descent: Descent{Engine: Tape{}},
		Extra: OneTerm{Name: "center", Value: func(b *Builder) affinity.Expr {
			return affinity.E(b.Z).Square().Sum(1).Add(1).Log().Sum().Add(affinity.E(b.Z).Square().Sum())
		}}}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if unplaced[name] != "" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			m, y := fittedOn(t, with(all[name], func(d *Descent) { d.Engine = Fused{Float64: true} }), 60, 6)
			p, err := m.Near(background, y)
			if err != nil {
				t.Fatal(err)
			}
			keys := []uint64{1 << 30, 2 << 30, 3 << 30, 4 << 30, 5 << 30, 6 << 30}
			z := p.Mean(m.Embedding)
			many := slopeOf(t, m, y, p, z, keys, true)
			for i := range 6 {
				row := y.Slice(i, i+1, 0, 4).(*mat.Dense)
				p, err := m.Near(background, row)
				if err != nil {
					t.Fatal(err)
				}
				one := slopeOf(t, m, row, p, mat.DenseCopyOf(z.Slice(i, i+1, 0, 2)), keys[i:i+1], false)
				for c, v := range one {
					if w := many[2*i+c]; math.Abs(v-w) > 1e-9*math.Max(1, math.Abs(v)) {
						t.Errorf("row %d, coordinate %d: %v taken apart, %v alone", i, c, w, v)
					}
				}
			}
		})
	}
}

// slopeOf is the gradient at z, of rows taken apart or of the objective as it stands.
func slopeOf(t *testing.T, m *Model, y *mat.Dense, p *affinity.Matrix, z *mat.Dense, keys []uint64, apart bool) []float64 {
	t.Helper()
	b, loss, err := m.terms(background, affinity.Data{Matrix: y}, p, z, keys)
	if err == nil && apart {
		loss, err = takeApart(b.Z, loss)
	}
	if err != nil {
		t.Fatal(err)
	}
	slopes, err := gradient.Of(loss, b.Z)
	if err != nil {
		t.Fatal(err)
	}
	s := &surroundings{b.Scope, b.Z, slopes[0]}
	machine, err := s.machine(m.Problem.engine())
	if err != nil {
		t.Fatal(err)
	}
	defer machine.Close()
	if err := s.scope.At(3, 10); err != nil {
		t.Fatal(err)
	}
	if err := machine.RunAll(); err != nil {
		t.Fatal(err)
	}
	v, err := arrayOf(machine, s.slope)
	if err != nil {
		t.Fatal(err)
	}
	return slices.Clone(v)
}

// TestWhatJoinsNewRowsIsRefused, by the name of what does.
func TestWhatJoinsNewRowsIsRefused(t *testing.T) {
	m := umap(Descent{})
	for want, repulsion := range map[string]loss.Loss{
		"Sum(Edges, end 1)": loss.OnExpr(func(on *affinity.Pairs, p, logQ affinity.Expr) affinity.Expr {
			return logQ.Exp().ColSum(on).Square().Sum()
		}),
		"joins new rows with each other": loss.OnExpr(func(on *affinity.Pairs, _, _ affinity.Expr) affinity.Expr {
			z := affinity.E(on.Z)
			return z.T().Dot(z).Square().Sum()
		}),
		"the same wherever they lie": loss.OnExpr(func(on *affinity.Pairs, p, _ affinity.Expr) affinity.Expr { return p.Sum() }),
	} {
		am := AffinityMatcher{In: m.In, Out: affinity.Of{Kernel: affinity.Student{}}, Loss: loss.CrossEntropy, Descent: Descent{Steps: 5}}
		r, err := am.Fit(background, blobs(40))
		if err != nil {
			t.Fatal(err)
		}
		am.Loss = repulsion
		r.Model.Problem = am.Problem()
		_, err = r.Model.Transform(background, blobs(3))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
		if z, err := r.Model.Place(background, blobs(3), Placing{Mean: true}); err != nil || z == nil {
			t.Errorf("by means alone: %v", err)
		}
	}
}

// TestAnEncodersModelMakesTheSameOfTheSameRows.
func TestAnEncodersModelMakesTheSameOfTheSameRows(t *testing.T) {
	m := umap(Descent{Steps: 20, Optimizer: optim.Adam{LearnRate: 0.01}})
	m.Encoder = EncoderFunc(func(b *Builder) *G.Node {
		x := affinity.E(affinity.Must(b.Data()))
		return x.Dot(b.LearnedMatrix("W1", 4, 7, 1)).Tanh().Dot(b.LearnedMatrix("W2", 7, 2, 1)).Node()
	})
	x := blobs(40)
	r, err := m.Fit(background, x)
	if err != nil {
		t.Fatal(err)
	}
	z, err := r.Model.Transform(background, x.Slice(5, 9, 0, 4))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 4 {
		for c := range 2 {
			if v, w := z.At(i, c), r.Embedding.At(i+5, c); math.Abs(v-w) > 1e-12 {
				t.Errorf("row %d: %v, want %v", i, v, w)
			}
		}
	}
	m.Encoder = EncoderFunc(func(b *Builder) *G.Node { return b.LearnedAt("W", blobs(40).Slice(0, 40, 0, 2)).Mul(2).Node() })
	if r, err = m.Fit(background, x); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Model.Transform(background, x.Slice(5, 9, 0, 4)); err == nil || !strings.Contains(err.Error(), "Z = shape (40, 2), want 4 x 2") {
		t.Errorf("an encoder of the points themselves: error %v", err)
	}
}

// TestPlaceSaysWhatIsWrong, with no panic.
func TestPlaceSaysWhatIsWrong(t *testing.T) {
	m, y := fittedOn(t, umap(Descent{}), 40, 3)
	bad := mat.DenseCopyOf(y)
	bad.Set(1, 2, math.NaN())
	canceled, cancel := context.WithCancel(background)
	cancel()
	for want, f := range map[string]func() (*mat.Dense, error){
		"X = nil":                 func() (*mat.Dense, error) { return m.Transform(background, nil) },
		"NaN":                     func() (*mat.Dense, error) { return m.Transform(background, bad) },
		"3 columns, want 4":       func() (*mat.Dense, error) { return m.Transform(background, y.Slice(0, 2, 0, 3)) },
		"Placing: Steps = -1":     func() (*mat.Dense, error) { return m.Place(background, y, Placing{Steps: -1}) },
		"Placing: Rate = NaN":     func() (*mat.Dense, error) { return m.Place(background, y, Placing{Rate: math.NaN()}) },
		"canceled":                func() (*mat.Dense, error) { return m.Transform(canceled, y) },
		"without an Embedding":    func() (*mat.Dense, error) { return (*Model)(nil).Transform(background, y) },
		"models: Model: In = nil": func() (*mat.Dense, error) { return (&Model{Embedding: m.Embedding}).Transform(background, y) },
		"Embedding = 40 x 2, want 3 c": func() (*mat.Dense, error) {
			return (&Model{Problem: Problem{Descent: Descent{Dim: 3}}, Embedding: m.Embedding}).Transform(background, y)
		},
	} {
		if z, err := f(); err == nil || z != nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, error %v, want %q", z, err, want)
		}
	}
}

// TestEqualRowsLieUponEachOther, and a row that repeats one of the fit lies near to it.
func TestEqualRowsLieUponEachOther(t *testing.T) {
	m, y := fittedOn(t, umap(Descent{}), 60, 4)
	x := m.X.(affinity.Data)
	y.SetRow(1, y.RawRowView(3))
	y.SetRow(2, mat.Row(nil, 17, x))
	z, err := m.Transform(background, y)
	if err != nil {
		t.Fatal(err)
	}
	sameBits(t, "equal rows", z.RawRowView(1), z.RawRowView(3))
	p, err := m.Near(background, y)
	if err != nil {
		t.Fatal(err)
	}
	if lo, _ := p.Row(2); p.Tail[lo] != 17 {
		t.Errorf("a row that repeats row 17 is nearest to %d", p.Tail[lo])
	}
}

// TestClosedFormsPlaceByTheirMap: rows of X lie where they are, and maps of the points alone say so.
func TestClosedFormsPlaceByTheirMap(t *testing.T) {
	x := blobs(50)
	for _, f := range []ClosedForm{{Map: PCA{}}, {Map: PCA{}, Dim: 3}, {Map: IncrementalPCA{Block: 11}}, {Map: IncrementalPCA{Keep: 1}}} {
		r, err := f.Fit(background, x)
		if err != nil {
			t.Fatal(err)
		}
		z, err := r.Model.Transform(background, x.Slice(9, 20, 0, 4))
		if err != nil {
			t.Fatal(err)
		}
		for i := range 11 {
			for c := range f.dim() {
				if v, w := z.At(i, c), r.Embedding.At(i+9, c); math.Abs(v-w) > 1e-9 {
					t.Errorf("%+v: row %d: %v, want %v", f.Map, i, v, w)
				}
			}
		}
	}
	iso := ClosedForm{Map: Isomap{}}
	r, err := iso.Fit(background, x)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Model.Transform(background, x); err == nil || !strings.Contains(err.Error(), "Isomap = a map of the rows") {
		t.Errorf("error %v", err)
	}
	maps := ClosedForm{In: affinity.UniformAffinity{Neighbors: 6, Symmetrize: true}, Map: Eigenmaps{}}
	if r, err = maps.Fit(background, x); err != nil {
		t.Fatal(err)
	}
	if z, err := r.Model.Place(background, x, Placing{Mean: true}); err != nil || z == nil {
		t.Errorf("by means: %v", err)
	}
}

// TestAModelMayBeUsedFromSeveralGoroutines, also where P is not there yet.
func TestAModelMayBeUsedFromSeveralGoroutines(t *testing.T) {
	m, y := fittedOn(t, umap(Descent{}), 40, 5)
	want, err := m.Transform(background, y)
	if err != nil {
		t.Fatal(err)
	}
	canceled, cancel := context.WithCancel(background)
	cancel()
	fresh := &Model{Problem: m.Problem, X: m.X, Embedding: m.Embedding, Values: m.Values}
	if _, err := fresh.Transform(canceled, y); err == nil {
		t.Error("canceled: no error")
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			z, err := fresh.Transform(background, y)
			if err != nil {
				t.Error(err)
				return
			}
			for e, v := range want.RawMatrix().Data {
				if w := z.RawMatrix().Data[e]; math.Float64bits(v) != math.Float64bits(w) {
					t.Errorf("entry %d: %v, want %v", e, w, v)
				}
			}
		})
	}
	all.Wait()
}

// TestHeadsThatAreDrawnPlaceNoRows: which of them would be drawn depends on the others.
func TestHeadsThatAreDrawnPlaceNoRows(t *testing.T) {
	m, y := fittedOn(t, umap(Descent{}), 40, 5)
	p := m.Problem.Objective.(SampledNeighborEmbedding)
	p.Against = drawnHeads{}
	m.Problem = p.Problem()
	if _, err := m.Transform(background, y); err == nil || !strings.Contains(err.Error(), "heads drawn anew") {
		t.Errorf("error %v", err)
	}
}

// drawnHeads are pairs of drawn heads.
type drawnHeads struct{}

func (drawnHeads) Open(o affinity.Opening) (affinity.Indices, error) {
	return affinity.Indices{
		K: 3, Rows: 4, Batch: affinity.AnyHeads{Points: o.Points}, Sample: affinity.Any{Points: o.Tails(), Seed: o.Seed},
	}, nil
}

// TestAwkwardRowsFindAPlace: repeated rows of the fit, rows far away from all, a fit of rows that are all but the same.
func TestAwkwardRowsFindAPlace(t *testing.T) {
	for name, change := range map[string]func(i, j int, v float64) float64{
		"repeated": func(i, j int, _ float64) float64 { return float64(i % 3 * j) },
		"constant": func(_, j int, v float64) float64 {
			if j > 0 {
				return 1
			}
			return v
		},
		"far": func(i, _ int, v float64) float64 {
			if i >= 60 {
				return 1e6 * v
			}
			return v
		},
	} {
		x := blobs(66)
		x.Apply(change, x)
		for _, m := range []method{umap(Descent{}), small()["tsne"](Descent{}), PaCMAP()} {
			r, err := with(m, func(d *Descent) { d.Steps, d.Phases = 30, nil }).Fit(background, x.Slice(0, 60, 0, 4))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			z, err := r.Model.Transform(background, x.Slice(60, 66, 0, 4))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if err := finite("Z", z); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// TestNewRowsOfNoClassArePlacedBesideClasses: a supervised fit needs classes, and its model none.
func TestNewRowsOfNoClassArePlacedBesideClasses(t *testing.T) {
	x := blobs(75)
	labels := make([]int, 60)
	for i := range labels {
		labels[i] = i % 3
	}
	m := UMAPSupervised()
	in := m.In.(affinity.Supervised).In.(affinity.UMAPAffinityIn)
	in.Neighbors = 10
	m.In, m.Steps = affinity.Supervised{In: in}, 100
	m.Extra = Terms{ClassMeans{Weight: 0.1}, Density{Lambda: 1, Last: 0.5, VarShift: 0.1}} // which know nothing of new rows
	r, err := m.Fit(background, affinity.Data{Matrix: x.Slice(0, 60, 0, 4), Labels: labels})
	if err != nil {
		t.Fatal(err)
	}
	z, err := r.Model.Transform(background, x.Slice(60, 75, 0, 4))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 15 {
		best, nearest := math.Inf(1), 0
		for j := range 60 {
			if d := affinity.SquaredEuclidean.Between(z.RawRowView(i), r.Embedding.RawRowView(j)); d < best {
				best, nearest = d, j
			}
		}
		if labels[nearest] != i%3 {
			t.Errorf("new row %d of blob %d lies beside one of %d", i, i%3, labels[nearest])
		}
	}
}
