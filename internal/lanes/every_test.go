package lanes

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"affmatch/internal/machine"
)

var every = flag.Int("every", 0, "TestEvery: try every n-th float32 number and 2^25/n float64 ones; 1 takes hours")

// TestEvery is how the bounds of the package comment were found, with -every 61. It takes the set in use.
func TestEvery(t *testing.T) {
	if *every < 1 {
		t.Skip("runs with -every")
	}
	n := *every
	everyNumber(t, n, (1<<32-1)/n, func(i int) float32 { return math.Float32frombits(uint32(i)) })
	r := rand.New(rand.NewPCG(1, 77))
	everyNumber(t, 1, 1<<25/n, func(i int) float64 {
		switch i % 4 {
		case 0:
			return 1500 * (r.Float64() - 0.5)
		case 1:
			return 4 * (r.Float64() - 0.5)
		case 2:
			return math.Exp(20 * (r.Float64() - 0.5))
		}
		return anyBits[float64](r)
	})
}

func everyNumber[T Float](t *testing.T, step, count int, input func(int) T) {
	x, got := make([]T, 1<<12), make([]T, 1<<12)
	for _, f := range functions {
		t.Run(fmt.Sprintf("%T/%s", x, f.name), func(t *testing.T) {
			set := machine.Vector()
			if len(f.sets()) == 1 {
				set = machine.Go
			}
			of := lanewise[T](t, f.formula, set)
			var w worst
			for from := 0; from < count; from += len(x) {
				for i := range x {
					x[i] = input((from + i) * step)
				}
				of(got, [3][]T{x}, 0, 0)
				for i := range x {
					v := wantOf(f, x[i])
					if f.flushes && got[i] == 0 && math.Abs(v.hi) < smallestNormal[T]() {
						continue
					}
					if u := ulps(got[i], v); !(u <= w.ulps) {
						w.see(t, false, u, f.bound, func() string { return fmt.Sprintf("%s(%x) = %g", f.name, x[i], got[i]) })
					}
				}
			}
			w.report(t, f.bound)
		})
	}
}
