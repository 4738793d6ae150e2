package models

import (
	"strings"
	"testing"

	"affmatch/affinity"
	"affmatch/loss"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
)

// nearAndFar joins each point to one of its neighbors and to one that is drawn among all others each step.
type nearAndFar struct{ Count int }

func (s nearAndFar) Open(o affinity.Opening) (affinity.Indices, error) {
	ix := affinity.Indices{K: s.Count, Tail: make([]int32, o.Points*s.Count), Ends: 3, Sample: far{affinity.Others{Points: o.Points, Seed: o.Seed}}}
	for i := range o.Points {
		for k := range s.Count {
			ix.Tail[i*s.Count+k] = o.P.Tail[o.P.Start[i]+k]
		}
	}
	return ix, nil
}

// far draws the last end and leaves the other as it is.
type far struct{ affinity.Others }

func (f far) Sample(step, row, head int, tails [][]int32) {
	f.Others.Sample(step, row, head, tails[1:])
}

// trimap is TriMap's loss (Amid and Warmuth, 2019) without its weights: the mean over triplets (i, j, k) of
// s_ik / (s_ij + s_ik), s = 1/(1 + d^2).
var trimap = ObjectiveFunc(func(b *Builder) ([]Term, error) {
	triplets := func() (*affinity.Pairs, error) { return b.On(nearAndFar{Count: 4}) }
	on, err := triplets()
	if err != nil {
		return nil, err
	}
	similarity := func(a, c int) *G.Node {
		view, err := on.Between(a, c)
		if err != nil {
			panic(err)
		}
		return G.Must(G.Exp(G.Must(affinity.Of{Kernel: affinity.Student{}}.LogQ(view))))
	}
	near, far := similarity(0, 1), similarity(0, 2)
	return []Term{{Name: "triplets", Value: G.Must(G.Mean(G.Must(G.HadamardDiv(far, G.Must(G.Add(near, far))))))}}, nil
})

func TestTripletsTakeOnePassAndNoStoredVectors(t *testing.T) {
	const n = 40
	problem := func(dim int) *graph {
		pr, err := graphAt(trimap, randomGraph(n, 6), mat.DenseCopyOf(randomStart(n, dim)), 5)
		if err != nil {
			t.Fatal(err)
		}
		return pr
	}
	for _, dim := range []int{1, 2, 3, 5} {
		want := problem(dim).on(t, Tape{})
		if d := apart(problem(dim).on(t, Fused{Float64: true}), want); d > 1e-10 {
			t.Errorf("%d columns: float64 is off the TapeMachine by %.2g", dim, d)
		}
		if d := apart(problem(dim).on(t, Fused{}), want); d > 1e-4 {
			t.Errorf("%d columns: float32 is off the TapeMachine by %.2g", dim, d)
		}
		pr := problem(dim)
		m, err := pr.compile(Fused{Float64: true})
		if err != nil {
			t.Fatal(err)
		}
		if d := apart(want[1:], pr.slopes(t, m)); d > 1e-6 {
			t.Errorf("%d columns: gradients are off finite differences by %.2g", dim, d)
		}
		p, ok := m.(interface {
			Dump() string
			Report() string
		})
		if !ok || p.Report() != "" || strings.Count(p.Dump(), "pass over") != 1 || strings.Contains(p.Dump(), "store") {
			t.Errorf("%d columns: report %q\n%s", dim, p.Report(), p.Dump())
		}
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A loss and an output of the project between any two ends.
func TestLossesWorkBetweenAnyTwoEnds(t *testing.T) {
	objective := ObjectiveFunc(func(b *Builder) (terms []Term, _ error) {
		on, err := b.On(nearAndFar{Count: 4})
		if err != nil {
			return nil, err
		}
		for name, ends := range map[string][2]int{"a": {1, 2}, "b": {2, 0}} {
			view, err := on.Between(ends[0], ends[1])
			if err != nil {
				return nil, err
			}
			logQ, err := affinity.Normalized{Output: affinity.Of{Kernel: affinity.Student{}}, Over: affinity.OverAll}.LogQ(view)
			if err != nil {
				return nil, err
			}
			v, err := loss.SumOfQ.Loss(view, nil, logQ)
			if err != nil {
				return nil, err
			}
			terms = append(terms, Term{Name: name, Value: G.Must(G.Add(v, G.Must(G.Mean(G.Must(G.Tanh(logQ))))))})
		}
		return terms, nil
	})
	problem := func() *graph {
		pr, err := graphAt(objective, randomGraph(30, 6), mat.DenseCopyOf(randomStart(30, 2)), 5)
		if err != nil {
			t.Fatal(err)
		}
		return pr
	}
	want := problem().on(t, Tape{})
	if d := apart(problem().on(t, Fused{Float64: true}), want); d > 1e-9 {
		t.Errorf("float64 is off the TapeMachine by %.2g", d)
	}
}
