package affinity

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestCalibrateFindsTheWidthWhereverItIs(t *testing.T) {
	for _, root := range []float64{1e-300, 1e-9, 0.3, 1, 7, 1e12, 1e300} {
		for name, f := range map[string]func(w float64) float64{
			"the logarithm": func(w float64) float64 { return math.Log(w) - math.Log(root) },
			"a step": func(w float64) float64 {
				if w < root {
					return -1
				}
				return 1
			},
			"a steep power": func(w float64) float64 { return math.Pow(w/root, 9) - 1 },
			"infinite ends": func(w float64) float64 { return 1/(1-1/(1+w/root)) - 2 - 1/(w/root) + w/root },
		} {
			if w := Calibrate(f); !(math.Abs(w-root) <= 1e-9*root) && name != "infinite ends" {
				t.Errorf("%s: %v, want %v", name, w, root)
			}
		}
	}
	for want, f := range map[float64]func(float64) float64{
		0: func(float64) float64 { return 1 }, math.Inf(1): func(float64) float64 { return -1 },
	} {
		if w := Calibrate(f); w != want {
			t.Errorf("%v, want %v", w, want)
		}
	}
	if w := Calibrate(func(float64) float64 { return math.NaN() }); !math.IsNaN(w) {
		t.Errorf("%v of no numbers, want NaN", w)
	}
}

func TestEntropyIsThatOfSoftmin(t *testing.T) {
	c := []float64{3, 1, 4, 1, 5, 9}
	for _, w := range []float64{0, 0.1, 1, 10, math.Inf(1)} {
		h, total := 0.0, 0.0
		for _, p := range Softmin(c, w) {
			total += p
			if p > 0 {
				h -= p * math.Log(p)
			}
		}
		if math.Abs(Entropy(c, w)-h) > 1e-12 || math.Abs(total-1) > 1e-12 {
			t.Errorf("width %v: entropy %v, want %v; total %v", w, Entropy(c, w), h, total)
		}
	}
	if len(Softmin(nil, 1)) != 0 || !math.IsNaN(Entropy(nil, 1)) {
		t.Error("no distances")
	}
}

// TestByRowIsTheAffinityOfItsFormula: a perplexity calibrated by hand gives EntropicAffinity.
func TestByRowIsTheAffinityOfItsFormula(t *testing.T) {
	x := cloud(60, 3)
	row := func(c, p []float64) {
		copy(p, Softmin(c, Calibrate(func(w float64) float64 { return Entropy(c, w) - math.Log(7) })))
	}
	for _, k := range []int{21, 0} {
		got := compute(t, ByRow{Neighbors: k, Row: row, Normalize: true, Symmetrize: Mean}, x)
		want := compute(t, EntropicAffinity{Perplexity: 7, Dense: k == 0, Exact: true, Symmetrize: true}, x)
		near(t, "P", got.Values, want.Values, 1e-12)
		if got.Report != want.Report {
			t.Errorf("%v, want %v", got.Report, want.Report)
		}
	}
	for want, a := range map[string]ByRow{
		"Row = nil": {}, "Neighbors = -1": {Row: row, Neighbors: -1}, "Neighbors = 60, want at most the 59": {Row: row, Neighbors: 60},
		"P(0,": {Row: func(_, p []float64) { p[0] = math.NaN() }},
	} {
		if _, err := Compute(context.Background(), a, x); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

func TestSymmetrizedIsAMatrixOfItsOwn(t *testing.T) {
	for _, in := range []Input{UMAPAffinityIn{Neighbors: 5}, UMAPAffinityIn{Neighbors: 5, Dense: true}} {
		p := compute(t, in, cloud(30, 3))
		before := slices.Clone(p.Values)
		for _, f := range []Symmetric{nil, Mean, FuzzyUnion, func(a, b float64) float64 { return math.Max(a, b) }} {
			q := p.Symmetrized(f)
			if f == nil {
				f = Mean
			}
			for i := range 30 {
				for j := range i {
					if want := f(p.At(i, j), p.At(j, i)); q.At(i, j) != want || q.At(j, i) != want {
						t.Fatalf("(%d,%d): %v and %v, want %v", i, j, q.At(i, j), q.At(j, i), want)
					}
				}
			}
			if n := q.Normalized(); math.Abs(sumOf(n)-1) > 1e-12 {
				t.Errorf("total %v, want 1", sumOf(n))
			}
		}
		if !slices.Equal(before, p.Values) {
			t.Errorf("%T: P is changed", in)
		}
	}
}

func TestASymmetricMatrixIsKnownAndNoOther(t *testing.T) {
	for _, in := range []Input{UMAPAffinityIn{Neighbors: 5}, UMAPAffinityIn{Neighbors: 5, Dense: true}} {
		p := compute(t, in, cloud(30, 3)).Symmetrized(Mean)
		if !p.IsSymmetric() {
			t.Errorf("%v: the mean is not symmetric", in)
		}
		for e := range p.Values {
			p.Values[e] *= 1.5
			if p.IsSymmetric() {
				t.Fatalf("%v: entry %d is another, and nobody knows", in, e)
			}
			p.Values[e] /= 1.5
		}
		if p.Dense() {
			continue
		}
		for e := range p.Values { // one entry less
			q := &Matrix{N: p.N, Start: slices.Clone(p.Start), Tail: slices.Delete(slices.Clone(p.Tail), e, e+1), Values: slices.Delete(slices.Clone(p.Values), e, e+1)}
			for i := range q.Start {
				if q.Start[i] > e {
					q.Start[i]--
				}
			}
			if q.IsSymmetric() {
				t.Fatalf("entry %d is left out, and nobody knows", e)
			}
		}
		p.Tail[0], p.Tail[1] = p.Tail[1], p.Tail[0]
		if p.IsSymmetric() {
			t.Error("columns are out of order, and nobody knows")
		}
	}
	loop := &Matrix{N: 2, Start: []int{0, 2, 4}, Tail: []int32{0, 1, 0, 1}, Values: []float64{3, 1, 1, 2}}
	if !loop.IsSymmetric() || (&Matrix{N: 1, Columns: 1, Start: []int{0, 1}, Tail: []int32{0}, Values: []float64{1}}).IsSymmetric() {
		t.Error("a loop breaks the symmetry, or other points' columns have one")
	}
}

func sumOf(p *Matrix) (s float64) {
	for _, v := range p.Values {
		s += v
	}
	return s
}

func TestDrawsAreFunctionsOfSeedStepAndRow(t *testing.T) {
	d, seen := Random(1, 2, 3), map[uint64]bool{}
	for slot := range 1000 {
		if d.Uint64(slot) != Random(1, 2, 3).Uint64(slot) || seen[d.Uint64(slot)] {
			t.Fatal("draws repeat, or do not")
		}
		seen[d.Uint64(slot)] = true
		if v := d.Below(slot, 7); v < 0 || v > 6 {
			t.Errorf("%d is not below 7", v)
		}
		if v := d.Float64(slot); v < 0 || v >= 1 {
			t.Errorf("%v is not in [0,1)", v)
		}
	}
	for _, other := range []Draws{Random(2, 2, 3), Random(1, 3, 3), Random(1, 2, 4), Random(1, 3, 2)} {
		if seen[other.Uint64(0)] {
			t.Error("another seed, step or row has the same draws")
		}
	}
	to := make([]int32, 500)
	if d.Others(to, 4, 2); slices.Contains(to, 2) || slices.Min(to) != 0 || slices.Max(to) != 3 {
		t.Errorf("others than 2 of 4: %v", to)
	}
}

// FuzzCalibrate: for any distances and target, the function changes its sign at the width that comes back.
func FuzzCalibrate(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, b []byte, perplexity float64, _ bool) {
		p := distances(b)
		if p == nil || !(perplexity > 0) || math.IsInf(perplexity, 0) {
			return
		}
		for i := range p.N {
			lo, hi := p.Row(i)
			c := p.Values[lo:hi]
			f := func(w float64) float64 { return Entropy(c, w) - math.Log(perplexity) }
			below, above := 0.0, 0.0 // f on either side of the width
			switch w := Calibrate(f); {
			case w == 0:
				above = f(math.SmallestNonzeroFloat64)
			case math.IsInf(w, 1):
				below = f(math.MaxFloat64)
			case w > 0:
				step := max(1e-9*w, 1e-320) // numbers have few digits near the smallest
				below, above = f(max(w-step, math.SmallestNonzeroFloat64)), f(min(w+step, math.MaxFloat64))
				if w <= step {
					below = 0
				}
			default:
				t.Errorf("width %v of %v", w, c)
			}
			if below > 1e-9 || above < -1e-9 {
				t.Errorf("perplexity %v of %v: off by %v below the width, %v above", perplexity, c, below, above)
			}
		}
	})
}
