package fuse

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"affmatch/internal/machine"
	"affmatch/internal/pairs"
	"affmatch/internal/random"

	G "gorgonia.org/gorgonia"
)

// inseparable are graphs over all pairs that no tree adds up, and what the report says of them.
var inseparables = map[string]struct {
	why   string
	build func(ix *pairs.Index, w *world, z *G.Node) *G.Node
}{
	"Manhattan": {"abs of what mixes", func(ix *pairs.Index, _ *world, z *G.Node) *G.Node {
		d := must(G.Abs(minus(on(ix, headAt, column(z, 0)), on(ix, tailAt, column(z, 0)))))
		return summed(student(plus(d, must(G.Abs(minus(on(ix, headAt, column(z, 1)), on(ix, tailAt, column(z, 1))))))))
	}},
	"a bandwidth for each point": {"of what mixes", func(ix *pairs.Index, w *world, z *G.Node) *G.Node {
		s := on(ix, headAt, w.given("s", wave(z.Shape()[0], 3), z.Shape()[0]))
		return summed(student(times(s, squared(ix, z))))
	}},
	"a weight for each pair": {"has a value of its own for each pair", func(ix *pairs.Index, w *world, z *G.Node) *G.Node {
		return summed(times(w.given("p", wave(ix.Len(), 3), ix.Len()), student(squared(ix, z))))
	}},
	"distances of two matrices": {"is of other points", func(ix *pairs.Index, w *world, z *G.Node) *G.Node {
		y := w.given("y", blobs(z.Shape()[0], 2), z.Shape()[0], 2)
		return summed(times(student(squared(ix, z)), student(squared(ix, y))))
	}},
	"the nearest point": {"maxat of all pairs is no sum", func(ix *pairs.Index, w *world, z *G.Node) *G.Node {
		w.params = nil // a maximum has no gradient
		return summed(on(ix, rowMaxAt, must(G.Neg(squared(ix, z)))))
	}},
	"a difference that counts": {"of what mixes", func(ix *pairs.Index, _ *world, z *G.Node) *G.Node {
		d := minus(on(ix, headAt, column(z, 0)), on(ix, tailAt, column(z, 0)))
		return summed(must(G.Tanh(times(d, student(squared(ix, z))))))
	}},
	"the root of a sum": {"power 0.5 of what mixes", func(ix *pairs.Index, w *world, z *G.Node) *G.Node {
		h := on(ix, headAt, w.given("h", wave(z.Shape()[0], 3), z.Shape()[0]))
		return summed(must(G.Sqrt(plus(h, student(squared(ix, z))))))
	}},
	"no distances": {"it has no distances", func(ix *pairs.Index, w *world, z *G.Node) *G.Node {
		return summed(times(on(ix, headAt, column(z, 0)), on(ix, tailAt, column(z, 1))))
	}},
}

func TestWhatDoesNotSeparateStaysExactAndTheReportSaysWhy(t *testing.T) {
	const n = 40
	for name, c := range inseparables {
		f := onBlobs(n, 2, c.build)
		want := fused[float64](t, f, Options{})
		got, m := compiled[float64](t, f, Options{Tolerance: 1e-4, TreeFrom: 1})
		equals(t, name, got, want, 1e-12)
		if r := m.Report(); !strings.Contains(r, "sums over all pairs are exact, pair by pair: ") || !strings.Contains(r, c.why) {
			t.Errorf("%s: report %q, want %q in it", name, r, c.why)
		}
	}
	f := onBlobs(n, 4, separable["t-SNE's partition"].build)
	if _, m := compiled[float64](t, f, Options{Tolerance: 1e-4, TreeFrom: 1}); !strings.Contains(m.Report(), "4 dimensions") {
		t.Errorf("four dimensions: report %q", m.Report())
	}
}

// hard are geometries that make a tree deep, narrow, or nearly nothing.
var hard = map[string]func(rng *rand.Rand, i, n int) (x, y float64){
	"a start": func(rng *rand.Rand, _, _ int) (_, _ float64) {
		return 1e-4 * rng.NormFloat64(), 1e-4 * rng.NormFloat64()
	},
	"clumps": func(rng *rand.Rand, i, _ int) (_, _ float64) {
		return 10*float64(i%10) + 0.01*rng.NormFloat64(), float64(i%3) + 0.01*rng.NormFloat64()
	},
	"a line":           func(rng *rand.Rand, _, _ int) (_, _ float64) { return 30 * rng.NormFloat64(), 2 },
	"copies":           func(_ *rand.Rand, i, _ int) (_, _ float64) { return float64(i % 41), float64(i % 7) },
	"all at one point": func(*rand.Rand, int, int) (_, _ float64) { return 1, 2 },
	"radii over eight decades": func(rng *rand.Rand, i, n int) (_, _ float64) {
		r := math.Pow(10, 8*float64(i)/float64(n)-6)
		return r * rng.NormFloat64(), r * rng.NormFloat64()
	},
	"outliers": func(rng *rand.Rand, i, n int) (_, _ float64) {
		r := 10.0
		if i < 5 {
			r = 1e5
		}
		return r * rng.NormFloat64(), r * rng.NormFloat64()
	},
}

// TestHardGeometries holds a tree to exact sums, float64, in both precisions.
func TestHardGeometries(t *testing.T) {
	if testing.Short() {
		t.Skip("long: tables of ten losses for each geometry")
	}
	const n, tolerance = 1500, 1e-4
	for place, at := range hard {
		rng := rand.New(rand.NewPCG(1, 2))
		z := make([]float64, 2*n)
		for i := range n {
			z[2*i], z[2*i+1] = at(rng, i, n)
		}
	separable:
		for name, c := range separable {
			if name == "columns of points" { // whose sums are as large as the outliers are far
				continue
			}
			f := graph(func(w *world) *G.Node { return c.build(allOf(n), w, w.input("z", z, n, 2)) })
			want := fused[float64](t, f, Options{})
			for _, exact := range want {
				if slices.ContainsFunc(exact, func(v float64) bool { return v-v != 0 }) {
					continue separable // by itself: a row without a sum
				}
			}
			o := Options{Tolerance: tolerance, TreeFrom: 1}
			got, m := compiled[float64](t, f, o)
			near(t, place+", "+name, got, want, tolerance, 1e-9)
			if a := m.Approximation(); a.Error > tolerance {
				t.Errorf("%s, %s: error seen %.2g, order %d", place, name, a.Error, a.Order)
			}
			single := fused[float32](t, f, Options{}) // loses digits of its own where points are near, and far from the origin
			near(t, place+", "+name+", float32", fused[float32](t, f, o), single, 2*tolerance, 0x1p-24)
		}
	}
}

// near compares by the 2-norm. What is all but zero beside its terms, which are of the size of 1, is not compared: a gradient
// where all points are one.
func near(t *testing.T, what string, got, want [][]float64, tolerance, zero float64) {
	t.Helper()
	for k := range want {
		var off, norm float64
		for i, v := range want[k] {
			off += (got[k][i] - v) * (got[k][i] - v)
			norm += v * v
		}
		if !(math.Sqrt(off) <= 10*tolerance*math.Sqrt(norm)+zero) {
			t.Errorf("%s: output %d off by %.2g of %.2g", what, k, math.Sqrt(off), math.Sqrt(norm))
		}
	}
}

func TestTheOrderIsRaisedUntilTheErrorIsTolerable(t *testing.T) {
	w, out, err := onBlobs(2000, 2, separable["t-SNE's partition"].build).built(nil)
	if err != nil {
		t.Fatal(err)
	}
	step := 7
	m, err := Compile[float64](w.g, out, Options{Tolerance: 1e-5, TreeFrom: 1, Step: func() int { return step }})
	if err != nil {
		t.Fatal(err)
	}
	m.SetApproximation(Approximation{Order: 2})
	outputs(t, m, out)
	if a := m.Approximation(); a.Order != 2 || a.Error != 0 {
		t.Errorf("step 7, at which nobody looks: %+v", a)
	}
	step = checkedSteps
	outputs(t, m, out)
	if a := m.Approximation(); a.Order < 4 || a.Order > 7 || a.Error > 1e-5 || a.Error == 0 {
		t.Errorf("step %d: %+v", step, a)
	}
	m.SetApproximation(Approximation{Order: 10})
	outputs(t, m, out)
	if a := m.Approximation(); a.Order != 9 {
		t.Errorf("an order of 10, which is more than the tolerance asks for, has become %d, want 9", a.Order)
	}
}

// TestPointsAloneAreExact: a point far from all others under a Gaussian has a row sum that no polynomial sees.
func TestPointsAloneAreExact(t *testing.T) {
	const n = 3000
	z := blobs(n, 2)
	for k := range 5 {
		z[2*k], z[2*k+1] = 40+20*float64(k), -30 // e^-400 from each other
	}
	for _, name := range []string{"SNE's row partitions", "an exponential of points and distances", "one partition of Gaussians"} {
		f := graph(func(w *world) *G.Node { return separable[name].build(allOf(n), w, w.input("z", z, n, 2)) })
		want := fused[float64](t, f, Options{})
		got, m := compiled[float64](t, f, Options{Tolerance: 1e-4, TreeFrom: 1})
		equals(t, name, got, want, 1e-3)
		if a := m.Approximation(); strings.HasPrefix(name, "SNE") && (a.Exact < 5 || a.Exact > 100) {
			t.Errorf("%s: %d points are exact, want 5 and not many more", name, a.Exact)
		}
	}
}

func TestBitsOfTreesDependOnNothing(t *testing.T) {
	for _, name := range []string{"SNE's row partitions", "UMAP's loss"} {
		n := 3000
		if testing.Short() { // as under the race detector
			n = 700
		}
		f := onBlobs(n, 2, separable[name].build)
		o := Options{Tolerance: 1e-4, TreeFrom: 1, Workers: 1}
		want := fused[float32](t, f, o)
		for _, o.Workers = range []int{2, 3, 7} {
			sameBits(t, name, fused[float32](t, f, o), want)
		}
		for _, o.Set = range machine.Vectors() {
			sameBits(t, name+", "+o.Set, fused[float32](t, f, o), want)
		}
	}
}

func sameBits(t *testing.T, what string, got, want [][]float64) {
	t.Helper()
	for k := range want {
		for i, v := range want[k] {
			if math.Float64bits(got[k][i]) != math.Float64bits(v) {
				t.Fatalf("%s: output %d, entry %d: %v, want %v", what, k, i, got[k][i], v)
			}
		}
	}
}

// TestBitsOfTreesAreOnRecord: sums, near and far, rows alone and the order that is chosen are the same on every processor.
func TestBitsOfTreesAreOnRecord(t *testing.T) {
	const n = 600
	family := random.Keys(0, random.Name("tree"), 0)
	z := make([]float64, 2*n) // whole numbers, so that they are the same everywhere
	for i := range z {
		draw := family.At(uint64(i))
		z[i] = float64(draw.Below(0, 1<<12)+draw.Below(1, 1<<12)+uint64(i/2%7<<11)) / 1024
	}
	z[0], z[2] = -40, 60
	h := fnv.New64a()
	for _, name := range []string{"SNE's row partitions", "UMAP's loss", "rows divided by their sums, at either end"} {
		f := graph(func(w *world) *G.Node { return separable[name].build(allOf(n), w, w.input("z", z, n, 2)) })
		for _, tolerance := range []float64{1e-3} {
			o := Options{Tolerance: tolerance, TreeFrom: 1}
			narrow, m := compiled[float32](t, f, o)
			fmt.Fprintln(h, narrow, fused[float64](t, f, o), m.Approximation())
		}
	}
	if got, want := h.Sum64(), uint64(0xc33c822edacd05c); got != want {
		t.Errorf("%#x, on record is %#x", got, want)
	}
}
