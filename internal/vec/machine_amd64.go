//go:build !purego

package vec

import "golang.org/x/sys/cpu"

// x/sys/cpu says yes only where the operating system saves the wide registers too.
var (
	hasAVX512 = cpu.X86.HasAVX512F && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512VL && cpu.X86.HasBMI2
	hasAVX2   = cpu.X86.HasAVX2 && cpu.X86.HasFMA
)

func machineSets32() []*Set[float32] { return machineSets(avx512Set32, avx2Set32) }
func machineSets64() []*Set[float64] { return machineSets(avx512Set64, avx2Set64) }

func machineSets[T Float](avx512, avx2 func() *Set[T]) []*Set[T] {
	var list []*Set[T]
	if hasAVX512 {
		list = append(list, avx512())
	}
	if hasAVX2 {
		list = append(list, avx2())
	}
	return list
}
