package affinity

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"testing"

	"affmatch/internal/golden"

	"gonum.org/v1/gonum/mat"
	"gorgonia.org/tensor"
)

// newInputs are small forms of the affinities that go through all pairs or through others, and whether the unit of X matters
// to P.
var newInputs = []struct {
	Input
	unit bool
}{
	{SymmetricEntropicAffinity{Perplexity: 1.5}, false}, {SymmetricEntropicAffinity{Perplexity: 1.5, Formula: true}, false},
	{SinkhornAffinity{}, true}, {SinkhornAffinity{Cost: Student{}, Diagonal: true}, true},
	{DoublyStochasticQuadraticAffinity{}, true}, {SelfTuningAffinity{Neighbor: 1}, false}, {SelfTuningAffinity{Neighbor: 1, Reference: true}, true},
	{SelfTuningAffinity{Neighbor: 1, Neighbors: 1}, false}, {MAGICAffinity{Neighbor: 1}, false}, {PHATEAffinity{Neighbor: 2}, false},
	{PACMAPAffinity{Neighbors: 1}, false}, {MultiscaleAffinity{Perplexities: []float64{1.2, 1.5}}, false},
	{SharedNeighborsAffinity{Neighbors: 1, CountSelf: true}, false},
	{Average{Left: EntropicAffinity{Perplexity: 1.5, Exact: true}, Right: UniformAffinity{Neighbors: 1}}, false},
	{Union{Left: UMAPAffinityIn{Neighbors: 1}, Right: UMAPAffinityIn{Neighbors: 1, Metric: Euclidean}}, false},
	{Intersection{Left: UMAPAffinityIn{Neighbors: 1}, Right: UMAPAffinityIn{Neighbors: 1, Metric: Manhattan}}, false},
}

// values are those of P, whatever its form.
func valuesOf(t *testing.T, in Input, x mat.Matrix) ([]float64, error) {
	t.Helper()
	f, err := Fit(context.Background(), in, x)
	if err != nil {
		return nil, err
	}
	if f.P != nil {
		return square(f.P), f.P.Validate()
	}
	s := NewScope(f.points())
	on, err := f.Pairwise.Open(s, Must(s.Param("Z", tensorOf(x))))
	if err != nil {
		return nil, err
	}
	return evaluate(s, on.P)
}

func TestFewPointsAndOddOnesGiveAPOrAnError(t *testing.T) {
	for n := 2; n <= 5; n++ {
		huge := cloud(n, 3)
		huge.Set(n-1, 0, 1e9)
		for name, x := range map[string]*mat.Dense{"cloud": cloud(n, 3), "constant": mat.NewDense(n, 3, nil), "a huge row": huge} {
			for _, in := range newInputs {
				what := fmt.Sprintf("%d points, %s, %T%+v", n, name, in.Input, in.Input)
				v, err := valuesOf(t, in.Input, x)
				if err != nil {
					if n > 3 {
						t.Errorf("%s: %v", what, err)
					}
					continue
				}
				for _, p := range v {
					if p-p != 0 {
						t.Errorf("%s: P has %v", what, p)
					}
				}
			}
		}
	}
	for _, in := range newInputs {
		x := cloud(9, 3)
		x.Set(4, 1, math.NaN())
		if _, err := valuesOf(t, in.Input, x); err == nil {
			t.Errorf("%T%+v: no error for a NaN", in.Input, in.Input)
		}
	}
}

// TestTheUnitOfXMattersToNoPWithoutAScale, from one end of the numbers to the other; others say where their squares end.
func TestTheUnitOfXMattersToNoPWithoutAScale(t *testing.T) {
	x := cloud(12, 3)
	for _, in := range newInputs {
		want, err := valuesOf(t, in.Input, x)
		if err != nil {
			t.Fatalf("%T%+v: %v", in.Input, in.Input, err)
		}
		for _, e := range []int{-990, -300, 300, 490} {
			y := mat.DenseCopyOf(x)
			y.Scale(math.Ldexp(1, e), y)
			got, err := valuesOf(t, in.Input, y)
			if in.unit {
				for _, p := range got {
					if p-p != 0 {
						t.Errorf("%T%+v, 2^%d: P has %v", in.Input, in.Input, e, p)
						break
					}
				}
				continue
			}
			if err != nil {
				t.Errorf("%T%+v, 2^%d: %v", in.Input, in.Input, e, err)
				continue
			}
			for k, p := range got {
				if math.Abs(p-want[k]) > 1e-7*math.Max(math.Abs(want[k]), 1e-3) {
					t.Errorf("%T%+v, 2^%d: %v, want %v", in.Input, in.Input, e, p, want[k])
					break
				}
			}
		}
	}
}

func tensorOf(x mat.Matrix) *tensor.Dense {
	n, d := x.Dims()
	return tensor.New(tensor.WithShape(n, d), tensor.WithBacking(mat.DenseCopyOf(x).RawMatrix().Data))
}

// TestNoBitDependsOnTheNumberOfWorkers, of P and of passes of the engine.
func TestNoBitDependsOnTheNumberOfWorkers(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	n := 150
	if testing.Short() {
		n = 80 // more than a block of rows
	}
	x := cloud(n, 4)
	for _, in := range newInputs {
		if _, slow := in.Input.(SymmetricEntropicAffinity); slow && testing.Short() { // half a minute under the race detector
			continue
		}
		var bits [2][]float64
		for k, workers := range []int{1, 3} {
			runtime.GOMAXPROCS(workers)
			v, err := valuesOf(t, in.Input, x)
			if err != nil {
				t.Fatalf("%T%+v: %v", in.Input, in.Input, err)
			}
			bits[k] = v
		}
		if !slices.Equal(bits[0], bits[1]) {
			t.Errorf("%T%+v: another P of three workers than of one", in.Input, in.Input)
		}
	}
}

// TestEstimatesRefuseWhatFitsDo: more neighbors than there are points, by the same words.
func TestEstimatesRefuseWhatFitsDo(t *testing.T) {
	const n = 6
	for _, in := range []Sizer{
		UniformAffinity{Neighbors: n}, SharedNeighborsAffinity{Neighbors: n}, SelfTuningAffinity{Neighbor: n},
		SelfTuningAffinity{Neighbor: 2, Neighbors: n}, MAGICAffinity{Neighbor: n}, MAGICAffinity{Neighbor: 2, Neighbors: n},
		PHATEAffinity{Neighbor: n + 1}, PACMAPAffinity{Neighbors: n}, MultiscaleAffinity{Perplexities: []float64{2, n}},
		EntropicAffinity{Perplexity: n}, SymmetricEntropicAffinity{Perplexity: n}, UMAPAffinityIn{Neighbors: n},
		ByRow{Neighbors: n, Row: alike},
	} {
		_, want := in.Fit(context.Background(), cloud(n, 3))
		_, got := in.Memory(n, 3)
		if want == nil || got == nil || got.Error() != want.Error() {
			t.Errorf("%T%+v: the estimate says %v, the fit %v", in, in, got, want)
		}
	}
}

// TestSparseXGivesTheSameP, where the metric is one for sparse rows.
func TestSparseXGivesTheSameP(t *testing.T) {
	x := holes(40, 6)
	for _, in := range newInputs {
		if _, ok := in.Input.(Intersection); ok { // of Manhattan
			continue
		}
		want, err := valuesOf(t, in.Input, x)
		if err != nil {
			t.Fatalf("%T%+v: %v", in.Input, in.Input, err)
		}
		got, err := valuesOf(t, in.Input, csrOf(x))
		if err != nil {
			t.Errorf("%T%+v: %v", in.Input, in.Input, err)
			continue
		}
		golden.Close(t, fmt.Sprintf("%T%+v", in.Input, in.Input), got, want, 1e-4)
	}
	q := DoublyStochasticQuadraticAffinity{Eps: 2}
	_, tb, err := q.doubly().open(context.Background(), csrOf(x), false)
	if err != nil {
		t.Fatal(err)
	}
	_, stored, err := q.doubly().open(context.Background(), x, true)
	if err != nil {
		t.Fatal(err)
	}
	got := make([]float64, 40*39)
	if err := tb.each(context.Background(), func(i int, c []float64) { copy(got[39*i:], c) }); err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "distances in tiles", got, stored.stored.Values, 1e-12)
}
