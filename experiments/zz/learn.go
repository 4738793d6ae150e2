package main

import (
	"context"
	"fmt"

	"affmatch/affinity"
	"affmatch/experiments/datasets"
	"affmatch/models"
	"affmatch/optim"
)

func learn() {
	for _, n := range []string{"snareseq", "digits"} {
		d, _ := datasets.Load(context.Background(), n)
		m := models.TSNE()
		try("tsne "+n, d.X, m)
		m.Out = affinity.Student{Learn: true}
		try("learn "+n, d.X, m)
		r, _ := m.Fit(context.Background(), d.X)
		fmt.Println(r.Params)
		m.Optimizer = optim.Adam{LearnRate: 0.5}
		try("learn adam "+n, d.X, m)
		m = models.TSNE()
		m.Optimizer = optim.Adam{LearnRate: 0.5}
		try("adam "+n, d.X, m)
		m.Optimizer, m.Phases, m.Init, m.InitScaling, m.Steps = optim.LBFGS{}, nil, models.PCA{}, 1, 200
		try("lbfgs "+n, d.X, m)
		m.Engine = models.Fused{Float64: true}
		try("lbfgs64 "+n, d.X, m)
		m.Phases = models.Exaggerate(12, 50)
		m.InitScaling = 0
		try("lbfgs64 ex"+n, d.X, m)
		s := models.SNE()
		s.Optimizer = optim.LBFGS{}
		s.Engine = models.Fused{Float64: true}
		s.Steps, s.InitScaling = 200, 1
		s.Phases = nil
		try("lbfgs sne", d.X, s)
	}
}
