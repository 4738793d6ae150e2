package handwritten

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// example is a table of n points in a plane, some of them coincident, and ragged edges between them.
func example(n int) (table []float32, start []int32, tail []uint32, p []float32) {
	rng := rand.New(rand.NewPCG(1, 2))
	table, start = make([]float32, 4*(n+room)), []int32{0}
	for i := range n {
		spread := math.Exp(10*rng.Float64() - 5)
		table[4*i+2], table[4*i+3] = float32(spread*rng.NormFloat64()), float32(spread*rng.NormFloat64())
		if i%7 == 3 {
			copy(table[4*i:][:4], table[4*i-4:])
		}
		for range rng.IntN(70) {
			tail, p = append(tail, 2*uint32(rng.IntN(n))), append(p, rng.Float32())
		}
		start = append(start, int32(len(tail)))
	}
	return table, start, append(tail, make([]uint32, room)...), append(p, make([]float32, room)...)
}

func TestAssemblyIsThePureGoKernel(t *testing.T) {
	if !HasKernel {
		t.Skip("this build or machine has no assembly kernel")
	}
	f := curve{1.5769, -0.1049, 2.8229, 0x1p-126}
	const n = 203
	table, start, tail, p := example(n)
	for _, part := range [][2]int{{0, n}, {0, 0}, {5, 1}, {40, 16}, {190, 13}, {100, 17}} {
		row, rows := part[0], part[1]
		got, want := slices.Clone(table), slices.Clone(table)
		near(t, "attraction", attract(&f, got, tail, p, start, row, rows), attractGo(&f, want, tail, p, start, row, rows), got, want)
		got, want = slices.Clone(table), slices.Clone(table)
		near(t, "repulsion", repel(&f, got, n, row, rows, 5, 1, 2), repelGo(&f, want, n, row, rows, 5, 1, 2), got, want)
	}
}

func near(t *testing.T, what string, loss, wantLoss float32, got, want []float32) {
	t.Helper()
	const tolerance = 2e-6
	if d := math.Abs(float64(loss - wantLoss)); !(d <= tolerance*math.Max(1, float64(wantLoss))) {
		t.Errorf("%s: loss %v, want %v", what, loss, wantLoss)
	}
	var scale float64
	for _, v := range want {
		scale = math.Max(scale, math.Abs(float64(v)))
	}
	for i := range want {
		if d := math.Abs(float64(got[i] - want[i])); !(d <= tolerance*scale) {
			t.Fatalf("%s: entry %d: %v, want %v", what, i, got[i], want[i])
		}
	}
}

func TestBitsDoNotDependOnWorkers(t *testing.T) {
	run := func(workers int) []float32 {
		table, start, tail, p := example(500)
		c := Config{A: 1.5769, B: 0.8951, Negatives: 3, Rate: 0.01, Shards: 5, Workers: workers}
		for _, s := range start {
			c.Start = append(c.Start, int(s))
		}
		for e := range tail[:len(tail)-room] {
			c.Tail, c.P = append(c.Tail, int32(tail[e]/2)), append(c.P, float64(p[e]))
		}
		var z []float64
		for i := range 500 {
			z = append(z, float64(table[4*i+2]), float64(table[4*i+3]))
		}
		u := New(c, z)
		for step := range 3 {
			u.Step(step)
		}
		return u.tables[4]
	}
	want := run(1)
	for _, w := range []int{2, 4} {
		if !slices.Equal(run(w), want) {
			t.Errorf("%d workers give other bits than one", w)
		}
	}
}
