package fmm

import (
	"fmt"
	"syscall"
	"testing"
)

// cpu runs the loop and reports the least CPU time of a run, in ms.
func cpu(b *testing.B, run func() error) {
	used := func() float64 {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e6
	}
	least := 0.0
	for first := true; b.Loop(); first = false {
		before := used()
		if err := run(); err != nil {
			b.Fatal(err)
		}
		if t := used() - before; first || t < least {
			least = t
		}
	}
	b.ReportMetric(least, "cpu-ms")
}

var sizes = []int{10_000, 70_000, 1_000_000}

func BenchmarkBuild(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			z := clusters(n, 2)
			var t Tree
			cpu(b, func() error { return t.Build(z, 2, 2) })
		})
	}
}

// BenchmarkFar is the far part of Student's values and pulls, with one charge, of ones.
func BenchmarkFar(b *testing.B) {
	for _, order := range []int{5, 6} {
		for _, n := range sizes {
			b.Run(fmt.Sprintf("order=%d/%d", order, n), func(b *testing.B) {
				o, err := NewOperators(tsne, 2, order, 1e-3)
				if err != nil {
					b.Fatal(err)
				}
				z := clusters(n, 2)
				var t Tree
				var f Field
				if err := t.Build(z, 2, 2); err != nil {
					b.Fatal(err)
				}
				out := [][]float64{make([]float64, n), make([]float64, 2*n)}
				if err := f.Run(&t, o, [][]float64{nil}, out, 2); err != nil {
					b.Fatal(err)
				}
				cpu(b, func() error { return f.Run(&t, o, [][]float64{nil}, out, 2) })
				near := 0.0
				for l := range f.Leaves() {
					targets, spans := f.Leaf(l)
					for _, s := range spans {
						near += float64(targets.Hi-targets.Lo) * float64(s.Hi-s.Lo)
					}
				}
				b.ReportMetric(near/float64(n), "near/point")
			})
		}
	}
}

// tsne are the sums of t-SNE.
var tsne = []Sum{{Kernel: student.of}, {Kernel: kernels[1].of, Pull: true}}
