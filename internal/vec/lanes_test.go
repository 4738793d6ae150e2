package vec

import (
	"math"
	"math/rand/v2"
	"testing"
)

// A laneOp is one lanewise routine in one shape for all: inputs slices, then two scalars.
type laneOp[T Float] struct {
	name   string
	inputs int
	run    func(s *Set[T], dst []T, in [3][]T, x, y T)
	// want is the value of one lane, for those that have no oracle of their own in TestUnaryWithinBound and TestPow; terms are
	// what it sums, whose size says how much rounding may cost.
	want func(a, b, c, x, y float64) (value float64, terms []float64)
}

func laneOps[T Float]() []laneOp[T] {
	type S = *Set[T]
	type F = float64
	var list []laneOp[T]
	for _, c := range unaryCases[T]() {
		list = append(list, laneOp[T]{c.name, 1, func(s S, dst []T, in [3][]T, _, _ T) { c.of(s)(dst, in[0]) }, nil})
	}
	two := func(name string, of func(s S) func(dst, a, b []T), want func(a, b F) F) {
		list = append(list, laneOp[T]{name, 2, func(s S, dst []T, in [3][]T, _, _ T) { of(s)(dst, in[0], in[1]) },
			func(a, b, _, _, _ F) (F, []F) { w := want(a, b); return w, []F{w} }})
	}
	two("add", func(s S) func(dst, a, b []T) { return s.Add }, func(a, b F) F { return a + b })
	two("sub", func(s S) func(dst, a, b []T) { return s.Sub }, func(a, b F) F { return a - b })
	two("mul", func(s S) func(dst, a, b []T) { return s.Mul }, func(a, b F) F { return a * b })
	two("div", func(s S) func(dst, a, b []T) { return s.Div }, func(a, b F) F { return a / b })
	two("max", func(s S) func(dst, a, b []T) { return s.Max }, func(a, b F) F { return max(a, b) })
	two("min", func(s S) func(dst, a, b []T) { return s.Min }, func(a, b F) F { return min(a, b) })
	two("gt", func(s S) func(dst, a, b []T) { return s.Gt }, func(a, b F) F { return oneIf[F](a > b) })
	two("gte", func(s S) func(dst, a, b []T) { return s.Gte }, func(a, b F) F { return oneIf[F](a >= b) })
	two("lt", func(s S) func(dst, a, b []T) { return s.Lt }, func(a, b F) F { return oneIf[F](a < b) })
	two("lte", func(s S) func(dst, a, b []T) { return s.Lte }, func(a, b F) F { return oneIf[F](a <= b) })
	two("eq", func(s S) func(dst, a, b []T) { return s.Eq }, func(a, b F) F { return oneIf[F](a == b) })
	two("ne", func(s S) func(dst, a, b []T) { return s.Ne }, func(a, b F) F { return oneIf[F](a != b) })
	return append(list,
		laneOp[T]{"pow", 2, func(s S, dst []T, in [3][]T, _, _ T) { s.Pow(dst, in[0], in[1]) }, nil},
		laneOp[T]{"powc", 1, func(s S, dst []T, in [3][]T, x, _ T) { s.PowC(dst, in[0], x) }, nil},
		laneOp[T]{"affine", 1, func(s S, dst []T, in [3][]T, x, y T) { s.Affine(dst, in[0], x, y) },
			func(a, _, _, x, y F) (F, []F) { return x*a + y, []F{x * a, y} }},
		laneOp[T]{"fma", 3, func(s S, dst []T, in [3][]T, _, _ T) { s.FMA(dst, in[0], in[1], in[2]) },
			func(a, b, c, _, _ F) (F, []F) { return a*b + c, []F{a * b, c} }},
		laneOp[T]{"fnma", 3, func(s S, dst []T, in [3][]T, _, _ T) { s.FNMA(dst, in[0], in[1], in[2]) },
			func(a, b, c, _, _ F) (F, []F) { return c - a*b, []F{a * b, c} }},
		laneOp[T]{"fmas", 2, func(s S, dst []T, in [3][]T, _, y T) { s.FMAS(dst, in[0], in[1], y) },
			func(a, b, _, _, y F) (F, []F) { return a*b + y, []F{a * b, y} }},
		laneOp[T]{"axpy", 2, func(s S, dst []T, in [3][]T, x, _ T) { s.AXPY(dst, in[0], x, in[1]) },
			func(a, b, _, x, _ F) (F, []F) { return x*a + b, []F{x * a, b} }},
		laneOp[T]{"scalemul", 2, func(s S, dst []T, in [3][]T, x, _ T) { s.ScaleMul(dst, in[0], in[1], x) },
			func(a, b, _, x, _ F) (F, []F) { return x * a * b, []F{x * a * b} }},
		laneOp[T]{"fill", 0, func(s S, dst []T, _ [3][]T, x, _ T) { s.Fill(dst, x) },
			func(_, _, _, x, _ F) (F, []F) { return x, []F{0} }},
	)
}

// ordinary are numbers of both signs between e^-4 and e^4, so that a chain of two operations stays in the range.
func ordinary[T Float](n int, r *rand.Rand) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = T(math.Copysign(math.Exp(8*r.Float64()-4), r.Float64()-0.5))
	}
	return x
}

func TestLanewiseIsRight(t *testing.T) {
	t.Run("float32", testLanewise[float32])
	t.Run("float64", testLanewise[float64])
}

// testLanewise pairs all special values, then takes ordinary ones; at special values only the class of the result counts.
func testLanewise[T Float](t *testing.T) {
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
	for _, op := range laneOps[T]() {
		if op.want == nil {
			continue
		}
		for _, s := range Sets[T]() {
			t.Run(op.name+"/"+s.Name, func(t *testing.T) {
				op.run(s, got, in, x, y)
				for i := range got {
					want, terms := op.want(float64(in[0][i]), float64(in[1][i]), float64(in[2][i]), float64(x), float64(y))
					size := 0.0
					for _, term := range terms {
						size = max(size, math.Abs(term))
					}
					w := T(want)
					bound := 3 * ulp(T(size))
					if len(terms) == 1 && op.name != "scalemul" {
						bound = 0.5 * ulp(w)
					}
					same := got[i] == w || got[i] != got[i] && w != w || math.Abs(float64(got[i])-want) <= bound
					if !same && (i >= special || len(terms) == 1 && op.name != "scalemul") {
						t.Fatalf("%s(%g, %g, %g) = %g, want %g", op.name, in[0][i], in[1][i], in[2][i], got[i], want)
					}
				}
			})
		}
	}
}

func TestLanesDoNotDependOnPlaceOrLength(t *testing.T) {
	t.Run("float32", testPlaces[float32])
	t.Run("float64", testPlaces[float64])
}

// testPlaces computes tiles of all lengths from 0 to 67 and of 1024, in place and not, and compares the bits with those of one
// lane alone; it looks whether a routine writes behind its end.
func testPlaces[T Float](t *testing.T) {
	const n, guard = 1024, 40
	r := rand.New(rand.NewPCG(8, 9))
	var in [3][]T
	for i := range in {
		in[i] = append(specials[T](), ordinary[T](n, r)...)[:n]
		r.Shuffle(n, func(a, b int) { in[i][a], in[i][b] = in[i][b], in[i][a] })
	}
	x, y := T(1.25), T(-0.375)
	lengths := []int{n}
	for k := range 68 {
		lengths = append(lengths, k)
	}
	for _, op := range laneOps[T]() {
		for _, s := range Sets[T]() {
			t.Run(op.name+"/"+s.Name, func(t *testing.T) {
				alone := make([]T, n)
				for i := range alone {
					op.run(s, alone[i:i+1], [3][]T{in[0][i : i+1], in[1][i : i+1], in[2][i : i+1]}, x, y)
				}
				for _, k := range lengths {
					from := (k * 7) % (n - k + 1)
					for alias := range op.inputs + 1 { // the last one: none
						arg := in
						for i := range arg {
							arg[i] = arg[i][from : from+k]
						}
						buf := make([]T, k+guard)
						for i := range buf {
							buf[i] = 77
						}
						if alias < op.inputs {
							copy(buf, arg[alias])
							arg[alias] = buf[:k]
						}
						op.run(s, buf[:k], arg, x, y)
						for i := range buf[:k] {
							if !sameBits(buf[i], alone[from+i]) {
								t.Fatalf("lane %d of %d (input %d in place) is %g, alone it is %g", i, k, alias, buf[i], alone[from+i])
							}
						}
						for i, v := range buf[k:] {
							if v != 77 {
								t.Fatalf("length %d: wrote lane %d", k, k+i)
							}
						}
					}
				}
			})
		}
	}
}

// sameBits takes all NaN for one.
func sameBits[T Float](a, b T) bool {
	return a == b && math.Signbit(float64(a)) == math.Signbit(float64(b)) || a != a && b != b
}
