package vec

import (
	"affmatch/internal/fault"
	"os"
)

// The sets that this build and this machine can run, best first; the pure Go one is last.
var (
	sets32 = append(machineSets32(), goSet[float32]())
	sets64 = append(machineSets64(), goSet[float64]())
)

var chosen, chosenErr = choose(os.Getenv("AFFMATCH_VEC"), os.Getenv("AFFMATCH_PUREGO"))

// choose gives the place of the wanted set in sets32 and sets64.
func choose(name, pureGo string) (int, error) {
	switch pureGo {
	case "", "0":
	case "1":
		return len(sets32) - 1, nil
	default:
		return 0, fault.Field("vec: AFFMATCH_PUREGO", pureGo, "1, 0 or nothing")
	}
	if name == "" {
		return 0, nil
	}
	runs := ""
	for i, s := range sets32 {
		if s.Name == name {
			return i, nil
		}
		runs += " " + s.Name
	}
	return 0, fault.Field("vec: AFFMATCH_VEC", name, "one of those that this build runs on this machine:"+runs)
}

// Best is the set in use: the fastest that this machine runs, or the one that the environment asks for.
func Best[T Float]() *Set[T] { return Sets[T]()[chosen] }

// Sets are all that this build runs on this machine, best first; the pure Go set is last.
func Sets[T Float]() []*Set[T] {
	if s, ok := any(sets32).([]*Set[T]); ok {
		return s
	}
	return any(sets64).([]*Set[T])
}

// Err says what is wrong with AFFMATCH_VEC or AFFMATCH_PUREGO; the fastest set is in use then.
func Err() error { return chosenErr }
