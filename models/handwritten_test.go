package models

import (
	"context"
	"testing"

	"affmatch/affinity"
	"affmatch/internal/golden"
)

// ragged is randomGraph without the last entries of some rows, row 1 without any.
func ragged(n, k int) *affinity.Matrix {
	full := randomGraph(n, k)
	p := &affinity.Matrix{N: n, Start: []int{0}}
	for i := range n {
		lo, hi := full.Start[i], full.Start[i+1]
		hi -= i * i % (k + 1)
		if i == 1 {
			hi = lo
		}
		p.Tail, p.Values = append(p.Tail, full.Tail[lo:hi]...), append(p.Values, full.Values[lo:hi]...)
		p.Start = append(p.Start, len(p.Tail))
	}
	return p
}

// writtenOut are the methods that there is a hand-written form of.
var writtenOut = map[string]SampledNeighborEmbedding{"UMAP": UMAP(), "own": ownMethod()}

func TestHandwrittenIsTheEngines(t *testing.T) {
	for _, n := range []int{2, 5, 16, 17, 1000, 3001} {
		for name, p := range map[string]*affinity.Matrix{"random": randomGraph(n, 30), "ragged": ragged(n, 37)} {
			for method, m := range writtenOut {
				shards := 1 + 2*(n&1)
				m = on(m, n)
				m.In, m.Seed = affinity.Precomputed{P: p}, 7
				want, err := m.Evaluate(context.Background(), nil, m.Init.(StartAt).Z)
				if err != nil {
					t.Fatal(err)
				}
				u := byHand(t, m, shards)
				loss := u.Evaluate(0)
				golden.Close(t, method+" "+name+" loss", []float64{loss}, []float64{want.Loss}, 1e-5)
				golden.Close(t, method+" "+name+" gradient", u.Gradient(), want.Gradient.RawMatrix().Data, 1e-4)
			}
		}
	}
}

func TestHandwrittenDescendsAsTheEngine(t *testing.T) {
	for method, m := range writtenOut {
		m = on(m, 500)
		r, err := m.Start(context.Background(), nil)
		if err != nil {
			t.Fatal(err)
		}
		u := byHand(t, m, 2)
		for step := range 10 {
			want, err := r.Step(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			loss, norm := u.Step(step)
			golden.Close(t, method+" loss and norm", []float64{loss, norm}, []float64{want.Loss, want.GradNorm}, 1e-3)
		}
	}
}
