package models

import (
	"context"
	"testing"

	"affmatch/affinity"
	"affmatch/internal/golden"
	"affmatch/loss"
)

func TestFusedQuick(t *testing.T) {
	var in tiny
	golden.Load(t, "inputs", &in)
	var want struct {
		PEntropic   golden.Matrix `json:"P_entropic"`
		IdxEntropic [][]int32     `json:"idx_entropic"`
		PUMAP       golden.Matrix `json:"P_umap"`
		IdxUMAP     [][]int32     `json:"idx_umap"`
	}
	golden.Load(t, "models", &want)
	entropic, umap := affinity.Precomputed{P: rows(want.PEntropic, want.IdxEntropic)}, affinity.Precomputed{P: rows(want.PUMAP, want.IdxUMAP)}
	student := affinity.Student{}
	methods := map[string]SampledNeighborEmbedding{
		"SNE":      {In: entropic, Out: affinity.Gaussian{}, Repulsion: loss.MeanRowPartition, Against: affinity.All{}},
		"TSNE":     {In: entropic, Out: student, Repulsion: loss.LogPartition, Against: affinity.All{}},
		"InfoTSNE": {In: entropic, Out: student, Repulsion: loss.MeanRowPartition, Against: replay(in.NEG8)},
		"LargeVis": {In: entropic, Out: affinity.Odds{Kernel: student}, Repulsion: loss.MeanNotNeighbor, Against: replay(in.NEG5)},
		"UMAP": {In: umap, Out: affinity.Odds{Kernel: fittedByScipy},
			Repulsion: loss.NotNeighbor, Against: replay(in.NEG5)},
		"UMAPeuclid": {In: umap, Out: affinity.Odds{Kernel: fittedByScipy}, Metric: affinity.Euclidean,
			Repulsion: loss.NotNeighbor, Against: replay(in.NEG5)},
		"UMAPmanhattan": {In: umap, Out: fittedByScipy, Metric: affinity.Manhattan,
			Repulsion: loss.SumOfQ, Against: affinity.Uniform{Count: 7}},
		"Gaussian odds": {In: umap, Out: affinity.Odds{Kernel: affinity.Gaussian{Sigma: 2}},
			Repulsion: loss.NotNeighbor, Against: affinity.All{}},
		"learned": {In: umap, Out: affinity.Student{Learn: true},
			Repulsion: loss.LogPartition, Against: affinity.All{}},
	}
	for name, m := range methods {
		m.Attraction = loss.CrossEntropy
		m.Exaggeration = Exaggeration{Factor: 3, Steps: 1}
		m.Engine = Tape{}
		tape, err := m.Evaluate(context.Background(), dense(in.X), dense(in.Z))
		if err != nil {
			t.Fatal(name, err)
		}
		for _, e := range []Engine{Fused{Float64: true}, Fused{}} {
			tol := 1e-10
			if e == (Fused{}) {
				tol = 1e-5
			}
			m.Engine = e
			got, err := m.Evaluate(context.Background(), dense(in.X), dense(in.Z))
			if err != nil {
				t.Error(name, err)
				continue
			}
			golden.Close(t, name+" loss", []float64{got.Loss}, []float64{tape.Loss}, tol)
			golden.Close(t, name+" gradient", got.Gradient.RawMatrix().Data, tape.Gradient.RawMatrix().Data, tol)
		}
	}
	for _, over := range []affinity.Axis{affinity.OverAll, affinity.OverColumns, affinity.OverRows} {
		m := AffinityMatcher{In: umap, Out: affinity.Normalized{Output: affinity.Of{Kernel: student}, Over: over}, Loss: loss.Square}
		m.Engine = Tape{}
		tape, err := m.Evaluate(context.Background(), dense(in.X), dense(in.Z))
		if err != nil {
			t.Fatal(over, err)
		}
		m.Engine = Fused{Float64: true}
		got, err := m.Evaluate(context.Background(), dense(in.X), dense(in.Z))
		if err != nil {
			t.Error(over, err)
			continue
		}
		golden.Close(t, over.String()+" loss", []float64{got.Loss}, []float64{tape.Loss}, 1e-10)
		golden.Close(t, over.String()+" gradient", got.Gradient.RawMatrix().Data, tape.Gradient.RawMatrix().Data, 1e-10)
	}
}
