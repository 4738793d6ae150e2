package models

import "affmatch/optim"

// Parametric is a method by an encoder: nil is MLP{Hidden: {100, 100, 100}, Noise: 1}, with the layers of parametric UMAP
// (Sainburg, McInnes and Gentner, 2021). In 5,000 steps of 1,000 rows the encoder first learns the embedding that the method
// makes of the same P without it (Embedded), and then descends the method's own loss for 500 more, by Adam. From random
// weights the same network needs several times the steps, and places new rows worse. The method's rates, phases and rule to
// stop are for moving points, and go.
func Parametric(m Problem, e Encoder) Problem {
	free := m
	free.In = nil // that of the fit
	if e == nil {
		e = MLP{Hidden: []int{100, 100, 100}, Noise: 1}
	}
	m.Encoder, m.Batch, m.Warmup, m.Steps = e, 1000, 5000, 500
	m.Init, m.InitScaling = Embedded{free}, 0
	m.Optimizer, m.Schedule = optim.Adam{LearnRate: 1e-4}, optim.Cosine{}
	m.Rate, m.Phases, m.Stop = nil, nil, nil
	return m
}
