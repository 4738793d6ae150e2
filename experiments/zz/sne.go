package main

import (
	"context"
	"fmt"

	"affmatch/experiments/datasets"
	"affmatch/experiments/metrics"
	"affmatch/models"
	"affmatch/optim"

	"gonum.org/v1/gonum/mat"
)

func grid() {
	type v struct {
		name string
		f    func(m *models.SampledNeighborEmbedding)
	}
	sw := optim.MomentumSwitch{Before: 0.5, After: 0.8, At: 250}
	vs := []v{
		{"nogains ex10", func(m *models.SampledNeighborEmbedding) { m.Optimizer = optim.SGD{MomentumBy: sw} }},
		{"nogains ex4x100", func(m *models.SampledNeighborEmbedding) {
			m.Optimizer = optim.SGD{MomentumBy: sw}
			m.Phases = models.Exaggerate(4, 100)
		}},
		{"nogains noex", func(m *models.SampledNeighborEmbedding) {
			m.Optimizer = optim.SGD{MomentumBy: sw}
			m.Phases = nil
		}},
		{"adam.1 ex10", func(m *models.SampledNeighborEmbedding) {
			m.Optimizer = optim.Adam{LearnRate: 0.1}
		}},
		{"adam.1 noex", func(m *models.SampledNeighborEmbedding) {
			m.Optimizer = optim.Adam{LearnRate: 0.1}
			m.Phases = nil
		}},
		{"adam.1 ex4x100", func(m *models.SampledNeighborEmbedding) {
			m.Optimizer = optim.Adam{LearnRate: 0.1}
			m.Phases = models.Exaggerate(4, 100)
		}},
		{"adam.3lin ex4x100", func(m *models.SampledNeighborEmbedding) {
			m.Optimizer = optim.Adam{LearnRate: 0.3}
			m.Schedule = optim.Linear{}
			m.Phases = models.Exaggerate(4, 100)
		}},
	}
	xs := map[string]mat.Matrix{}
	for _, n := range []string{"snareseq", "digits"} {
		d, _ := datasets.Load(context.Background(), n)
		xs[n] = d.X
	}
	for _, n := range []int{35, 60, 200, 600, 1000} {
		xs[fmt.Sprint("normal", n)] = normal(n, 10, 1)
	}
	for _, w := range vs {
		fmt.Printf("%-20s", w.name)
		for _, n := range []string{"normal35", "normal60", "normal200", "normal600", "normal1000", "snareseq", "digits"} {
			m := models.SNE()
			w.f(&m)
			r, err := m.Fit(context.Background(), xs[n])
			if err != nil {
				fmt.Printf(" %s DIV", n)
				continue
			}
			T, _ := metrics.Trustworthiness(xs[n], r.Embedding, 15)
			fmt.Printf(" %s %.4f/%.4f(%d)", n, T, r.History[len(r.History)-1].Loss, len(r.History))
		}
		fmt.Println()
	}
}
