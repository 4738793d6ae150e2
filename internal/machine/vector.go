package machine

import (
	"os"
	"slices"
	"strings"

	"affmatch/internal/fault"
)

// Sets of vector instructions for which there are routines. All give the same bits.
const (
	AVX512 = "avx512" // with DQ, VL and BMI2
	AVX2   = "avx2"   // with FMA
	Go     = "go"     // none: any machine
)

// Vectors are the sets that this build has and this machine runs, best first; the last is Go. The build tag purego leaves
// the others out.
func Vectors() []string { return slices.Clone(vectors) }

// Vector is the set in use everywhere: the best, or the one that the environment variable AFFMATCH_VEC names.
func Vector() string { return vector }

// VectorErr says why AFFMATCH_VEC could not be followed: the best set is in use then.
func VectorErr() error { return vectorErr }

var (
	vectors           = append(processor(), Go)
	vector, vectorErr = choose(os.Getenv("AFFMATCH_VEC"))
)

func choose(name string) (string, error) {
	switch {
	case name == "":
		return vectors[0], nil
	case slices.Contains(vectors, name):
		return name, nil
	}
	return vectors[0], fault.Field("AFFMATCH_VEC", name,
		"one of those that this build runs on this machine: "+strings.Join(vectors, ", "))
}
