package optim_test

import (
	"testing"

	"affmatch/optim"
)

// One step of 70,000 points in the plane. The gradient is refilled within the timing: a zeroed one would soon be the
// easy case.
func BenchmarkStep(b *testing.B) {
	for _, c := range []struct {
		name string
		o    optim.Optimizer
	}{
		{"SGD", optim.SGD{}},
		{"momentum", optim.SGD{Momentum: 0.9}},
		{"gains", optim.SGD{Momentum: 0.8, Gains: true}},
		{"Adam", optim.Adam{}},
		{"AMSGrad", optim.Adam{AMSGrad: true}},
		{"NAdam", optim.NAdam{}},
		{"clipped", optim.Clip{Optimizer: optim.SGD{}, Value: 4, Norm: 1}},
	} {
		b.Run(c.name+"/float32", func(b *testing.B) { benchmark[float32](b, c.o) })
		b.Run(c.name+"/float64", func(b *testing.B) { benchmark[float64](b, c.o) })
	}
}

func benchmark[T float32 | float64](b *testing.B, o optim.Optimizer) {
	const n = 70000 * 2
	x, g, fresh := make([]T, n), make([]T, n), make([]T, n)
	for i := range fresh {
		fresh[i] = T(i%7) - 3.1
	}
	model := param(b, x, g)
	s := o.Start()
	if err := s.Step(model); err != nil { // the first step makes the state
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		copy(g, fresh)
		if err := s.Step(model); err != nil {
			b.Fatal(err)
		}
	}
}
