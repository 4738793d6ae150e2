//go:build amd64 && !purego

package tile

import (
	"os"

	"golang.org/x/sys/cpu"
)

// sets are the kernel sets that this processor can run, best first.
func sets() []set {
	all := []set{inGo}
	if os.Getenv("AFFMATCH_PUREGO") == "1" {
		return all
	}
	if cpu.X86.HasAVX2 && cpu.X86.HasFMA {
		all = append([]set{{
			name:       "AVX2",
			accumulate: [ops]func(*[Rows * Cols]float32, *[Rows]*float32, *float32, int){accumulateDot256, accumulateSquare256, accumulateAbs256, accumulateMax256},
			sift:       sift256,
			pair:       [ops]func(*float32, *float32, int) float32{pairDot256, pairSquare256, pairAbs256, pairMax256},
		}}, all...)
	}
	if cpu.X86.HasAVX512F && cpu.X86.HasAVX2 && cpu.X86.HasFMA && cpu.X86.HasBMI2 {
		all = append([]set{{
			name:       "AVX-512",
			accumulate: [ops]func(*[Rows * Cols]float32, *[Rows]*float32, *float32, int){accumulateDot512, accumulateSquare512, accumulateAbs512, accumulateMax512},
			sift:       sift512,
			pair:       [ops]func(*float32, *float32, int) float32{pairDot512, pairSquare512, pairAbs512, pairMax512},
		}}, all...)
	}
	return all
}
