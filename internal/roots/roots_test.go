package roots

import (
	"context"
	"errors"
	"math"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
)

func ones(n int) []float64 { return slices.Repeat([]float64{1}, n) }

// log has the root at[row]; it is as steep as log x.
func log(at []float64) Func {
	return func(i int, x float64) float64 { return math.Log(x) - math.Log(at[i]) }
}

var everywhere = []float64{1, 1.5, 2, 3e-4, 7e5, 1e-300, 1e300, math.SmallestNonzeroFloat64, math.MaxFloat64, 1 + 0x1p-52}

func TestExactFindsRootsToMachinePrecisionWhereverTheyLie(t *testing.T) {
	square := func(i int, x float64) float64 { return x - everywhere[i] }
	res, err := Exact(context.Background(), ones(len(everywhere)), ones(len(everywhere)), square)
	if err != nil || res.Unconverged != 0 {
		t.Fatalf("%d unconverged, %v", res.Unconverged, err)
	}
	for i, want := range everywhere {
		if got := res.X[i]; math.Abs(got-want) > 0x1p-51*want {
			t.Errorf("root of x - %v is %v", want, got)
		}
	}
}

func TestExactNeedsFewEvaluations(t *testing.T) {
	for _, root := range everywhere {
		count := 0
		x, _ := exact(1, func(x float64) float64 { count++; return math.Cbrt(x) - math.Cbrt(root) })
		if count > 60 || math.Abs(x-root) > 1e-14*root {
			t.Errorf("root %v: found %v in %d evaluations, want at most 60", root, x, count)
		}
	}
}

func TestBothSearchesEndWhereThereIsNoRoot(t *testing.T) {
	f := func(i int, x float64) float64 { return []float64{1, -1, math.NaN(), 0}[i] }
	for name, search := range searches {
		res, err := search(context.Background(), ones(4), ones(4), f)
		if err != nil {
			t.Fatal(name, err)
		}
		if res.Unconverged != 3 {
			t.Errorf("%s: %d unconverged, want 3", name, res.Unconverged)
		}
		for i, x := range res.X {
			if !(x > 0 && x <= math.MaxFloat64) {
				t.Errorf("%s: row %d ends at %v, want a positive number", name, i, x)
			}
		}
	}
}

var searches = map[string]func(context.Context, []float64, []float64, Func) (*Result, error){
	"Exact": Exact,
	"FalsePosition": func(ctx context.Context, begin, end []float64, f Func) (*Result, error) {
		return FalsePosition(ctx, begin, end, f, 1e-9, 1000)
	},
}

func TestBadGuessesDoNotMatter(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for name, search := range searches {
		for _, guess := range [][2]float64{{0, 0}, {nan, nan}, {inf, 1}, {1, inf}, {-3, 5}, {8, 2}, {1e-3, 1e3}} {
			res, err := search(context.Background(), []float64{guess[0]}, []float64{guess[1]}, func(_ int, x float64) float64 { return 1 - 3/(1+x) })
			if err != nil || res.Unconverged != 0 || math.Abs(res.X[0]-2) > 1e-8 {
				t.Errorf("%s from %v: %+v, %v; want the root 2", name, guess, res, err)
			}
		}
	}
}

func TestRowsGoOnBeingRefinedUntilTheWorstIsWithinTolerance(t *testing.T) {
	f := log([]float64{2, 40})
	alone, err := FalsePosition(context.Background(), []float64{1}, []float64{3}, f, 1e-2, 1000)
	if err != nil {
		t.Fatal(err)
	}
	both, err := FalsePosition(context.Background(), []float64{1, 1}, []float64{3, 90}, f, 1e-2, 1000)
	if err != nil {
		t.Fatal(err)
	}
	if !(both.Steps > alone.Steps) || !(math.Abs(both.F[0]) < math.Abs(alone.F[0])) {
		t.Errorf("row 0: %v after %d steps alone, %v after %d steps with another row; want more steps and a smaller value", alone.F[0], alone.Steps, both.F[0], both.Steps)
	}
}

func TestStepsAreThoseOfFalsePosition(t *testing.T) {
	// f = x^2 - 2 on [1,2]: the secants meet zero at 4/3, 7/5, 24/17.
	f := func(_ int, x float64) float64 { return x*x - 2 }
	for steps, want := range map[int]float64{1: 4. / 3, 2: 7. / 5, 3: 24. / 17} {
		res, err := FalsePosition(context.Background(), []float64{1}, []float64{2}, f, 1e-15, steps)
		if err != nil || math.Abs(res.X[0]-want) > 1e-15 || res.Steps != steps || res.Unconverged != 1 {
			t.Errorf("%d steps: %+v, %v, want X = %v, not converged", steps, res, err, want)
		}
	}
}

func TestBracketsAreRepairedOnBothSides(t *testing.T) {
	res, err := FalsePosition(context.Background(), []float64{1, 1}, []float64{1, 1}, log([]float64{0.3, 5}), 1e-9, 1000)
	if err != nil || res.Repairs != 2+3 || res.Unconverged != 0 { // 1, 1/2, 1/4 and 1, 2, 4, 8
		t.Errorf("%+v, %v, want 5 repairs and both roots", res, err)
	}
}

func TestWorkersDoNotChangeTheBits(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	at := make([]float64, 1000)
	for i := range at {
		at[i] = math.Exp(10 * math.Sin(float64(i*i)))
	}
	for name, search := range searches {
		var first *Result
		for _, cores := range []int{1, 2, 4} {
			runtime.GOMAXPROCS(cores)
			res, err := search(context.Background(), ones(1000), ones(1000), log(at))
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = res
			}
			if !slices.Equal(res.X, first.X) || res.Steps != first.Steps {
				t.Errorf("%s: other bits with GOMAXPROCS %d", name, cores)
			}
		}
	}
}

func TestCancelledSearchesStop(t *testing.T) {
	for name, search := range searches {
		ctx, cancel := context.WithCancel(context.Background())
		var calls, late atomic.Int64
		var cancelled atomic.Bool
		res, err := search(ctx, ones(100_000), ones(100_000), func(_ int, x float64) float64 {
			if cancelled.Load() {
				late.Add(1)
			}
			if calls.Add(1) == 100 {
				cancel()
				cancelled.Store(true)
			}
			return x - 3
		})
		if !errors.Is(err, context.Canceled) || res != nil {
			t.Errorf("%s: %v, %v, want context.Canceled", name, res, err)
		}
		if c := late.Load(); c > 20_000 {
			t.Errorf("%s: %d calls after the end of the context, want it to stop soon", name, c)
		}
	}
}

func TestNoRowsNoWork(t *testing.T) {
	for name, search := range searches {
		if res, err := search(context.Background(), nil, nil, nil); err != nil || res.Unconverged != 0 {
			t.Errorf("%s: %v, %v", name, res, err)
		}
	}
}
