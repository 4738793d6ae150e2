package models

import (
	"context"
	"math"
	"slices"
	"testing"

	"affmatch/affinity"
)

// TestFarOriginsKeepTheirNeighbors: data 1e8 away from the origin have the neighbors of the same data at it, from every
// search; what the entries lost to rounding (1e-8 of their size) changes a few at most.
func TestFarOriginsKeepTheirNeighbors(t *testing.T) {
	near := blobs(400)
	far := blobs(400)
	far.Apply(func(_, _ int, v float64) float64 { return v + 1e8 }, far)
	for _, method := range []affinity.SearchMethod{affinity.Exactly, affinity.Approximate} {
		s := affinity.Search{Method: method}
		a, err := s.Nearest(context.Background(), near, nil, 10)
		if err != nil {
			t.Fatal(err)
		}
		b, err := s.Nearest(context.Background(), far, nil, 10)
		if err != nil {
			t.Fatal(err)
		}
		shared := 0
		for i := range 400 {
			of, _ := a.Row(i)
			for _, j := range of {
				if other, _ := b.Row(i); slices.Contains(other, j) {
					shared++
				}
			}
		}
		if shared < 3990 {
			t.Errorf("%v: %d of 4000 neighbors are the same", method, shared)
		}
	}
	for name, m := range everyPreset(400) {
		r, err := stopAfter(m, 20).Fit(background, far)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		same, err := stopAfter(m, 20).Fit(background, near)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := r.History[0].Loss, same.History[0].Loss; math.Abs(a-b) > 1e-3*math.Abs(b) {
			t.Errorf("%s: loss at the start %v, at the origin %v", name, a, b)
		}
	}
}
