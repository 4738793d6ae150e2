// Command pca reproduces TorchDR's demo "PCA via SVD and via AffinityMatcher": the digits 0 to 4 by principal components,
// and as the best match of scalar products by scalar products, whose optimum is the same plane.
//
//	go run ./experiments/pca
package main

import (
	"context"
	"flag"
	"fmt"
	"io"

	"affmatch/affinity"
	"affmatch/experiments/command"
	"affmatch/experiments/datasets"
	"affmatch/experiments/plots"
	"affmatch/experiments/runs"
	"affmatch/loss"
	"affmatch/models"
	"affmatch/optim"

	"gonum.org/v1/gonum/mat"
)

func main() { command.Main("pca", run) }

func run(ctx context.Context, args []string, stdout, _ io.Writer) error {
	var out string
	var steps int
	var seed uint64
	f := flag.NewFlagSet("pca", flag.ContinueOnError)
	f.StringVar(&out, "out", "", "`FOLDER` for the figures; default: a new one below ./runs")
	f.IntVar(&steps, "steps", 50, "of the match")
	f.Uint64Var(&seed, "seed", 0, "of the match's start")
	const does = "PCA by decomposition and as an affinity match."
	if err := command.ParseOrHelp(f, args, stdout, "pca [flags]", does); err != nil {
		return err
	}
	d, err := datasets.Load(ctx, "digits")
	if err != nil {
		return err
	}
	d = below(d, 5)
	folder, err := runs.New(runs.Owner{Program: "pca", Files: []string{"embeddings.*"}}, out, false)
	if err != nil {
		return err
	}
	defer folder.Close() //nolint:errcheck // a lock's file has nothing to report
	exact, err := models.PrincipalComponents().Fit(ctx, d.X)
	if err != nil {
		return err
	}
	m := match(steps, seed)
	matched, err := m.Fit(ctx, d.X)
	if err != nil {
		return err
	}
	best, err := m.Evaluate(ctx, d.X, exact.Embedding)
	if err != nil {
		return err
	}
	last := matched.History[len(matched.History)-1].Loss
	fmt.Fprintf(stdout, "loss of the match after %d steps: %.5f times that of the principal components, %.6g\n",
		len(matched.History), last/best.Loss, best.Loss)
	var pictures []plots.Plot
	for _, p := range []struct {
		title string
		z     *mat.Dense
	}{{"PCA by decomposition", exact.Embedding}, {"PCA as an affinity match", matched.Embedding}} {
		picture, err := runs.Picture(p.title, d, p.z)
		if err != nil {
			return err
		}
		pictures = append(pictures, picture)
	}
	if err := folder.Figure("embeddings", plots.Grid{Plots: pictures}, "png", "svg"); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "figure in %s\n", folder.Folder)
	return folder.Finish()
}

// match is the demo's: scalar products of the centered rows, Adam at rate 10 from a small random start.
func match(steps int, seed uint64) models.AffinityMatcher {
	product := affinity.ScalarProduct{}
	return models.AffinityMatcher{
		In: affinity.OnData{Output: product, Diagonal: true}, Out: product, Loss: loss.Square,
		Descent: models.Descent{
			Optimizer: optim.Adam{LearnRate: 10}, Init: models.Normal{}, Steps: steps, Seed: seed,
			Engine: models.Fused{Float64: true},
		},
	}
}

// below are the rows of the classes below a number, centered.
func below(d *datasets.Data, classes int) *datasets.Data {
	_, p := d.X.Dims()
	part := &datasets.Data{Name: d.Name, Names: d.Names[:classes]}
	var rows []float64
	for i, l := range d.Labels {
		if l < classes {
			part.Labels = append(part.Labels, l)
			rows = append(rows, mat.Row(nil, i, d.X)...)
		}
	}
	x := mat.NewDense(len(part.Labels), p, rows)
	for c := range p {
		mean := mat.Sum(x.ColView(c)) / float64(len(part.Labels))
		for i := range part.Labels {
			x.Set(i, c, x.At(i, c)-mean)
		}
	}
	part.X = x
	return part
}
