package fuse

import (
	"math"
	"strings"
	"testing"

	"affmatch/internal/pairs"

	G "gorgonia.org/gorgonia"
)

// mirroredSet has every third pair of n points, both ways, and a weight for each entry.
func mirroredSet(n int) (*pairs.Index, []float64) {
	ix := &pairs.Index{Name: "mirrored", Points: ofPairs(n), Start: []int{0}, Tails: [][]int32{nil}}
	var p []float64
	for i := range n {
		for j := range n {
			if i != j && (i*j+i+j)%3 == 1 {
				ix.Tails[0], p = append(ix.Tails[0], int32(j)), append(p, 1+math.Sin(float64(i*j)))
			}
		}
		ix.Start = append(ix.Start, len(p))
	}
	return ix, p
}

// TestWeightsOfAMirroredSetGoToHeadsAlone: what comes to a tail is what comes to a head, where the weights of (i, j) and (j, i)
// are the same, and nowhere else.
func TestWeightsOfAMirroredSetGoToHeadsAlone(t *testing.T) {
	const n = 50
	z, v := make([]float64, 3*n), make([]float64, n)
	for i := range z {
		z[i] = math.Sin(float64(7 * i))
	}
	for i := range v {
		v[i] = 1 + float64(i%5)
	}
	for name, c := range map[string]struct {
		symmetric bool
		weight    func(w *world, ix *pairs.Index, p *G.Node) *G.Node
	}{
		"weights of the set": {true, func(_ *world, _ *pairs.Index, p *G.Node) *G.Node { return p }},
		"and of both points": {true, func(w *world, ix *pairs.Index, p *G.Node) *G.Node {
			x := w.given("v", v, n)
			return G.Must(G.HadamardProd(p, G.Must(G.Add(on(ix, headAt, x), on(ix, tailAt, x)))))
		}},
		"of the head": {false, func(w *world, ix *pairs.Index, p *G.Node) *G.Node {
			return G.Must(G.HadamardProd(p, on(ix, headAt, w.given("v", v, n))))
		}},
		"other weights": {false, func(w *world, ix *pairs.Index, _ *G.Node) *G.Node {
			_, p := mirroredSet(n)
			p[0] += 1
			return w.given("q", p, len(p))
		}},
	} {
		f := graph(func(w *world) *G.Node {
			ix, values := mirroredSet(n)
			p := w.given("p", values, len(values))
			ix.Even = []*G.Node{p}
			q := G.Must(G.Log1p(squared(ix, w.input("z", z, n, 3))))
			return G.Must(G.Sum(G.Must(G.HadamardProd(c.weight(w, ix, p), q))))
		})
		want := f.tape(t, nil)
		got, m := compiled[float64](t, f, Options{})
		equals(t, name, got, want, 1e-10)
		if dump := m.Dump(); strings.Contains(dump, "taken from columns") == c.symmetric || strings.Contains(dump, "symmetric") != c.symmetric {
			t.Errorf("%s: symmetric should be %v:\n%s", name, c.symmetric, dump)
		}
		everySet[float32](t, name, f)
	}
}
