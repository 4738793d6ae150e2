package vec

import "affmatch/internal/machine"

// The sets that this build and this machine can run, in the order of machine.Vectors.
var (
	sets32 = machineSets[float32](avx512Set32, avx2Set32)
	sets64 = machineSets[float64](avx512Set64, avx2Set64)
)

func machineSets[T Float](avx512, avx2 func() *Set[T]) (list []*Set[T]) {
	for _, name := range machine.Vectors() {
		list = append(list, map[string]func() *Set[T]{machine.AVX512: avx512, machine.AVX2: avx2, machine.Go: goSet[T]}[name]())
	}
	return list
}

// Best is the set in use, machine.Vector.
func Best[T Float]() *Set[T] {
	for _, s := range Sets[T]() {
		if s.Name == machine.Vector() {
			return s
		}
	}
	return Sets[T]()[0]
}

// Sets are all that this build runs on this machine, best first; the pure Go set is last.
func Sets[T Float]() []*Set[T] {
	if s, ok := any(sets32).([]*Set[T]); ok {
		return s
	}
	return any(sets64).([]*Set[T])
}
