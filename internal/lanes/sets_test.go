package lanes

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestSetsHaveTheSameBits: machine code gives what the interpreter does, which is the meaning.
func TestSetsHaveTheSameBits(t *testing.T) {
	t.Run("float32", testSets[float32])
	t.Run("float64", testSets[float64])
}

func testSets[T Float](t *testing.T) {
	n := 1 << 16
	if testing.Short() {
		n = 1 << 13
	}
	in := mixed[T](n)
	want, got := make([]T, n), make([]T, n)
	for _, f := range formulas {
		sets := f.sets()
		meaning := lanewise[T](t, f, sets[len(sets)-1])
		for _, set := range sets[:len(sets)-1] {
			machine := lanewise[T](t, f, set)
			for _, c := range [][2]T{{1.25, -0.375}, {-0.79, 3}, {0, T(math.Copysign(0, -1))}} {
				meaning(want, in, c[0], c[1])
				machine(got, in, c[0], c[1])
				for i := range got {
					if !sameBits(got[i], want[i]) {
						t.Errorf("%s on %s: (%g, %g, %g; %g, %g) = %g, want %g", f.name, set, in[0][i], in[1][i], in[2][i], c[0], c[1], got[i], want[i])
						break
					}
				}
			}
		}
	}
}

// mixed are three columns of special values, bit patterns and ordinary numbers in any order.
func mixed[T Float](n int) (in [3][]T) {
	r := rand.New(rand.NewPCG(12, 13))
	for i := range in {
		for len(in[i]) < n {
			in[i] = append(append(in[i], specials[T]()...), ordinary[T](200, r)...)
			for range 200 {
				in[i] = append(in[i], anyBits[T](r))
			}
		}
		in[i] = in[i][:n]
		r.Shuffle(n, func(a, b int) { in[i][a], in[i][b] = in[i][b], in[i][a] })
	}
	return in
}

// TestLanesDoNotDependOnTheirPlace moves the numbers on, lane by lane.
func TestLanesDoNotDependOnTheirPlace(t *testing.T) {
	t.Run("float32", testPlaces[float32])
	t.Run("float64", testPlaces[float64])
}

func testPlaces[T Float](t *testing.T) {
	const n = 1000
	in := mixed[T](n)
	for _, f := range formulas {
		for _, set := range f.sets() {
			of := lanewise[T](t, f, set)
			want, got := make([]T, n), make([]T, n)
			of(want, in, 1.25, -0.375)
			for skip := 1; skip < Width; skip += 3 {
				var moved [3][]T
				for k := range in {
					moved[k] = in[k][skip:]
				}
				of(got[:n-skip], moved, 1.25, -0.375)
				for i := range n - skip {
					if !sameBits(got[i], want[i+skip]) {
						t.Fatalf("%s on %s: lane %d is %g, %d lanes further %g", f.name, set, i, got[i], skip, want[i+skip])
					}
				}
			}
		}
	}
}

// TestArithmeticIsRight compares with float64: at pairs of special values the class of the result counts, or one rounding.
func TestArithmeticIsRight(t *testing.T) {
	t.Run("float32", testArithmetic[float32])
	t.Run("float64", testArithmetic[float64])
}

func testArithmetic[T Float](t *testing.T) {
	oneIf := func(yes bool) float64 {
		if yes {
			return 1
		}
		return 0
	}
	type F = float64
	single := func(f func(a, b F) F) func(a, b, d, s, t F) (F, []F) {
		return func(a, b, _, _, _ F) (F, []F) { w := f(a, b); return w, []F{w} }
	}
	cases := map[string]func(a, b, d, s, t F) (value F, terms []F){ // what it sums: their size says how much a rounding costs
		"add": single(func(a, b F) F { return a + b }), "sub": single(func(a, b F) F { return a - b }),
		"mul": single(func(a, b F) F { return a * b }), "div": single(func(a, b F) F { return a / b }),
		"max": single(func(a, b F) F { return max(a, b) }), "min": single(func(a, b F) F { return min(a, b) }),
		"gt": single(func(a, b F) F { return oneIf(a > b) }), "gte": single(func(a, b F) F { return oneIf(a >= b) }),
		"lt": single(func(a, b F) F { return oneIf(a < b) }), "lte": single(func(a, b F) F { return oneIf(a <= b) }),
		"eq": single(func(a, b F) F { return oneIf(a == b) }), "ne": single(func(a, b F) F { return oneIf(a != b) }),
		"unordered": single(func(a, b F) F { return oneIf(a != a || b != b) }),
		"notless":   single(func(a, b F) F { return oneIf(!(a < b)) }),
		"notlesseq": single(func(a, b F) F { return oneIf(!(a <= b)) }),
		"both": single(func(a, b F) F {
			if a < b && b < 1 {
				return a
			}
			return 0
		}),
		"without": single(func(a, b F) F {
			if a < b && !(b < 1) {
				return a
			}
			return b
		}),
		"apart": single(func(a, b F) F {
			if b == 0 {
				return 0
			}
			return a * b
		}),
		"affine": func(a, _, _, s, t F) (F, []F) { return float64(s*a) + t, []F{s * a, t} },
		"fma":    func(a, b, d, _, _ F) (F, []F) { return float64(a*b) + d, []F{a * b, d} },
		"fnma":   func(a, b, d, _, _ F) (F, []F) { return d - float64(a*b), []F{a * b, d} },
		"fms":    func(a, b, d, _, _ F) (F, []F) { return float64(a*b) - d, []F{a * b, d} },
		"fmas":   func(a, b, _, _, t F) (F, []F) { return float64(a*b) + t, []F{a * b, t} },
		"axpy":   func(a, b, _, s, _ F) (F, []F) { return float64(s*a) + b, []F{s * a, b} },
	}
	r := rand.New(rand.NewPCG(5, 6))
	var in [3][]T
	for _, a := range specials[T]() {
		for _, b := range specials[T]() {
			in[0], in[1], in[2] = append(in[0], a), append(in[1], b), append(in[2], b)
		}
	}
	special := len(in[0])
	for i := range in {
		in[i] = append(in[i], ordinary[T](4000, r)...)
	}
	x, y := T(1.25), T(-0.375)
	got := make([]T, len(in[0]))
	for name, of := range cases {
		f := formulaOf(name)
		for _, set := range f.sets() {
			lanewise[T](t, f, set)(got, in, x, y)
			for i := range got {
				want, terms := of(float64(in[0][i]), float64(in[1][i]), float64(in[2][i]), float64(x), float64(y))
				size := 0.0
				for _, term := range terms {
					size = max(size, math.Abs(term))
				}
				w := T(want)
				bound := 3 * ulp(T(size))
				if len(terms) == 1 {
					bound = 0.5 * ulp(w)
				}
				same := got[i] == w || got[i] != got[i] && w != w || math.Abs(float64(got[i])-want) <= bound
				if !same && (i >= special || len(terms) == 1) {
					t.Fatalf("%s on %s: (%g, %g, %g) = %g, want %g", name, set, in[0][i], in[1][i], in[2][i], got[i], want)
				}
			}
		}
	}
}
