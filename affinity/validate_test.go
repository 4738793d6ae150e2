package affinity

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"affmatch/internal/fault"

	"gonum.org/v1/gonum/mat"
	"gorgonia.org/tensor"
)

func TestEachConfigurationNamesItsFaults(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		config any
		want   string // of the error; "" for none
	}{
		{Gaussian{}, ""},
		{Gaussian{Sigma: -1}, "Gaussian: Sigma = -1, want a positive number"},
		{Student{Nu: nan}, "Student: Nu = NaN"},
		{UMAPAffinityOut{}, ""},
		{UMAPAffinityOut{MinDist: -0.1}, "UMAPAffinityOut: MinDist = -0.1, want 0 to Spread = 1"},
		{UMAPAffinityOut{A: 1}, "UMAPAffinityOut: A, B = 1, 0, want both positive"},
		{UMAPAffinityOut{Spread: -2}, "UMAPAffinityOut: Spread = -2"},
		{Odds{}, "Odds: Kernel = nil"},
		{Odds{Student{Nu: -1}}, "Student: Nu = -1"},
		{Of{}, "Of: Kernel = nil"},
		{Of{Kernel: Gaussian{-1}, Metric: BuiltinMetric(99)}, "Sigma = -1"},
		{Of{Kernel: Gaussian{-1}, Metric: BuiltinMetric(99)}, "metric = BuiltinMetric(99)"},
		{Normalized{}, "Normalized: Output = nil"},
		{Normalized{Of{Kernel: Gaussian{-1}}, 3}, "Normalized: Over = 3"},
		{Normalized{Of{Kernel: Gaussian{-1}}, 3}, "Sigma = -1"},
		{OnData{}, "OnData: Output = nil"},
		{OnData{Output: Of{}}, "Of: Kernel = nil"},
		{Precomputed{}, "Precomputed: P = nil"},
		{Precomputed{&Matrix{N: 2, Values: []float64{1, nan}}}, "P(1,0) = NaN, want a finite number"},
		{Precomputed{&Matrix{N: 2, Values: []float64{1}}}, "Values = 1 values, want 2 values"},
		{Precomputed{&Matrix{N: 2, Start: []int{0, 1}, Tail: []int32{1}, Values: []float64{1}}}, "Start = 2 offsets"},
		{Precomputed{&Matrix{N: 2, Start: []int{0, 1, 1}, Tail: []int32{2}, Values: []float64{1}}}, "Tail[0] = 2, want a point from 0 to 1"},
		{Precomputed{&Matrix{N: 3, Start: []int{0, 2, 1, 2}, Tail: []int32{1, 2}, Values: []float64{1, 1}}}, "Start[2] = 1, want at least 2"},
		{EntropicAffinity{}, ""},
		{UMAPAffinityIn{}, ""},
		{umapLearn(15), ""},
	} {
		err := validate(c.config)
		var field *fault.FieldError
		if c.want == "" && err != nil || c.want != "" && (!errors.As(err, &field) || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%+v: error %v, want %q", c.config, err, c.want)
		}
	}
}

func TestWrongConfigurationsAreErrorsWhereTheyAreUsed(t *testing.T) {
	s := NewScope(3)
	z, err := s.Param("Z", tensor.New(tensor.WithShape(3, 2), tensor.WithBacking([]float64{1, 2, 3, 4, 5, 6})))
	if err != nil {
		t.Fatal(err)
	}
	on, err := s.Open(All{}, nil, 0, z)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []Output{
		Of{}, Of{Kernel: Gaussian{-1}}, Of{Kernel: Student{Nu: -1}}, Of{Kernel: UMAPAffinityOut{A: 1}}, Of{Kernel: Odds{}},
		Of{Kernel: Gaussian{}, Metric: BuiltinMetric(-1)}, Normalized{}, Normalized{Output: Of{Kernel: Gaussian{}}, Over: -1},
		Of{Kernel: KernelFunc(nil)}, Of{Kernel: Gaussian{}, Metric: MetricFunc(nil)}, OutputFunc(nil), Normalized{Output: ScalarProduct{}},
	} {
		if n, err := o.LogQ(on); err == nil || n != nil {
			t.Errorf("%+v: %v, want an error", o, n)
		}
	}
	for _, in := range []Input{InputFunc(nil), OnData{}, Precomputed{}, OnData{Output: Of{Kernel: Gaussian{-1}}}} {
		if p, err := Compute(context.Background(), in, cloud(10, 2)); err == nil || p != nil {
			t.Errorf("%+v: %v, want an error", in, p)
		}
	}
}

func TestPrecomputedIsHandedOn(t *testing.T) {
	p, err := FromDense(mat.NewDense(3, 3, []float64{9, 1, 2, 3, 9, 4, 5, 6, 9}), false)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "P without its diagonal", p.Values, []float64{1, 2, 3, 4, 5, 6}, 0)
	near(t, "P by place", square(p), []float64{0, 1, 2, 3, 0, 4, 5, 6, 0}, 0)
	for i := range 3 {
		lo, hi := p.Row(i)
		for e := lo; e < hi; e++ {
			if p.At(i, p.Column(i, e)) != p.Values[e] {
				t.Errorf("entry %d is not at its column %d", e, p.Column(i, e))
			}
		}
	}
	for _, x := range []mat.Matrix{nil, cloud(3, 2)} {
		if q, err := Compute(context.Background(), (Precomputed{p}), x); q != p || err != nil {
			t.Errorf("X %v: %v, %v", x, q, err)
		}
	}
	if _, err := Compute(context.Background(), (Precomputed{p}), cloud(4, 2)); err == nil || !strings.Contains(err.Error(), "3 points, want 4") {
		t.Errorf("X of 4 rows: %v", err)
	}
	if _, err := FromDense(mat.NewDense(2, 3, nil), true); err == nil {
		t.Error("2 x 3 is no P")
	}
}
