package affinity

import (
	"context"
	"errors"

	"affmatch/internal/fault"
	"affmatch/internal/knn"
)

// Finder looks for nearest neighbors by means of its own, such as the index of a library (affinity/faiss): see
// Search.Finder. It sees float32 rows whose squared Euclidean distances have the order of the metric's: those of X,
// centered and scaled where float32 needs it, and unit rows for Cosine and Correlation; other metrics are an error.
// What it finds are candidates: their distances are computed from X in float64, so that it decides who is a neighbor
// and nothing else. It is asked for a few more than the neighbors. A sample of rows is searched exactly too, for
// Report.Recall.
//
// The promise of equal bits on every machine is as good as the Finder's.
type Finder = knn.Finder

// Finding is the index that a Finder opens. It may be asked by several goroutines at once.
type Finding = knn.Finding

// FinderFunc is a function as a Finder.
type FinderFunc func(ctx context.Context, rows []float32, dim int) (Finding, error)

// Open calls f.
func (f FinderFunc) Open(ctx context.Context, rows []float32, dim int) (Finding, error) {
	return f(ctx, rows, dim)
}

// FindingFunc is a function as a Finding.
type FindingFunc func(ctx context.Context, y []float32, k int) ([]int32, error)

// Find calls f.
func (f FindingFunc) Find(ctx context.Context, y []float32, k int) ([]int32, error) {
	return f(ctx, y, k)
}

// validateFinder refuses what says nothing beside By.
func (s Search) validateFinder(at string) error {
	if s.Finder == nil {
		return nil
	}
	if fault.Nil(s.Finder) {
		return fault.Field(at+"Search.Finder", "nil", "a Finder, or nothing")
	}
	var faults []error
	for _, f := range []struct {
		name string
		set  bool
	}{
		{"Known", s.Known != nil}, {"Method", s.Method != Automatic}, {"Seed", s.Seed != 0}, {"Trees", s.Trees != 0},
		{"Candidates", s.Candidates != 0}, {"Rounds", s.Rounds != 0}, {"Recall", s.Recall != 0},
	} {
		if f.set {
			faults = append(faults, fault.Field(at+"Search."+f.name, "set",
				"nothing beside Search.Finder, which has an effort of its own"))
		}
	}
	if v, ok := s.Finder.(interface{ Validate() error }); ok {
		faults = append(faults, v.Validate())
	}
	return errors.Join(faults...)
}
