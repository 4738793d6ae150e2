package lanes

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"affmatch/internal/machine"
)

// A formula is code that makes one number of up to three of a lane, a b d, and two scalars, s t.
type formula struct {
	name   string
	inputs int
	of     func(c *Code, a, b, d, s, t Value) Value
	record [2]string // how the SHA-256 of what it gives begins, in float32 and float64: TestTheMeaningIsOnRecord
}

var formulas = slices.Concat([]formula{
	ofOne("neg", (*Code).Neg, "824cac6b29ba8379", "ebf6cd7272d29e74"),
	ofOne("abs", (*Code).Abs, "6c189aa490dc7867", "f7c75b97291430d5"),
	ofOne("sign", (*Code).Sign, "b521438f56bcf060", "cfcca77817e27829"),
	ofOne("square", func(c *Code, a Value) Value { return c.Mul(a, a) }, "04d4d69e92e60806", "4a322feeef94af4d"),
	ofOne("ceil", (*Code).Ceil, "803606eeebebf48d", "771faca3f9b42811"),
	ofOne("floor", (*Code).Floor, "5fecfb4349f2e1f9", "d353d1f54acfc3af"),
	ofOne("sqrt", (*Code).Sqrt, "2d51bc0ba1042f14", "8888faec0c46eabd"),
	ofOne("rsqrt", (*Code).Rsqrt, "9dfdb87a21b1843a", "85310dec67926717"),
	ofOne("inv", (*Code).Inv, "bcaa40ade9a7ebc5", "fc107ff8cf18a1e7"),
	ofOne("exp", (*Code).Exp, "c126db680a536b2b", "4656da15e782e07f"),
	ofOne("expm1", (*Code).Expm1, "8d4cf7ff1c068219", "568410e2959924c9"),
	ofOne("log", (*Code).Log, "3d3953b2fd2ae341", "5ba0ef79b903c5af"),
	ofOne("log1p", (*Code).Log1p, "1a63f302a7b24d9d", "4790d88eaee1d418"),
	ofOne("sigmoid", (*Code).Sigmoid, "fa5740ff50aeadda", "e9220e62864cf46b"),
	ofOne("softplus", (*Code).Softplus, "bb77a3dc43c900e7", "69a5782ff919d322"),
	ofOne("tanh", (*Code).Tanh, "54e9d24c2586039e", "754264e3b1d74c5c"),
	ofOne("sin", (*Code).Sin, "00373fc00acaade3", "c9513c60e8aa4f47"),
	ofOne("cos", (*Code).Cos, "aee5b57c9810d34e", "73ba71c37205502c"),
	ofTwo("add", (*Code).Add, "bce06a4f31afdcfb", "917ec508e0153714"),
	ofTwo("sub", (*Code).Sub, "ed3be539e9bf9644", "dca0c570a10d982d"),
	ofTwo("mul", (*Code).Mul, "b3bb7e1a6b9213bb", "d153420126284a7d"),
	ofTwo("div", (*Code).Div, "d8b15e565a1efe82", "70cdca60a4567a7c"),
	ofTwo("max", (*Code).Max, "d053a5584060faf8", "b5dc14119ae7053b"),
	ofTwo("min", (*Code).Min, "eacd7191b422904d", "bab8a319cc754f1a"),
	ofRelation("gt", GreaterThan, "6b1fc64ca4090a97", "00c79ec1e3fa8a3c"),
	ofRelation("gte", GreaterEq, "6b1fc64ca4090a97", "00c79ec1e3fa8a3c"),
	ofRelation("lt", Less, "683c5988784519c7", "f9e4abead20512ff"),
	ofRelation("lte", LessEqual, "683c5988784519c7", "f9e4abead20512ff"),
	ofRelation("eq", Equal, "c35020473aed1b46", "c35020473aed1b46"),
	ofRelation("ne", NotEqual, "9ad28ff0dbb91703", "9ad28ff0dbb91703"),
	ofTwo("pow", (*Code).Pow, "a50c2206f27fb79d", "a9e8983ffe5b3857"),
	{"powc", 1, func(c *Code, a, _, _, s, _ Value) Value { return c.Pow(a, s) }, [2]string{"1afd7b18c4931fbe", "28c4082115e2b247"}},
	{"affine", 1, func(c *Code, a, _, _, s, t Value) Value { return c.FMA(a, s, t) }, [2]string{"7b7e4e87d8a8ad24", "0279336fa7399fa0"}},
	{"fma", 3, func(c *Code, a, b, d, _, _ Value) Value { return c.FMA(a, b, d) }, [2]string{"ed6438d70af81d10", "74b2f28d21cdb437"}},
	{"fnma", 3, func(c *Code, a, b, d, _, _ Value) Value { return c.FNMA(a, b, d) }, [2]string{"df5d2f6e3e4f0c69", "92b2d0fe9b95d33c"}},
	{"fmas", 2, func(c *Code, a, b, _, _, t Value) Value { return c.FMA(a, b, t) }, [2]string{"b5d4eec2a933eb12", "879e20c30c534a85"}},
	{"axpy", 2, func(c *Code, a, b, _, s, _ Value) Value { return c.FMA(a, s, b) }, [2]string{"f10547647bf4f7ea", "72c1eb1939676832"}},
	{"scalemul", 2, func(c *Code, a, b, _, s, _ Value) Value { return c.Mul(c.Mul(s, a), b) }, [2]string{"acbc85e7ee3792d3", "eec062df320bb7ad"}},
	{"fms", 3, func(c *Code, a, b, d, _, _ Value) Value { return c.fms(a, b, d) }, [2]string{}},
	ofOne("powpositive", func(c *Code, a Value) Value {
		return c.PowPositive(c.max(c.Abs(a), c.either(0x1p-126, 0x1p-1022)), -0.4)
	}, "608d90272ca5e5df", "78b62027cdac2410"),
	ofOne("logpositive", func(c *Code, a Value) Value {
		return c.LogPositive(c.max(c.either(0x1p-126, 0x1p-1022), c.Abs(a)))
	}, "", ""),
	ofOne("reciprocal", func(c *Code, a Value) Value {
		return c.Reciprocal(c.max(c.Abs(a), c.either(0x1p-126, 0x1p-1022)))
	}, "99092f565a0fec05", "ed6f852960b526e2"),
	ofTwo("apart", (*Code).Apart, "", ""),
	ofTwo("both", func(c *Code, a, b Value) Value {
		return c.keep(c.both(c.cmp(a, Less, b), c.cmp(b, Less, c.Num(1))), a)
	}, "", ""),
	ofTwo("without", func(c *Code, a, b Value) Value {
		return c.sel(c.without(c.cmp(a, Less, b), c.cmp(b, Less, c.Num(1))), a, b)
	}, "", ""),
}, otherRelations())

func ofOne(name string, f func(c *Code, a Value) Value, record ...string) formula {
	return formula{name, 1, func(c *Code, a, _, _, _, _ Value) Value { return f(c, a) }, [2]string(record)}
}

func ofTwo(name string, f func(c *Code, a, b Value) Value, record ...string) formula {
	return formula{name, 2, func(c *Code, a, b, _, _, _ Value) Value { return f(c, a, b) }, [2]string(record)}
}

func ofRelation(name string, r uint64, record ...string) formula {
	return ofTwo(name, func(c *Code, a, b Value) Value { return c.OneIf(a, r, b) }, record...)
}

// otherRelations are those that no formula of the engine has by itself.
func otherRelations() []formula {
	return []formula{ofRelation("unordered", Unordered, "", ""), ofRelation("notless", NotLess, "", ""), ofRelation("notlesseq", NotLessEq, "", "")}
}

func formulaOf(name string) formula {
	return formulas[slices.IndexFunc(formulas, func(f formula) bool { return f.name == name })]
}

// sets are those of machine.Vectors that can run the formula.
func (f formula) sets() []string {
	if f.name == "sin" || f.name == "cos" {
		return []string{machine.Go}
	}
	return machine.Vectors()
}

// runnerOn is machine code for a set or, for machine.Go, the interpreter.
func runnerOn[T Float](t testing.TB, k *Kernel, set string) Runner[T] {
	t.Helper()
	if set == machine.Go {
		return Interpret[T](k)
	}
	code, err := Compile[T](k, set)
	if err != nil {
		t.Fatalf("%s: %v\n%s", set, err, k)
	}
	return code()
}

// lanewise gives a function that computes the formula of columns: dst says how many lanes, and in[k] has at least as many
// where the formula has more than k inputs.
func lanewise[T Float](t testing.TB, f formula, set string) func(dst []T, in [3][]T, x, y T) {
	t.Helper()
	k := &Kernel{Code: New(double[T]())}
	var in [3]Value
	for n := range in {
		in[n] = k.Input(Source{Kind: Column, Array: n})
	}
	k.Stores = []Store{{A: f.of(k.Code, in[0], in[1], in[2], k.Scalar(0), k.Scalar(1))}}
	r := runnerOn[T](t, k, set)
	return func(dst []T, in [3][]T, x, y T) {
		n := (len(dst) + Width - 1) / Width * Width
		frame := &Frame[T]{Scalars: []T{x, y}, Tables: make([][]T, 3), Stored: [][]T{make([]T, n)}}
		for k := range in {
			frame.Tables[k] = make([]T, n)
			if k < f.inputs {
				copy(frame.Tables[k], in[k][:len(dst)])
			}
		}
		r.Run(frame, fullTiles(n))
		copy(dst, frame.Stored[0])
	}
}

// fullTiles are n lanes without a mask.
func fullTiles(n int) (tiles []Tile) {
	for at := 0; at < n; at += Slots * Width {
		end := int64(min(at+Slots*Width, n))
		tiles = append(tiles, Tile{At: int64(at), Entry: int64(at), Full: end, End: end})
	}
	return tiles
}

// specials are the values at which elementary functions go wrong.
func specials[T Float]() []T {
	tiny, minNorm, eps := T(math.SmallestNonzeroFloat32), T(0x1p-126), T(0x1p-23)
	thresholds := []T{88.722839, -87.336544, 88, 89, 104, 103.9, 127, 128, 149, 8.66, 9.1, 16.6, 17.4, 0.55, 120}
	if double[T]() {
		small := math.SmallestNonzeroFloat64
		tiny, minNorm, eps = T(small), T(float64(minNormal)), T(0x1p-52)
		thresholds = []T{709.782712893384, 709.8, -708.3964185322641, 745.2, 708, 1023, 1024, 1074, 19.1, 22, 37, 36.8, 0.55, 720}
	}
	list := append(thresholds, 0, T(math.Inf(1)), T(math.NaN()), tiny, 3*tiny, minNorm-tiny, minNorm, minNorm+tiny, largest[T](),
		largest[T]()/2, 1, 1+eps, 1-eps/2, 1+2*eps, 2, 0.5, 0.75, 0.75-eps/2, 1.5, 1.5-eps, 3, 10, math.Ln2/2, math.Ln2, -math.Ln2/2-eps,
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
	if double[T]() {
		return T(math.Float64frombits(r.Uint64()))
	}
	return T(math.Float32frombits(r.Uint32()))
}

// ordinary are numbers of both signs between e^-4 and e^4, so that a chain of two operations stays in the range.
func ordinary[T Float](n int, r *rand.Rand) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = T(math.Copysign(math.Exp(8*r.Float64()-4), r.Float64()-0.5))
	}
	return x
}

// sameBits takes all NaN for one.
func sameBits[T Float](a, b T) bool {
	return a == b && math.Signbit(float64(a)) == math.Signbit(float64(b)) || a != a && b != b
}

// repeated is x, n times.
func repeated[T Float](x T, n int) []T { return slices.Repeat([]T{x}, n) }

func smallestNormal[T Float]() float64 {
	if double[T]() {
		return minNormal
	}
	return 0x1p-126
}
