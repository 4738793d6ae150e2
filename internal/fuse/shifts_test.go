package fuse

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"affmatch/internal/lanes"
	"affmatch/internal/pairs"

	G "gorgonia.org/gorgonia"
)

// circle is a sampler of shifts: those given, by a random order of the points.
type circle struct {
	number, point []int32
	shifts        []int
}

func (c circle) Order() (number, point []int32) { return c.number, c.point }
func (c circle) Shift(step, k int) int {
	return 1 + (c.shifts[k]+step-1)%(len(c.point)-1)
}

func (c circle) Sample(step, _, head int, tails [][]int32) {
	for k := range tails[0] {
		tails[0][k] = c.point[(int(c.number[head])+c.Shift(step, k))%len(c.point)]
	}
}

func shiftedSet(n int, shifts ...int) *pairs.Index {
	c := circle{number: make([]int32, n), shifts: shifts}
	for k, i := range rand.New(rand.NewPCG(51, uint64(n))).Perm(n) {
		c.point = append(c.point, int32(i))
		c.number[i] = int32(k)
	}
	return &pairs.Index{
		Name: fmt.Sprintf("circle of %d", n), Points: ofPairs(n), K: len(shifts), Tails: [][]int32{make([]int32, n*len(shifts))}, Sample: c,
	}
}

// circles are sets whose circle closes anywhere in a slot, a tile, a stretch.
func circles() []*pairs.Index {
	return []*pairs.Index{
		shiftedSet(2, 1), shiftedSet(3, 1, 2, 2), shiftedSet(16, 1, 15, 8), shiftedSet(17, 16, 1), shiftedSet(333, 1, 332, 16, 17, 100, 317),
		shiftedSet(8*headsAtOnce+2*333, 1, headsAtOnce, 5000, 8*headsAtOnce, 8*headsAtOnce+665),
	}
}

// TestPointsThatAreShiftedAgreeWithTheTapeMachine goes through every sink that has its place there, and, with log-sum-exps, through
// the same pairs one by one.
func TestPointsThatAreShiftedAgreeWithTheTapeMachine(t *testing.T) {
	for _, ix := range circles() {
		for d := 1; d <= 3; d++ {
			if d == 3 && ix.Len() > 20_000 {
				continue
			}
			for _, soft := range []bool{false, true} {
				what := fmt.Sprintf("%s, d=%d, log-sum-exps %v", ix.Name, d, soft)
				f := sinks(ix, d, soft)
				want := f.tape(t, nil)
				wide, m := compiled[float64](t, f, Options{})
				if m.plan.shifted[ix] == soft {
					t.Errorf("%s: shifted %v", what, !soft)
				}
				equals(t, what+": float64", wide, want, 1e-10)
				equals(t, what+": float32", fused[float32](t, f, Options{}), wide, 1e-4)
			}
		}
	}
}

// TestPointsThatAreShiftedHaveTheSameBits on every set of instructions and any number of workers.
func TestPointsThatAreShiftedHaveTheSameBits(t *testing.T) {
	for _, ix := range circles()[1:] {
		everySet[float32](t, ix.Name, sinks(ix, 2, false))
		everySet[float64](t, ix.Name, sinks(ix, 3, false))
		if !testing.Short() {
			equalBits[float32](t, sinks(ix, 2, false))
		}
	}
}

// TestShiftedPointsOfTwoMatrices go back to heads alone, or to tails alone, and by columns; NaN weights at one place are 0.
func TestShiftedPointsOfTwoMatrices(t *testing.T) {
	ix := shiftedSet(333, 1, 332, 16, 17, 100, 317)
	for d := 1; d <= 3; d++ {
		f := graph(func(w *world) *G.Node {
			rng := rand.New(rand.NewPCG(52, 53))
			points := func(name string) *G.Node {
				v := make([]float64, 333*d)
				for i := range v {
					v[i] = rng.NormFloat64()
				}
				return w.input(name, v, 333, d)
			}
			x, z, v := points("x"), points("z"), column(points("v"), 0)
			c := G.Must(pairs.Between(ix, 0, 1, x, z, nil))
			q := G.Must(G.HadamardProd(G.Must(G.Inverse(G.Must(G.Add(number(1), c)))), on(ix, headAt, v)))
			own := G.Must(G.Sqrt(squared(ix, z))) // of no finite slope at 0
			return G.Must(G.Add(G.Must(G.Sum(q)), G.Must(G.Sum(G.Must(G.HadamardProd(own, on(ix, tailAt, v)))))))
		})
		want := f.tape(t, nil)
		wide, m := compiled[float64](t, f, Options{})
		if !m.plan.shifted[ix] {
			t.Errorf("d=%d: not shifted", d)
		}
		equals(t, fmt.Sprintf("d=%d: float64", d), wide, want, 1e-10)
		equals(t, fmt.Sprintf("d=%d: float32", d), fused[float32](t, f, Options{}), wide, 1e-4)
		everySet[float32](t, fmt.Sprintf("d=%d", d), f)
	}
}

// TestShiftsOfEachStepAreThoseOfItsNumber: a machine that has run another step gives what a fresh one gives.
func TestShiftsOfEachStepAreThoseOfItsNumber(t *testing.T) {
	ix := shiftedSet(333, 5, 80)
	shiftsOfSteps[float32](t, ix)
	shiftsOfSteps[float64](t, ix)
}

func shiftsOfSteps[T lanes.Float](t *testing.T, ix *pairs.Index) {
	t.Helper()
	f, step := sinks(ix, 2, false), 3
	w, out, err := f.built(nil)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Compile[T](w.g, out, Options{Step: func() int { return step }})
	if err != nil {
		t.Fatal(err)
	}
	losses := map[int]float64{}
	for _, step = range []int{3, 4, 3, 4} {
		if err := m.RunAll(); err != nil {
			t.Fatal(err)
		}
		v, err := m.Value(out[0])
		if err != nil {
			t.Fatal(err)
		}
		x := v.Data().(float64)
		if old, ok := losses[step]; ok && old != x {
			t.Errorf("step %d: %v, before %v", step, x, old)
		}
		losses[step] = x
	}
	if losses[3] == losses[4] {
		t.Error("the steps have the same shifts")
	}
}

// TestANumberOfEachShiftedPair has no place in order: the pairs are listed, the same ones.
func TestANumberOfEachShiftedPair(t *testing.T) {
	ix := shiftedSet(333, 5, 80)
	f := graph(func(w *world) *G.Node {
		rng := rand.New(rand.NewPCG(54, 55))
		draw := func(size int) []float64 {
			v := make([]float64, size)
			for i := range v {
				v[i] = rng.NormFloat64()
			}
			return v
		}
		z := w.input("z", draw(2*333), 333, 2)
		return G.Must(G.Sum(G.Must(G.HadamardProd(w.given("weights", draw(ix.Len()), ix.Len()), squared(ix, z)))))
	})
	want := f.tape(t, nil)
	got, m := compiled[float64](t, f, Options{})
	if why := m.Report(); m.plan.shifted[ix] || !strings.Contains(why, "looked up, not shifted") {
		t.Errorf("shifted, or no reason given: %q", why)
	}
	equals(t, "weights", got, want, 1e-10)
}

// TestShiftedPassesBeginAnew after a run that failed between them and the sum of what they give.
func TestShiftedPassesBeginAnew(t *testing.T) {
	ix, fails := shiftedSet(333, 5, 80), false
	broken := &pairs.Index{Name: "broken", Points: ofPairs(333), K: 1, Tails: [][]int32{make([]int32, 333)}, Sample: drawn(func(_, row int, tail []int32) {
		if tail[0] = int32(row+1) % 333; fails {
			tail[0] = 333
		}
	})}
	f := graph(func(w *world) *G.Node {
		at, rng := make([]float64, 2*333), rand.New(rand.NewPCG(56, 57))
		for i := range at {
			at[i] = rng.NormFloat64()
		}
		z := w.input("z", at, 333, 2)
		return G.Must(G.Add(G.Must(G.Sum(G.Must(G.Square(squared(ix, z))))), G.Must(G.Sum(squared(broken, z)))))
	})
	w, out, err := f.built(nil)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Compile[float64](w.g, out, Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	run := func() []float64 {
		if err := m.RunAll(); err != nil {
			return nil
		}
		v, err := m.Value(out[1])
		if err != nil {
			t.Fatal(err)
		}
		return slices.Clone(floats(v))
	}
	want := run()
	if fails = true; run() != nil {
		t.Fatal("the broken sampler does not fail")
	}
	if fails = false; !slices.Equal(run(), want) {
		t.Error("a run after one that failed gives something else")
	}
}
