//go:build unix && !purego

#include "textflag.h"

// func call(code *byte, args unsafe.Pointer)
//
// Go calls this by a wrapper from its own convention to the assembler's, which afterwards makes R14 the goroutine and X15
// zero again. The frame is there for its saved RBP, by which profilers walk the stack.
TEXT ·call(SB), NOSPLIT, $8-16
	MOVQ code+0(FP), AX
	MOVQ args+8(FP), DI
	CALL AX
	RET
