//go:build !amd64 || purego

package vec

// There is no assembly to ask for.
func avx512Set32() *Set[float32] { return goSet[float32]() }
func avx512Set64() *Set[float64] { return goSet[float64]() }
func avx2Set32() *Set[float32]   { return goSet[float32]() }
func avx2Set64() *Set[float64]   { return goSet[float64]() }
