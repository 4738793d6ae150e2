package lanes

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// TestTheMeaningIsOnRecord holds the interpreter to the same bits on every processor, where a compiler may fuse what it
// likes.
func TestTheMeaningIsOnRecord(t *testing.T) {
	t.Run("float32", func(t *testing.T) { testMeaning[float32](t, 0) })
	t.Run("float64", func(t *testing.T) { testMeaning[float64](t, 1) })
}

func testMeaning[T Float](t *testing.T, precision int) {
	const n = 1 << 12
	r := rand.New(rand.NewPCG(23, 24))
	var in [3][]T
	for i := range in {
		for len(in[i]) < n {
			in[i] = append(in[i], anyBits[T](r), T(math.Ldexp(r.Float64()-0.5, r.IntN(12)-3)), T(math.Ldexp(r.Float64(), r.IntN(40)-20)))
		}
		in[i] = in[i][:n]
	}
	got := make([]T, n)
	for _, f := range formulas {
		sets := f.sets()
		if f.record[precision] == "" {
			continue
		}
		h := sha256.New()
		lanewise[T](t, f, sets[len(sets)-1])(got, in, 1.25, -0.375)
		for _, v := range got {
			v := float64(v)
			if v != v {
				v = math.NaN() // one for all
			}
			h.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(v))) //nolint:errcheck // a hash takes everything
		}
		if sum := fmt.Sprintf("%x", h.Sum(nil)[:8]); sum != f.record[precision] {
			t.Errorf("%s: SHA-256 %s..., want %s", f.name, sum, f.record[precision])
		}
	}
}
