//go:build !purego

package random

import "golang.org/x/sys/cpu"

var hasOthers = cpu.X86.HasAVX512F && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512VL && cpu.X86.HasBMI2
