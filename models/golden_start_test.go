package models

import (
	"context"
	"testing"

	"affmatch/internal/golden"

	"gonum.org/v1/gonum/mat"
)

// TestGoldenPCAEqualsTheReference holds the start from PCA, as it comes and scaled to the reference's 1e-4.
func TestGoldenPCAEqualsTheReference(t *testing.T) {
	for _, name := range []string{"pca_init_tiny", "pca_init_snare"} {
		t.Run(name, func(t *testing.T) {
			var want struct{ Embedding, Init golden.Matrix }
			golden.Load(t, name, &want)
			var x *mat.Dense
			if name == "pca_init_tiny" {
				var in tiny
				golden.Load(t, "inputs", &in)
				x = dense(in.X)
			} else {
				x = snare(t, 0)
			}
			z, _, err := PCA{}.Init(context.Background(), x, nil, 2, 0)
			if err != nil {
				t.Fatal(err)
			}
			golden.Close(t, "scores", z.RawMatrix().Data, want.Embedding.Flat(), 1e-10)
			rescale(z, Descent{}.scaling())
			golden.Close(t, "start", z.RawMatrix().Data, want.Init.Flat(), 1e-10)
			// The start's entries are about 1e-4, below the floor of golden.Close.
			z.Scale(1e4, z)
			for i := range want.Init {
				for c := range want.Init[i] {
					want.Init[i][c] *= 1e4
				}
			}
			golden.Close(t, "start, in units of its scale", z.RawMatrix().Data, want.Init.Flat(), 1e-10)
		})
	}
}
