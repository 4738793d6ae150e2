//go:build !purego

package machine

import "golang.org/x/sys/cpu"

// processor are the sets that the processor has. x/sys/cpu says yes only where the operating system saves the wide registers too.
func processor() (list []string) {
	x := cpu.X86
	if !x.HasAVX2 || !x.HasFMA {
		return nil
	}
	if x.HasAVX512F && x.HasAVX512DQ && x.HasAVX512VL && x.HasBMI2 {
		list = append(list, AVX512)
	}
	return append(list, AVX2)
}
