package vec

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

var every = flag.Bool("every", false, "TestEvery: all float32 numbers (minutes a routine) and a million float64 ones")

// TestEvery is how the bounds of the package comment were found. It takes the fastest set.
func TestEvery(t *testing.T) {
	if !*every {
		t.Skip("runs with -every")
	}
	x, got := make([]float32, 1<<16), make([]float32, 1<<16)
	for _, c := range unaryCases[float32]() {
		t.Run("float32/"+c.name, func(t *testing.T) {
			var w worst
			for high := range 1 << 16 {
				for i := range x {
					x[i] = math.Float32frombits(uint32(high<<16 | i))
				}
				c.of(Best[float32]())(got, x)
				for i := range x {
					want := exact(c.loose(float64(x[i])))
					flushed := got[i] == 0 && c.flushes && math.Abs(want.hi) < 0x1p-126
					w.see(t, flushed, ulps(got[i], want), c.bound, func() string { return fmt.Sprintf("%s(%x) = %g", c.name, x[i], got[i]) })
				}
			}
			w.report(t, c.bound)
		})
	}
	r := rand.New(rand.NewPCG(1, 77))
	y, out := make([]float64, 1<<16), make([]float64, 1<<16)
	for _, c := range unaryCases[float64]() {
		t.Run("float64/"+c.name, func(t *testing.T) {
			var w worst
			for range 16 {
				for i := range y {
					switch i % 4 {
					case 0:
						y[i] = 1500 * (r.Float64() - 0.5)
					case 1:
						y[i] = 4 * (r.Float64() - 0.5)
					case 2:
						y[i] = math.Exp(20 * (r.Float64() - 0.5))
					case 3:
						y[i] = anyBits[float64](r)
					}
				}
				c.of(Best[float64]())(out, y)
				for i := range y {
					want := c.want(y[i])
					flushed := out[i] == 0 && c.flushes && math.Abs(want.hi) < minNormal
					w.see(t, flushed, ulps(out[i], want), c.bound, func() string { return fmt.Sprintf("%s(%x) = %g", c.name, y[i], out[i]) })
				}
			}
			w.report(t, c.bound)
		})
	}
}
