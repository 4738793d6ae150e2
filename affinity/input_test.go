package affinity

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"affmatch/internal/fault"

	"gonum.org/v1/gonum/mat"
)

// cloud is n normal points.
func cloud(n, d int) *mat.Dense {
	rng := rand.New(rand.NewPCG(1, uint64(n)))
	x := mat.NewDense(n, d, nil)
	for i := range n {
		for c := range d {
			x.Set(i, c, rng.NormFloat64())
		}
	}
	return x
}

func compute(t *testing.T, in Input, x mat.Matrix) *Matrix {
	t.Helper()
	p, err := Compute(context.Background(), in, x)
	if err != nil {
		t.Fatalf("%+v: %v", in, err)
	}
	if err := p.Validate(); err != nil {
		t.Fatalf("%+v: %v", in, err)
	}
	for _, v := range p.Values {
		if v < 0 {
			t.Fatalf("%+v: P has %v", in, v)
		}
	}
	return p
}

// near reports an error unless got and want agree to tol in each entry.
func near(t *testing.T, what string, got, want []float64, tol float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d values, want %d", what, len(got), len(want))
	}
	for e := range want {
		if !(math.Abs(got[e]-want[e]) <= tol) {
			t.Fatalf("%s: entry %d is %v, want %v", what, e, got[e], want[e])
		}
	}
}

func rowSum(p *Matrix, i int) (sum float64) {
	lo, hi := p.Row(i)
	for _, v := range p.Values[lo:hi] {
		sum += v
	}
	return sum
}

// rowEntropy is that of row i of P times n, or of P's extension as it is.
func rowEntropy(p *Matrix, i int) (h float64) {
	lo, hi := p.Row(i)
	n := float64(p.N)
	if p.Columns > 0 {
		n = 1
	}
	for _, v := range p.Values[lo:hi] {
		if q := v * n; q > 0 {
			h -= q * math.Log(q)
		}
	}
	return h
}

func TestEntropicRowsSumToOneOverNWithTheEntropyOfThePerplexity(t *testing.T) {
	x := cloud(60, 4)
	for _, metric := range []DataMetric{nil, Euclidean, Manhattan, Angular, DataMetricFunc(func(x, y []float64) float64 { return math.Abs(x[0] - y[0]) })} {
		for _, perplexity := range []float64{1.5, 5, 7.3, 19.5, 50} {
			for _, a := range []EntropicAffinity{{Exact: true}, {Exact: true, Dense: true}, {Exact: true, Dense: true, Diagonal: true}, {}, {Dense: true}} {
				a.Perplexity, a.Metric = perplexity, metric
				p := compute(t, a, x)
				tol := 1e-9
				if !a.Exact {
					tol = 1e-3
				}
				for i := range p.N {
					if s := rowSum(p, i); math.Abs(s*60-1) > 1e-12 {
						t.Errorf("%+v: row %d sums to %v, want 1/60", a, i, s)
					}
					if h := rowEntropy(p, i); math.Abs(h-math.Log(perplexity)) > tol {
						t.Errorf("%+v: row %d has perplexity %v, want %v", a, i, math.Exp(h), perplexity)
					}
				}
				if p.Report.Unconverged != 0 {
					t.Errorf("%+v: %v", a, p.Report)
				}
			}
		}
	}
}

func TestUMAPRowsSumToTheLogarithmOfNeighbors(t *testing.T) {
	x := cloud(60, 4)
	for _, metric := range []DataMetric{nil, Euclidean, Manhattan, Angular} {
		for _, k := range []float64{3, 5, 15, 20.5, 59} {
			for _, a := range []UMAPAffinityIn{{}, {Dense: true}, {Exact: true}, {Exact: true, Base2: true}, {Exact: true, Base2: true, CountSelf: true}} {
				a.Neighbors, a.Metric = k, metric
				p := compute(t, a, x)
				want := math.Log(k)
				if a.Base2 {
					want = math.Log2(k)
				}
				for i := range p.N {
					if s := rowSum(p, i); math.Abs(s-want) > 1e-5 {
						t.Errorf("%+v: row %d sums to %v, want %v", a, i, s, want)
					}
				}
				if length := int(math.Ceil(k)); !a.Dense && !a.CountSelf && len(p.Values) != 60*length {
					t.Errorf("%+v: %d entries, want %d a row", a, len(p.Values), length)
				}
				if p.Report.Unconverged != 0 {
					t.Errorf("%+v: %v", a, p.Report)
				}
			}
		}
	}
}

// inputsOf are configurations of every kind that work from about a dozen rows on.
func inputsOf() map[string]Input {
	return map[string]Input{
		"entropic":           EntropicAffinity{Perplexity: 3},
		"entropic exact":     EntropicAffinity{Perplexity: 3, Exact: true},
		"entropic dense":     EntropicAffinity{Perplexity: 3, Dense: true},
		"entropic diagonal":  EntropicAffinity{Perplexity: 3, Diagonal: true},
		"entropic symmetric": EntropicAffinity{Perplexity: 3, Symmetrize: true},
		"entropic both":      EntropicAffinity{Perplexity: 3, Dense: true, Diagonal: true, Symmetrize: true},
		"uniform":            UniformAffinity{Neighbors: 5},
		"uniform symmetric":  UniformAffinity{Neighbors: 5, Symmetrize: true},
		"umap":               UMAPAffinityIn{Neighbors: 5},
		"umap exact":         UMAPAffinityIn{Neighbors: 5, Exact: true},
		"umap dense":         UMAPAffinityIn{Neighbors: 5, Dense: true},
		"umap symmetric":     UMAPAffinityIn{Neighbors: 5, Symmetrize: true},
		"umap both":          UMAPAffinityIn{Neighbors: 5, Symmetrize: true, Dense: true},
		"umap-learn":         umapLearn(5),
	}
}

func umapLearn(k float64) UMAPAffinityIn {
	return UMAPAffinityIn{Neighbors: k, Metric: Euclidean, Base2: true, CountSelf: true, LocalConnectivity: 1, MinScale: 1e-3, Symmetrize: true}
}

func TestPermutedRowsGiveThePermutedP(t *testing.T) {
	const n = 40
	x := cloud(n, 3)
	perm := rand.New(rand.NewPCG(3, 4)).Perm(n)
	y := mat.NewDense(n, 3, nil)
	for i, from := range perm {
		y.SetRow(i, x.RawRowView(from))
	}
	for name, in := range inputsOf() {
		p, q := compute(t, in, x), compute(t, in, y)
		var want []float64
		for _, i := range perm {
			for _, j := range perm {
				want = append(want, p.At(i, j))
			}
		}
		near(t, name, square(q), want, 1e-12)
	}
}

func TestShiftedAndRotatedRowsGiveTheSameP(t *testing.T) {
	x := cloud(40, 2)
	y := mat.NewDense(40, 2, nil)
	for i := range 40 {
		a, b := x.At(i, 0), x.At(i, 1)
		y.SetRow(i, []float64{0.6*a - 0.8*b + 3, 0.8*a + 0.6*b - 5})
	}
	for name, in := range inputsOf() {
		near(t, name, square(compute(t, in, y)), square(compute(t, in, x)), 1e-9)
	}
}

func TestAllNeighborsAreTheDenseForm(t *testing.T) {
	x := cloud(16, 3)
	for _, c := range []struct{ sparse, dense Input }{
		{EntropicAffinity{Perplexity: 5, Exact: true}, EntropicAffinity{Perplexity: 5, Exact: true, Dense: true}},
		{EntropicAffinity{Perplexity: 5, Exact: true, Diagonal: true, Neighbors: 16}, EntropicAffinity{Perplexity: 5, Exact: true, Diagonal: true, Dense: true}},
		{EntropicAffinity{Perplexity: 5, Exact: true, Symmetrize: true}, EntropicAffinity{Perplexity: 5, Exact: true, Symmetrize: true, Dense: true}},
		{UMAPAffinityIn{Neighbors: 15, Exact: true}, UMAPAffinityIn{Neighbors: 15, Exact: true, Dense: true}},
		{UMAPAffinityIn{Neighbors: 15, Exact: true, Symmetrize: true}, UMAPAffinityIn{Neighbors: 15, Exact: true, Symmetrize: true, Dense: true}},
		{UMAPAffinityIn{Neighbors: 15, Exact: true, LocalConnectivity: 2.5, MinScale: 0.5}, UMAPAffinityIn{Neighbors: 15, Exact: true, Dense: true, LocalConnectivity: 2.5, MinScale: 0.5}},
	} {
		p, q := compute(t, c.sparse, x), compute(t, c.dense, x)
		if p.Dense() || !q.Dense() {
			t.Errorf("%+v is dense: %v; %+v is dense: %v", c.sparse, p.Dense(), c.dense, q.Dense())
		}
		near(t, fmt.Sprintf("%+v", c.sparse), square(p), square(q), 1e-12)
	}
}

func TestThreeTimesThePerplexityOrAllPairs(t *testing.T) {
	x := cloud(16, 3)
	for perplexity, entries := range map[float64]int{5: 16 * 15, 4.9: 16 * 15, 4.6: 16 * 14, 1.1: 16 * 4, 5.1: 16 * 15, 15.5: 16 * 15} {
		p := compute(t, EntropicAffinity{Perplexity: perplexity}, x)
		if len(p.Values) != entries || p.Dense() != (perplexity > 5) {
			t.Errorf("perplexity %v: %d entries, dense %v", perplexity, len(p.Values), p.Dense())
		}
	}
	if p := compute(t, EntropicAffinity{Perplexity: 4, Neighbors: 5}, x); len(p.Values) != 16*5 {
		t.Errorf("5 neighbors: %d entries", len(p.Values))
	}
}

func TestSymmetrizeCombinesBothDirections(t *testing.T) {
	x := cloud(50, 3)
	for _, dense := range []bool{false, true} {
		e := EntropicAffinity{Perplexity: 4, Dense: dense, Diagonal: dense}
		u := UMAPAffinityIn{Neighbors: 6, Dense: dense}
		p, q := compute(t, e, x), compute(t, u, x)
		e.Symmetrize, u.Symmetrize = true, true
		union := compute(t, u, x)
		average := compute(t, e, x)
		u.Intersection = 0.3
		mixed := compute(t, u, x)
		u.Intersection = 1
		both := compute(t, u, x)
		for i := range 50 {
			if !dense {
				for _, m := range []*Matrix{union, average, mixed, both} {
					if lo, hi := m.Row(i); !slices.IsSorted(m.Tail[lo:hi]) {
						t.Fatalf("row %d: columns %v are not in order", i, m.Tail[lo:hi])
					}
				}
			}
			for j := range 50 {
				a, b := q.At(i, j), q.At(j, i)
				near(t, "average, union, mix, intersection",
					[]float64{average.At(i, j), union.At(i, j), mixed.At(i, j), both.At(i, j)},
					[]float64{(p.At(i, j) + p.At(j, i)) / 2, a + b - a*b, 0.7*(a+b-a*b) + 0.3*a*b, a * b}, 1e-15)
			}
		}
		if !dense && len(both.Values) >= len(q.Values) {
			t.Errorf("the intersection has %d entries, the directed P %d: want fewer", len(both.Values), len(q.Values))
		}
	}
}

func TestRowsWithoutABandwidthTakeTheLimit(t *testing.T) {
	for _, c := range []struct {
		name        string
		in          Input
		x           *mat.Dense
		want        []float64 // row 0 of P
		unconverged int
	}{
		{"all points equal", EntropicAffinity{Perplexity: 3}, mat.NewDense(5, 2, slices.Repeat([]float64{7, 7}, 5)), []float64{0, .05, .05, .05, .05}, 5},
		{"as many points as the perplexity", EntropicAffinity{Perplexity: 2}, mat.NewDense(3, 1, []float64{0, 1, 5}), []float64{0, 1. / 6, 1. / 6}, 0},
		{"fewer points than the perplexity", EntropicAffinity{Perplexity: 2.5}, mat.NewDense(3, 1, []float64{0, 1, 5}), []float64{0, 1. / 6, 1. / 6}, 3},
		{"two points", EntropicAffinity{Perplexity: 1.5}, mat.NewDense(2, 1, []float64{0, 1}), []float64{0, .5}, 2},
		{"four ties at the nearest, perplexity 2", EntropicAffinity{Perplexity: 2}, star(), []float64{0, .03125, .03125, .03125, .03125, 0, 0, 0}, 1},
		{"four ties at the nearest, perplexity 4", EntropicAffinity{Perplexity: 4, Dense: true}, star(), []float64{0, .03125, .03125, .03125, .03125, 0, 0, 0}, 0},
		{"all points equal", UMAPAffinityIn{Neighbors: 3}, mat.NewDense(4, 2, slices.Repeat([]float64{7, 7}, 4)), []float64{0, 1, 1, 1}, 4},
		{"two points", UMAPAffinityIn{Neighbors: 1}, mat.NewDense(2, 1, []float64{0, 1}), []float64{0, 1}, 2},
		{"two neighbors: ln 2 < 1", UMAPAffinityIn{Neighbors: 2}, mat.NewDense(3, 1, []float64{0, 1, 5}), []float64{0, 1, 0}, 3},
		{"four ties at the nearest, ln 5 < 4", UMAPAffinityIn{Neighbors: 5}, star(), []float64{0, 1, 1, 1, 1, 0, 0, 0}, 1},
	} {
		p := compute(t, c.in, c.x)
		var row []float64
		for j := range p.N {
			row = append(row, p.At(0, j))
		}
		if p.Report.Unconverged != c.unconverged {
			t.Errorf("%s: %+v: %d not converged, want %d", c.name, c.in, p.Report.Unconverged, c.unconverged)
		}
		near(t, c.name, row, c.want, 1e-12)
	}
}

func TestRowsWithoutABandwidthDoNotHoldUpTheOthers(t *testing.T) {
	_, eps, err := entropic(EntropicAffinity{Perplexity: 2}, star())
	if err != nil {
		t.Fatal(err)
	}
	_, _, sigma, err := umapIn(UMAPAffinityIn{Neighbors: 5}, star())
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range []*bandwidths{eps, sigma} {
		if found.width[0] != 0 || found.Repairs > 100 || found.Steps > 100 {
			t.Errorf("width %v of the row without one, %d repairs, %d steps: want 0 and an ordinary search", found.width[0], found.Repairs, found.Steps)
		}
	}
}

func TestTheSecondOfTiedDistancesIsTheSame(t *testing.T) {
	for _, c := range []struct {
		row  []float64
		want spread
	}{
		{[]float64{5, 3, 4, 3}, spread{least: 3, second: 3, most: 5, ties: 2}},
		{[]float64{3, 5, 4}, spread{least: 3, second: 4, most: 5, ties: 1}},
		{[]float64{5, 4, 3}, spread{least: 3, second: 4, most: 5, ties: 1}},
		{[]float64{-2}, spread{least: -2, second: math.Inf(1), most: -2, ties: 1}},
	} {
		if got := spreadOf(c.row); got != c.want {
			t.Errorf("%v: %+v, want %+v", c.row, got, c.want)
		}
	}
}

// star is a point, four at distance 1 from it and from no other, and three far away.
func star() *mat.Dense {
	return mat.NewDense(8, 2, []float64{0, 0, 1, 0, 0, 1, -1, 0, 0, -1, 9, 8, 17, 30, -31, 12})
}

func TestAwkwardDataGiveAFiniteP(t *testing.T) {
	twins := cloud(30, 3)
	for i := range 15 {
		twins.SetRow(2*i+1, twins.RawRowView(2*i))
	}
	crowd := cloud(30, 3)
	for i := range 20 {
		crowd.SetRow(i, []float64{1, 2, 3})
	}
	constant := cloud(30, 3)
	for i := range 30 {
		constant.Set(i, 1, 4)
	}
	grid := mat.NewDense(30, 2, nil)
	for i := range 30 {
		grid.SetRow(i, []float64{float64(i % 6), float64(i / 6)})
	}
	outlier := cloud(30, 3)
	outlier.SetRow(7, []float64{1e6, -1e6, 1e6})
	var tiny, huge mat.Dense
	tiny.Scale(1e-120, cloud(30, 3))
	huge.Scale(1e120, cloud(30, 3))
	for name, x := range map[string]*mat.Dense{
		"twins": twins, "crowd": crowd, "constant column": constant, "grid": grid, "outlier": outlier, "tiny": &tiny, "huge": &huge,
		"all equal": mat.NewDense(30, 3, nil),
	} {
		for kind, in := range inputsOf() {
			p := compute(t, in, x)
			want := map[string]int{"twins": 15, "crowd": 19, "all equal": 29}[name]
			if p.Report.Duplicates != want {
				t.Errorf("%s, %s: %d duplicates, want %d", name, kind, p.Report.Duplicates, want)
			}
			if _, ok := in.(EntropicAffinity); ok {
				total := 0.0
				for _, v := range p.Values {
					total += v
				}
				near(t, name+", "+kind+": total", []float64{total}, []float64{1}, 1e-12)
			}
		}
	}
}

func TestScaleDoesNotMatterToAnExactSearch(t *testing.T) {
	x := cloud(30, 3)
	for _, scale := range []float64{1e-70, 1e-9, 1e9, 1e70} {
		var y mat.Dense
		y.Scale(scale, x)
		for _, in := range []Input{EntropicAffinity{Perplexity: 3, Exact: true}, UMAPAffinityIn{Neighbors: 5, Exact: true}, umapLearn(5)} {
			near(t, fmt.Sprintf("%+v, scale %g", in, scale), square(compute(t, in, &y)), square(compute(t, in, x)), 1e-4)
		}
	}
}

func TestTheReportCountsComponentsAndIsolatedPoints(t *testing.T) {
	x := cloud(40, 3)
	for i := range 20 {
		x.Set(i, 0, x.At(i, 0)+1000)
	}
	p := compute(t, UMAPAffinityIn{Neighbors: 5}, x)
	if p.Report.Components != 2 || p.Report.Isolated != 0 {
		t.Errorf("two distant clusters: %v", p.Report)
	}
	q := &Matrix{N: 6, Start: []int{0, 1, 1, 2, 2, 3, 3}, Tail: []int32{1, 0, 4}, Values: []float64{1, 1, 1}}
	q.connect() // 0-1, 2-0; 4 has only itself; 3 and 5 nothing
	if q.Report.Components != 4 || q.Report.Isolated != 3 {
		t.Errorf("%v, want 4 components, 3 isolated points", q.Report)
	}
}

func TestWrongFieldsAreAllNamed(t *testing.T) {
	err := EntropicAffinity{Perplexity: 0.5, Neighbors: -1, Metric: BuiltinMetric(9), Tolerance: -1, MaxSteps: -2}.Validate()
	for _, field := range []string{"Perplexity = 0.5", "Neighbors = -1", "Metric = BuiltinMetric(9)", "Tolerance = -1", "MaxSteps = -2"} {
		if err == nil || !strings.Contains(err.Error(), "affinity: EntropicAffinity: "+field) {
			t.Errorf("%v\ndoes not name %s", err, field)
		}
	}
	nan := math.NaN()
	err = UMAPAffinityIn{Neighbors: nan, Intersection: 2, LocalConnectivity: -1, MinScale: nan, Metric: DataMetricFunc(nil), Tolerance: nan, MaxSteps: -1}.Validate()
	for _, field := range []string{"Neighbors = NaN", "Intersection = 2", "LocalConnectivity = -1", "MinScale = NaN", "Metric = a nil function", "Tolerance = NaN", "MaxSteps = -1"} {
		if err == nil || !strings.Contains(err.Error(), "affinity: UMAPAffinityIn: "+field) {
			t.Errorf("%v\ndoes not name %s", err, field)
		}
	}
}

func TestWhatDoesNotFitTheDataIsAnError(t *testing.T) {
	nan := cloud(40, 2)
	nan.Set(3, 1, math.NaN())
	zero := cloud(40, 2)
	zero.Set(2, 0, 0)
	infinite := DataMetricFunc(func(x, y []float64) float64 {
		if x[0] == y[0] {
			return 0
		}
		return math.Inf(1)
	})
	for _, c := range []struct {
		in   Input
		x    mat.Matrix
		want string
	}{
		{EntropicAffinity{}, cloud(30, 2), "Perplexity = 30, want more than 1 and less than the 30 points"},
		{EntropicAffinity{Perplexity: 5, Neighbors: 5}, cloud(30, 2), "Neighbors = 5, want more than Perplexity = 5"},
		{EntropicAffinity{Perplexity: 5, Neighbors: 30}, cloud(30, 2), "Neighbors = 30, want at most the 29 points that count"},
		{UMAPAffinityIn{}, cloud(30, 2), "Neighbors = 30, want 1 to the 29 points that count"},
		{UMAPAffinityIn{CountSelf: true, Neighbors: 31}, cloud(30, 2), "Neighbors = 31, want 1 to the 30 points that count"},
		{UMAPAffinityIn{Neighbors: 5}, nan, "X(3,1) = NaN, want a finite number"},
		{EntropicAffinity{Perplexity: 5, Dense: true}, nan, "X(3,1) = NaN, want a finite number"},
		{EntropicAffinity{Perplexity: 5}, nil, "X = nil"},
		{EntropicAffinity{Perplexity: 5}, mat.NewDense(1, 3, nil), "X = 1 x 3, want at least 2 rows"},
		{EntropicAffinity{Perplexity: 5}, &mat.Dense{}, "X = 0 x 0, want at least 1 row"},
		{EntropicAffinity{Perplexity: 5, Dense: true, Metric: Hyperbolic}, zero, "Own(row 2, row 2) = NaN, want a number"},
		{EntropicAffinity{Perplexity: 5, Dense: true, Metric: infinite}, cloud(30, 2), "distance of the rows 0 and 1 of X = +Inf, want a finite number"},
	} {
		p, err := Compute(context.Background(), c.in, c.x)
		var field *fault.FieldError
		if !errors.As(err, &field) || !strings.Contains(err.Error(), c.want) || p != nil {
			t.Errorf("%+v: error %q, want %q", c.in, err, c.want)
		}
	}
}

func TestCancelledInputsStop(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for name, in := range inputsOf() {
		if p, err := Compute(ctx, in, cloud(300, 3)); !errors.Is(err, context.Canceled) || p != nil {
			t.Errorf("%s: %v, %v, want context.Canceled", name, p, err)
		}
	}
}

func TestCoresDoNotChangeP(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	x := cloud(300, 5)
	for name, in := range inputsOf() {
		var first *Matrix
		for _, cores := range []int{1, 2, 4} {
			runtime.GOMAXPROCS(cores)
			p := compute(t, in, x)
			if first == nil {
				first = p
			}
			if !slices.Equal(p.Values, first.Values) || !slices.Equal(p.Tail, first.Tail) {
				t.Errorf("%s: other bits with GOMAXPROCS %d", name, cores)
			}
		}
	}
}

func TestXIsLeftAlone(t *testing.T) {
	x := cloud(30, 3)
	before := mat.DenseCopyOf(x)
	for name, in := range inputsOf() {
		compute(t, in, x)
		if !mat.Equal(x, before) {
			t.Errorf("%s changed X", name)
		}
	}
}

func TestViewsAndOtherMatricesAreRead(t *testing.T) {
	x := cloud(40, 5)
	view := x.Slice(3, 33, 1, 4)
	p := compute(t, UMAPAffinityIn{Neighbors: 5}, view)
	q := compute(t, UMAPAffinityIn{Neighbors: 5}, mat.DenseCopyOf(view).T().T())
	near(t, "a view", square(p), square(q), 0)
}

// TestTheSelfDistanceIsTheReferences: 1e12, wherever that is far from all others.
func TestTheSelfDistanceIsTheReferences(t *testing.T) {
	for most, want := range map[float64]float64{1: 1e12, 1e6: 1e12, 1e7: 1e12, 9e9: 1e12, 1e11: 1e17, 1e20: 1e26} {
		if far := (spread{most: most}).selfDistance(); far != want {
			t.Errorf("distances up to %g: %g, want %g", most, far, want)
		}
	}
	x := cloud(40, 3)
	want := compute(t, EntropicAffinity{Perplexity: 6, Dense: true, Exact: true}, x)
	for _, scale := range []float64{1e3, 3e4, 1e5, 1e6, 1e9} {
		var y mat.Dense
		y.Scale(scale, x)
		near(t, fmt.Sprintf("scale %g", scale), compute(t, EntropicAffinity{Perplexity: 6, Dense: true}, &y).Values, want.Values, 1e-4)
	}
}
