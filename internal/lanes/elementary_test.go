package lanes

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"affmatch/internal/machine"
	"affmatch/internal/same"
)

// A bounded function has an oracle and the error that it promises. Flushed results may be zero where the wanted one is below
// the smallest normal number.
type bounded struct {
	formula
	want    func(float64) wanted  // for float64
	loose   func(float64) float64 // for float32: float64 arithmetic is enough
	bound   float64
	flushes bool
}

var functions = func() []bounded {
	plain := func(name string, f func(float64) float64, bound float64) bounded {
		return bounded{formulaOf(name), func(x float64) wanted { return exact(f(x)) }, f, bound, false}
	}
	return []bounded{
		plain("neg", func(x float64) float64 { return -x }, 0),
		plain("abs", math.Abs, 0),
		plain("sign", wantSign, 0),
		plain("square", func(x float64) float64 { return x * x }, 0.5),
		plain("ceil", math.Ceil, 0),
		plain("floor", math.Floor, 0),
		plain("sqrt", math.Sqrt, 0.5),
		plain("rsqrt", func(x float64) float64 { return 1 / math.Sqrt(x) }, 1.5),
		plain("inv", func(x float64) float64 { return 1 / x }, 0.5),
		{formulaOf("exp"), wantExp, math.Exp, 1, true},
		{formulaOf("expm1"), wantExpm1, math.Expm1, 2, false},
		{formulaOf("log"), wantLog, math.Log, 2, false},
		{formulaOf("log1p"), wantLog1p, math.Log1p, 2, false},
		{formulaOf("sigmoid"), wantSigmoid, sigmoidLoose, 2.5, true},
		{formulaOf("softplus"), wantSoftplus, softplusLoose, 2, true},
		{formulaOf("tanh"), wantTanh, math.Tanh, 2.5, false},
		plain("sin", same.Sin, 1),
		plain("cos", same.Cos, 1),
	}
}()

func wantSign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return math.Abs(x)
}

// wantOf is the oracle for the precision.
func wantOf[T Float](f bounded, x T) wanted {
	if double[T]() {
		return f.want(float64(x))
	}
	return exact(f.loose(float64(x)))
}

func TestFunctionsWithinBound(t *testing.T) {
	t.Run("float32", func(t *testing.T) { testFunctions[float32](t, 15000) })
	t.Run("float64", func(t *testing.T) { testFunctions[float64](t, 700) })
}

func testFunctions[T Float](t *testing.T, n int) {
	x := samples[T](n, 7)
	got, want := make([]T, len(x)), make([]wanted, len(x))
	for _, f := range functions {
		for i, v := range x {
			want[i] = wantOf(f, v)
		}
		for _, set := range f.sets() {
			t.Run(f.name+"/"+set, func(t *testing.T) {
				lanewise[T](t, f.formula, set)(got, [3][]T{x}, 0, 0)
				var w worst
				for i := range x {
					w.see(t, got[i] == 0 && f.flushes && math.Abs(want[i].hi) < smallestNormal[T](), ulps(got[i], want[i]), f.bound,
						func() string { return fmt.Sprintf("%s(%g = %x) = %g, want %g", f.name, x[i], x[i], got[i], want[i].hi) })
				}
				w.report(t, f.bound)
			})
		}
	}
}

// worst keeps the largest error and stops the flood of messages.
type worst struct {
	ulps   float64
	at     string
	errors int
}

func (w *worst) see(t *testing.T, excused bool, u, bound float64, say func() string) {
	t.Helper()
	if excused {
		return
	}
	if !(u <= bound) {
		if w.errors++; w.errors <= 5 {
			t.Errorf("%s: off by %.3g ulp, bound %g", say(), u, bound)
		}
	}
	if u > w.ulps {
		w.ulps, w.at = u, say()
	}
}

func (w *worst) report(t *testing.T, bound float64) {
	t.Helper()
	if w.errors > 5 {
		t.Errorf("and %d more", w.errors-5)
	}
	t.Logf("worst %.3f ulp (bound %g): %s", w.ulps, bound, w.at)
}

func TestPowWithinBound(t *testing.T) {
	t.Run("float32", func(t *testing.T) { testPow[float32](t, 15000) })
	t.Run("float64", func(t *testing.T) { testPow[float64](t, 1000) })
}

// powBound is larger in float64, where the logarithm cannot be computed in a wider type.
func powBound[T Float]() float64 {
	if double[T]() {
		return 2
	}
	return 1
}

func wantPowOf[T Float](x, y T) wanted {
	if double[T]() {
		return wantPow(float64(x), float64(y))
	}
	return exact(math.Pow(float64(x), float64(y)))
}

// testPow pairs every special value with every other, then random ones; exponents also chosen so that results fill the
// range.
func testPow[T Float](t *testing.T, n int) {
	var x, y []T
	for _, a := range specials[T]() {
		for _, b := range specials[T]() {
			x, y = append(x, a), append(y, b)
		}
	}
	r := rand.New(rand.NewPCG(3, 4))
	for range n {
		a := math.Abs(float64(anyBits[T](r)))
		x, y = append(x, T(a)), append(y, T(1500*(r.Float64()-0.5)/math.Log(a)))
		b := math.Exp(4 * r.NormFloat64())
		x, y = append(x, T(b)), append(y, T(200*(r.Float64()-0.5)/math.Log(b)))
		x, y = append(x, T(b)), append(y, T(2*r.NormFloat64()))
		x, y = append(x, T(-b)), append(y, T(r.IntN(40)-20))
		x, y = append(x, anyBits[T](r)), append(y, anyBits[T](r))
	}
	got, want := make([]T, len(x)), make([]wanted, len(x))
	for i := range x {
		want[i] = wantPowOf(x[i], y[i])
	}
	pow := formulaOf("pow")
	for _, set := range pow.sets() {
		t.Run(set, func(t *testing.T) {
			lanewise[T](t, pow, set)(got, [3][]T{x, y}, 0, 0)
			var w worst
			for i := range x {
				flushed := got[i] == 0 && math.Abs(want[i].hi) < smallestNormal[T]()
				w.see(t, flushed, ulps(got[i], want[i]), powBound[T](), func() string {
					return fmt.Sprintf("pow(%g, %g) = %g, want %g", x[i], y[i], got[i], want[i].hi)
				})
				if got[i] == 0 && math.Signbit(float64(got[i])) != math.Signbit(want[i].hi) {
					t.Errorf("pow(%g, %g) = %g, want %g", x[i], y[i], got[i], want[i].hi)
				}
			}
			w.report(t, powBound[T]())
		})
	}
}

// TestPowIsMathPowAtSpecialValues has a line for each case of math.Pow's comment.
func TestPowIsMathPowAtSpecialValues(t *testing.T) {
	inf, nan, zero := math.Inf(1), math.NaN(), math.Copysign(0, -1)
	var x, y []float64
	add := func(bases, exponents []float64) {
		for _, a := range bases {
			for _, b := range exponents {
				x, y = append(x, a), append(y, b)
			}
		}
	}
	all := []float64{0, zero, 1, -1, 0.5, -0.5, 2, -2, 3, -3, 4, 5.5, -5.5, inf, -inf, nan}
	add(all, []float64{0, zero, 1})                                  // 1, 1, x
	add([]float64{1}, all)                                           // 1
	add([]float64{nan}, all)                                         // NaN
	add(all, []float64{nan})                                         // NaN
	add([]float64{0, zero}, []float64{-1, -3, -inf, inf, -2, 2, 3})  // infinities and zeros with signs
	add([]float64{-1}, []float64{inf, -inf})                         // 1
	add([]float64{1.5, -1.5, 0.5, -0.5}, []float64{inf, -inf})       // +Inf or +0
	add([]float64{inf, -inf}, []float64{2, -2, 3, -3, 0.5, -0.5})    // with the sign of odd powers
	add([]float64{-2, -0.5, -1e300}, []float64{0.5, -1.5, 1e-300})   // NaN
	add([]float64{-2, -1, -0.5}, []float64{3, 4, 5, -5, 1e15, 1e30}) // signs
	testPowAt(t, x, y)
	x32, y32 := make([]float32, len(x)), make([]float32, len(x))
	for i := range x {
		x32[i], y32[i] = float32(x[i]), float32(y[i])
	}
	testPowAt(t, x32, y32)
}

func testPowAt[T Float](t *testing.T, x, y []T) {
	got, pow := make([]T, len(x)), formulaOf("pow")
	for _, set := range pow.sets() {
		lanewise[T](t, pow, set)(got, [3][]T{x, y}, 0, 0)
		for i := range got {
			if want := T(math.Pow(float64(x[i]), float64(y[i]))); !sameBits(got[i], want) {
				t.Errorf("%s: pow(%g, %g) of %T = %g, want %g", set, x[i], y[i], x[i], got[i], want)
			}
		}
	}
}

// TestSubnormalResults: some functions give zero instead, the others do not.
func TestSubnormalResults(t *testing.T) {
	t.Run("float32", func(t *testing.T) { testSubnormal[float32](t, -87.33, -104) })
	t.Run("float64", func(t *testing.T) { testSubnormal[float64](t, -708.39, -745.2) })
}

func testSubnormal[T Float](t *testing.T, last, least float64) {
	const n = 5000
	var x, y, small, got [n]T
	for i := range x {
		e := last + (least-last)*float64(i)/n
		x[i], y[i] = T(e), T(e/math.Ln2)
		small[i] = T(smallestNormal[T]() * (n - float64(i)) / n)
	}
	below := func(v T) bool { return v != 0 && math.Abs(float64(v)) < smallestNormal[T]() }
	for _, f := range []struct {
		formula formula
		in      [3][]T
	}{
		{formulaOf("exp"), [3][]T{x[:]}}, {formulaOf("sigmoid"), [3][]T{x[:]}}, {formulaOf("softplus"), [3][]T{x[:]}},
		{formulaOf("pow"), [3][]T{repeated[T](2, n), y[:]}},
	} {
		for _, set := range f.formula.sets() {
			lanewise[T](t, f.formula, set)(got[:], f.in, 0, 0)
			zeros := 0
			for i, v := range got {
				if below(v) || math.Signbit(float64(v)) {
					t.Fatalf("%s: %s(%v) = %g, want +0 or a normal number", set, f.formula.name, x[i], v)
				}
				if v == 0 {
					zeros++
				}
			}
			if zeros < n*98/100 {
				t.Errorf("%s: %s: %d of %d results are zero", set, f.formula.name, zeros, n)
			}
		}
	}
	for _, name := range []string{"neg", "abs", "expm1", "log1p", "tanh", "max", "add", "mul", "fma"} {
		f := formulaOf(name)
		for _, set := range f.sets() {
			ones, zeros := repeated[T](1, n), make([]T, n)
			second := ones
			if name == "max" || name == "add" {
				second = zeros
			}
			lanewise[T](t, f, set)(got[:], [3][]T{small[:], second, zeros}, 0, 0)
			for i, v := range got {
				if name == "neg" {
					v = -v
				}
				if v != small[i] {
					t.Fatalf("%s: %s(%g) = %g", set, name, small[i], v)
				}
			}
		}
	}
}

// TestPowPositiveWithinBound: the bound grows with the size of the logarithm.
func TestPowPositiveWithinBound(t *testing.T) {
	t.Run("float32", func(t *testing.T) { testPowPositive[float32](t, 1<<14, 126) })
	t.Run("float64", func(t *testing.T) { testPowPositive[float64](t, 1<<10, 1022) })
}

func testPowPositive[T Float](t *testing.T, n int, least float64) {
	r := rand.New(rand.NewPCG(41, 42))
	for _, p := range []float64{-0.104939, 0.895061, 0.5, -0.5, 1.3, -2.7, 7.1} {
		f := formula{name: "powpositive", inputs: 1, of: func(c *Code, a, _, _, _, _ Value) Value { return c.PowPositive(a, p) }}
		var in [3][]T
		for k := range in {
			in[k] = make([]T, n)
		}
		in[0] = append(in[0][:0], 1, 2, 0.5, T(math.Exp2(-least)), largest[T](), T(math.Inf(1)))
		for len(in[0]) < n {
			in[0] = append(in[0], T(math.Exp2(2*(least-1)*(r.Float64()-0.5))), T(0.5+r.Float64()))
		}
		in[0] = in[0][:n]
		got, w := make([]T, n), worst{}
		lanewise[T](t, f, machine.Go)(got, in, 0, 0)
		for i, x := range in[0] {
			want, y := wantPowOf(x, T(p)), math.Abs(float64(T(p))*math.Log2(float64(x)))
			switch off := math.Abs(float64(got[i]) - want.hi); {
			case want.hi < 1.42*smallestNormal[T](): // zero, or nearly
				if got[i] != 0 && off > 1e-4*want.hi {
					t.Fatalf("%g^%g = %g, want %g", x, p, got[i], want.hi)
				}
			case want.hi >= 0.9999*float64(largest[T]()):
				if float64(got[i]) < 0.9998*float64(largest[T]()) {
					t.Fatalf("%g^%g = %g, want %g", x, p, got[i], want.hi)
				}
			default: // in parts of the bound
				bound := 4 + 1.2*math.Abs(p) + 1.4*y
				say := func() string { return fmt.Sprintf("%g^%g = %g, want %g", x, p, got[i], want.hi) }
				w.see(t, false, ulps(got[i], want)/bound, 1, say)
			}
		}
		w.report(t, 1)
	}
}

func TestReciprocalWithinBound(t *testing.T) {
	t.Run("float32", func(t *testing.T) { testReciprocal[float32](t, 0x1p-126, 0x1p125) })
	t.Run("float64", func(t *testing.T) { testReciprocal[float64](t, 0x1p-1022, 0x1p1021) })
}

func testReciprocal[T Float](t *testing.T, least, most float64) {
	r := rand.New(rand.NewPCG(43, 44))
	const n = 1 << 18
	var in [3][]T
	for k := range in {
		in[k] = make([]T, n)
	}
	for i := range in[0] {
		switch i % 4 {
		case 0:
			in[0][i] = T(1 + r.Float64())
		case 1:
			in[0][i] = T(math.Exp2(r.Float64()*(math.Log2(most)-1) - 0.5))
		case 2:
			in[0][i] = T(math.Exp2(r.Float64() * (math.Log2(least) + 1)))
		default:
			in[0][i] = T(1 + 1e-6*r.Float64())
		}
	}
	copy(in[0], []T{T(least), T(most), 1, 2, 0.5, T(math.Inf(1))})
	got := make([]T, n)
	f := formula{name: "reciprocal", inputs: 1, of: func(c *Code, a, _, _, _, _ Value) Value { return c.Reciprocal(a) }}
	lanewise[T](t, f, machine.Go)(got, in, 0, 0)
	worst := 0.0
	for i, x := range in[0] {
		// e = 1 - x y exactly, up to its own rounding
		e := math.Abs(math.FMA(-min(float64(x), most), float64(got[i]), 1))
		unit := 0x1p-24
		if double[T]() {
			unit = 0x1p-53
		}
		if worst = max(worst, e/unit); e > 2*unit { // between one and two of these units are a unit in the last place
			t.Fatalf("1/%g = %g: off by %.2f units", x, got[i], e/unit)
		}
	}
	t.Logf("worst %.3f units of half the last place of 1", worst)
}
