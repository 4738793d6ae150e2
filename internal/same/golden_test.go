package same_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"affmatch/internal/same"
)

// The bits of each function at a few arguments, and a hash of its bits at ten thousand: made on amd64, to be found on every
// processor. They change only where an algorithm does.
var golden = []struct {
	name string
	f    func(float64) float64
	draw func(*rand.Rand) float64
	at   map[float64]uint64
	hash uint64
}{
	{"Exp", same.Exp, uniform(-745, 709), map[float64]uint64{
		1: 0x4005bf0a8b145769, -0.75: 0x3fde3b40ebefcd7e, 700: 0x7f0d945df4f8ec8e, -740: 0x55,
	}, 0xb34516dcd0eeaa50},
	{"Expm1", same.Expm1, signed(exactly(-60, 6)), map[float64]uint64{
		1: 0x3ffb7e151628aed3, -0.75: 0xbfe0e25f8a081941, 0.01: 0x3f84952e9791133f, 1e-10: 0x3ddb7cdfd9dda4e3,
	}, 0xa9d637f4a06932cc},
	{"Log", same.Log, exactly(-1070, 1023), map[float64]uint64{
		2: 0x3fe62e42fefa39ef, 0.75: 0xbfd269621134db92, 1.01: 0x3f8460d6ccca367c, 5e-324: 0xc0874385446d71c3,
	}, 0xfaff1bf9b5b5e981},
	{"Log1p", same.Log1p, exactly(-60, 60), map[float64]uint64{
		1: 0x3fe62e42fefa39ef, -0.75: 0xbff62e42fefa39ef, 0.01: 0x3f8460d6ccca3677, 1e-10: 0x3ddb7cdfd9d1d693,
	}, 0xf3cfd6485c2d8ee0},
	{"Log2", same.Log2, exactly(-3, 3), map[float64]uint64{
		3: 0x3ff95c01a39fbd68, 0.75: 0xbfda8ff971810a5e, 1.01: 0x3f8d664ecee35b7f, 1e+300: 0x408f24a09f1a8b89,
	}, 0xaeadaeeab1482c63},
	{"power(1.7)", power(1.7), exactly(-600, 600), map[float64]uint64{
		3: 0x4019e45c2acce59e, 0.75: 0x3fe39f5b8881c262, 1.01: 0x3ff045e01ebdcbf9, 1e+100: 0x633a7f5245e5a283,
	}, 0x6decbbba4e0e9c7c},
	{"power(-4321.5)", power(-4321.5), uniform(0.9, 1.1), map[float64]uint64{
		1.125: 0x120970ffb7b97db1, 0.875: 0x73f6e004aa59ff3f, 1.01: 0x3c0f33e7984e0917,
	}, 0x6838fff01224fb01},
	{"Sin", same.Sin, signed(exactly(-30, 1023)), map[float64]uint64{
		1: 0x3feaed548f090cee, 3: 0x3fc210386db6d55b, -100: 0x3fe03425b78c4db8, 1e+22: 0xbfeb453ab76bf397,
	}, 0xc0c049b0e9274060},
	{"Cos", same.Cos, signed(exactly(-30, 1023)), map[float64]uint64{
		1: 0x3fe14a280fb5068c, 3: 0xbfefae04be85e5d2, -100: 0x3feb981dbf665fdf, 1e+22: 0x3fe0be2cef01c8f4,
	}, 0x4eddd32475bd6a05},
	{"Tanh", same.Tanh, signed(exactly(-30, 5)), map[float64]uint64{
		1: 0x3fe85efab514f394, 0.5: 0x3fdd9353d7568af3, -0.25: 0xbfcf597ea69a1c86, 10: 0x3feffffffdc96f35,
	}, 0x24544948d78014a3},
}

func TestGoldenBits(t *testing.T) {
	for _, g := range golden {
		for x, want := range g.at {
			if got := math.Float64bits(g.f(x)); got != want {
				t.Errorf("%s(%v) = %#x, want %#x", g.name, x, got, want)
			}
		}
		if got := hash(g.f, g.draw); got != g.hash {
			t.Errorf("%s: the bits at 10,000 arguments have the hash %#x, want %#x", g.name, got, g.hash)
		}
	}
}

// hash is FNV-1a's of the bits of f, word by word. The arguments are no result of math's own functions.
func hash(f func(float64) float64, draw func(*rand.Rand) float64) uint64 {
	r := rand.New(rand.NewPCG(3, 4))
	h := uint64(14695981039346656037)
	for range 10000 {
		h = (h ^ math.Float64bits(f(draw(r)))) * 1099511628211
	}
	return h
}

// exactly draws m*2^e, m in [1,2) and e in lo..hi-1.
func exactly(lo, hi int) func(*rand.Rand) float64 {
	return func(r *rand.Rand) float64 { return math.Ldexp(1+r.Float64(), lo+r.IntN(hi-lo)) }
}

func power(y float64) func(float64) float64 {
	return func(x float64) float64 { return same.Pow(x, y) }
}
