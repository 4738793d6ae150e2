// Package same has elementary functions of float64 that give the same bits on every processor.
//
// Package math's do not: Exp, Log, Hypot and others are assembly on some processors and Go on others, and Go's compiler
// fuses x*y + z into one instruction, with one rounding instead of two, wherever the processor has it. Here each function
// is one sequence of operations that IEEE 754 rounds in one way: sums, products whose rounding a conversion spells out,
// float64(x*y) + z, quotients, and math.FMA, which is exact everywhere, in hardware or not. What math does exactly, such
// as Sqrt, Abs, Floor, Mod, Frexp and Ldexp, is left to it.
//
// Special cases are those of math's functions. NaNs are alike only as NaNs: their bits are not compared.
//
// TestNothingIsFused holds the whole program to the same rule: it reads the machine code for arm64, where every fused
// instruction that nobody asked for is one. The methods are tables and short series, after P. Tang, "Table-driven
// implementation of the exponential function in IEEE floating-point arithmetic", ACM TOMS 15 (1989), and his logarithm,
// ACM TOMS 16 (1990); sine and cosine are FDLIBM's polynomials.
package same
