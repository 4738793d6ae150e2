package pca

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"affmatch/internal/golden"

	"gonum.org/v1/gonum/mat"
)

func scores(t testing.TB, x Rows, d int, change func(*Options)) *Result {
	t.Helper()
	o := Defaults()
	if change != nil {
		change(&o)
	}
	r, err := Scores(context.Background(), x, d, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range r.Scores {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			t.Fatal("scores are not finite")
		}
	}
	return r
}

func exact(o *Options)      { o.Method = Exact }
func randomized(o *Options) { o.Method = Randomized }

func TestGoldenExactEqualsTorch(t *testing.T) {
	var inputs struct{ X golden.Matrix }
	golden.Load(t, "inputs", &inputs)
	holds(t, "pca_init_tiny", Rows{N: len(inputs.X), Dim: len(inputs.X[0]), F64: inputs.X.Flat()})
}

func TestGoldenExactEqualsTorchOnCells(t *testing.T) { holds(t, "pca_init_snare", snare(t)) }

func holds(t *testing.T, file string, x Rows) {
	t.Helper()
	var want reference
	golden.Load(t, file, &want)
	r := scores(t, x, len(want.Embedding[0]), nil)
	near(t, "scores", r.Scores, want.Embedding.Flat(), 1e-10)
	near(t, "axes", r.Axes, want.Components[:len(want.Embedding[0])].Flat(), 1e-10)
	near(t, "singular values", scores(t, x, min(x.N, x.Dim), nil).Singular, want.Singular, 1e-10)
}

// A decomposition of X itself, by LAPACK's algorithm in gonum, over 12 decades of singular values: far more than a Gram
// matrix can hold.
func TestSmallComponentsAreAsPreciseAsFromTheSVD(t *testing.T) {
	for _, size := range [][2]int{{60, 13}, {13, 60}, {300, 13}} {
		for _, method := range []func(*Options){exact, func(o *Options) { randomized(o); o.Tolerance = 1e-12 }} {
			x := decay(size[0], size[1], 0.1)
			r := scores(t, x, 12, method)
			u, s := svd(x)
			for k := range 12 {
				if got := r.Singular[k]; math.Abs(got-s[k]) > 1e-15*s[0]*10+1e-9*s[k] {
					t.Errorf("%v: s[%d] = %g, want %g", size, k, got, s[k])
				}
				dot := 0.0
				for i := range x.N {
					dot += u.At(i, k) * r.Scores[i*12+k]
				}
				if math.Abs(math.Abs(dot)/r.Singular[k]-1) > 1e-6 {
					t.Errorf("%v: cosine of component %d = %g, want 1", size, k, dot/r.Singular[k])
				}
			}
		}
	}
}

func svd(x Rows) (u mat.Dense, s []float64) {
	a := mat.NewDense(x.N, x.Dim, slices.Clone(x.F64))
	for j := range x.Dim {
		sum := 0.0
		for i := range x.N {
			sum += a.At(i, j)
		}
		for i := range x.N {
			a.Set(i, j, a.At(i, j)-sum/float64(x.N))
		}
	}
	var f mat.SVD
	f.Factorize(a, mat.SVDThin)
	f.UTo(&u)
	return u, f.Values(nil)
}

func TestRandomizedReachesTheExactComponents(t *testing.T) {
	for _, size := range [][2]int{{3000, 200}, {200, 3000}, {250, 249}} {
		x := decay(size[0], size[1], 0.9)
		want := scores(t, x, 3, exact)
		got := scores(t, x, 3, func(o *Options) { randomized(o); o.Tolerance = 1e-8 })
		near(t, fmt.Sprint(size, " scores"), got.Scores, want.Scores, 1e-6)
		near(t, fmt.Sprint(size, " axes"), got.Axes, want.Axes, 1e-6)
		near(t, fmt.Sprint(size, " singular values"), got.Singular, want.Singular, 1e-12)
		if got.Method != Randomized || want.Method != Exact || got.Residual > 1e-8 {
			t.Errorf("%v: methods %v and %v, residual %g", size, got.Method, want.Method, got.Residual)
		}
	}
}

// The sine of the largest angle between the two planes of scores.
func TestRandomizedFindsThePlaneOfMNIST(t *testing.T) {
	x := mnist(t)
	got, want := scores(t, x, 2, nil), scores(t, x, 2, exact)
	if got.Method != Randomized {
		t.Fatalf("%v chosen for 10,000 x 784", got.Method)
	}
	for a := range 2 {
		rest := slices.Clone(got.Axes[a*784 : (a+1)*784])
		for b := range 2 {
			axis, dot := want.Axes[b*784:(b+1)*784], 0.0
			for j := range rest {
				dot += axis[j] * rest[j]
			}
			for j := range rest {
				rest[j] -= dot * axis[j]
			}
		}
		if sine := mat.Norm(mat.NewVecDense(784, rest), 2); sine > 1e-3 {
			t.Errorf("component %d leaves the exact plane by the sine %g, want at most 1e-3", a, sine)
		}
	}
}

// The rows of a rotated, shifted X have the same scores; those of k X have k times the scores.
func TestScoresIgnoreRotationAndShift(t *testing.T) {
	x := decay(50, 2, 0.3)
	y := Rows{N: 50, Dim: 2, F64: make([]float64, 100)}
	for i := range 50 {
		a, b := x.F64[2*i], x.F64[2*i+1]
		y.F64[2*i], y.F64[2*i+1] = 4*(0.6*a-0.8*b)+7, 4*(0.8*a+0.6*b)-1e3
	}
	want := scores(t, x, 2, nil).Scores
	for i := range want {
		want[i] *= 4
	}
	near(t, "scores", scores(t, y, 2, nil).Scores, want, 1e-12)
}

// Entries are multiples of 2^-20, so they stay exact beside 2^32, where a mean does not.
func TestFarFromTheOriginNothingIsLost(t *testing.T) {
	x, far := decay(50, 3, 0.5), Rows{N: 50, Dim: 3}
	for i, v := range x.F64 {
		x.F64[i] = math.Round(v*0x1p20) * 0x1p-20
		far.F64 = append(far.F64, x.F64[i]+0x1p32)
	}
	near(t, "scores", scores(t, far, 3, nil).Scores, scores(t, x, 3, nil).Scores, 1e-13)
}

func TestFloat32DataEqualTheirFloat64Copy(t *testing.T) {
	for _, size := range [][2]int{{500, 7}, {7, 500}} {
		narrow := narrow(decay(size[0], size[1], 0.8))
		wide := Rows{N: narrow.N, Dim: narrow.Dim}
		for _, v := range narrow.F32 {
			wide.F64 = append(wide.F64, float64(v))
		}
		if got, want := scores(t, narrow, 3, nil), scores(t, wide, 3, nil); !slices.Equal(got.Scores, want.Scores) {
			t.Errorf("%v: float32 rows and the same rows in float64 differ", size)
		}
	}
}

func TestMissingComponentsAreZero(t *testing.T) {
	line := Rows{N: 4, Dim: 3, F64: []float64{1, 2, 1e9, 2, 4, 1e9, 3, 6, 1e9, 5, 10, 1e9}} // rank 1, a constant column
	equal := Rows{N: 300, Dim: 2, F64: slices.Repeat([]float64{0.1, 1e300}, 300)}
	for _, method := range []func(*Options){exact, randomized} {
		r := scores(t, line, 5, method)
		root5 := math.Sqrt(5)
		want := make([]float64, 20)
		for i, v := range []float64{-1.75, -0.75, 0.25, 2.25} { // 1, 2, 3, 5 less their mean, along (1, 2)
			want[5*i] = v * root5
		}
		near(t, "line", r.Scores, want, 1e-14)
		for i, v := range r.Scores {
			if i%5 > 0 && v != 0 {
				t.Fatalf("score %d of a missing component = %g", i%5, v)
			}
		}
		for _, v := range scores(t, equal, 3, method).Scores {
			if v != 0 {
				t.Fatalf("score of equal points = %g", v)
			}
		}
	}
}

func TestExtremeScalesKeepTheScores(t *testing.T) {
	x := decay(30, 4, 0.5)
	want := scores(t, x, 2, nil).Scores
	for _, e := range []int{-1000, 900} {
		y, w := Rows{N: 30, Dim: 4}, []float64{}
		for _, v := range x.F64 {
			y.F64 = append(y.F64, math.Ldexp(v, e))
		}
		for _, v := range want {
			w = append(w, math.Ldexp(v, e))
		}
		near(t, fmt.Sprint("2^", e), scores(t, y, 2, nil).Scores, w, 1e-12)
	}
}

func TestLargestScoreIsPositiveAndFirstOnTies(t *testing.T) {
	r := scores(t, Rows{N: 4, Dim: 1, F64: []float64{-3, 1, -1, 3}}, 1, nil)
	near(t, "scores", r.Scores, []float64{3, -1, 1, -3}, 1e-15)
}

func TestSameBitsForAnyNumberOfWorkers(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, method := range []func(*Options){exact, randomized} {
		for _, size := range [][2]int{{5000, 150}, {150, 5000}} {
			x := narrow(decay(size[0], size[1], 0.97))
			var want []float64
			for _, procs := range []int{1, 2, 4} {
				runtime.GOMAXPROCS(procs)
				got := scores(t, x, 4, method).Scores
				if want != nil && !slices.Equal(got, want) {
					t.Fatalf("%v: GOMAXPROCS=%d gives other bits than 1", size, procs)
				}
				want = got
			}
		}
	}
}

func TestReduceKeepsPrecisionAndDistances(t *testing.T) {
	x := decay(20, 4, 0.5)
	y, err := Reduce(context.Background(), narrow(x), 4, Defaults())
	if err != nil {
		t.Fatal(err)
	}
	if y.N != 20 || y.Dim != 4 || y.F64 != nil {
		t.Fatalf("%d x %d, want 20 x 4 in float32 only", y.N, y.Dim)
	}
	for i := range 19 {
		var before, after float64
		for j := range 4 {
			before += math.Pow(x.F64[4*i+j]-x.F64[4*i+4+j], 2)
			after += math.Pow(float64(y.F32[4*i+j]-y.F32[4*i+4+j]), 2)
		}
		if math.Abs(after-before) > 1e-5*before {
			t.Errorf("squared distance of %d and %d = %g, want %g", i, i+1, after, before)
		}
	}
}

func TestBadInputSaysWhat(t *testing.T) {
	ok := decay(10, 3, 1)
	with := func(i int, v float64) Rows {
		x := Rows{N: 10, Dim: 3, F64: slices.Clone(ok.F64)}
		x.F64[i] = v
		return x
	}
	for _, c := range []struct {
		x    Rows
		d    int
		o    func(*Options)
		want string
	}{
		{with(7, math.NaN()), 2, nil, "X(2,1) = NaN"},
		{with(29, math.Inf(-1)), 2, nil, "X(9,2) = -Inf"},
		{with(0, math.NaN()), 2, nil, "X(0,0) = NaN"},
		{Rows{N: 2, Dim: 1, F64: []float64{1e308, -1e308}}, 1, nil, "differences are finite"},
		{Rows{N: 3, Dim: 1, F64: []float64{-8e307, 8e307, 8e307}}, 1, nil, "sum = +Inf"},
		{Rows{N: 1, Dim: 3, F64: []float64{1, 2, 3}}, 2, nil, "rows = 1"},
		{Rows{}, 2, nil, "X = 0 x 0"},
		{Rows{N: 3}, 2, nil, "X = 3 x 0"},
		{Rows{N: 3, Dim: 3, F64: make([]float64, 8)}, 2, nil, "entries = 8"},
		{Rows{N: 3, Dim: 3}, 2, nil, "F64 of 0 and F32 of 0"},
		{Rows{N: 1 << 62, Dim: 8}, 2, nil, "4611686018427387904 x 8"},
		{Rows{N: 2, Dim: 1, F64: []float64{1, 2}, F32: []float32{1, 2}}, 2, nil, "F64 of 2 and F32 of 2"},
		{ok, 0, nil, "d = 0"},
		{ok, 2, func(o *Options) { o.Method = 3 }, "Method = Method(3)"},
		{ok, 2, func(o *Options) { o.Oversample = -1 }, "Oversample = -1"},
		{ok, 2, func(o *Options) { o.Tolerance = math.NaN() }, "Tolerance = NaN"},
		{ok, 2, func(o *Options) { o.MaxPasses = 0 }, "MaxPasses = 0"},
		{ok, 2, func(o *Options) { o.Workers = -2 }, "Workers = -2"},
	} {
		o := Defaults()
		if c.o != nil {
			c.o(&o)
		}
		if _, err := Scores(context.Background(), c.x, c.d, o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one with %q", err, c.want)
		}
	}
}

func TestZeroToleranceAndNoOversamplingEnd(t *testing.T) {
	x := decay(400, 150, 0.99)
	r := scores(t, x, 2, func(o *Options) { randomized(o); o.Tolerance, o.Oversample, o.MaxPasses = 0, 0, 5 })
	if r.Passes != 5 {
		t.Errorf("%d passes, want 5", r.Passes)
	}
	r = scores(t, x, 2, func(o *Options) { randomized(o); o.Tolerance, o.MaxPasses = 0, 1000 })
	near(t, "exhausted space", r.Scores, scores(t, x, 2, exact).Scores, 1e-9)
}

func TestCancelledContextStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, m := range []Method{Exact, Randomized} {
		o := Defaults()
		o.Method = m
		if _, err := Scores(ctx, decay(100, 5, 1), 2, o); !errors.Is(err, context.Canceled) {
			t.Errorf("%v: error %v, want context.Canceled", m, err)
		}
	}
}

// TestScoresScaleWithX: squares of the entries would leave the range of numbers.
func TestScoresScaleWithX(t *testing.T) {
	for _, size := range [][2]int{{40, 6}, {300, 400}} {
		x := decay(size[0], size[1], 0.7)
		for _, m := range []Method{Exact, Randomized} {
			o := Defaults()
			o.Method = m
			want, err := Scores(context.Background(), x, 3, o)
			if err != nil {
				t.Fatal(err)
			}
			for _, exp := range []int{-1000, -600, 500, 1000} {
				got, err := Scores(context.Background(), x.Times(exp), 3, o)
				if err != nil {
					t.Fatal(err)
				}
				back := make([]float64, len(got.Scores))
				for e, v := range got.Scores {
					back[e] = math.Ldexp(v, -exp)
				}
				near(t, fmt.Sprintf("%v of X times 2^%d", m, exp), back, want.Scores, 1e-9)
			}
		}
	}
}
