package main

import (
	"context"
	"fmt"
	"io"
	"math"

	"affmatch/affinity"
	"affmatch/experiments/datasets"
	"affmatch/internal/same"
	"affmatch/models"
)

// agreement shows that SNE and its matcher are one method where they have the same P.
func agreement(ctx context.Context, o options, d models.Descent, data *datasets.Data, w io.Writer) error {
	dense := affinity.EntropicAffinity{Perplexity: 30, Dense: true, Tolerance: 1e-3, MaxSteps: 1000}
	p, err := affinity.Compute(ctx, dense, data.X)
	if err != nil {
		return err
	}
	in := affinity.Precomputed{P: p}
	a, err := sne(in, d).Fit(ctx, data.X)
	if err != nil {
		return fmt.Errorf("SNE on the dense P: %w", err)
	}
	b, err := matcher(in, d).Fit(ctx, data.X)
	if err != nil {
		return fmt.Errorf("SNE's matcher on the dense P: %w", err)
	}
	var apart, size, shift float64
	za, zb := a.Embedding.RawMatrix().Data, b.Embedding.RawMatrix().Data
	for i, v := range za {
		apart, size = math.Max(apart, math.Abs(v-zb[i])), math.Max(size, math.Abs(v))
	}
	logN := same.Log(float64(p.N))
	for k := range a.History {
		shift = math.Max(shift, math.Abs(b.History[k].Loss-a.History[k].Loss-logN))
	}
	fmt.Fprintf(w, `SNE and its affinity matcher on the same dense P, after %d steps in %s:
  embeddings     max |Z - Z'| = %.2g   (max |Z| = %.3g)
  losses         differ by ln n = %.6f at every step, to %.2g
The two rows above differ all the same, as in the demo: there SNE keeps the 90 nearest neighbors of each point (3 times
the perplexity) and its matcher all of them, so their P are not the same.
`, len(a.History), o.dtype, apart, size, logN, shift)
	return nil
}
