package fuse

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"affmatch/internal/lanes"
	"affmatch/internal/pairs"

	G "gorgonia.org/gorgonia"
)

// everySink has every kind of reduction on one set, and on points of the plane both kinds of gradient (with symmetric and
// with other weights).
func everySink(ix *pairs.Index, d int) graph { return sinks(ix, d, true) }

// sinks are all, or all but the log-sum-exps.
func sinks(ix *pairs.Index, d int, soft bool) graph {
	return func(w *world) *G.Node {
		rng := rand.New(rand.NewPCG(11, 12))
		draw := func(size int) []float64 {
			v := make([]float64, size)
			for i := range v {
				v[i] = rng.NormFloat64()
			}
			return v
		}
		z := w.input("z", draw(ix.Points[0]*d), ix.Points[0], d)
		v := w.input("v", draw(ix.Points[0]), ix.Points[0])
		c := squared(ix, z)
		q := G.Must(G.Inverse(G.Must(G.Add(number(1), c))))
		m := on(ix, headAt, on(ix, rowMaxAt, c))
		n := on(ix, tailAt, on(ix, colMaxAt, c))
		far := G.Must(G.HadamardDiv(c, G.Must(G.Add(m, G.Must(G.Add(n, number(1)))))))
		share := number(float64(ix.Points[0]) / float64(ix.Len()))
		rows := G.Must(G.Tanh(on(ix, rowSumAt, G.Must(G.Mul(share, G.Must(G.HadamardProd(q, on(ix, tailAt, v))))))))
		cols := G.Must(G.Tanh(on(ix, colSumAt, G.Must(G.Mul(share, G.Must(G.HadamardProd(q, on(ix, headAt, v))))))))
		s, squared := G.Must(G.Mean(far)), G.Nodes{rows, cols}
		if soft {
			squared = append(squared, G.Must(G.Exp(on(ix, rowLSEAt, G.Must(G.Neg(c))))), G.Must(G.Exp(on(ix, colLSEAt, G.Must(G.Neg(c))))))
		}
		for _, x := range squared {
			s = G.Must(G.Add(s, G.Must(G.Sum(G.Must(G.Square(x))))))
		}
		return G.Must(G.Add(s, G.Must(G.Log(G.Must(G.Sum(q))))))
	}
}

// shapes are sets whose rows and tiles are cut in every way.
func shapes() map[string]*pairs.Index {
	rng := rand.New(rand.NewPCG(13, 14))
	tails := func(size, n int) []int32 {
		v := make([]int32, size)
		for i := range v {
			v[i] = int32(rng.IntN(n))
		}
		return v
	}
	ragged := func(n int, lengths ...int) *pairs.Index {
		ix := &pairs.Index{Points: ofPairs(n), Start: []int{0}}
		for i := range n {
			ix.Start = append(ix.Start, ix.Start[i]+lengths[i%len(lengths)])
		}
		ix.Tails = [][]int32{tails(ix.Start[n], n)}
		return ix
	}
	sets := map[string]*pairs.Index{
		"two points":               {Points: ofPairs(2)},
		"two points with diagonal": {Points: ofPairs(2), Diagonal: true},
		"a single pair":            ragged(5, 0, 0, 1, 0, 0),
		"one pair a row":           {Points: ofPairs(40), K: 1, Tails: [][]int32{tails(40, 40)}},
		"two pairs a row":          {Points: ofPairs(40), K: 2, Tails: [][]int32{tails(80, 40)}},
		"rows longer than a tile":  ragged(7, 1500, 0, 2048, 3, 1024, 1025, 1),
		"tiles of empty rows":      ragged(3000, append(make([]int, 1499), 2)...),
		"many tiles":               {Points: ofPairs(300), K: 30, Tails: [][]int32{tails(9000, 300)}},
		"rows across tiles":        ragged(60, 700, 400, 5, 1024),
		"all beyond a tile":        {Points: ofPairs(1100)},
		"minibatch":                {Points: ofPairs(50), Heads: []int32{3, 3, 49, 0, 3}, K: 400, Tails: [][]int32{tails(2000, 50)}},
		"minibatch against all":    {Points: ofPairs(1100), Heads: []int32{1099, 0, 7, 7, 512}},
		"samples": {Points: ofPairs(500), K: 7, Tails: [][]int32{make([]int32, 3500)}, Sample: drawn(func(step, row int, tail []int32) {
			for k := range tail {
				tail[k] = int32((row + 1 + 13*k + step) % 500)
			}
		})},
		"triplets": {Points: []int{90, 90, 90}, K: 20, Tails: [][]int32{tails(1800, 90), tails(1800, 90)}},
		"triplets of a batch": {Points: []int{90, 90, 90}, Heads: []int32{80, 3, 3, 0}, K: 700, Tails: [][]int32{
			tails(2800, 90), tails(2800, 90)}},
	}
	for name, ix := range sets {
		ix.Name = name
	}
	return sets
}

func TestSetsOfEveryShapeAgreeWithTheTapeMachine(t *testing.T) {
	for name, ix := range shapes() {
		for _, d := range []int{2, 3} {
			f := everySink(ix, d)
			want := f.tape(t, nil)
			wide := fused[float64](t, f, Options{})
			equals(t, fmt.Sprintf("%s, d=%d: float64", name, d), wide, want, 1e-10)
			equals(t, fmt.Sprintf("%s, d=%d: float32", name, d), fused[float32](t, f, Options{}), wide, 1e-4)
		}
	}
}

func TestBitsDoNotDependOnWorkers(t *testing.T) {
	for name, ix := range shapes() {
		t.Run(name, func(t *testing.T) {
			equalBits[float32](t, everySink(ix, 2))
			equalBits[float64](t, everySink(ix, 2))
			equalBits[float32](t, everySink(ix, 3))
		})
	}
}

func equalBits[T lanes.Float](t *testing.T, f graph) {
	t.Helper()
	numbers := []int{1, 3, 8, 16}
	if testing.Short() { // as under the race detector
		numbers = []int{3}
	}
	for _, shards := range numbers {
		want := fused[T](t, f, Options{Workers: 1, Shards: shards})
		for _, workers := range []int{2, 4} {
			got := fused[T](t, f, Options{Workers: workers, Shards: shards})
			for k := range want {
				if !bitsEqual(got[k], want[k]) {
					t.Errorf("%T, %d shards: output %d differs between %d workers and 1", T(0), shards, k, workers)
				}
			}
		}
		if shards == 1 {
			continue
		}
		tol := 1e-12
		if _, narrow := any(T(0)).(float32); narrow {
			tol = 1e-5
		}
		equals(t, fmt.Sprintf("%d shards against 1", shards), want, fused[T](t, f, Options{Shards: 1}), tol)
	}
}

func TestMachinesRunSideBySide(t *testing.T) {
	f := func() graph { return everySink(&pairs.Index{Name: "all", Points: ofPairs(60)}, 2) }
	want := fused[float32](t, f(), Options{Workers: 2})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 3 {
				if got := fused[float32](t, f(), Options{Workers: 2}); !slices.EqualFunc(got, want, bitsEqual) {
					t.Error("a machine beside others gives other bits")
				}
			}
		})
	}
	wg.Wait()
}

func bitsEqual(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) })
}
