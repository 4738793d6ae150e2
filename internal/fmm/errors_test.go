package fmm

import (
	"sort"
	"testing"
)

func TestTry(t *testing.T) {
	names := []string{}
	for g := range geometries {
		names = append(names, g)
	}
	sort.Strings(names)
	for _, tol := range []float64{1e-3, 1e-4} {
		for _, g := range names {
			for _, k := range kernels {
				o, err := NewOperators([]Sum{{Kernel: k.of}, {Kernel: k.of, Pull: true}}, 2, 6, tol)
				if err != nil {
					t.Fatal(err)
				}
				z := geometries[g](3000, 2)
				e := evaluate(t, o, z, [][]float64{nil}, 2)
				rows := some(3000, 100)
				a, b := e.errorOf(o, 0, z, [][]float64{nil}, rows)
				c, d := e.errorOf(o, 1, z, [][]float64{nil}, rows)
				t.Logf("tol %g: %13s %15s: value %7.2g %7.2g, pull %7.2g %7.2g, %.0f near, %d leaves", tol, g, k.name, a, b, c, d, float64(e.pairs)/3000, e.field.Leaves())
			}
		}
	}
}
