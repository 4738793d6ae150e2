package vec

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// TestFMA32RoundsOnce compares with exact arithmetic: at random, where the sum lies halfway between two numbers or next to
// that, and where it is subnormal.
func TestFMA32RoundsOnce(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	n := 200_000
	if testing.Short() {
		n = 20_000
	}
	for i := range n {
		x, y, z := anyBits[float32](r), anyBits[float32](r), anyBits[float32](r)
		switch i % 4 {
		case 1: // z is half a last place of x*y, more or less
			x, y = float32(math.Ldexp(float64(r.IntN(1<<24)), -10)), float32(r.IntN(1<<12))
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
		if got := FMA32(x, y, z); !sameBits(got, float32(want)) {
			t.Fatalf("%x * %x + %x = %x, want %x", x, y, z, got, float32(want))
		}
	}
}

// The SHA-256 of what the routines give for a fixed list of numbers: on every processor.
const (
	meaning32 = "da1ca79f6616ecc3caf0e8a880e6c7ee6c60b49e35cba7db2cdad35f3059bdd8"
	meaning64 = "3b2af67122acd79ec3c9c68b3cb2c68b4b879ceeb8a71e588cab0432235f1709"
)

// TestTheMeaningIsOnRecord holds pure Go to the same bits on every processor, where a compiler may fuse what it likes.
func TestTheMeaningIsOnRecord(t *testing.T) {
	t.Run("float32", func(t *testing.T) { testMeaning[float32](t, meaning32) })
	t.Run("float64", func(t *testing.T) { testMeaning[float64](t, meaning64) })
}

func testMeaning[T Float](t *testing.T, want string) {
	const n = 1 << 12
	r := rand.New(rand.NewPCG(23, 24))
	var in [3][]T
	for i := range in {
		for len(in[i]) < n {
			in[i] = append(in[i], anyBits[T](r), T(math.Ldexp(r.Float64()-0.5, r.IntN(12)-3)), T(math.Ldexp(r.Float64(), r.IntN(40)-20)))
		}
		in[i] = in[i][:n]
	}
	s, h, got := goSet[T](), sha256.New(), make([]T, n)
	add := func(v ...float64) {
		for _, v := range v {
			if v != v {
				v = math.NaN() // one for all
			}
			h.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(v))) //nolint:errcheck // a hash takes everything
		}
	}
	for _, op := range laneOps[T]() {
		op.run(s, got, in, 1.25, -0.375)
		for _, v := range got {
			add(float64(v))
		}
	}
	finite := in[1][:0:0]
	for k := range in[1] {
		if k%3 > 0 {
			finite = append(finite, in[1][k])
		}
	}
	for k := range 100 {
		add(s.Sum(finite[:k]), s.Dot(finite[:k], finite[k:]), s.SumExp(finite[:k], 100), float64(s.MaxOf(finite[:k])))
		s.SegSum(got[:1], []int32{0, int32(k)}, finite)
		add(float64(got[0]))
	}
	if sum := fmt.Sprintf("%x", h.Sum(nil)); sum != want {
		t.Errorf("SHA-256 %s, want %q", sum, want)
	}
}
