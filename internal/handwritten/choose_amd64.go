//go:build !purego

package handwritten

import (
	"affmatch/internal/random"

	"golang.org/x/sys/cpu"
)

// HasKernel says whether this build and this machine run the assembly.
var HasKernel = cpu.X86.HasAVX512F && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512VL && cpu.X86.HasBMI2

func (u *Embedding) attract(s int) float64 {
	if !HasKernel {
		return u.attractGo(s)
	}
	attract := attractUMAP
	if u.method == Cauchy {
		attract = attractCauchy
	}
	return attract(u.tables[s], u.tail, u.p, u.start, u.groups[s], u.scratch[s], u.a, u.slope, u.power, -u.weight, u.floor)
}

func (u *Embedding) repel(s int, step uint64) float64 {
	if !HasKernel {
		return u.repelGo(s, step)
	}
	repel := repelUMAP
	if u.method == Cauchy {
		repel = repelCauchy
	}
	return repel(u.tables[s], u.cut[s], u.cut[s+1], u.count, prefix(u.seed, step), uint64(u.n-1), u.scratch[s], u.indices[s],
		u.a, u.slope, u.power, u.weight, u.floor)
}

// descend may go over the points behind hi that make up four: those of the room, never another strip's.
func (u *Embedding) descend(lo, hi int) float64 {
	if !HasKernel {
		return u.descendGo(lo, hi)
	}
	return descendPoints(u.first, pointBytes*lo, pointBytes*hi, u.rate)
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
