package fuse

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"affmatch/internal/pairs"

	G "gorgonia.org/gorgonia"
)

// everyEnd has distances between all ends of a set, weighted and not, on one matrix or on one for each end, a metric written
// coordinate by coordinate, and every reduction at every end.
func everyEnd(ix *pairs.Index, d int, one bool) graph {
	return func(w *world) *G.Node {
		rng := rand.New(rand.NewPCG(31, 32))
		draw := func(size int) []float64 {
			v := make([]float64, size)
			for i := range v {
				v[i] = rng.NormFloat64()
			}
			return v
		}
		var z, v G.Nodes
		for end, n := range ix.Points {
			v = append(v, w.input(fmt.Sprint("v", end), draw(n), n))
			if one && end > 0 {
				z = append(z, z[0])
				continue
			}
			z = append(z, w.input(fmt.Sprint("z", end), draw(n*d), n, d))
		}
		weights := G.Must(G.Exp(w.input("w", draw(d), d)))
		sum := number(0)
		add := func(n *G.Node) { sum = G.Must(G.Add(sum, n)) }
		for a := range ix.Ends() {
			for b := range ix.Ends() {
				if a == b {
					continue
				}
				c := G.Must(pairs.Between(ix, a, b, z[a], z[b], nil))
				if a > b {
					c = G.Must(pairs.Between(ix, a, b, z[a], z[b], weights))
				}
				q := G.Must(G.Inverse(G.Must(G.Add(number(1), c))))
				at := func(end int, v *G.Node) *G.Node { return on(ix, place{pairs.Spread, end}, v) }
				absolute := G.Must(G.Abs(G.Must(G.Sub(at(a, column(z[a], d-1)), at(b, column(z[b], d-1))))))
				q = G.Must(G.HadamardProd(q, G.Must(G.Exp(G.Must(G.Neg(absolute))))))
				share := number(1 / float64(ix.Len()))
				part := on(ix, place{pairs.Sum, a}, G.Must(G.Mul(share, G.Must(G.HadamardProd(q, at(b, v[b]))))))
				add(G.Must(G.Sum(G.Must(G.Square(part)))))
				add(G.Must(G.Sum(G.Must(G.Exp(on(ix, place{pairs.LSE, b}, G.Must(G.Neg(c))))))))
				add(G.Must(G.Log(G.Must(G.Sum(q)))))
			}
		}
		return sum
	}
}

// ends are sets with more ends or other points at them.
func ends() map[string]*pairs.Index {
	rng := rand.New(rand.NewPCG(33, 34))
	tails := func(size, n int) []int32 {
		v := make([]int32, size)
		for i := range v {
			v[i] = int32(rng.IntN(n))
		}
		return v
	}
	sets := map[string]*pairs.Index{
		"pairs":                    {Points: []int{40, 40}, K: 50, Tails: [][]int32{tails(2000, 40)}},
		"other points":             {Points: []int{40, 7}, K: 50, Tails: [][]int32{tails(2000, 7)}},
		"all":                      {Points: []int{50, 50}},
		"all of other points":      {Points: []int{30, 70}, Diagonal: true},
		"more points than a tile":  {Points: []int{5, 1500}, Diagonal: true},
		"triplets":                 {Points: []int{40, 40, 40}, K: 50, Tails: [][]int32{tails(2000, 40), tails(2000, 40)}},
		"triplets of other points": {Points: []int{4, 30, 9}, K: 500, Tails: [][]int32{tails(2000, 30), tails(2000, 9)}},
		"quadruplets of a batch": {Points: []int{20, 20, 20, 20}, Heads: make([]int32, 3), K: 400, Tails: [][]int32{
			tails(1200, 20), tails(1200, 20), tails(1200, 20)}},
		"a batch against all":       {Points: []int{60, 60}, Heads: make([]int32, 9)},
		"a batch of short rows":     {Points: []int{60, 60}, Heads: make([]int32, 40), K: 3, Tails: [][]int32{tails(120, 60)}},
		"a batch with other points": {Points: []int{60, 9}, Heads: make([]int32, 40), Diagonal: true},
	}
	for name, ix := range sets {
		ix.Name = name
		if ix.Heads != nil {
			n := ix.Points[0]
			ix.Batch = batch(func(step int, heads []int32) {
				for r := range heads {
					heads[r] = int32((7*r + 3 + step) % n)
				}
			})
		}
	}
	return sets
}

func TestEveryEndAgreesWithTheTapeMachineAndDifferences(t *testing.T) {
	for name, ix := range ends() {
		for _, d := range []int{1, 2, 5} {
			for _, one := range []bool{true, false} {
				if one && (ix.Points[0] != ix.Points[1] || ix.Points[0] != ix.Points[ix.Ends()-1]) {
					continue
				}
				what := fmt.Sprintf("%s, d=%d, one matrix %v", name, d, one)
				f := everyEnd(ix, d, one)
				want := f.tape(t, nil)
				wide := fused[float64](t, f, Options{})
				equals(t, what+": float64", wide, want, 1e-10)
				equals(t, what+": float32", fused[float32](t, f, Options{}), wide, 1e-4)
				if d == 2 && !testing.Short() && (name == "triplets of other points" || name == "quadruplets of a batch") {
					equals(t, what+": differences", want[1:], f.slopes(t), 1e-4) // of a loss of 5, gradients of 1e-3
				}
			}
		}
	}
}

func TestBitsOfEveryEndDoNotDependOnWorkers(t *testing.T) {
	for name, ix := range ends() {
		t.Run(name, func(t *testing.T) {
			equalBits[float32](t, everyEnd(ix, 2, false))
			equalBits[float64](t, everyEnd(ix, 3, false))
		})
	}
}

// Weights that overflow at coincident points are worth nothing there, in all forms of a pull.
func TestPairsAtTheSamePlaceDoNotPullWhateverTheirWeight(t *testing.T) {
	for name, ix := range ends() {
		for _, d := range []int{1, 2, 3} {
			f := graph(func(w *world) *G.Node {
				z := make(G.Nodes, ix.Ends())
				for end, n := range ix.Points {
					if end > 1 && end < ix.Ends()-1 {
						continue
					}
					v := make([]float64, n*d)
					for i := range v {
						v[i] = float64(i / d % 3) // many coincide
					}
					z[end] = w.input(fmt.Sprint("z", end), v, n, d)
				}
				sum := number(0)
				for _, ends := range [][2]int{{0, 1}, {ix.Ends() - 1, 1}} {
					if ends[0] == ends[1] {
						continue
					}
					c := G.Must(pairs.Between(ix, ends[0], ends[1], z[ends[0]], z[ends[1]], nil))
					root := G.Must(G.Sqrt(c)) // its slope at 0 is infinite
					sum = G.Must(G.Add(sum, G.Must(G.Sum(G.Must(G.Mul(root, number(1/float64(ix.Len()))))))))
				}
				return sum
			})
			want := f.tape(t, nil)
			for k, x := range want {
				for i, v := range x {
					if math.IsNaN(v) {
						t.Fatalf("%s, d=%d: output %d, entry %d = NaN on the TapeMachine", name, d, k, i)
					}
				}
			}
			equals(t, fmt.Sprintf("%s, d=%d: float64", name, d), fused[float64](t, f, Options{}), want, 1e-12)
			equals(t, fmt.Sprintf("%s, d=%d: float32", name, d), fused[float32](t, f, Options{}), want, 1e-5)
		}
	}
}
