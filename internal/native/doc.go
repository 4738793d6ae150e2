// Package native writes machine code for amd64 at run time and runs it, in Go without cgo.
//
// Code is an Assembler's bytes in pages of a Code. An Assembler is a list of instructions: the general ones are its methods
// (Load, AddI, Jcc), the vector ones are values (Instr) for Emit. A Code is memory that is written once and from then on
// only read and run.
//
//	a := native.New(false)
//	a.Load(native.RAX, native.At(native.RDI, 0))
//	a.Emit(native.Instr{Op: native.MOVUPS, W: native.W256, Dst: 1, Y: native.M(native.At(native.RAX, 32))})
//	a.Ret()
//	code, err := a.Code()
//	c, err := native.Map(code)
//	c.Call(unsafe.Pointer(&args))
//
// Encodings follow Intel's Software Developer's Manual, volume 2: sections 2.3 (VEX) and 2.7 (EVEX), and the page of each
// instruction. The tests hold them against the bytes of Go's own assembler.
//
// The encoder runs everywhere. Map fails where the code could not run: the caller needs another way in any case.
package native
