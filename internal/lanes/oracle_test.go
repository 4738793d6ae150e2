package lanes

import (
	"math"
	"math/big"
)

// A wanted value is hi + lo: hi is the nearest float64, lo what it lacks, so that an error of a hundredth of an ulp of
// float64 can be seen. Infinities and NaN are in hi.
type wanted struct{ hi, lo float64 }

// exact is a value that float64 holds well enough: for float32 results everything that package math gives.
func exact(x float64) wanted { return wanted{hi: x} }

// minNormal is the smallest normal float64.
const minNormal = 0x1p-1022

const oracleBits = 260

func bigOf(x float64) *big.Float { return new(big.Float).SetPrec(oracleBits).SetFloat64(x) }

func fromBig(w *big.Float) wanted {
	hi, _ := w.Float64()
	if math.IsInf(hi, 0) {
		return wanted{hi: hi}
	}
	lo, _ := new(big.Float).Sub(w, bigOf(hi)).Float64()
	return wanted{hi, lo}
}

var bigLn2, _ = new(big.Float).SetPrec(oracleBits).SetString(
	"0.69314718055994530941723212145817656807550013436025525412068000949339362196969471560586332699641868754200148102057")

// bigExp is e^x: x is brought below 2^-21 by ln 2 and by twenty halvings, then Taylor.
func bigExp(x *big.Float) *big.Float {
	q, _ := new(big.Float).Quo(x, bigLn2).Float64()
	k := math.Round(q)
	r := new(big.Float).Sub(x, new(big.Float).Mul(bigOf(k), bigLn2))
	r.SetMantExp(r, -20)
	sum, term := bigOf(1), bigOf(1)
	for i := 1.0; i <= 13; i++ {
		term = new(big.Float).Quo(new(big.Float).Mul(term, r), bigOf(i))
		sum.Add(sum, term)
	}
	for range 20 {
		sum = new(big.Float).Mul(sum, sum)
	}
	return sum.SetMantExp(sum, int(k))
}

// bigLog is ln x from a start that is right to float64, by one step of Halley's method, which trebles the digits.
func bigLog(x *big.Float, start float64) *big.Float {
	y := bigOf(start)
	e := bigExp(y)
	d := new(big.Float).Sub(x, e)
	d.Quo(d, new(big.Float).Add(x, e))
	return y.Add(y, d.Add(d, d))
}

// finite lifts a function of big numbers to one of float64; special is used where the input or special's own result is not
// finite, or the result is zero.
func finite(special func(float64) float64, f func(x *big.Float, start float64) *big.Float) func(float64) wanted {
	return func(x float64) wanted {
		s := special(x)
		if math.IsInf(s, 1) && x < 709.79 && x > 709 {
			s = largest[float64]() // the exponential of some machines overflows too early
		}
		if math.IsNaN(s) || math.IsInf(s, 0) || s == 0 || math.IsInf(x, 0) {
			return exact(s)
		}
		return fromBig(f(bigOf(x), s))
	}
}

func plus1(x *big.Float) *big.Float { return new(big.Float).Add(x, bigOf(1)) }

// small is x + a*x^power where |x| is so small that the next term is beyond the oracle's care; 1+x would need too many bits.
func small(x *big.Float, a float64, power int) (*big.Float, bool) {
	if x.Sign() != 0 && x.MantExp(nil) > -60 {
		return nil, false
	}
	t := bigOf(a)
	for range power {
		t.Mul(t, x)
	}
	return t.Add(t, x), true
}

// startLog is ln x for every positive float64; the math.Log of some machines is wrong for subnormal numbers.
func startLog(x float64) float64 {
	if x < minNormal && x > 0 {
		return math.Log(x*0x1p54) - 54*math.Ln2
	}
	return math.Log(x)
}

var (
	wantExp   = finite(math.Exp, func(x *big.Float, _ float64) *big.Float { return bigExp(x) })
	wantLog   = finite(startLog, bigLog)
	wantExpm1 = finite(math.Expm1, func(x *big.Float, s float64) *big.Float {
		if v, ok := small(x, 0.5, 2); ok || s == -1 {
			if s == -1 {
				return bigOf(s)
			}
			return v
		}
		return new(big.Float).Sub(bigExp(x), bigOf(1))
	})
	wantLog1p = finite(math.Log1p, func(x *big.Float, s float64) *big.Float {
		if v, ok := small(x, -0.5, 2); ok {
			return v
		}
		return bigLog(plus1(x), s)
	})
	wantTanh = finite(math.Tanh, func(x *big.Float, s float64) *big.Float {
		if math.Abs(s) == 1 {
			return bigOf(s)
		}
		if v, ok := small(x, -1.0/3, 3); ok {
			return v
		}
		e := bigExp(new(big.Float).Add(x, x))
		return new(big.Float).Quo(new(big.Float).Sub(e, bigOf(1)), plus1(e))
	})
	wantSigmoid = finite(sigmoidLoose, func(x *big.Float, s float64) *big.Float {
		if s == 1 {
			return bigOf(s)
		}
		return new(big.Float).Quo(bigOf(1), plus1(bigExp(new(big.Float).Neg(x))))
	})
	wantSoftplus = finite(softplusLoose, func(x *big.Float, s float64) *big.Float {
		if v, _ := x.Float64(); v > 700 {
			return x // ln(1+e^x) - x < e^-700
		}
		e := bigExp(x)
		if v, ok := small(e, -0.5, 2); ok {
			return v
		}
		return bigLog(plus1(e), s)
	})
)

func sigmoidLoose(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

func softplusLoose(x float64) float64 {
	if x > 40 {
		return x
	}
	return math.Log1p(math.Exp(x))
}

// wantPow is math.Pow, with a precise value where the result is not far beyond the range of float64.
func wantPow(x, y float64) wanted {
	s := math.Pow(x, y)
	ax := math.Abs(x)
	if !(math.Abs(y*startLog(ax)) < 760) || math.IsNaN(s) || y == 0 || ax == 1 {
		return exact(s)
	}
	p := bigExp(new(big.Float).Mul(bigOf(y), bigLog(bigOf(ax), startLog(ax))))
	if math.Signbit(s) {
		p.Neg(p)
	}
	return fromBig(p)
}

// ulps is the distance of got from want in units of the last place of T at want. Beyond the largest number, infinity counts
// as the next one.
func ulps[T Float](got T, want wanted) float64 {
	w, x := T(want.hi), float64(got)
	switch {
	case w != w || x != x:
		if w != w && x != x {
			return 0
		}
		return math.Inf(1)
	case math.IsInf(want.hi, 0) || math.IsInf(float64(w), 0) && math.IsInf(x, 0):
		if got == w {
			return 0
		}
		return math.Inf(1)
	}
	unit := ulp(w)
	if math.IsInf(x, 0) || math.IsInf(float64(w), 0) {
		unit = ulp(largest[T]())
	}
	if math.IsInf(x, 0) {
		return math.Abs(math.Copysign(float64(largest[T]()), x)-want.hi-want.lo)/unit + 1
	}
	return math.Abs(x-want.hi-want.lo) / unit
}

func largest[T Float]() T {
	big := math.MaxFloat64
	if _, single := any(T(0)).(float32); single {
		big = math.MaxFloat32
	}
	return T(big)
}

// ulp is the unit in the last place at w: of float32, or of float64.
func ulp[T Float](w T) float64 {
	digits, least := 24, -149
	if _, ok := any(w).(float64); ok {
		digits, least = 53, -1074
	}
	if w == 0 {
		return math.Ldexp(1, least)
	}
	_, e := math.Frexp(float64(w))
	return math.Ldexp(1, max(e-digits, least))
}
