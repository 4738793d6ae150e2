package vec

import "affmatch/internal/same"

// arithSet is the part of the pure Go set that is the same at both precisions.
func arithSet[T Float]() *Set[T] {
	return &Set[T]{
		Name: "go",
		Neg:  neg[T], Abs: abs[T], Sign: sign[T], Square: square[T], Sqrt: sqrt[T], Rsqrt: rsqrt[T], Inv: inv[T],
		Sin: each(func(x T) T { return T(same.Sin(float64(x))) }), Cos: each(func(x T) T { return T(same.Cos(float64(x))) }),
		Ceil: ceil[T], Floor: floor[T],

		Add: add[T], Sub: sub[T], Mul: mul[T], Div: div[T], Max: maximum[T], Min: minimum[T],
		Gt: gt[T], Gte: gte[T], Lt: lt[T], Lte: lte[T], Eq: eq[T], Ne: ne[T],

		Affine: affine[T], FMA: fma[T], FNMA: fnma[T], FMAS: fmas[T], AXPY: axpy[T], ScaleMul: scaleMul[T], Fill: fill[T],

		Sum: sum[T], Dot: dot[T], MaxOf: maxOf[T], MinOf: minOf[T], NonFinite: nonFinite[T],
		SegSum: segSum[T], SegMax: segMax[T], SegFill: segFill[T],

		Gather: gather[T], ScatterAdd: scatterAdd[T],
		Diff2: diff2[T], DiffRow2: diffRow2[T], ScatterSub2: scatterSub2[T], SegSum2: segSum2[T], PullPush2: pullPush2[T],
	}
}

func goSet[T Float]() *Set[T] {
	s, d := arithSet[T](), digitsOf[T]()
	s.Exp, s.Expm1, s.Log, s.Log1p = each(d.exponential), each(d.exponentialMinus1), each(d.logarithm), each(d.logarithm1p)
	s.Sigmoid, s.Softplus, s.Tanh = each(d.logistic), each(d.softPlus), each(d.hyperbolicTangent)
	s.Pow, s.SumExp = eachPair(d.power), sumExp[T]
	s.PowC = func(dst, a []T, c T) {
		a = a[:len(dst)]
		for i := range dst {
			dst[i] = d.power(a[i], c)
		}
	}
	return s
}

// each and eachPair make a routine of a function of one lane.
func each[T Float](f func(T) T) func(dst, a []T) {
	return func(dst, a []T) {
		a = a[:len(dst)]
		for i := range dst {
			dst[i] = f(a[i])
		}
	}
}

func eachPair[T Float](f func(a, b T) T) func(dst, a, b []T) {
	return func(dst, a, b []T) {
		a, b = a[:len(dst)], b[:len(dst)]
		for i := range dst {
			dst[i] = f(a[i], b[i])
		}
	}
}
