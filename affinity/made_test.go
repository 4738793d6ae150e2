package affinity

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"affmatch/internal/golden"

	"gonum.org/v1/gonum/mat"
)

// full is P as a matrix.
func full(p *Matrix) *mat.Dense { return mat.NewDense(p.N, p.N, square(p)) }

func TestMultiscaleIsTheMeanOfEntropicAffinities(t *testing.T) {
	x := cloud(60, 4)
	for _, dense := range []bool{false, true} {
		got := fit(t, MultiscaleAffinity{Perplexities: []float64{3, 6.5, 12}, Neighbors: 36, Dense: dense}, x).P
		var want mat.Dense
		want.CloneFrom(mat.NewDense(60, 60, nil))
		for _, perplexity := range []float64{3, 6.5, 12} {
			p := full(fit(t, EntropicAffinity{Perplexity: perplexity, Neighbors: 36, Dense: dense, Exact: true}, x).P)
			p.Scale(1./3, p)
			want.Add(&want, p)
		}
		golden.Close(t, "P", square(got), want.RawMatrix().Data, 1e-12)
	}
	if _, err := Fit(context.Background(), MultiscaleAffinity{Perplexities: []float64{3, 1, 60}}, x); err == nil || !strings.Contains(err.Error(), "Perplexities[1] = 1") {
		t.Errorf("error %v, want one about the perplexity 1", err)
	}
}

// TestSelfTuningIsItsFormula: exp(-d^2/(s_i s_j)) by hand, on all pairs and on those of neighbors.
func TestSelfTuningIsItsFormula(t *testing.T) {
	x := cloud(40, 3)
	d := distancesOf(t, x, Euclidean).C
	want := mat.NewDense(40, 40, nil)
	var s []float64
	for i := range 40 {
		s = append(s, slices.Sorted(slices.Values(d.(*mat.Dense).RawRowView(i)))[5]) // the point itself is first
	}
	want.Apply(func(i, j int, _ float64) float64 {
		if i == j {
			return 0
		}
		return math.Exp(-d.At(i, j) * d.At(i, j) / (s[i] * s[j]))
	}, want)
	golden.Close(t, "raw", square(fit(t, SelfTuningAffinity{Neighbor: 5, Unnormalized: true}, x).P), want.RawMatrix().Data, 1e-12)
	near := fit(t, SelfTuningAffinity{Neighbor: 5, Neighbors: 9}, x)
	on := mat.NewDense(40, 40, nil)
	for i := range 40 {
		for k := range 9 {
			j := int(near.Neighbors.Index[i*9+k])
			on.Set(i, j, want.At(i, j))
			on.Set(j, i, want.At(i, j))
		}
	}
	on.Scale(1/mat.Sum(on), on)
	golden.Close(t, "of neighbors", square(near.P), on.RawMatrix().Data, 1e-12)
	if !near.P.IsSymmetric() {
		t.Error("P of neighbors is not symmetric")
	}
}

func TestSharedNeighborsCountThem(t *testing.T) {
	x := cloud(50, 3)
	for _, a := range []SharedNeighborsAffinity{{Neighbors: 8}, {Neighbors: 8, Jaccard: true}, {Neighbors: 8, Jaccard: true, CountSelf: true}} {
		f := fit(t, a, x)
		on := func(i, j int) bool { return slices.Contains(f.Neighbors.Index[8*i:8*(i+1)], int32(j)) }
		want := mat.NewDense(50, 50, nil)
		want.Apply(func(i, j int, _ float64) float64 {
			if i == j || !on(i, j) && !on(j, i) {
				return 0
			}
			both, either := 0., 0.
			for k := range 50 {
				u, v := on(i, k) || a.CountSelf && k == i, on(j, k) || a.CountSelf && k == j
				if u && v {
					both++
				}
				if u || v {
					either++
				}
			}
			if a.Jaccard {
				return both / either
			}
			return both / 8
		}, want)
		want.Scale(1/mat.Sum(want), want)
		golden.Close(t, "P", square(f.P), want.RawMatrix().Data, 1e-12)
	}
}

// reset is umap-learn's reset_local_connectivity.
func reset(p *mat.Dense) *mat.Dense {
	n, _ := p.Dims()
	for i := range n {
		row := p.RawRowView(i)
		if m := slices.Max(row); m > 0 {
			for j := range row {
				row[j] /= m
			}
		}
	}
	q := mat.NewDense(n, n, nil)
	q.Apply(func(i, j int, _ float64) float64 { return p.At(i, j) + p.At(j, i) - p.At(i, j)*p.At(j, i) }, q)
	return q
}

func TestFuzzySetsAreThoseOfUMAP(t *testing.T) {
	x := cloud(50, 4)
	left, right := UMAPAffinityIn{Neighbors: 8, Symmetrize: true}, Measured{In: UMAPAffinityIn{Neighbors: 6, Metric: Euclidean, Exact: true}, From: 1, To: 3}
	l, r := full(fit(t, left, x).P), full(fit(t, UMAPAffinityIn{Neighbors: 6, Metric: Euclidean, Exact: true}, x.Slice(0, 50, 1, 3)).P)
	least := func(p *mat.Dense) float64 {
		m := 1.0
		for _, v := range p.RawMatrix().Data {
			if v > 0 {
				m = min(m, v)
			}
		}
		return max(m/2, 1e-8)
	}
	most := func(v float64) float64 { return v } // of what the right one does not have
	both := func(f func(a, b float64) float64) []float64 {
		p := mat.NewDense(50, 50, nil)
		p.Apply(func(i, j int, _ float64) float64 {
			a, b := l.At(i, j), r.At(i, j)
			if a == 0 && b == 0 {
				return 0
			}
			if a == 0 {
				a = least(l)
			}
			if b == 0 {
				b = most(least(r))
			}
			return f(a, b)
		}, p)
		return reset(p).RawMatrix().Data
	}
	for _, c := range []struct {
		in Input
		f  func(a, b float64) float64
	}{
		{Intersection{Left: left, Right: right}, func(a, b float64) float64 { return a * b }},
		{Intersection{Left: left, Right: right, Weight: 0.2}, func(a, b float64) float64 { return a * math.Pow(b, 0.25) }},
		{Intersection{Left: left, Right: right, Weight: 0.8}, func(a, b float64) float64 { return math.Pow(a, 0.25) * b }},
		{Union{Left: left, Right: right}, func(a, b float64) float64 { return a + b - a*b }},
	} {
		if _, ok := c.in.(Intersection); ok {
			most = func(v float64) float64 { return min(v, 1e-4) }
		} else {
			most = func(v float64) float64 { return v }
		}
		golden.Close(t, nameOf(c.in), square(fit(t, c.in, x).P), both(c.f), 1e-12)
	}
	if _, err := Fit(context.Background(), Union{Left: MAGICAffinity{}, Right: OnData{Output: ScalarProduct{}}}, x); err == nil || !strings.Contains(err.Error(), "Union: Right") {
		t.Errorf("error %v, want one about values that are no fuzzy set's", err)
	}
}

func TestSupervisionWeakensWhatIsBetweenClasses(t *testing.T) {
	x := cloud(50, 4)
	labels := make([]int, 50)
	for i := range labels {
		labels[i] = i%4 - 1
	}
	in := UMAPAffinityIn{Neighbors: 8, Symmetrize: true}
	for _, c := range []struct {
		Supervised
		far, unknown float64
	}{{Supervised{In: in}, 5, 1}, {Supervised{In: in, Far: 2, Unknown: 0.3}, 2, 0.3}, {Supervised{In: in, Far: math.Inf(1)}, math.Inf(1), 1}} {
		p := full(fit(t, in, x).P)
		p.Apply(func(i, j int, v float64) float64 {
			switch {
			case labels[i] < 0 || labels[j] < 0:
				return v * math.Exp(-c.unknown)
			case labels[i] != labels[j]:
				return v * math.Exp(-c.far)
			}
			return v
		}, p)
		golden.Close(t, "P", square(fit(t, c.Supervised, Data{Matrix: x, Labels: labels}).P), reset(p).RawMatrix().Data, 1e-12)
	}
	if _, err := Fit(context.Background(), Supervised{In: in}, x); err == nil || !strings.Contains(err.Error(), "labels = none") {
		t.Errorf("error %v, want one that says that there are no labels", err)
	}
}

func TestAverageWeighsItsParts(t *testing.T) {
	x := cloud(40, 4)
	left, right := EntropicAffinity{Perplexity: 5}, UniformAffinity{Neighbors: 3, Symmetrize: true}
	f := fit(t, Average{Left: left, Right: right, Weight: 0.25}, x)
	want, other := full(fit(t, left, x).P), full(fit(t, right, x).P)
	want.Scale(0.75, want)
	other.Scale(0.25, other)
	want.Add(want, other)
	golden.Close(t, "P", square(f.P), want.RawMatrix().Data, 1e-14)
	y := x.Slice(3, 8, 0, 4)
	q, err := f.Extend(context.Background(), y)
	if err != nil {
		t.Fatal(err)
	}
	a, err := fit(t, left, x).Extend(context.Background(), y)
	if err != nil {
		t.Fatal(err)
	}
	b, err := fit(t, right, x).Extend(context.Background(), y)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		for j := range 40 {
			if v, w := q.At(i, j), 0.75*a.At(i, j)+0.25*b.At(i, j); math.Abs(v-w) > 1e-15 {
				t.Errorf("new row %d to %d: %v, want %v", i, j, v, w)
			}
		}
	}
}

func TestMeasuredIsOnItsOwnMatrix(t *testing.T) {
	x, y := cloud(40, 4), cloud(40, 2)
	in := EntropicAffinity{Perplexity: 5}
	golden.Close(t, "P", square(fit(t, Measured{In: in, X: y}, x).P), square(fit(t, in, y).P), 0)
	for _, m := range []Measured{{In: in, From: 4}, {In: in, To: 5}, {In: in, From: 2, To: 2}, {In: in, From: 1, X: y}, {}, {In: in, X: cloud(39, 2)}} {
		if _, err := Fit(context.Background(), m, x); err == nil {
			t.Errorf("%v: no error", m)
		}
	}
}
