// Package lanes is a small virtual machine: code on sixteen lanes of float32 or float64, run in loops over slots of lanes.
// A [Kernel] is code with what comes in and goes out; [Interpret] runs it in plain Go, [Compile] as machine code for
// AVX-512 or AVX2 (package native). This comment is what a kernel means. It leaves nothing to the machine: the same kernel,
// frame and tiles give the same bits on every processor, with any instructions.
//
// # Code
//
// A [Code] is a list of instructions in single assignment. Each computes one value in all 16 lanes (Width), and lane l of
// it depends on lane l of its operands only. Values are numbers of the code's precision, or masks. An operation rounds
// once, to nearest, ties to even; one that would round twice is two operations. Products and sums are fused, with one
// rounding, where the operation is FMA, FNMA or FMS, and nowhere else. What each operation does stands at its name
// (code.go). Where that is "anything", which some say of arguments outside of their range, a function selects something
// else; code has to as well.
//
// Subnormal numbers are numbers: neither operands nor results are taken for zero, but for what functions say below. Zeros
// have signs, by IEEE 754's rules; the operations Max and Min give b where both operands are zeros. NaN comes out where
// IEEE 754 says so and where an operation does, but which NaN is not specified, neither its sign nor its payload, and no
// number of a function depends on it.
//
// # Slots and tiles
//
// A [Tile] is up to 128 slots (Slots) of 16 lanes, and a run goes through its tiles in their order, slot by slot. Slot s of
// a tile has the lanes from At + 16 s to 16 lanes on; its streams and stored values are at Entry + 16 s. From Full on,
// slots have masks: bit l of a mask says that lane l has an entry. Each slot goes like this:
//
//   - Tails of an end in Drawn are those in the frame, or are drawn as Draw says, which has to be the same.
//   - Ports take what their sources say, in all lanes: memory that a lane without an entry refers to is there to be read.
//   - The code is computed, in all lanes. A carry has the value that it had at the end of the slot before, and Start in the
//     first.
//   - Stores write all lanes.
//   - Scatters go one after another, in their order, each lane by lane from lane 0: indices may repeat. A lane without an
//     entry changes nothing. An array is scattered to at tails, or in order, or at the entries, not in two of these ways;
//     entries of two numbers are at tails, products are not.
//   - Carries become their Next, all at the same time, in lanes that have an entry. A lane that has none keeps what it has.
//
// At the end of a tile its carries are flushed, in their order; those that are taken from heads lane by lane from lane 0,
// whatever the masks were. A sum (Accumulate) so begins a tile at +0 in the code's precision, adds the entries of its lane
// in order of the slots, and joins a float64: of the lane, across tiles (AddToTotal), or of the lane of the tile's rows
// (AddToRows); or it is taken from entries in the code's precision, lane by lane (TakeFromHeads). Whoever reads sixteen
// lanes as one sum adds the second half to the first, then the second quarter to the first, and so on: package fuse does.
// Nothing else decides in which order numbers are added: neither the width of a machine's registers nor how many goroutines
// share the tiles, each with its own frame.
//
// # Functions
//
// Functions are fixed sequences of operations (functions.go, power.go), the same in plain Go and on every machine, with
// coefficients that the module in ./coef derives. Their bits are on record (TestTheMeaningIsOnRecord). Bounds of their
// errors in units in the last place, over all inputs, subnormal ones included (TestFunctionsWithinBound and
// TestPowWithinBound try some, TestEvery more; no float32 function was tried at every number):
//
//	Abs Neg Sign Ceil Floor Max Min             0
//	Add Sub Mul Div Sqrt Inv FMA FNMA           0.5 (one rounding)
//	Exp; Pow of float32; Reciprocal             1
//	Rsqrt; Log of float64                       1.5
//	Expm1 Log1p Softplus; Log of float32, Pow of float64  2
//	Sigmoid Tanh                                2.5
//	PowPositive                                 4 + 1.2 |p| + 1.4 |p log2 x|
//	Sin Cos                                     package same: 1 of float64
//
// Exp, Sigmoid, Softplus, Pow and PowPositive give zero, with the sign of the result, where it would be subnormal (below
// 1.2e-38, or 2.2e-308 in float64; PowPositive below 1.42 times as much): the tails of a Gaussian otherwise fill slots with
// numbers that later operations are slow on (on Zen 5, products that take up to 3.5 times as long were seen). All others
// round as IEEE 754 says; the processor's flush-to-zero mode is not used.
//
// Special cases are IEEE's and package math's, of Pow all of math.Pow's: Log(0) is -Inf, Log(-1) is NaN, 0 to a negative
// power is infinite, a negative base has whole powers. The functions Max and Min are NaN where either argument is;
// comparisons with NaN are what the relation's name says.
//
// # Machines
//
// The interpreter is the meaning where this comment errs, and machine code must agree with it bit by bit, but for which
// NaN. The tests hold both to a loop that takes one number at a time (naive_test.go), over every function, source, carry
// and scatter, and over random kernels. There is no machine code for Sin and Cos, nor where the system allows none: Compile
// gives an error, and the caller interprets.
//
// Machine code goes this way:
//
//	Kernel ──► instructions of a slot ────────► registers ─────────────► loops, code
//	           expand.go scales.go join.go      pin.go emitter.go        program.go: tiles, blocks, slots
//	           ports.go tails.go draws.go       registers.go operands.go ends.go: begin and end of a tile
//	           finish.go                        instructions.go masks.go run_native.go: its memory
//
// compiler.go has what they share: where everything lies in the memory of a run. Slots of a kernel with tails go in blocks
// of 16: all draws, then all gathers, then all code, some slots abreast, then all scatters, so that much is under way at a
// time. A value that finds no register goes to memory.
//
// # Adding an operation or a function
//
// A function is a method of Code made of operations that are there. It needs a line in formulas (formula_test.go), which
// puts it before every set of instructions and into the benchmark, one in functions (elementary_test.go) with an oracle and
// a bound, and one here. What it gives goes on record, and stays.
//
// An operation needs a place in the list of Op with a comment that leaves nothing open, a name (print.go), its routine
// (primitives.go: the meaning), its instructions for both sets (expansion.value), its definition in the tests' own words
// (operation, in naive_test.go), and a formula that uses it. One without instructions is still right: kernels with it are
// interpreted.
//
// Constants of functions come from go generate, here. Its output depends on nothing but ./coef, so that CI holds
// coefficients.go to its source.
package lanes

//go:generate sh -c "cd coef && go run ."
