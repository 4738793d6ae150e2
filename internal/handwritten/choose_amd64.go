//go:build !purego

package handwritten

import (
	"affmatch/internal/random"

	"golang.org/x/sys/cpu"
)

// HasKernel says whether this build and this machine run the assembly.
var HasKernel = cpu.X86.HasAVX512F && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512VL && cpu.X86.HasBMI2

func attract(f *curve, table []float32, tail []uint32, p []float32, start []int32, row, rows int) float32 {
	if !HasKernel {
		return attractGo(f, table, tail, p, start, row, rows)
	}
	return attractAVX512(table, tail, p, start, row, rows, f.a, f.slope, -f.weight, f.floor)
}

func repel(f *curve, table []float32, n, row, rows, count int, seed, step uint64) float32 {
	if !HasKernel {
		return repelGo(f, table, n, row, rows, count, seed, step)
	}
	return repelAVX512(table, row, rows, count, prefix(seed, step), uint64(n-1), f.a, f.slope, f.weight, f.floor)
}

// prefix is random.Key(seed, random.Negatives, step, row) before the row is mixed in.
func prefix(seed, step uint64) uint64 {
	const weyl = 0x9e3779b97f4a7c15
	return mix(mix(seed+weyl*random.Negatives) + weyl*(step+1))
}

func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
