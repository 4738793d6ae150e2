package handwritten

import (
	"math"
	"math/rand/v2"
	"testing"
)

// example is a graph of n points with ragged rows, some of them empty, and a start with some points that coincide and
// others far apart.
func example(n int) (Config, []float64) {
	rng := rand.New(rand.NewPCG(1, 2))
	c := Config{Start: []int{0}, A: 1.5769, B: 0.8951, Power: 0.7, Negatives: 5, Seed: 1, Rate: 0.01, Shards: 3, Workers: 1}
	var z []float64
	for i := range n {
		spread := math.Exp(10*rng.Float64() - 5)
		z = append(z, spread*rng.NormFloat64(), spread*rng.NormFloat64())
		if i%7 == 3 {
			copy(z[2*i:], z[2*i-2:2*i])
		}
		for range rng.IntN(70) {
			c.Tail, c.P = append(c.Tail, int32(rng.IntN(n))), append(c.P, rng.Float64())
		}
		c.Start = append(c.Start, len(c.Tail))
	}
	return c, z
}

func TestAssemblyIsThePureGoKernel(t *testing.T) {
	if !HasKernel {
		t.Skip("this build or machine has no assembly kernel")
	}
	for _, n := range []int{2, 15, 16, 203, 5000} {
		for k, negatives := range []int{1, 2, 5, 40, 1, 2, 5, 80} {
			c, z := example(n)
			c.Method, c.Negatives = Method(k/4), negatives
			got, want := New(c, z), New(c, z)
			for s := range c.Shards {
				near(t, "attraction", got.attract(s), want.attractGo(s), got.Gradient(), want.Gradient())
			}
			got, want = New(c, z), New(c, z)
			for s := range c.Shards {
				near(t, "repulsion", got.repel(s, 2), want.repelGo(s, 2), got.Gradient(), want.Gradient())
			}
			near(t, "descent", got.descend(0, n), want.descendGo(0, n), points(got), points(want))
			near(t, "clearing", 0, 0, got.Gradient(), make([]float64, 2*n))
		}
	}
}

func points(u *Embedding) (z []float64) {
	for _, t := range u.tables {
		for i := range u.n {
			z = append(z, float64(t[4*i+2]), float64(t[4*i+3]))
		}
	}
	return z
}

func near(t *testing.T, what string, sum, wantSum float64, got, want []float64) {
	t.Helper()
	const tolerance = 2e-6
	if d := math.Abs(sum - wantSum); !(d <= 2e-5*math.Max(1, wantSum)) { // 1e-7 for each of some 200 pairs, or relatively
		t.Errorf("%s: sum %v, want %v", what, sum, wantSum)
	}
	var scale float64
	for _, v := range want {
		scale = math.Max(scale, math.Abs(v))
	}
	for i := range want {
		if d := math.Abs(got[i] - want[i]); !(d <= tolerance*scale) {
			t.Fatalf("%s: entry %d: %v, want %v", what, i, got[i], want[i])
		}
	}
}

func TestBitsDoNotDependOnWorkers(t *testing.T) {
	run := func(m Method, workers int) []float64 {
		c, z := example(500)
		c.Method, c.Workers = m, workers
		u := New(c, z)
		for step := range 3 {
			u.Step(step)
		}
		return points(u)
	}
	for _, m := range []Method{UMAP, Cauchy} {
		want := run(m, 1)
		for _, w := range []int{2, 4} {
			for i, v := range run(m, w) {
				if v != want[i] {
					t.Fatalf("method %d, %d workers: entry %d is %v, of one %v", m, w, i, v, want[i])
				}
			}
		}
	}
}
