package affinitytest

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"

	"affmatch/affinity"
	"affmatch/internal/fault"

	"gonum.org/v1/gonum/mat"
)

// rows is how many points Input uses: more than three times the usual perplexity.
const rows = 100

// Input checks an input affinity on 100 x 4 data: the form of P; the same P again, also with the rows in another order; new
// rows, if P can be extended to them;
// X left alone; awkward data (equal rows, a constant column, an outlier) and data without sense (a NaN, a single row),
// which must give an error or a finite P; and an end when the context is cancelled. It is not for Precomputed, whose P
// is not a function of X.
func Input(t T, in affinity.Input) {
	t.Helper()
	x := cloud()
	kept := mat.DenseCopyOf(x)
	p, err := try(context.Background(), in, x)
	if err != nil {
		t.Errorf("input: %v", err)
		return
	}
	if again, err := try(context.Background(), in, x); err != nil || !slices.Equal(again.Values, p.Values) || !slices.Equal(again.Tail, p.Tail) {
		t.Errorf("input: another P at the second call (error %v)", err)
	}
	if !mat.Equal(x, kept) {
		t.Errorf("input: it changes X")
	}
	checkReversed(t, in, x, p)
	checkExtended(t, in, x)
	checkAwkward(t, in)
	checkSenseless(t, in)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := try(ctx, in, x); !errors.Is(err, context.Canceled) {
		t.Errorf("input: error %v when the context is cancelled, want context.Canceled", err)
	}
}

// try computes P and checks its form. A panic is an error.
func try(ctx context.Context, in affinity.Input, x mat.Matrix) (p *affinity.Matrix, err error) {
	defer recovered(&err)
	return affinity.Compute(ctx, in, x)
}

// checkExtended wants P's affinities of new rows, where there are any, to have the right form, to be those of each row by
// itself up to a factor, and to leave P alone.
func checkExtended(t T, in affinity.Input, x *mat.Dense) {
	t.Helper()
	f, err := affinity.Fit(context.Background(), in, x)
	if err != nil || f.New == nil {
		return
	}
	before := slices.Clone(f.P.Values)
	y := mat.DenseCopyOf(x.Slice(0, 9, 0, 4))
	y.Scale(1.01, y)
	all, err := extend(f, y)
	if err != nil {
		t.Errorf("input: new rows: %v", err)
		return
	}
	one, err := extend(f, y.Slice(4, 5, 0, 4))
	if err != nil {
		t.Errorf("input: one new row: %v", err)
		return
	}
	var sums [2]float64
	for j := range rows {
		sums[0], sums[1] = sums[0]+all.At(4, j), sums[1]+one.At(0, j)
	}
	for j := range rows {
		if a, b := all.At(4, j)*sums[1], one.At(0, j)*sums[0]; !(math.Abs(a-b) <= 1e-3*math.Abs(sums[0]*sums[1])) {
			t.Errorf("input: the affinity of a new row to point %d depends on the other new rows", j)
			return
		}
	}
	if !slices.Equal(before, f.P.Values) {
		t.Errorf("input: new rows change P")
	}
}

func extend(f *affinity.Fitted, y mat.Matrix) (p *affinity.Matrix, err error) {
	defer recovered(&err)
	return f.Extend(context.Background(), y)
}

func cloud() *mat.Dense {
	rng := rand.New(rand.NewPCG(5, 6))
	x := mat.NewDense(rows, 4, nil)
	for i := range rows {
		for c := range 4 {
			x.Set(i, c, 1+rng.Float64())
		}
	}
	return x
}

func checkReversed(t T, in affinity.Input, x *mat.Dense, p *affinity.Matrix) {
	t.Helper()
	y := mat.NewDense(rows, 4, nil)
	for i := range rows {
		y.SetRow(rows-1-i, x.RawRowView(i))
	}
	q, err := try(context.Background(), in, y)
	if err != nil {
		t.Errorf("input, rows in another order: %v", err)
		return
	}
	for i := range rows {
		for j := range rows {
			a, b := p.At(i, j), q.At(rows-1-i, rows-1-j)
			if !(math.Abs(a-b) <= 1e-9*math.Max(math.Abs(a), 1e-3)) {
				t.Errorf("input: P(%d,%d) = %v, but %v with the rows in another order", i, j, a, b)
				return
			}
		}
	}
}

func checkAwkward(t T, in affinity.Input) {
	t.Helper()
	twins, crowd, constant, outlier := cloud(), cloud(), cloud(), cloud()
	for i := range rows / 2 {
		twins.SetRow(2*i+1, twins.RawRowView(2*i))
		crowd.SetRow(i, []float64{1, 1, 2, 1})
	}
	for i := range rows {
		constant.Set(i, 2, 1)
	}
	outlier.SetRow(9, []float64{1e5, 1e5, 1e5, 1e5})
	same := mat.NewDense(rows, 4, slices.Repeat([]float64{3}, rows*4))
	for _, c := range []struct {
		name string
		x    *mat.Dense
	}{{"each row twice", twins}, {"half of the rows equal", crowd}, {"a constant column", constant}, {"an outlier", outlier}, {"all rows equal", same}} {
		if _, err := try(context.Background(), in, c.x); err != nil {
			t.Errorf("input on %s: %v", c.name, err)
		}
	}
}

func checkSenseless(t T, in affinity.Input) {
	t.Helper()
	for _, v := range []float64{math.NaN(), math.Inf(1)} {
		x := cloud()
		x.Set(3, 1, v)
		if _, err := try(context.Background(), in, x); !refused(err) {
			t.Errorf("input on X with %v: error %v, want one that says so", v, err)
		}
	}
	for _, x := range []*mat.Dense{mat.NewDense(1, 4, []float64{1, 2, 3, 4}), {}} {
		n, d := x.Dims()
		if _, err := try(context.Background(), in, x); !refused(err) {
			t.Errorf("input on %d x %d data: error %v, want one that says so", n, d, err)
		}
	}
}

// refused says whether err is an error that was returned.
func refused(err error) bool {
	var p *fault.Panic
	return err != nil && !errors.As(err, &p)
}
