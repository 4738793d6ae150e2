package models

import (
	"context"
	"strings"
	"testing"

	"affmatch/affinity"

	"gonum.org/v1/gonum/mat"
)

// lineDistances are those of n points on a line, squared.
func lineDistances(n int) affinity.Distances {
	c := mat.NewDense(n, n, nil)
	for i := range n {
		for j := range n {
			c.Set(i, j, float64((i-j)*(i-j)))
		}
	}
	return affinity.Distances{C: c}
}

// circleNeighbors are the lists of the k nearest of n points on a circle.
func circleNeighbors(n, k int) affinity.Neighbors {
	g := affinity.Neighbors{K: k}
	for i := range n {
		for r := range k {
			step := r/2 + 1
			g.Dist = append(g.Dist, float64(step*step))
			if r%2 == 1 {
				step = n - step
			}
			g.Index = append(g.Index, int32((i+step)%n))
		}
	}
	return g
}

// TestFitsWithoutX: distances or neighbors alone are enough for whole fits, but not for a PCA start.
func TestFitsWithoutX(t *testing.T) {
	for name, given := range map[string]affinity.Known{"distances": lineDistances(60), "neighbors": circleNeighbors(60, 12)} {
		for _, init := range []Initializer{Spectral{}, Normal{}} {
			m := UMAPLearn()
			m.In = affinity.UMAPAffinityIn{Neighbors: 10, Symmetrize: true, Search: affinity.Search{Known: given}}
			m.Init, m.Steps = init, 20
			res, err := m.Fit(context.Background(), nil)
			if err != nil {
				t.Fatalf("%s, %T: %v", name, init, err)
			}
			if n, d := res.Embedding.Dims(); n != 60 || d != 2 || res.Status != Exhausted || res.Report.Components != 1 {
				t.Errorf("%s, %T: %d x %d, %v, %v", name, init, n, d, res.Status, res.Report)
			}
			if s := m.String(); !strings.Contains(s, "Known: ") || !strings.Contains(s, "60 points") {
				t.Errorf("%s prints as %s", name, s)
			}
		}
		m := TSNE()
		m.In = affinity.EntropicAffinity{Perplexity: 4, Symmetrize: true, Search: affinity.Search{Known: given}}
		if _, err := m.Fit(context.Background(), nil); err == nil || !strings.Contains(err.Error(), "PCA: X = nil, want the data (choose another start") {
			t.Errorf("%s: error %v", name, err)
		}
	}
	g := lineDistances(40)
	m := SNEMatcher()
	m.In, m.Init, m.Steps = affinity.EntropicAffinity{Perplexity: 5, Dense: true, Search: affinity.Search{Known: g}}, Normal{}, 5
	if _, err := m.Fit(context.Background(), nil); err != nil {
		t.Error(err)
	}
	g.C = mat.NewDense(40, 39, nil)
	m.In = affinity.EntropicAffinity{Perplexity: 5, Dense: true, Search: affinity.Search{Known: g}}
	if err := m.Validate(); err == nil || !strings.Contains(err.Error(), "models: In: affinity: Distances: C = 40 x 39, want n x n") {
		t.Errorf("error %v", err)
	}
}
