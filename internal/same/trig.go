package same

import "math"

// The parts of pi/2: 159 digits of it.
const (
	halfPi  = 0x1.921fb54442d18p+0
	halfPi1 = 0x1.1a62633145c07p-54
	halfPi2 = -0x1.f1976b7ed8fbcp-110
)

// Sin is the sine of x radians, within 0.9 ulp.
func Sin(x float64) float64 {
	if math.Abs(x) < 0x1p-27 { // where x^3/6 is nothing; and -0 is its own sine
		return x
	}
	quarter, r, rest := folded(x)
	return turned(quarter, r, rest)
}

// Cos is the cosine of x radians, within 0.9 ulp.
func Cos(x float64) float64 {
	quarter, r, rest := folded(x)
	return turned(quarter+1, r, rest)
}

// turned is the sine of quarter*pi/2 + r + rest.
func turned(quarter int, r, rest float64) float64 {
	v := 0.0
	if quarter&1 == 0 {
		v = sin(r, rest)
	} else {
		v = cos(r, rest)
	}
	if quarter&2 != 0 {
		return -v
	}
	return v
}

// folded is x = quarter*pi/2 + r + rest, quarter up to a multiple of 4 and |r| at most about pi/4.
func folded(x float64) (quarter int, r, rest float64) {
	switch ax := math.Abs(x); {
	case ax <= math.Pi/4:
		return 0, x, 0
	case !(ax <= math.MaxFloat64):
		return 0, math.NaN(), 0
	case ax >= 1<<20:
		return foldedLarge(x)
	}
	shifted := float64(x*(2/math.Pi)) + shifter
	n := shifted - shifter
	r = math.FMA(-n, halfPi, x) // exact: a multiple of 2^-53 below 1
	p := float64(n * halfPi1)
	pLow := math.FMA(n, halfPi1, -p)
	r, rest = twoSum(r, -p)
	return int(math.Float64bits(shifted)), r, rest - (pLow + float64(n*halfPi2))
}

// sin is the sine of x+rest, |x| at most about pi/4, by FDLIBM's polynomial.
func sin(x, rest float64) float64 {
	const (
		c1 = -1.66666666666666324348e-01
		c2 = 8.33333333332248946124e-03
		c3 = -1.98412698298579493134e-04
		c4 = 2.75573137070700676789e-06
		c5 = -2.50507602534068634195e-08
		c6 = 1.58969099521155010221e-10
	)
	z := float64(x * x)
	w := float64(z * z)
	p := (c1 + float64(z*c2)) + float64(w*((c3+float64(z*c4))+float64(w*(c5+float64(z*c6)))))
	return x + (float64(x*z*p) + float64(rest*(1-float64(0.5*z))))
}

// cos is the cosine of x+rest, |x| at most about pi/4, by FDLIBM's polynomial.
func cos(x, rest float64) float64 {
	const (
		c1 = 4.16666666666666019037e-02
		c2 = -1.38888888888741095749e-03
		c3 = 2.48015872894767294178e-05
		c4 = -2.75573143513906633035e-07
		c5 = 2.08757232129817482790e-09
		c6 = -1.13596475577881948265e-11
	)
	z := float64(x * x)
	w := float64(z * z)
	p := (c1 + float64(z*c2)) + float64(w*((c3+float64(z*c4))+float64(w*(c5+float64(z*c6)))))
	half := 0.5 * z
	v := 1 - half
	return v + (((1 - v) - half) + (float64(w*p) - float64(x*rest)))
}
