package affinity

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"affmatch/internal/fault"

	"gonum.org/v1/gonum/mat"
)

// csrOf is a matrix in compressed rows.
func csrOf(x mat.Matrix) CSR {
	n, p := x.Dims()
	s := CSR{Rows: n, Columns: p, Start: []int{0}}
	for i := range n {
		for c := range p {
			if v := x.At(i, c); v != 0 {
				s.Index, s.Values = append(s.Index, int32(c)), append(s.Values, v)
			}
		}
		s.Start = append(s.Start, len(s.Index))
	}
	return s
}

// holes are points of which most entries are 0, with an empty row, an empty column and duplicates.
func holes(n, d int) *mat.Dense {
	x := cloud(n, d)
	x.Apply(func(i, c int, v float64) float64 {
		if v < 0.5 || i == 4 || c == 1 {
			return 0
		}
		return v
	}, x)
	x.SetRow(9, x.RawRowView(2))
	return x
}

func TestSparseXGivesThePOfDenseX(t *testing.T) {
	x := holes(80, 12)
	s := csrOf(x)
	if !mat.Equal(s, x) || !mat.Equal(s.T(), x.T()) {
		t.Fatal("CSR is another matrix")
	}
	for _, m := range []DataMetric{nil, Euclidean, Cosine, Correlation} {
		if m == Correlation { // under which rows of one entry are equal, but for rounding, which decides between ties
			x.Apply(func(_, _ int, v float64) float64 { return math.Max(0, v+1) }, cloud(80, 12))
			s = csrOf(x)
		}
		for _, in := range []Input{
			EntropicAffinity{Perplexity: 6, Metric: m}, EntropicAffinity{Perplexity: 6, Metric: m, Diagonal: true, Symmetrize: true, Exact: true},
			EntropicAffinity{Perplexity: 6, Metric: m, Dense: true}, EntropicAffinity{Perplexity: 6, Metric: m, Dense: true, Diagonal: true},
			UMAPAffinityIn{Neighbors: 8, Metric: m}, UMAPAffinityIn{Neighbors: 8, Metric: m, Dense: true},
		} {
			want, got := compute(t, in, x), compute(t, in, s)
			for i := range 80 {
				for j := range 80 {
					if a, b := got.At(i, j), want.At(i, j); math.Abs(a-b) > 1e-9*math.Max(1, b) {
						t.Fatalf("%+v: P(%d,%d) = %v, want %v", in, i, j, a, b)
					}
				}
			}
			if got.Report != want.Report {
				t.Errorf("%+v: %v, want %v", in, got.Report, want.Report)
			}
		}
	}
	o := OnData{Output: Of{Kernel: Student{}, Metric: Manhattan}}
	near(t, "OnData", compute(t, o, s).Values, compute(t, o, x).Values, 0)
}

func TestWrongSparseXSaysWhatIsWrong(t *testing.T) {
	with := func(change func(x *CSR)) CSR {
		x := csrOf(holes(60, 6))
		change(&x)
		return x
	}
	for _, c := range []struct {
		x    CSR
		want string
	}{
		{CSR{}, "= 0 x 0"},
		{with(func(x *CSR) { x.Columns = -1 }), "= 60 x -1"},
		{with(func(x *CSR) { x.Start = x.Start[1:] }), "Start = 60 offsets, want Rows+1 = 61"},
		{with(func(x *CSR) { x.Start[0] = 1 }), "Start = from 1 to"},
		{with(func(x *CSR) { x.Index = x.Index[1:] }), "want from 0 to the"},
		{with(func(x *CSR) { x.Values = x.Values[1:] }), "one for each of Index"},
		{with(func(x *CSR) { x.Start[6] = 0 }), "Start[6] = 0, want at least"},
		{with(func(x *CSR) { x.Start[5] = 1 << 40 }), "Start[5] = 1099511627776"},
		{with(func(x *CSR) { x.Index[0] = 6 }), "Index[0], of row 0 = 6, want a column after -1 and below 6"},
		{with(func(x *CSR) { x.Index[0] = -1 }), "Index[0], of row 0 = -1"},
		{with(func(x *CSR) { x.Index[x.Start[1]-1] = x.Index[x.Start[1]-2] }), "columns ascend"},
		{with(func(x *CSR) { x.Values[0] = math.NaN() }), "X(0,0) = NaN, want a finite number"},
		{with(func(x *CSR) { x.Values[0] = math.Inf(-1) }), "X(0,0) = -Inf"},
		{CSR{Rows: 1, Columns: 2, Start: []int{0, 0}}, "want at least 2"},
	} {
		c.x.check(t, EntropicAffinity{Perplexity: 5}, c.want)
		if c.x.Rows > 1 && c.x.Columns > 0 {
			c.x.check(t, OnData{Output: Of{Kernel: Student{}}}, c.want)
		}
	}
	good := with(func(*CSR) {})
	good.check(t, UMAPAffinityIn{Metric: Manhattan}, "Metric = Manhattan, want SquaredEuclidean, Euclidean, Cosine or Correlation for sparse X")
	good.check(t, UMAPAffinityIn{Metric: DataMetricFunc(func(x, y []float64) float64 { return 0 })}, "Metric = DataMetricFunc, want SquaredEuclidean")
	good.check(t, UMAPAffinityIn{Search: Search{Method: Approximate}}, "Search.Method = Approximate, want Automatic or Exactly")
}

func (x CSR) check(t *testing.T, in Input, want string) {
	t.Helper()
	_, err := Compute(context.Background(), in, x)
	var field *fault.FieldError
	if !errors.As(err, &field) || !strings.Contains(err.Error(), want) {
		t.Errorf("%T: error %v, want %q", in, err, want)
	}
}

func TestSparseRowsAllEmpty(t *testing.T) {
	x := CSR{Rows: 20, Columns: 3, Start: make([]int, 21)}
	for _, m := range []DataMetric{nil, Cosine, Correlation} {
		p := compute(t, UMAPAffinityIn{Neighbors: 5, Metric: m}, x)
		if p.Report.Duplicates != 19 {
			t.Errorf("%v: %v", m, p.Report)
		}
	}
}
