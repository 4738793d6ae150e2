package same_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"affmatch/internal/same"
)

// TestFMA32RoundsOnce compares with exact arithmetic: at random, where the sum lies halfway between two numbers or next to
// that, and where it is subnormal.
func TestFMA32RoundsOnce(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	anyBits := func() float32 { return math.Float32frombits(r.Uint32()) }
	n := 200_000
	if testing.Short() {
		n = 20_000
	}
	for i := range n {
		x, y, z := anyBits(), anyBits(), anyBits()
		switch i % 4 {
		case 1: // z is half a last place of x*y, more or less
			x, y = float32(math.Ldexp(float64(r.IntN(1<<24)), -10)), float32(r.IntN(2<<r.IntN(12)))
			z = float32(math.Ldexp(float64(r.IntN(3)-1), math.Ilogb(float64(x)*float64(y))-24-r.IntN(30)))
		case 2: // near cancellation
			z = -float32(float64(x) * float64(y))
		case 3: // subnormal
			x, y = float32(math.Ldexp(r.Float64(), -70)), float32(math.Ldexp(r.Float64(), -60-r.IntN(20)))
			z = float32(math.Ldexp(r.Float64()-0.5, -120-r.IntN(30)))
		}
		want := float64(x)*float64(y) + float64(z)
		if want-want == 0 {
			exactly := new(big.Float).SetPrec(2000).Mul(big.NewFloat(float64(x)), big.NewFloat(float64(y)))
			exactly.Add(exactly, new(big.Float).SetPrec(2000).SetFloat64(float64(z)))
			if exactly.Sign() != 0 {
				f, _ := exactly.Float32()
				want = float64(f)
			}
		}
		got, rounded := same.FMA32(x, y, z), float32(want)
		if math.Float32bits(got) != math.Float32bits(rounded) && (got == got || rounded == rounded) {
			t.Fatalf("%x * %x + %x = %x, want %x", x, y, z, got, rounded)
		}
	}
}
