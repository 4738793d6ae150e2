package fuse

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"affmatch/internal/machine"
	"affmatch/internal/pairs"

	G "gorgonia.org/gorgonia"
)

func TestTheWalkIsBreadthFirst(t *testing.T) {
	for name, c := range map[string]struct {
		rows [][]int32
		want []int32 // the points in order
	}{
		"a ring":                  {[][]int32{{4}, {0}, {1}, {2}, {3}}, []int32{0, 4, 3, 2, 1}},
		"in order of the entries": {[][]int32{{3, 1}, {2}, {}, {4}, {}}, []int32{0, 3, 1, 4, 2}},
		"pieces":                  {[][]int32{{2}, {3}, {0}, {1}, {4}}, []int32{0, 2, 1, 3, 4}},
		"no pairs":                {[][]int32{{}, {}, {}}, []int32{0, 1, 2}},
		"a head after its tail":   {[][]int32{{}, {0}, {1}}, []int32{0, 1, 2}},
	} {
		ix := &pairs.Index{Points: ofPairs(len(c.rows)), Start: []int{0}, Tails: [][]int32{nil}}
		for _, row := range c.rows {
			ix.Tails[0] = append(ix.Tails[0], row...)
			ix.Start = append(ix.Start, len(ix.Tails[0]))
		}
		o := breadthFirst(ix)
		if !slices.Equal(o.point, c.want) {
			t.Errorf("%s: points in the order %v, want %v", name, o.point, c.want)
		}
		for k, i := range o.point {
			if int(o.of[i]) != k || o.at(k) != int(i) {
				t.Errorf("%s: point %d has the number %d, want %d", name, i, o.of[i], k)
			}
		}
	}
}

// entries is everySink and weights of the entries, one by one.
func entries(ix *pairs.Index, d int) graph {
	return func(w *world) *G.Node {
		p := make([]float64, ix.Len())
		for k := range p {
			p[k] = 1 + math.Sin(float64(k))
		}
		c := squared(ix, w.input("y", shuffledNumbers(ix.Points[0]*d), ix.Points[0], d))
		sum := G.Must(G.Mean(G.Must(G.HadamardProd(w.given("p", p, len(p)), G.Must(G.Log1p(c))))))
		return G.Must(G.Add(sum, everySink(ix, d)(w)))
	}
}

func shuffledNumbers(n int) []float64 {
	v := make([]float64, n)
	for k, i := range rand.New(rand.NewPCG(21, 22)).Perm(n) {
		v[k] = float64(i) / float64(n)
	}
	return v
}

// listed are sets that points are numbered for; some have more points than are added up at a time.
func listed() map[string]*pairs.Index {
	sets := shapes()
	for name, ix := range sets {
		if !numberable(ix) {
			delete(sets, name)
		}
	}
	sets["ring"] = ring(3000)
	heavy := &pairs.Index{Name: "a heavy row", Points: ofPairs(3000), Start: []int{0}, Tails: [][]int32{make([]int32, 5800)}}
	for i := range 3000 {
		heavy.Start = append(heavy.Start, i+1)
	}
	heavy.Start[3000] = len(heavy.Tails[0])
	for e := range heavy.Tails[0] {
		heavy.Tails[0][e] = int32(min(e+1, 2900+e%100))
	}
	sets[heavy.Name] = heavy
	return sets
}

// ring joins each of n points on a ring to two that are near, in a shuffled order.
func ring(n int) *pairs.Index {
	ix := &pairs.Index{Name: "ring", Points: ofPairs(n), K: 2, Tails: [][]int32{make([]int32, 2*n)}}
	place := rand.New(rand.NewPCG(23, 24)).Perm(n)
	for k, i := range place {
		ix.Tails[0][2*i], ix.Tails[0][2*i+1] = int32(place[(k+1)%n]), int32(place[(k+17)%n])
	}
	return ix
}

// TestNobodySeesTheNumbers: values are in the user's order and change by rounding only; no bit depends on workers or on the
// set of instructions.
func TestNobodySeesTheNumbers(t *testing.T) {
	for name, ix := range listed() {
		for d := 1; d <= 3; d++ {
			f := entries(ix, d)
			want := fused[float64](t, f, Options{})
			for _, shards := range []int{3, 16} {
				o := Options{Shards: shards, Workers: 1, Set: machine.Go, numbered: 1}
				what := fmt.Sprintf("%s, d=%d, %d shards", name, d, shards)
				wide, m := compiled[float64](t, f, o)
				if !strings.Contains(m.Dump(), "numbered") {
					t.Fatalf("%s: points are not numbered:\n%s", what, m.Dump())
				}
				narrow := fused[float32](t, f, o)
				equals(t, what, wide, want, 1e-11)
				equals(t, what+", float32", narrow, want, 1e-4)
				o.Workers, o.Set = 3, ""
				wideAgain, narrowAgain := fused[float64](t, f, o), fused[float32](t, f, o)
				if !slices.EqualFunc(wideAgain, wide, bitsEqual) || !slices.EqualFunc(narrowAgain, narrow, bitsEqual) {
					t.Errorf("%s: other bits with other workers and instructions", what)
				}
			}
		}
	}
}

// TestNumberedGraphsAgree: random graphs have sets of all kinds, drawn ones too, over the same points.
func TestNumberedGraphsAgree(t *testing.T) {
	for seed := range uint64(60) {
		f := randomGraph(seed)
		want := fused[float64](t, f, Options{})
		equals(t, fmt.Sprintf("seed %d", seed), fused[float64](t, f, Options{numbered: 1}), want, 1e-10)
	}
}

// TestARunTwiceOnNumberedPoints: what a run leaves behind is nothing.
func TestARunTwiceOnNumberedPoints(t *testing.T) {
	for name, ix := range listed() {
		w, out, err := entries(ix, 2).built(nil)
		if err != nil {
			t.Fatal(err)
		}
		m, err := Compile[float32](w.g, out, Options{numbered: 1})
		if err != nil {
			t.Fatal(err)
		}
		if first := outputs(t, m, out); !slices.EqualFunc(outputs(t, m, out), first, bitsEqual) {
			t.Errorf("%s: the second run gives other bits", name)
		}
	}
}
