package affinity

import (
	"context"
	"errors"
	"fmt"

	"affmatch/internal/fault"
	"affmatch/internal/knn"
)

// Search says how an input affinity finds the nearest neighbors. Its zero value looks exactly where that takes a second
// or two of CPU time (10,000 rows of 784 columns, 35,000 of 50), and approximately beyond.
type Search struct {
	// Given takes the place of a search: Neighbors or Distances that were found elsewhere. The affinity's metric and all
	// other fields then say nothing, and X may be nil. nil: the rows of X are searched.
	Given  Given
	Method SearchMethod
	Seed   uint64 // of the approximate search: same seed, same neighbors, on any number of cores
	// The effort of the approximate search: more is slower and finds more.
	Trees      int // of the random-projection forest; 0: 8
	Candidates int // that a round of neighbor descent joins at each row, new and old; 0: 24 of each
	Rounds     int // of descent at most; 0: 30
	Sample     int // rows that are searched exactly too, for Report.Recall; 0: 200, or all of fewer
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
		name string
		v    int
	}{{"Trees", s.Trees}, {"Candidates", s.Candidates}, {"Rounds", s.Rounds}, {"Sample", s.Sample}} {
		if f.v < 0 {
			faults = append(faults, fault.Field(at+"Search."+f.name, f.v, "at least 1, or 0 for the default"))
		}
	}
	if s.Given != nil {
		faults = append(faults, s.Given.validate())
	}
	return errors.Join(faults...)
}

// build is how the neighbor search knows it.
func (s Search) build(m DataMetric, k int, self bool) knn.BuildOptions {
	o := knn.BuildOptions{
		Options: searchMetric(m), K: k, Seed: s.Seed, Trees: s.Trees, Candidates: s.Candidates, Rounds: s.Rounds,
		Method: map[SearchMethod]knn.Method{Automatic: knn.Auto, Exactly: knn.Exactly, Approximate: knn.Approximate}[s.Method],
	}
	o.Self = self
	return o
}

// nearest finds the k nearest of each row, and estimates the share of them that was found.
func (s Search) nearest(ctx context.Context, x knn.Rows, m DataMetric, k int, self bool) (*knn.Neighbors, float64, error) {
	ix, err := knn.Build(ctx, x, s.build(m, k, self))
	if err != nil {
		return nil, 0, fmt.Errorf("affinity: neighbors: %w", err)
	}
	sample := s.Sample
	if sample == 0 {
		sample = 200
	}
	recall, err := ix.Recall(ctx, min(sample, x.N))
	if err != nil {
		return nil, 0, fmt.Errorf("affinity: recall: %w", err)
	}
	return ix.Neighbors(), recall, nil
}
