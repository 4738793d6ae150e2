package affinity

import (
	"context"
	"errors"
	"fmt"
	"math"

	"affmatch/internal/fault"
	"affmatch/internal/knn"
)

// Search says how an input affinity finds the nearest neighbors. Its zero value looks exactly where that takes a second
// or two of CPU time (10,000 rows of 784 columns, 35,000 of 50), and approximately beyond.
type Search struct {
	// Known takes the place of a search: Neighbors or Distances that were found elsewhere. The affinity's metric and all
	// other fields then say nothing, and X may be nil. nil: the rows of X are searched.
	Known  Known
	Method SearchMethod
	Seed   uint64 // of the approximate search: same seed, same neighbors, on any number of cores
	// The effort of the approximate search: more is slower and finds more.
	Trees      int // of the random-projection forest; 0: 16, or fewer for many neighbors, but at least 8
	Candidates int // that a round of neighbor descent joins at each row, new and old; 0: 60 of each
	Rounds     int // of descent at most; 0: 30
	Sample     int // rows that are searched exactly too, for Report.Recall; 0: 200, or all of fewer
	// Recall is the share of the true neighbors that the approximate search goes on for, as its sample tells: trees,
	// candidates and longer lists are added until it is reached, or an effort of about eight times the usual was in vain, which
	// Report.Notes says. 0: 0.99, but no more than the effort above. 1: an exact search.
	Recall float64
	// Finder looks for neighbors in the place of the Method. The fields of the Method's effort have no say then. nil: the
	// Method.
	Finder Finder
}

// SearchMethod is how neighbors are looked for.
type SearchMethod int

// The methods. Approximate is a random-projection forest followed by neighbor descent (Dong, Moses and Li, Efficient
// k-nearest neighbor graph construction for generic similarity measures, 2011); it is not for Angular.
const (
	Automatic SearchMethod = iota
	Exactly
	Approximate
)

func (m SearchMethod) String() string {
	switch m {
	case Automatic:
		return "Automatic"
	case Exactly:
		return "Exactly"
	case Approximate:
		return "Approximate"
	}
	return fmt.Sprintf("SearchMethod(%d)", int(m))
}

func (s Search) validate(at string) error {
	var faults []error
	if s.Method < Automatic || s.Method > Approximate {
		faults = append(faults, fault.Field(at+"Search.Method", s.Method, "Automatic, Exactly or Approximate"))
	}
	for _, f := range []struct {
		name    string
		v, most int
	}{{"Trees", s.Trees, 1 << 12}, {"Candidates", s.Candidates, 1 << 12}, {"Rounds", s.Rounds, 1 << 20}, {"Sample", s.Sample, math.MaxInt32}} {
		if f.v < 0 || f.v > f.most {
			faults = append(faults, fault.Field(at+"Search."+f.name, f.v,
				fmt.Sprintf("at least 1, or 0 for the default (at most %d)", f.most)))
		}
	}
	if !(s.Recall >= 0 && s.Recall <= 1) {
		faults = append(faults, fault.Field(at+"Search.Recall", s.Recall, "0 to 1"))
	}
	if s.Known != nil && fault.Nil(s.Known) {
		faults = append(faults, fault.Field(at+"Search.Known", fmt.Sprintf("a nil %T", s.Known), "Neighbors, Distances or nothing"))
	} else if s.Known != nil {
		faults = append(faults, s.Known.validate())
	}
	return errors.Join(append(faults, s.validateFinder(at))...)
}

// build is how the neighbor search knows it.
func (s Search) build(m DataMetric, k int, self bool) knn.BuildOptions {
	o := knn.BuildOptions{
		Options: searchMetric(m), K: k, Seed: s.Seed, Trees: s.Trees, Candidates: s.Candidates, Rounds: s.Rounds,
		Method: map[SearchMethod]knn.Method{Automatic: knn.Auto, Exactly: knn.Exactly, Approximate: knn.Approximate}[s.Method],
	}
	o.Self, o.Recall, o.Sample, o.Finder = self, s.Recall, s.sample(), s.Finder
	return o
}

// index is an index of the rows, with the estimated share of the k nearest of each that it found.
func (s Search) index(ctx context.Context, x knn.Rows, m DataMetric, k int, self bool) (*knn.Index, float64, error) {
	ix, err := knn.Build(ctx, x, s.build(m, k, self))
	if err != nil {
		return nil, 0, err
	}
	recall, err := ix.Recall(ctx, min(s.sample(), x.N))
	return ix, recall, err
}

func (s Search) sample() int {
	if s.Sample == 0 {
		return 200
	}
	return s.Sample
}
