package lanes

import (
	"math"
	"math/rand/v2"
	"testing"

	"affmatch/internal/vec"
)

func inputs[T Float]() []T {
	rng := rand.New(rand.NewPCG(1, 2))
	var x []T
	for _, v := range []float64{0, math.Copysign(0, -1), 1, -1, 2, 0.5, -0.5, 3, -3, math.Inf(1), math.Inf(-1), math.NaN(), 1e-40, -1e-40, 1e-310, 88.7, 88.8, -87.3, -87.4, -104, 709.7, 709.8, -708.3, -708.5, 1e30, -1e30, 3e38, 1e308, 0.55, 0.75, 1.5} {
		x = append(x, T(v))
	}
	for range 20000 {
		x = append(x, T(rng.NormFloat64()), T(rng.NormFloat64()*50), T(math.Exp(rng.NormFloat64()*20)))
		if double[T]() {
			x = append(x, T(math.Float64frombits(rng.Uint64())))
		} else {
			x = append(x, T(math.Float32frombits(rng.Uint32())))
		}
	}
	return x
}

func check[T Float](t *testing.T) {
	var set *vec.Set[T]
	for _, s := range vec.Sets[T]() {
		set = s
	}
	c := &Kernel{Code: New(double[T]())}
	x, y := c.Input(Source{Kind: Column}), c.Input(Source{Kind: Column, Array: 1})
	un := map[string]struct {
		v    Value
		want func(dst, a []T)
	}{
		"exp": {c.Exp(x), set.Exp}, "expm1": {c.Expm1(x), set.Expm1}, "log": {c.Log(x), set.Log}, "log1p": {c.Log1p(x), set.Log1p},
		"sigmoid": {c.Sigmoid(x), set.Sigmoid}, "softplus": {c.Softplus(x), set.Softplus}, "tanh": {c.Tanh(x), set.Tanh},
		"sign": {c.Sign(x), set.Sign}, "inv": {c.Inv(x), set.Inv}, "rsqrt": {c.Rsqrt(x), set.Rsqrt}, "ceil": {c.Ceil(x), set.Ceil},
		"sin": {c.Sin(x), set.Sin},
		"pow": {c.Pow(x, y), func(dst, a []T) { set.Pow(dst, a, perm(a)) }},
		"max": {c.Max(x, y), func(dst, a []T) { set.Max(dst, a, perm(a)) }},
		"min": {c.Min(x, y), func(dst, a []T) { set.Min(dst, a, perm(a)) }},
	}
	all := inputs[T]()
	other := perm(all)
	all = all[:len(all)/16*16]
	other = perm(all)
	f := &Frame[T]{Tables: [][]T{all, other}}
	var names []string
	for name, u := range un {
		names = append(names, name)
		c.Stores = append(c.Stores, Store{u.v, len(f.Stored)})
		f.Stored = append(f.Stored, make([]T, len(all)))
	}
	runners := map[string]Runner[T]{"go": Interpret[T](c)}
	un2 := un
	for _, set := range []string{"avx512", "avx2"} {
		for name, u := range un2 {
			if name == "sin" {
				continue
			}
			k := &Kernel{Code: New(double[T]())}
			k.Input(Source{Kind: Column})
			k.Input(Source{Kind: Column, Array: 1})
			k.Code = c.Code
			k.Stores = []Store{{u.v, 0}}
			mk, err := Compile[T](k, set)
			if err != nil {
				t.Errorf("%s %s: %v", set, name, err)
				continue
			}
			g := &Frame[T]{Tables: [][]T{all, other}, Stored: [][]T{make([]T, len(all))}}
			mk().Run(g, []Tile{{End: int64(len(all)), Full: int64(len(all))}})
			want := make([]T, len(all))
			u.want(want, all)
			bad := 0
			for i, v := range g.Stored[0] {
				w := want[i]
				if v != w && (v == v || w == w) || v == 0 && math.Signbit(float64(v)) != math.Signbit(float64(w)) {
					if bad++; bad < 5 {
						t.Errorf("%s %s(%g, %g) = %g, want %g", set, name, all[i], other[i], v, w)
					}
				}
			}
		}
	}
	runners["go"].Run(f, []Tile{{End: int64(len(all)), Full: int64(len(all))}})
	for k, name := range names {
		want := make([]T, len(all))
		un[name].want(want, all)
		bad := 0
		for i, v := range f.Stored[k] {
			w := want[i]
			if v != w && (v == v || w == w) || v == 0 && math.Signbit(float64(v)) != math.Signbit(float64(w)) {
				if bad++; bad < 5 {
					t.Errorf("%s(%g, %g) = %g, want %g", name, all[i], other[i], v, w)
				}
			}
		}
	}
}

func perm[T Float](a []T) []T {
	out := make([]T, len(a))
	for i := range a {
		out[i] = a[(i*7+3)%len(a)]
	}
	return out
}

func TestZZ(t *testing.T) {
	t.Run("32", check[float32])
	t.Run("64", check[float64])
}
