package affinity

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
)

func fit(t *testing.T, in Input, x mat.Matrix) *Fitted {
	t.Helper()
	f, err := Fit(context.Background(), in, x)
	if err != nil {
		t.Fatalf("%+v: %v", in, err)
	}
	return f
}

// laplace is a P of one's own by rows: exp(-c) of the distances.
func laplace(c, p []float64) {
	for j, v := range c {
		p[j] = math.Exp(-v)
	}
}

// extendable are affinities that can be extended, each of which gives a row what its own distances say.
func extendable(m DataMetric) []Input {
	learn := umapLearn(8)
	learn.Metric, learn.Exact, learn.MinScale = m, true, 0
	return []Input{
		EntropicAffinity{Perplexity: 4, Metric: m, Exact: true}, EntropicAffinity{Perplexity: 4, Metric: m, Exact: true, Symmetrize: true},
		EntropicAffinity{Perplexity: 4, Metric: m, Dense: true, Exact: true}, EntropicAffinity{Perplexity: 4, Metric: m, Diagonal: true},
		UMAPAffinityIn{Neighbors: 7, Metric: m, Exact: true}, UMAPAffinityIn{Neighbors: 7.5, Metric: m, Dense: true}, learn,
		ByRow{Neighbors: 5, Row: laplace, Metric: m}, ByRow{Row: laplace, Metric: m, Normalize: true, Symmetrize: Mean},
	}
}

// TestExtendingByARowIsFittingWithIt: the row of a new point is what it has where it is one of the points, with its
// own neighbors.
func TestExtendingByARowIsFittingWithIt(t *testing.T) {
	x := cloud(60, 4)
	old := mat.DenseCopyOf(x.Slice(0, 59, 0, 4))
	for _, m := range []DataMetric{nil, Euclidean, Manhattan, DataMetricFunc(Euclidean.Between)} {
		for _, in := range []Input{
			EntropicAffinity{Perplexity: 4, Metric: m, Exact: true}, EntropicAffinity{Perplexity: 4, Metric: m, Dense: true, Exact: true},
			UMAPAffinityIn{Neighbors: 7, Metric: m, Exact: true}, UMAPAffinityIn{Neighbors: 7, Metric: m, Exact: true, Dense: true},
			ByRow{Neighbors: 5, Row: laplace, Metric: m}, ByRow{Row: laplace, Metric: m},
		} {
			whole := fit(t, in, x).P
			q, err := fit(t, in, old).Extend(context.Background(), x.Slice(59, 60, 0, 4))
			if err != nil {
				t.Fatalf("%+v: %v", in, err)
			}
			if n, c := q.Dims(); n != 1 || c != 59 || q.Columns != 59 {
				t.Fatalf("%+v: %d x %d, want 1 x 59", in, n, c)
			}
			scale := 1.0
			if _, ok := in.(EntropicAffinity); ok {
				scale = 1. / 60 // rows sum to 1 over their number
			}
			for j := range 59 {
				if a, b := q.At(0, j)*scale, whole.At(59, j); math.Abs(a-b) > 1e-9 {
					t.Errorf("%+v: to point %d: %v, want %v", in, j, a, b)
				}
			}
		}
	}
}

func TestExtensionsHaveTheTargetsOfTheFit(t *testing.T) {
	x, y := cloud(80, 4), mat.DenseCopyOf(cloud(90, 4).Slice(0, 30, 0, 4))
	y.SetRow(3, x.RawRowView(5)) // a new row may repeat an old one
	for _, m := range []DataMetric{nil, Euclidean, Cosine} {
		for _, in := range extendable(m) {
			f := fit(t, in, x)
			before := slices.Clone(f.P.Values)
			q, err := f.Extend(context.Background(), y)
			if err != nil {
				t.Fatalf("%+v: %v", in, err)
			}
			if !slices.Equal(before, f.P.Values) {
				t.Errorf("%+v: P is another after Extend", in)
			}
			if q.Report.Duplicates != 1 && m != Cosine {
				t.Errorf("%+v: %v, want one duplicate", in, q.Report)
			}
			for i := range q.N {
				if a, ok := in.(EntropicAffinity); ok {
					if h := rowEntropy(q, i); math.Abs(h-math.Log(4)) > 1e-3 || math.Abs(rowSum(q, i)-1) > 1e-12 {
						t.Errorf("%+v: row %d: perplexity %v, sum %v", a, i, math.Exp(h), rowSum(q, i))
					}
				}
				if a, ok := in.(UMAPAffinityIn); ok && math.Abs(rowSum(q, i)-a.goal()) > 1e-5 {
					t.Errorf("%+v: row %d sums to %v, want %v", a, i, rowSum(q, i), a.goal())
				}
			}
		}
	}
}

// TestARowIsExtendedAsIfItWereAlone: no bit of a new row depends on the others.
func TestARowIsExtendedAsIfItWereAlone(t *testing.T) {
	x, y := cloud(80, 4), cloud(113, 4).Slice(100, 113, 0, 4).(*mat.Dense)
	all := append(extendable(nil), EntropicAffinity{Perplexity: 5}, UMAPAffinityIn{Neighbors: 9, Tolerance: 1e-1}, umapLearn(8),
		MultiscaleAffinity{}, PACMAPAffinity{Neighbors: 6}, SelfTuningAffinity{}, SelfTuningAffinity{Over: OverRows},
		SharedNeighborsAffinity{Neighbors: 6}, MAGICAffinity{}, UniformAffinity{Neighbors: 5},
		SymmetricEntropicAffinity{Perplexity: 8}, SinkhornAffinity{}, DoublyStochasticQuadraticAffinity{Eps: 2},
		Average{Left: EntropicAffinity{Perplexity: 5}, Right: UniformAffinity{Neighbors: 3}},
		EntropicAffinity{Perplexity: 5, Search: Search{Method: Approximate}})
	for _, in := range all {
		f := fit(t, in, x)
		many, err := f.Extend(context.Background(), y)
		if err != nil {
			t.Fatalf("%+v: %v", in, err)
		}
		for i := range 13 {
			one, err := f.Extend(context.Background(), y.Slice(i, i+1, 0, 4))
			if err != nil {
				t.Fatalf("%+v: %v", in, err)
			}
			for j := range 80 {
				if a, b := one.At(0, j), many.At(i, j); math.Float64bits(a) != math.Float64bits(b) {
					t.Fatalf("%+v: row %d to point %d: %v alone, %v among others", in, i, j, a, b)
				}
			}
		}
	}
}

func TestExtensionsReadXInAnyForm(t *testing.T) {
	x, y := holes(70, 9), holes(25, 9)
	for _, m := range []DataMetric{nil, Cosine} {
		for _, in := range extendable(m) {
			want, err := fit(t, in, x).Extend(context.Background(), y)
			if err != nil {
				t.Fatal(err)
			}
			for _, pair := range [][2]mat.Matrix{{csrOf(x), y}, {x, csrOf(y)}, {csrOf(x), csrOf(y)}, {Data{Matrix: x}, &Data{Matrix: y}}, {x.T().T(), y.T().T()}} {
				got, err := fit(t, in, pair[0]).Extend(context.Background(), pair[1])
				if err != nil {
					t.Fatal(err)
				}
				for i := range 25 {
					for j := range 70 {
						if a, b := got.At(i, j), want.At(i, j); math.Abs(a-b) > 1e-9 {
							t.Fatalf("%+v on %T, %T: P(%d,%d) = %v, want %v", in, pair[0], pair[1], i, j, a, b)
						}
					}
				}
			}
		}
	}
}

func TestFittedKnowsWhatPWasMadeOf(t *testing.T) {
	x := cloud(50, 3)
	f := fit(t, UMAPAffinityIn{Neighbors: 6, Exact: true, Symmetrize: true}, x)
	for i := range 50 {
		index, dist := f.Neighbors.Row(i)
		for e, j := range index {
			there, back := decay(max(0, dist[e]-f.Rho[i]), f.Widths[i]), 0.0
			if of, d := f.Neighbors.Row(int(j)); slices.Contains(of, int32(i)) {
				back = decay(max(0, d[slices.Index(of, int32(i))]-f.Rho[j]), f.Widths[j])
			}
			if p := f.P.At(i, int(j)); math.Abs(p-FuzzyUnion(there, back)) > 1e-15 {
				t.Errorf("P(%d,%d) = %v, want %v from what it was made of", i, j, p, FuzzyUnion(there, back))
			}
		}
	}
	e := fit(t, EntropicAffinity{Perplexity: 5, Dense: true, Exact: true}, x)
	if e.Neighbors != nil || e.Rho != nil || len(e.Widths) != 50 {
		t.Errorf("a dense P has lists %v, rho %v, %d widths", e.Neighbors, e.Rho, len(e.Widths))
	}
	again := fit(t, EntropicAffinity{Perplexity: 2, Neighbors: 6, Search: Search{Known: *f.Neighbors}}, nil)
	want := fit(t, EntropicAffinity{Perplexity: 2, Neighbors: 6}, x)
	near(t, "P of the lists of another fit", again.P.Values, want.P.Values, 0)
}

func TestWhatCannotBeExtendedSaysWhy(t *testing.T) {
	x := cloud(30, 3)
	lists, all := listsOf(t, x, nil, 10), distancesOf(t, x, nil)
	p := compute(t, UMAPAffinityIn{Neighbors: 5}, x)
	own := InputFunc(func(context.Context, mat.Matrix) (*Matrix, error) { return p, nil })
	for _, c := range []struct {
		in   Input
		want string
	}{
		{Precomputed{p}, "it is Precomputed"}, {own, "an InputFunc gives P alone"},
		{UMAPAffinityIn{Neighbors: 5, Search: Search{Known: lists}}, "its distances are Known"},
		{EntropicAffinity{Perplexity: 5, Search: Search{Known: all}}, "its distances are Known"},
		{OnData{Output: Of{Kernel: Student{}}}, "an output affinity"},
	} {
		if _, err := fit(t, c.in, x).Extend(context.Background(), x); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%T: error %v, want %q", c.in, err, c.want)
		}
	}
	for want, y := range map[string]mat.Matrix{
		"new X = nil, want": nil, "X = nil": (*mat.Dense)(nil), "2 columns, want 3": cloud(4, 2), "= NaN, want a finite number": mat.NewDense(1, 3, []float64{1, math.NaN(), 3}),
	} {
		want = strings.TrimPrefix(want, "new ")
		if _, err := fit(t, UMAPAffinityIn{Neighbors: 5}, x).Extend(context.Background(), y); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	f := &Fitted{P: p, New: func(context.Context, mat.Matrix) (*Matrix, error) { return p, nil }}
	if _, err := f.Extend(context.Background(), x); err == nil || !strings.Contains(err.Error(), "P = 30 x 0, want 30 x 30") {
		t.Errorf("an own extension of another form: %v", err)
	}
}

func TestFitChecksAnyP(t *testing.T) {
	x := cloud(10, 2)
	for want, p := range map[string]*Matrix{
		"P = nil, want a matrix":        nil,
		"P(0,1) = NaN, want a finite":   {N: 2, Values: []float64{math.NaN(), 1}},
		"P = 3 points, want 10":         {N: 3, Values: make([]float64, 6)},
		"P: Columns = 4, want 0":        {N: 10, Columns: 4, Values: make([]float64, 40)},
		"Values = 3 values, want 90":    {N: 10, Values: make([]float64, 3)},
		"Tail[0] = 12, want a point":    {N: 10, Start: []int{0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, Tail: []int32{12}, Values: []float64{1}},
		"Start = 2 offsets, want 11":    {N: 10, Start: []int{0, 1}, Tail: []int32{1}, Values: []float64{1}},
		"N = 0, want at least 2 points": {},
	} {
		in, data := InputFunc(func(context.Context, mat.Matrix) (*Matrix, error) { return p, nil }), mat.Matrix(x)
		if p != nil && p.N < 3 {
			data = nil
		}
		if f, err := Fit(context.Background(), in, data); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v and %v, want %q", err, f, want)
		}
	}
	if _, err := Fit(context.Background(), nil, x); err == nil {
		t.Error("no input: want an error")
	}
}

// scaleFree are affinities whose P does not depend on the unit of X.
func scaleFree() []Input {
	learn := umapLearn(10)
	return []Input{
		EntropicAffinity{Perplexity: 5}, EntropicAffinity{Perplexity: 5, Exact: true, Symmetrize: true},
		EntropicAffinity{Perplexity: 5, Dense: true}, EntropicAffinity{Perplexity: 5, Metric: Euclidean}, EntropicAffinity{Perplexity: 5, Metric: Manhattan, Dense: true, Exact: true},
		UniformAffinity{Neighbors: 7, Symmetrize: true},
		UMAPAffinityIn{Neighbors: 10}, UMAPAffinityIn{Neighbors: 10, Dense: true, Exact: true}, UMAPAffinityIn{Neighbors: 10, Metric: Cosine, Exact: true}, learn,
		UMAPAffinityIn{Neighbors: 10, Search: Search{Method: Approximate}},
	}
}

func TestPOfAnyScale(t *testing.T) {
	x := cloud(70, 5)
	for _, in := range scaleFree() {
		want := fit(t, in, x)
		q, err := want.Extend(context.Background(), x)
		if err != nil {
			t.Fatal(err)
		}
		for _, scale := range []float64{5e-324, 1e-310, 1e-300, 1e-200, 1e-160, 1e-90, 1e-20, 1e20, 1e90, 1e150, 1e307} {
			what := fmt.Sprintf("%+v, scale %g", in, scale)
			var y mat.Dense
			y.Scale(scale, x)
			if scale < 1e-305 { // few digits are left: right is what is finite
				fit(t, in, &y)
				continue
			}
			got := fit(t, in, &y)
			near(t, what, square(got.P), square(want.P), 2e-4)
			more, err := got.Extend(context.Background(), &y)
			if err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			for i := range 70 {
				for j := range 70 {
					if a, b := more.At(i, j), q.At(i, j); math.Abs(a-b) > 2e-4 {
						t.Fatalf("%s: extended P(%d,%d) = %v, want %v", what, i, j, a, b)
					}
				}
			}
			for _, form := range []mat.Matrix{csrOf(&y), single(&y)} {
				if f, ok := form.(Float32); ok && (scale < 1e-30 || scale > 1e30 || f.Data == nil) {
					continue
				}
				if _, sparse := form.(CSR); sparse && strings.Contains(what, "Manhattan") || sparse && strings.Contains(what, "Approximate") {
					continue
				}
				near(t, what, square(fit(t, in, form).P), square(want.P), 3e-4)
			}
		}
	}
}

// single is x in single precision.
func single(x mat.Matrix) Float32 {
	n, p := x.Dims()
	f := Float32{Rows: n, Columns: p}
	for i := range n {
		for c := range p {
			f.Data = append(f.Data, float32(x.At(i, c)))
		}
	}
	return f
}

func TestAffinitiesWithAUnitRefuseExtremeScales(t *testing.T) {
	for _, scale := range []float64{1e-200, 1e200} {
		var y mat.Dense
		y.Scale(scale, cloud(30, 3))
		for _, in := range []Input{OnData{Output: Of{Kernel: Gaussian{}}}, ByRow{Neighbors: 5, Row: laplace}} {
			if _, err := Fit(context.Background(), in, &y); err == nil || !strings.Contains(err.Error(), "rescale X") {
				t.Errorf("%T of scale %g: %v, want an error that says so", in, scale, err)
			}
		}
	}
}

// TestAFarRowLeavesTheOthersAlone: neither the exact search nor the approximate one may lose the digits of all rows to one.
func TestAFarRowLeavesTheOthersAlone(t *testing.T) {
	x := cloud(3000, 8)
	for _, size := range []float64{1e8, 1e12, 1e25} {
		y := mat.DenseCopyOf(x)
		y.SetRow(17, slices.Repeat([]float64{size}, 8))
		for _, form := range []mat.Matrix{y, single(y)} {
			for _, s := range []Search{{Method: Exactly}, {Method: Approximate, Sample: 1000}} {
				r := fit(t, UMAPAffinityIn{Neighbors: 15, Search: s}, form).P.Report
				if r.Recall < 0.99 || r.Components != 1 {
					t.Errorf("%v of %T with a row of %g: %v, recall %v", s.Method, form, size, r, r.Recall)
				}
			}
		}
	}
}

func TestEntriesThatAre0JoinNothing(t *testing.T) {
	p := &Matrix{N: 4, Start: []int{0, 1, 2, 3, 4}, Tail: []int32{1, 0, 3, 2}, Values: []float64{0.5, 0.5, 0, 0}}
	p.connect()
	if p.Report.Components != 3 || p.Report.Isolated != 2 {
		t.Errorf("%v, want 3 components, 2 isolated points", p.Report)
	}
}

func TestDataCarriesWhatIsKnownOfRows(t *testing.T) {
	x := cloud(20, 3)
	labels, weights := make([]int, 20), slices.Repeat([]float64{2}, 20)
	in := UMAPAffinityIn{Neighbors: 5}
	want := compute(t, in, x)
	for _, d := range []mat.Matrix{Data{x, labels, weights}, &Data{x, labels, nil}, Data{Data{x, labels, nil}, nil, weights}} {
		near(t, "P of Data", compute(t, in, d).Values, want.Values, 0)
		known, err := DataOf(d)
		if err != nil || known.Matrix != mat.Matrix(x) || !slices.Equal(known.Labels, labels) {
			t.Errorf("%T: %v, %v", d, known, err)
		}
	}
	if d, err := DataOf(x); err != nil || d.Matrix != mat.Matrix(x) || d.Labels != nil {
		t.Errorf("bare X: %v, %v", d, err)
	}
	lists := listsOf(t, x, nil, 6)
	compute(t, UMAPAffinityIn{Neighbors: 5, Search: Search{Known: lists}}, Data{Labels: labels})
	for want, d := range map[string]Data{
		"Labels = 19 labels, want 20": {Matrix: x, Labels: labels[1:]}, "Weights = 19 weights, want 20": {Matrix: x, Weights: weights[1:]},
		"Labels[0] = -2": {x, append([]int{-2}, labels[1:]...), nil}, "Weights[0] = NaN": {x, nil, append([]float64{math.NaN()}, weights[1:]...)},
		"Weights = all 0": {Matrix: x, Weights: make([]float64, 20)}, "X = nil": {},
	} {
		if _, err := Compute(context.Background(), in, d); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// TestAnOwnFunctionOnDataTakesNoMoreMemory: coordinates of all pairs are not stored.
func TestAnOwnFunctionOnDataTakesNoMoreMemory(t *testing.T) {
	x := cloud(400, 40)
	taken := func(o Output) int64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		fit(t, OnData{Output: o}, x)
		runtime.ReadMemStats(&after)
		return int64(after.TotalAlloc - before.TotalAlloc)
	}
	student := KernelFunc(func(c *G.Node) *G.Node { return G.Must(G.Neg(G.Must(G.Log1p(c)))) })
	own := MetricFunc(squared)
	most := taken(Of{Kernel: Student{}}) * 3 / 2
	for name, o := range map[string]Output{
		"kernel": Of{Kernel: student}, "metric": Of{Kernel: Student{}, Metric: own}, "output": OutputFunc(func(on *Pairs) *G.Node { return student(squared(on)) }),
	} {
		if bytes := taken(o); bytes > most {
			t.Errorf("an own %s takes %d bytes, want at most %d", name, bytes, most)
		}
	}
}

func TestNilXIsAnError(t *testing.T) {
	for _, in := range []Input{EntropicAffinity{}, UMAPAffinityIn{}, OnData{Output: Of{Kernel: Student{}}}, ByRow{Row: laplace}} {
		for _, x := range []mat.Matrix{nil, (*mat.Dense)(nil), (*Data)(nil), Data{Matrix: (*mat.Dense)(nil)}, (*mat.SymDense)(nil), Float32{}, CSR{}, Float32{Rows: 2, Columns: 2}} {
			if _, err := Compute(context.Background(), in, x); err == nil {
				t.Errorf("%T of %T: no error", in, x)
			}
		}
	}
}

func TestSearchGoesOnForARecall(t *testing.T) {
	x := cloud(4000, 24)
	plain := Search{Method: Approximate, Trees: 2, Candidates: 8, Sample: 1000}
	wanted := plain
	wanted.Recall = 0.98
	recall := map[bool]float64{}
	for _, s := range []Search{plain, wanted} {
		r := fit(t, UMAPAffinityIn{Neighbors: 15, Search: s}, x).P.Report
		recall[s.Recall > 0] = r.Recall
		t.Logf("%v: %v", s.Recall, r)
		if (r.Recall < 0.9 || r.Recall < s.Recall) != (len(r.Notes()) == 1) {
			t.Errorf("recall %v: notes %q", r.Recall, r.Notes())
		}
	}
	if recall[false] > 0.9 || recall[true] < 0.95 {
		t.Errorf("recall %v without a target, %v with 0.98: the test is none, or the search stops short", recall[false], recall[true])
	}
	if r := fit(t, UMAPAffinityIn{Neighbors: 15, Search: Search{Method: Approximate, Recall: 1}}, x).P.Report; r.Recall != 1 {
		t.Errorf("recall %v, want 1", r.Recall)
	}
	if err := (UMAPAffinityIn{Search: Search{Recall: 1.5}}).Validate(); err == nil {
		t.Error("Recall 1.5: no error")
	}
}

func TestQueriesAreSearches(t *testing.T) {
	x, y := cloud(500, 4), cloud(40, 4)
	for _, s := range []Search{{}, {Method: Approximate}} {
		ix, err := s.Index(context.Background(), x, Euclidean, 8)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ix.Query(context.Background(), y, 6)
		if err != nil || got.Among != 500 || got.K != 6 {
			t.Fatalf("%v, %v", got, err)
		}
		for i := range 40 {
			var all []float64
			for j := range 500 {
				all = append(all, floats.Distance(x.RawRowView(j), y.RawRowView(i), 2))
			}
			slices.Sort(all)
			_, dist := got.Row(i)
			near(t, "distances of a query", dist, all[:6], 1e-12)
		}
		if p := got.Matrix(func(_, _ int, c float64) float64 { return c }); p.Columns != 500 || p.Validate() != nil {
			t.Errorf("%v", p.Validate())
		}
		if err := got.validate(); err == nil {
			t.Error("lists of other points are Known")
		}
	}
}
