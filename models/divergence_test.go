package models

import (
	"math"
	"testing"

	"affmatch/affinity"
	"affmatch/experiments/datasets"
	"affmatch/loss"

	"gonum.org/v1/gonum/mat"
)

// TestTheDivergenceIsThatOfItsDefinition: sums over all pairs of P and of Q as t-SNE's and SNE's papers write them, at the
// embedding that the last step began with; exaggerated or not.
func TestTheDivergenceIsThatOfItsDefinition(t *testing.T) {
	d, err := datasets.BlobsConfig{Points: 50, Blobs: 3, Columns: 4, Spread: 1, Seed: 3}.Data()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		m      SampledNeighborEmbedding
		kernel func(d float64) float64
		rows   bool
	}{
		"t-SNE":       {TSNE(), func(d float64) float64 { return 1 / (1 + d) }, false},
		"SNE":         {SNE(), func(d float64) float64 { return math.Exp(-d) }, true},
		"exaggerated": {TSNE(), func(d float64) float64 { return 1 / (1 + d) }, false},
	} {
		var before, at *mat.Dense
		m := c.m
		m.Steps, m.Engine = 12, Fused{Float64: true}
		if name == "exaggerated" {
			m.Phases = Exaggerate(12, 50)
		} else {
			m.Phases = nil
		}
		m.In = affinity.EntropicAffinity{Perplexity: 8}
		m.OnStep = func(_ Record, z *mat.Dense) error {
			before, at = at, mat.DenseCopyOf(z)
			return nil
		}
		r, err := m.Fit(t.Context(), d.X)
		if err != nil {
			t.Fatal(err)
		}
		fitted, err := affinity.Fit(t.Context(), m.In, d.X)
		if err != nil {
			t.Fatal(err)
		}
		p := mat.NewDense(50, 50, nil)
		for i := range 50 {
			lo, hi := fitted.P.Row(i)
			for e := lo; e < hi; e++ {
				p.Set(i, int(fitted.P.Tail[e]), fitted.P.Values[e])
			}
		}
		if want := kullbackLeibler(p, before, c.kernel, c.rows); r.KL == nil || math.Abs(*r.KL-want) > 1e-9*want {
			t.Errorf("%s: divergence %v, want %v", name, r.KL, want)
		}
	}
}

// kullbackLeibler is that of P from Q of total 1, or the mean of those of the rows, each of total 1.
func kullbackLeibler(p, z *mat.Dense, kernel func(float64) float64, rows bool) (kl float64) {
	n, dim := z.Dims()
	q := mat.NewDense(n, n, nil)
	for i := range n {
		for j := range n {
			d := 0.0
			for k := range dim {
				d += math.Pow(z.At(i, k)-z.At(j, k), 2)
			}
			if i != j {
				q.Set(i, j, kernel(d))
			}
		}
	}
	all := mat.Sum(q)
	for i := range n {
		ofP, ofQ, weight := 1.0, all, 1.0
		if rows {
			ofP, ofQ, weight = mat.Sum(p.RowView(i)), mat.Sum(q.RowView(i)), 1/float64(n)
		}
		for j := range n {
			if v := p.At(i, j) / ofP; v > 0 {
				kl += weight * v * math.Log(v*ofQ/q.At(i, j))
			}
		}
	}
	return kl
}

// TestOtherLossesAreNoDivergence of P from Q.
func TestOtherLossesAreNoDivergence(t *testing.T) {
	d, err := datasets.BlobsConfig{Points: 50, Blobs: 3, Columns: 4, Spread: 1, Seed: 3}.Data()
	if err != nil {
		t.Fatal(err)
	}
	small := affinity.EntropicAffinity{Perplexity: 8}
	for name, change := range map[string]func(m *SampledNeighborEmbedding){
		"samples":        func(m *SampledNeighborEmbedding) { m.Against = affinity.Uniform{Count: 5} },
		"batch":          func(m *SampledNeighborEmbedding) { m.Batch = 20 },
		"another loss":   func(m *SampledNeighborEmbedding) { m.Attraction = loss.Square },
		"another sum":    func(m *SampledNeighborEmbedding) { m.Repulsion = loss.SumOfQ },
		"P not of total": func(m *SampledNeighborEmbedding) { m.In = affinity.UMAPAffinityIn{Neighbors: 8} },
		"an own name": func(m *SampledNeighborEmbedding) {
			m.Repulsion = loss.Named{Name: "LogPartition", Term: loss.SumOfQ.Term}
		},
	} {
		m := TSNE()
		m.In, m.Steps, m.Phases, m.Stop = small, 3, nil, nil
		change(&m)
		r, err := m.Fit(t.Context(), d.X)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if r.KL != nil {
			t.Errorf("%s: divergence %v", name, *r.KL)
		}
	}
}
