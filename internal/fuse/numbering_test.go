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

// TestWindowsHoldThePointsOfTheirPairs and little else.
func TestWindowsHoldThePointsOfTheirPairs(t *testing.T) {
	chain := &pairs.Index{Points: ofPairs(2 * block), K: 1, Tails: [][]int32{make([]int32, 2*block)}} // from one block into the next
	for i := range chain.Tails[0] {
		chain.Tails[0][i] = int32((i + 1) % (2 * block))
	}
	windows(t, chain, 2)
	windows(t, ring(20000), 16)
}

func windows(t *testing.T, ix *pairs.Index, shards int) {
	t.Helper()
	n := ix.Points[0]
	_, m := compiled[float32](t, everySink(ix, 2), Options{numbered: 1, Shards: shards})
	for _, l := range m.layouts {
		points := 0
		for s, w := range l.windows {
			if points += w.size(); w.lo%block != 0 || w.hi%block != 0 && w.hi != n {
				t.Errorf("window %v: want whole blocks", w)
			}
			least, most := n, 0
			for place := l.first[s]; place < l.first[s+1]; place++ {
				if row := l.row[place]; row >= 0 {
					for _, i := range append([]int32{row}, tailsOfRow(l.on, int(row))...) {
						least, most = min(least, int(l.order.of[i])), max(most, int(l.order.of[i]))
					}
				}
			}
			if least < w.lo || least >= w.lo+block || most >= w.hi || most < w.hi-block {
				t.Errorf("window %v of the points %d to %d", w, least, most)
			}
		}
		if points > 3*n {
			t.Errorf("windows of %d points in all of %d", points, n)
		}
	}
}

// TestShardsByDefault: more where points are numbered and windows are small.
func TestShardsByDefault(t *testing.T) {
	random := rand.New(rand.NewPCG(25, 26))
	for name, c := range map[string]struct {
		ix     *pairs.Index
		o      Options
		shards int
		order  bool
	}{
		"few points":           {ring(1000), Options{}, usualShards, false},
		"all points":           {all(50), Options{numbered: 1}, usualShards, false},
		"points on a ring":     {ring(NumberedFrom), Options{}, 16, true},
		"few points on a ring": {ring(1000), Options{numbered: 1}, usualShards, true},
		"so many":              {ring(1000), Options{Shards: 5, numbered: 1}, 5, true},
		"in any order": {func() *pairs.Index {
			ix := &pairs.Index{Points: ofPairs(NumberedFrom), K: 10, Tails: [][]int32{make([]int32, 10*NumberedFrom)}}
			for e := range ix.Tails[0] {
				ix.Tails[0][e] = int32(random.IntN(NumberedFrom))
			}
			return ix
		}(), Options{}, usualShards, false},
		"some far": {func() *pairs.Index {
			ix := ring(NumberedFrom)
			for e := 0; e < len(ix.Tails[0]); e += 1000 {
				ix.Tails[0][e] = int32(random.IntN(NumberedFrom))
			}
			return ix
		}(), Options{}, usualShards, true},
	} {
		f := func(w *world) *G.Node {
			return G.Must(G.Sum(squared(c.ix, w.input("z", make([]float64, 2*c.ix.Points[0]), c.ix.Points[0], 2))))
		}
		_, m := compiled[float32](t, f, c.o)
		for _, l := range m.layouts {
			if l.parts() != c.shards || (l.order != nil) != c.order {
				t.Errorf("%s: %d shards, numbered: %v; want %d, %v", name, l.parts(), l.order != nil, c.shards, c.order)
			}
		}
	}
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
				if !slices.EqualFunc(fused[float64](t, f, o), wide, bitsEqual) || !slices.EqualFunc(fused[float32](t, f, o), narrow, bitsEqual) {
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
