package fmm

import (
	"fmt"
	"maps"
	"slices"
	"syscall"
	"testing"

	"affmatch/internal/machine"
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
	for _, c := range []struct{ dim, order int }{{2, 5}, {2, 6}, {3, 4}, {3, 5}, {1, 6}} {
		for _, n := range sizes {
			b.Run(fmt.Sprintf("dim=%d/order=%d/%d", c.dim, c.order, n), func(b *testing.B) {
				o, err := NewOperators(tsne, c.dim, c.order, 1e-3, machine.Vector())
				if err != nil {
					b.Fatal(err)
				}
				e := evaluate(b, o, clusters(n, c.dim), [][]float64{nil}, 2)
				cpu(b, func() error { return e.field.Run(&e.tree, o, e.charges, e.far, 2) })
				b.ReportMetric(float64(e.nearPairs())/float64(n), "near/point")
				rows := e.sample(8)
				b.ReportMetric(e.errorOf(0, rows, 0), "value-err")
				b.ReportMetric(e.errorOf(1, rows, 0), "pull-err")
			})
		}
	}
}

// BenchmarkClouds is the tree and the far part of other clouds of 10,000 points, of a smooth kernel and of one with a kink.
func BenchmarkClouds(b *testing.B) {
	for _, name := range slices.Sorted(maps.Keys(geometries)) {
		kink := []Sum{{Kernel: kernels[7].of}, {Kernel: kernels[6].of, Pull: true}}
		for kind, sums := range map[string][]Sum{"smooth": tsne, "kink": kink} {
			b.Run(name+"/"+kind, func(b *testing.B) {
				o, err := NewOperators(sums, 2, 6, 1e-3, machine.Vector())
				if err != nil {
					b.Fatal(err)
				}
				n := 10_000
				e := evaluate(b, o, geometries[name](n, 2), [][]float64{nil}, 2)
				cpu(b, func() error {
					if err := e.tree.Build(e.z, 2, 2); err != nil {
						return err
					}
					return e.field.Run(&e.tree, o, e.charges, e.far, 2)
				})
				b.ReportMetric(float64(e.nearPairs())/float64(n), "near/point")
				rows := e.sample(8)
				b.ReportMetric(e.errorOf(0, rows, 1e-3*float64(n)), "value-err")
				b.ReportMetric(e.errorOf(1, rows, 1e-3*float64(n)), "pull-err")
			})
		}
	}
}

// tsne are the sums of t-SNE.
var tsne = []Sum{{Kernel: student.of}, {Kernel: kernels[1].of, Pull: true}}
