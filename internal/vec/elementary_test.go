package vec

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"affmatch/internal/same"
)

// A unaryCase is one routine with its oracle and the bound that it promises. Flushed results may be zero where the wanted one
// is below the smallest normal number.
type unaryCase[T Float] struct {
	name    string
	of      func(*Set[T]) func(dst, a []T)
	want    func(float64) wanted  // for float64
	loose   func(float64) float64 // for float32: float64 arithmetic is enough
	bound   float64
	flushes bool
}

func unaryCases[T Float]() []unaryCase[T] {
	type S = *Set[T]
	plain := func(f func(float64) float64) func(float64) wanted {
		return func(x float64) wanted { return exact(f(x)) }
	}
	rsqrt := func(x float64) float64 { return 1 / math.Sqrt(x) }
	inv := func(x float64) float64 { return 1 / x }
	square := func(x float64) float64 { return x * x }
	neg := func(x float64) float64 { return -x }
	return []unaryCase[T]{
		{"neg", func(s S) func(dst, a []T) { return s.Neg }, plain(neg), neg, 0, false},
		{"abs", func(s S) func(dst, a []T) { return s.Abs }, plain(math.Abs), math.Abs, 0, false},
		{"sign", func(s S) func(dst, a []T) { return s.Sign }, plain(wantSign), wantSign, 0, false},
		{"square", func(s S) func(dst, a []T) { return s.Square }, plain(square), square, 0.5, false},
		{"ceil", func(s S) func(dst, a []T) { return s.Ceil }, plain(math.Ceil), math.Ceil, 0, false},
		{"floor", func(s S) func(dst, a []T) { return s.Floor }, plain(math.Floor), math.Floor, 0, false},
		{"sqrt", func(s S) func(dst, a []T) { return s.Sqrt }, plain(math.Sqrt), math.Sqrt, 0.5, false},
		{"rsqrt", func(s S) func(dst, a []T) { return s.Rsqrt }, plain(rsqrt), rsqrt, 1.5, false},
		{"inv", func(s S) func(dst, a []T) { return s.Inv }, plain(inv), inv, 0.5, false},
		{"exp", func(s S) func(dst, a []T) { return s.Exp }, wantExp, math.Exp, 1, true},
		{"expm1", func(s S) func(dst, a []T) { return s.Expm1 }, wantExpm1, math.Expm1, 2, false},
		{"log", func(s S) func(dst, a []T) { return s.Log }, wantLog, math.Log, 1.5, false},
		{"log1p", func(s S) func(dst, a []T) { return s.Log1p }, wantLog1p, math.Log1p, 2, false},
		{"sigmoid", func(s S) func(dst, a []T) { return s.Sigmoid }, wantSigmoid, sigmoidLoose, 2.5, true},
		{"softplus", func(s S) func(dst, a []T) { return s.Softplus }, wantSoftplus, softplusLoose, 2, true},
		{"tanh", func(s S) func(dst, a []T) { return s.Tanh }, wantTanh, math.Tanh, 2.5, false},
		{"sin", func(s S) func(dst, a []T) { return s.Sin }, plain(same.Sin), same.Sin, 1, false},
		{"cos", func(s S) func(dst, a []T) { return s.Cos }, plain(same.Cos), same.Cos, 1, false},
	}
}

func wantSign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return math.Abs(x)
}

// specials are the values at which elementary functions go wrong.
func specials[T Float]() []T {
	tiny, minNorm, largest, eps := T(math.SmallestNonzeroFloat32), T(0x1p-126), T(math.MaxFloat32), T(0x1p-23)
	thresholds := []T{maxExp32, minExp32, 88, 89, 104, 103.9, 127, 128, 149, 8.66, 9.1, 16.6, 17.4}
	if _, ok := any(tiny).(float64); ok {
		big, small := math.MaxFloat64, math.SmallestNonzeroFloat64
		tiny, minNorm, largest, eps = T(small), T(float64(minNormal)), T(big), T(0x1p-52)
		thresholds = []T{709.782712893384, 709.8, -708.3964185322641, 745.2, 708, 1023, 1024, 1074, 19.1, 22, 37, 36.8}
	}
	list := append(thresholds, 0, T(math.Inf(1)), T(math.NaN()), tiny, 3*tiny, minNorm-tiny, minNorm, minNorm+tiny, largest,
		largest/2, 1, 1+eps, 1-eps/2, 1+2*eps, 2, 0.5, 0.75, 0.75-eps/2, 1.5, 1.5-eps, 3, 10, math.Ln2/2, math.Ln2, -math.Ln2/2-eps,
		eps, eps/2, eps*eps, 1/minNorm, 1e30, 1e-30, 33, 12345.678, 1/eps, 2/eps, 1/eps+1)
	for _, x := range list[:len(list):len(list)] {
		list = append(list, -x)
	}
	return append(list, T(math.Copysign(0, -1)))
}

// samples are the special values, random bit patterns (every exponent is as likely), and numbers of ordinary size.
func samples[T Float](n int, seed uint64) []T {
	r := rand.New(rand.NewPCG(seed, 1))
	list := specials[T]()
	for range n {
		list = append(list, anyBits[T](r), T(r.NormFloat64()), T(200*(r.Float64()-0.5)), T(1500*(r.Float64()-0.5)), T(1+0.6*(r.Float64()-0.5)),
			T(math.Exp(20*(r.Float64()-0.5))))
	}
	return list
}

func anyBits[T Float](r *rand.Rand) T {
	var x T
	if _, ok := any(x).(float32); ok {
		return T(math.Float32frombits(r.Uint32()))
	}
	return T(math.Float64frombits(r.Uint64()))
}

func TestUnaryWithinBound(t *testing.T) {
	t.Run("float32", func(t *testing.T) { testUnary[float32](t, 15000) })
	t.Run("float64", func(t *testing.T) { testUnary[float64](t, 700) })
}

func testUnary[T Float](t *testing.T, n int) {
	x := samples[T](n, 7)
	got := make([]T, len(x))
	_, single := any(T(0)).(float32)
	for _, c := range unaryCases[T]() {
		want := make([]wanted, len(x))
		for i, v := range x {
			if single {
				want[i] = exact(c.loose(float64(v)))
			} else {
				want[i] = c.want(float64(v))
			}
		}
		for _, s := range Sets[T]() {
			t.Run(c.name+"/"+s.Name, func(t *testing.T) {
				c.of(s)(got, x)
				var w worst
				for i := range x {
					w.see(t, got[i] == 0 && c.flushes && math.Abs(want[i].hi) < smallestNormal[T](), ulps(got[i], want[i]), c.bound,
						func() string { return fmt.Sprintf("%s(%g = %x) = %g, want %g", c.name, x[i], x[i], got[i], want[i].hi) })
				}
				w.report(t, c.bound)
			})
		}
	}
}

func smallestNormal[T Float]() float64 {
	var x T
	if _, ok := any(x).(float32); ok {
		return 0x1p-126
	}
	return minNormal
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
	if _, single := any(T(0)).(float32); single {
		return 1
	}
	return 2
}

// testPow pairs every special value with every other, then random ones; exponents also chosen so that results fill the range.
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
	got := make([]T, len(x))
	want := make([]wanted, len(x))
	for i := range x {
		if _, single := any(T(0)).(float32); single {
			want[i] = exact(math.Pow(float64(x[i]), float64(y[i])))
		} else {
			want[i] = wantPow(float64(x[i]), float64(y[i]))
		}
	}
	for _, s := range Sets[T]() {
		check := func(t *testing.T) {
			var w worst
			for i := range x {
				flushed := got[i] == 0 && math.Abs(want[i].hi) < smallestNormal[T]() && math.Signbit(float64(got[i])) == math.Signbit(want[i].hi)
				w.see(t, flushed, ulps(got[i], want[i]), powBound[T](), func() string {
					return fmt.Sprintf("pow(%g, %g) = %g, want %g", x[i], y[i], got[i], want[i].hi)
				})
				if got[i] == 0 && math.Signbit(float64(got[i])) != math.Signbit(want[i].hi) {
					t.Errorf("pow(%g, %g) = %g, want %g", x[i], y[i], got[i], want[i].hi)
				}
			}
			w.report(t, powBound[T]())
		}
		t.Run("pow/"+s.Name, func(t *testing.T) {
			s.Pow(got, x, y)
			check(t)
		})
		t.Run("powc/"+s.Name, func(t *testing.T) {
			clear(got)
			for i := range x {
				s.PowC(got[i:i+1], x[i:i+1], y[i])
			}
			check(t)
		})
	}
}
