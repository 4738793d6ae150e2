package fmm

import "testing"

func TestTry(t *testing.T) {
	for _, order := range []int{3, 4, 5, 6, 7, 8} {
		for _, tol := range []float64{1e-2, 1e-3, 1e-4} {
			o, err := NewOperators([]Sum{{Kernel: kernels[0].of}, {Kernel: kernels[1].of, Pull: true}}, 2, order, tol)
			if err != nil {
				t.Fatal(err)
			}
			z := clusters(10000, 2)
			e := evaluate(t, o, z, [][]float64{nil}, 2)
			rows := some(10000, 200)
			a, b := e.errorOf(o, 0, z, [][]float64{nil}, rows)
			c, d := e.errorOf(o, 1, z, [][]float64{nil}, rows)
			t.Logf("order %d tol %g: value %.2g %.2g, pull %.2g %.2g, %.0f near, %d leaves", order, tol, a, b, c, d, float64(e.pairs)/10000, e.field.Leaves())
		}
	}
}
