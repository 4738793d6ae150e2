package datasets

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"

	"affmatch/internal/fault"
)

// must gives the data of a configuration that is known to be valid.
func must(d *Data, err error) *Data {
	if err != nil {
		panic(err)
	}
	return d
}

// source of a generator's randomness: each generator has a stream of its own, so that equal seeds do not give equal noise.
func randomness(seed, stream uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, stream)) }

// A limit holds a whole number of a configuration to its least value; zero becomes the default.
type limit struct {
	field           string
	value           *int
	standard, least int
}

func check(limits ...limit) error {
	for _, l := range limits {
		if *l.value == 0 {
			*l.value = l.standard
		}
		if *l.value < l.least {
			return fault.Field("datasets: "+l.field, *l.value, fmt.Sprintf("at least %d", l.least))
		}
	}
	return nil
}

// checkNoise wants a finite standard deviation.
func checkNoise(field string, v float64) error {
	if !(v >= 0) || math.IsInf(v, 1) {
		return fault.Field("datasets: "+field, v, "0 or more, finite")
	}
	return nil
}

// shares gives n labels in blocks proportional to the weights, at least one each.
func shares(n int, weights []float64) []int {
	total := 0.0
	for _, w := range weights {
		total += w
	}
	labels := make([]int, 0, n)
	upTo := 0.0
	for t, w := range weights {
		upTo += w
		end := max(int(math.Round(float64(n)*upTo/total)), len(labels)+1)
		end = min(end, n-(len(weights)-1-t)) // one for each type to come
		for len(labels) < end {
			labels = append(labels, t)
		}
	}
	return labels
}

// equal weights, one a class.
func equal(classes int) []float64 {
	weights := make([]float64, classes)
	for i := range weights {
		weights[i] = 1
	}
	return weights
}

// numbered names: "blob 1", "blob 2", ...
func numbered(what string, count int) (names []string) {
	for k := range count {
		names = append(names, what+" "+strconv.Itoa(k+1))
	}
	return names
}
