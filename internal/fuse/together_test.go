package fuse

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"

	"affmatch/internal/lanes"
	"affmatch/internal/pairs"
	"affmatch/internal/team"

	G "gorgonia.org/gorgonia"
)

// inTeams runs a graph on teams of two to four members and compares each one's values with those of a machine alone, two
// runs in a row. Members have a graph and sets of their own, as processes have.
func inTeams[T lanes.Float](t *testing.T, what string, f func() graph, o Options) {
	t.Helper()
	want := aloneIs[T](t, f(), o)
	for size := 2; size <= 4; size++ {
		var all sync.WaitGroup
		got, failed := make([][][][]float64, size), make([]error, size)
		for rank, member := range team.Local(size) {
			all.Go(func() {
				own := o
				own.Team = member
				got[rank], failed[rank] = runsOf[T](f(), own)
			})
		}
		all.Wait()
		if err := errors.Join(failed...); err != nil {
			t.Fatalf("%s, %d members: %v", what, size, err)
		}
		for rank := range got {
			for run := range want {
				for k := range want[run] {
					for i, v := range want[run][k] {
						if math.Float64bits(got[rank][run][k][i]) != math.Float64bits(v) {
							t.Fatalf("%s, %T: member %d of %d, run %d: output %d, entry %d: %v, want %v",
								what, T(0), rank, size, run, k, i, got[rank][run][k][i], v)
						}
					}
				}
			}
		}
	}
}

func aloneIs[T lanes.Float](t *testing.T, f graph, o Options) [][][]float64 {
	t.Helper()
	v, err := runsOf[T](f, o)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// runsOf is the values of two runs, whose samples are those of different steps.
func runsOf[T lanes.Float](f graph, o Options) (all [][][]float64, err error) {
	step := 0
	o.Step = func() int { return step }
	w, out, err := f.built(nil)
	if err != nil {
		return nil, err
	}
	m, err := Compile[T](w.g, out, o)
	if err != nil {
		return nil, err
	}
	for ; step < 2; step++ {
		if err := m.RunAll(); err != nil {
			return nil, err
		}
		var values [][]float64
		for _, n := range out {
			v, err := m.Value(n)
			if err != nil {
				return nil, err
			}
			values = append(values, slices.Clone(floats(v)))
		}
		all = append(all, values)
	}
	return all, m.Close()
}

// TestTeamsHaveTheBitsOfOneAlone, of every reduction on every kind of set.
func TestTeamsHaveTheBitsOfOneAlone(t *testing.T) {
	for name := range shapes() {
		for _, d := range []int{2, 3} {
			f := func() graph { return everySink(shapes()[name], d) }
			inTeams[float32](t, name, f, Options{Workers: 2})
			if d == 2 {
				inTeams[float64](t, name, f, Options{Workers: 1, Shards: 3}) // of four members one has none
			}
		}
	}
	for name := range ends() {
		inTeams[float32](t, name, func() graph { return everyEnd(ends()[name], 3, false) }, Options{Workers: 2})
	}
	for name := range listed() {
		inTeams[float32](t, "numbered "+name, func() graph { return entries(listed()[name], 2) }, Options{Workers: 2, numbered: 1, Shards: 16})
	}
	for k := range circles() {
		for _, soft := range []bool{false, true} {
			f := func() graph { return sinks(circles()[k], 2, soft) }
			inTeams[float32](t, fmt.Sprint("circle ", k, ", log-sum-exps ", soft), f, Options{Workers: 2})
		}
	}
	for _, k := range []int{1, 7, 40} {
		f := func() graph {
			return everySink(&pairs.Index{Points: ofPairs(333), K: k, Tails: [][]int32{make([]int32, 333*k)}, Sample: others{333, 5}}, 2)
		}
		inTeams[float32](t, fmt.Sprint(k, " drawn"), f, Options{Workers: 2})
	}
}

// TestTeamsGoThroughHalfOfThePairsTogether, and through rows again.
func TestTeamsGoThroughHalfOfThePairsTogether(t *testing.T) {
	const n = 150
	for name, h := range halves {
		for _, scale := range []float64{1, 1e3} {
			z := blobs(n, 2)
			for i := range z {
				z[i] *= scale
			}
			f := func() graph {
				return func(w *world) *G.Node { return h.build(allOf(n), w, w.input("z", slices.Clone(z), n, 2)) }
			}
			inTeams[float32](t, fmt.Sprint(name, ", scale ", scale), f, Options{Workers: 2})
		}
	}
}

// TestATeamsTreesAreThoseOfOneAlone.
func TestATeamsTreesAreThoseOfOneAlone(t *testing.T) {
	for _, name := range []string{"t-SNE's partition", "rows divided by their sums, at either end", "SNE's row partitions"} {
		for _, n := range []int{20, 1500} { // all near, and many leaves
			f := func() graph { return onBlobs(n, 2, separable[name].build) }
			inTeams[float32](t, name, f, Options{Tolerance: 1e-4, TreeFrom: 1, Workers: 2})
		}
	}
}
