// Package vec holds the vector routines that the engine's bytecode calls: one routine an instruction, over tiles of about
// 1024 lanes that stay in the first-level cache. [Set] lists them; read it first.
//
// # Sets
//
// There are three: "avx512" and "avx2" (with FMA), assembly that the module in ./asm generates, and "go", pure Go for every
// machine. [Best] is the one in use (machine.Vector). All give the same bits, which are what pure Go computes
// (TestSetsHaveTheSameBits): a function is one sequence of operations that round once, fused multiply-adds among them. A
// lane's value does not depend on its place in the tile or the length of the tile, a sum's only on the values and their
// number.
//
// # Accuracy
//
// Bounds in units in the last place, over the whole range of inputs, subnormal ones included (TestEvery looks for worse,
// by sampling: no float32 function was tried at every number):
//
//	Neg Abs Sign Square Sqrt Inv Ceil Floor and + - * /   0.5 (one rounding)
//	Exp; Pow and PowC of float32                          1
//	Log Rsqrt                                             1.5
//	Expm1 Log1p Softplus; Pow and PowC of float64         2
//	Sigmoid Tanh                                          2.5
//	Affine FMA FNMA FMAS AXPY                             0.5 (one rounding)
//	Sum Dot                                               float64 arithmetic in both precisions
//	Sin Cos                                               package same in every set: 1 of float64
//
// Special cases are IEEE's and math.Pow's: Log(0) = -Inf, Log(-1) = NaN, 0 to a negative power is +Inf, a negative base has
// a power if the exponent is whole.
//
// # Subnormal numbers
//
// Exp, Sigmoid, Softplus, Pow and SumExp give zero instead of a subnormal result (below 1.2e-38, or 2.2e-308 in float64):
// the tails of a Gaussian otherwise fill a tile with numbers that later instructions are slow on. Other routines round as
// IEEE says. On Zen 5 a product that is subnormal was seen to cost up to 3.5 times a normal one, a sum or a fused
// multiply-add of such numbers nothing extra; Intel machines, not tried here, are known for a larger cost. The processor's
// flush-to-zero mode is not used: it would have to be set and restored at each call, and nobody has shown that it pays.
//
// # Adding a routine
//
//   - A field of [Set], with its formula.
//   - The pure Go version (arith.go and its neighbors), entered in goset.go: the meaning.
//   - A line in a table of ./asm: lanewises (routines.go) if it is the value of one lane, else reductions, segments,
//     tableRoutines or planars. The emitter's methods (emit.go) are common to the instruction sets and precisions. A set takes
//     the pure Go version of whatever has no line there.
//   - A line in a table of the tests: unaryCases, or laneOps, which also puts it into the benchmarks; what is not lanewise has
//     a test beside TestReductions, TestRows or TestTables.
//
// Then run go generate, here. Its output depends on nothing but ./asm (whose go.mod pins the assembler library), so
// "go generate ./internal/vec && git diff --exit-code" holds the committed assembly to its source.
package vec

//go:generate sh -c "cd asm && go run ."
