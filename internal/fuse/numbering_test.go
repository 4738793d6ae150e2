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
			if o.number(int(i)) != k || o.at(k) != int(i) {
				t.Errorf("%s: point %d has the number %d, want %d", name, i, o.number(int(i)), k)
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

// TestShardsGiveToFewBlocks: to those with a point of one of their pairs, and of neighbors these are few.
func TestShardsGiveToFewBlocks(t *testing.T) {
	const n, shards = 20000, 16
	_, m := compiled[float32](t, everySink(ring(n), 2), Options{Shards: shards, numbered: 1})
	for _, g := range m.grads {
		for _, b := range g.buffers {
			p := b.owner
			give, gives := map[[2]int]bool{}, 0
			for s := range shards {
				for place := p.layout.first[s]; place < p.layout.first[s+1]; place++ {
					if row := p.layout.row[place]; row >= 0 {
						give[[2]int{p.layout.order.number(int(row)) / block, s}] = true
						for _, j := range p.on.Tails[0][2*row : 2*row+2] {
							give[[2]int{p.layout.order.number(int(j)) / block, s}] = true
						}
					}
				}
			}
			for k, of := range b.givers {
				for _, s := range of {
					if gives++; !give[[2]int{k, int(s)}] {
						t.Errorf("shard %d gives to block %d, where no point of it is", s, k)
					}
				}
			}
			if gives != len(give) || gives > 4*len(b.givers) {
				t.Errorf("%d shards give to %d blocks in all, want %d, and at most four to each of %d", shards, gives, len(give), len(b.givers))
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
			for _, shards := range []int{1, 3, 8, 16} {
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
