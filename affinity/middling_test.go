package affinity

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
)

// line is points at 0, 1, 4, 9, ...: no two distances are the same.
func line(n int) *mat.Dense {
	x := mat.NewDense(n, 1, nil)
	for i := range n {
		x.Set(i, 0, float64(i*i))
	}
	return x
}

// TestMidNearPairsAreTheSecondNearestOfDistinctDraws: the share of points that are nearer than a second of six lies around 2/7.
func TestMidNearPairsAreTheSecondNearestOfDistinctDraws(t *testing.T) {
	const n = 200
	x := line(n)
	ix, err := MidNear{Count: 5}.Open(Opening{Points: n, X: x, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	var rank float64
	for i := range n {
		tails := ix.Tail[i*5 : i*5+5]
		for _, j := range tails {
			for o := range n {
				if o != i && Between(SquaredEuclidean, x, i, o) < Between(SquaredEuclidean, x, i, int(j)) {
					rank += 1 / float64(5*n*n)
				}
			}
		}
		if slices.Contains(tails, int32(i)) || len(slices.Compact(slices.Sorted(slices.Values(tails)))) != 5 {
			t.Fatalf("pairs of %d: %v, want 5 others", i, tails)
		}
	}
	if math.Abs(rank-2.0/7) > 0.02 {
		t.Errorf("mean rank %v, want 2/7", rank)
	}
	few, err := MidNear{Count: 5}.Open(Opening{Points: 3, X: line(3)})
	if err != nil || len(few.Tail) != 15 || slices.Contains(few.Tail[5:10], 1) {
		t.Errorf("of 3 points: %v, %v", few.Tail, err)
	}
}

// TestFarPairsAreNotInP, nor twice the same, where there are enough points.
func TestFarPairsAreNotInP(t *testing.T) {
	const n = 40
	p, err := Compute(context.Background(), UniformAffinity{Neighbors: 10}, line(n))
	if err != nil {
		t.Fatal(err)
	}
	ix, err := Far{Count: 20}.Open(Opening{Points: n, P: p})
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		tails := slices.Sorted(slices.Values(ix.Tail[i*20 : i*20+20]))
		lo, hi := p.Row(i)
		for _, j := range tails {
			if int(j) == i || slices.Contains(p.Tail[lo:hi], j) {
				t.Fatalf("%d is far from %d, near by P or the same", j, i)
			}
		}
		if len(slices.Compact(tails)) != 20 {
			t.Fatalf("pairs of %d: %v twice", i, tails)
		}
	}
	few, err := Far{Count: 4}.Open(Opening{Points: 3})
	if err != nil || slices.Contains(few.Tail[4:8], 1) {
		t.Errorf("of 3 points: %v, %v", few.Tail, err)
	}
}

// TestTripletsAreNearerFirstAndWeighAsTheirDistancesSay, recomputed from the definition.
func TestTripletsAreNearerFirstAndWeighAsTheirDistancesSay(t *testing.T) {
	const n, in, out, random = 60, 6, 3, 2
	x := line(n)
	neighbors, err := Search{}.Nearest(context.Background(), x, nil, 12)
	if err != nil {
		t.Fatal(err)
	}
	open := func(temper float64) Indices {
		ix, err := Triplets{in, out, random, temper}.Open(Opening{Points: n, X: x, Neighbors: &neighbors, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		return ix
	}
	ix, tempered := open(0), open(0.5)
	width := make([]float64, n)
	for i := range n {
		near, _ := neighbors.Row(i)
		for _, j := range near[2:5] {
			width[i] += math.Abs(x.At(i, 0)-x.At(int(j), 0)) / 3
		}
	}
	c := func(i int, j int32) float64 {
		d := x.At(i, 0) - x.At(int(j), 0)
		return d * d / (width[i] * width[j])
	}
	const per = in*out + random
	raw := make([]float64, n*per)
	for e := range raw {
		i := e / per
		raw[e] = c(i, ix.More[0][e]) - c(i, ix.Tail[e])
		if e%per >= in*out {
			raw[e] *= 0.1
			if raw[e] < 0 {
				t.Errorf("random triplet %d of %d: the farther first", e%per, i)
			}
			continue
		}
		near, _ := neighbors.Row(i)
		order := slices.SortedStableFunc(slices.Values(near), func(a, b int32) int { return cmp.Compare(c(i, a), c(i, b)) })
		rank := e % per / out
		if ix.Tail[e] != order[rank] || slices.Contains(append(order[:rank+1:rank+1], int32(i)), ix.More[0][e]) {
			t.Fatalf("triplet %d of %d: (%d, %d) with neighbors %v", e%per, i, ix.Tail[e], ix.More[0][e], order[:in])
		}
	}
	least := slices.Min(raw)
	for e, v := range raw {
		v -= least
		if want := 2 * (math.Sqrt(1+v) - 1); math.Abs(ix.P[e]-v) > 1e-9*(1+v) || math.Abs(tempered.P[e]-want) > 1e-9*(1+want) {
			t.Fatalf("weights %v and %v of entry %d, want %v and %v", ix.P[e], tempered.P[e], e, v, want)
		}
	}
}

// TestTripletsOfFewPoints has enough of them: 3 points have one triplet each.
func TestTripletsOfFewPoints(t *testing.T) {
	for _, n := range []int{3, 4, 6} {
		neighbors, err := Search{}.Nearest(context.Background(), line(n), nil, n-1)
		if err != nil {
			t.Fatal(err)
		}
		ix, err := Triplets{12, 4, 3, 0.5}.Open(Opening{Points: n, X: line(n), Neighbors: &neighbors})
		if err != nil {
			t.Fatal(err)
		}
		for e, j := range ix.Tail {
			if i := int32(e / 51); j == i || ix.More[0][e] == i || j == ix.More[0][e] {
				t.Errorf("%d points: (%d; %d, %d)", n, i, j, ix.More[0][e])
			}
		}
	}
}

// TestSetsThatAreDrawnOnceSayWhatTheyWant where it is missing.
func TestSetsThatAreDrawnOnceSayWhatTheyWant(t *testing.T) {
	for want, open := range map[string]func() (Indices, error){
		"MidNear: X = nil":   func() (Indices, error) { return MidNear{Count: 5}.Open(Opening{Points: 9}) },
		"MidNear: Count = 0": func() (Indices, error) { return MidNear{}.Open(Opening{Points: 9, X: line(9)}) },
		"MidNear: Of = 1":    func() (Indices, error) { return MidNear{Count: 1, Of: 1}.Open(Opening{Points: 9, X: line(9)}) },
		"Far: Count = -1":    func() (Indices, error) { return Far{-1}.Open(Opening{Points: 9}) },
		"Far: points = 1":    func() (Indices, error) { return Far{1}.Open(Opening{Points: 1}) },
		"Far: points = 0":    func() (Indices, error) { return Far{1}.Open(Opening{Points: 9, Different: true, Ends: []int{9, 0}}) },
		"MidNear: ends": func() (Indices, error) {
			return MidNear{Count: 1}.Open(Opening{Points: 9, X: line(9), Different: true, Ends: []int{9, 9}})
		},
		"Triplets: ends": func() (Indices, error) {
			return Triplets{1, 1, 1, 0}.Open(Opening{Points: 9, Different: true, Ends: []int{9, 9}})
		},
		"Triplets: neighbors":   func() (Indices, error) { return Triplets{1, 1, 1, 0}.Open(Opening{Points: 9, X: line(9)}) },
		"Triplets = none":       func() (Indices, error) { return Triplets{Inliers: 3}.Open(Opening{Points: 9}) },
		"Triplets: Temper = 2":  func() (Indices, error) { return Triplets{1, 1, 1, 2}.Open(Opening{Points: 9}) },
		"Triplets: Random = -1": func() (Indices, error) { return Triplets{1, 1, -1, 0}.Open(Opening{Points: 9}) },
		"Triplets: points = 2":  func() (Indices, error) { return Triplets{1, 1, 1, 0}.Open(Opening{Points: 2}) },
	} {
		if _, err := open(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want an error that says %s", err, want)
		}
	}
}

// TestOverIsTheKernelOverANumber, given or learned.
func TestOverIsTheKernelOverANumber(t *testing.T) {
	for _, k := range []Over{{Kernel: Student{}, LogZ: 2.5}, {Kernel: Student{}, LogZ: 2.5, Learn: true}} {
		s := NewScope(1)
		c := s.Numbers("c", []float64{0, 3})
		n, err := k.LogKernel(s, c.Node())
		if err != nil {
			t.Fatal(err)
		}
		got := numbersAt(t, s, n)
		for e, want := range []float64{-2.5, -math.Log(4) - 2.5} {
			if math.Abs(got[e]-want) > 1e-15 {
				t.Errorf("%+v: %v, want %v", k, got[e], want)
			}
		}
		if learned := len(s.Params()) == 1; learned != k.Learn {
			t.Errorf("%+v: %d learned", k, len(s.Params()))
		}
	}
	if err := (Over{LogZ: math.NaN()}).Validate(); err == nil || strings.Count(fmt.Sprint(err), "want") != 2 {
		t.Errorf("%v, want two faults", err)
	}
}

func numbersAt(t *testing.T, s *Scope, n *G.Node) []float64 {
	t.Helper()
	var v G.Value
	G.Read(n, &v)
	vm := G.NewTapeMachine(s.Graph)
	defer vm.Close()
	if err := vm.RunAll(); err != nil {
		t.Fatal(err)
	}
	return v.Data().([]float64)
}

// TestNewRowsHavePairsOfTheirOwn: a new row's mid-near and further pairs are with points of the fit, as its formula says, and go by
// what it holds, wherever it stands.
func TestNewRowsHavePairsOfTheirOwn(t *testing.T) {
	p := &Matrix{N: 2, Columns: 9, Start: []int{0, 2, 4}, Tail: []int32{0, 1, 7, 8}, Values: []float64{1, 1, 1, 1}}
	o := Opening{Points: 2, P: p, Different: true, Ends: []int{2, 9}, X: line(2), TailX: line(9), Keys: []uint64{5 << 24, 6 << 24}}
	back := o
	back.Keys, back.P = []uint64{6 << 24, 5 << 24}, &Matrix{N: 2, Columns: 9, Start: p.Start, Tail: []int32{7, 8, 0, 1}, Values: p.Values}
	far, err := Far{Count: 5}.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	turned, err := Far{Count: 5}.Open(back)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(far.Tail[:5], turned.Tail[5:]) || !slices.Equal(far.Tail[5:], turned.Tail[:5]) {
		t.Errorf("%v and, the other way round, %v", far.Tail, turned.Tail)
	}
	for r, near := range [][]int32{{0, 1}, {7, 8}} {
		some := slices.Sorted(slices.Values(far.Tail[5*r : 5*r+5]))
		if slices.Contains(some, near[0]) || slices.Contains(some, near[1]) || len(slices.Compact(some)) != 5 {
			t.Errorf("row %d: %v, want 5 others than %v", r, some, near)
		}
	}
	mid, err := MidNear{Count: 1, Of: 9}.Open(o) // all are drawn: the second nearest of all
	if err != nil {
		t.Fatal(err)
	}
	to := func(i, j int) float64 {
		return SquaredEuclidean.Between(mat.Row(nil, i, o.X), mat.Row(nil, j, o.TailX))
	}
	for r, tail := range mid.Tail {
		nearer := 0
		for j := range 9 {
			if to(r, j) < to(r, int(tail)) {
				nearer++
			}
		}
		if nearer != 1 {
			t.Errorf("row %d: %d points are nearer than its mid-near one, want 1", r, nearer)
		}
	}
}
