// Command swissroll shows what perplexity does to t-SNE of a swiss roll, as TorchDR's demo does, beside Isomap, which
// unrolls it, and classical scaling, which sees it from the side.
//
//	go run ./experiments/swissroll
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"affmatch/affinity"
	"affmatch/experiments/command"
	"affmatch/experiments/datasets"
	"affmatch/experiments/metrics"
	"affmatch/experiments/plots"
	"affmatch/experiments/runs"
	"affmatch/models"

	"gonum.org/v1/gonum/mat"
)

func main() { command.Main("swissroll", run) }

// method is one embedding of the roll.
type method struct {
	title string
	model interface {
		Fit(ctx context.Context, x mat.Matrix) (*models.Result, error)
	}
}

func run(ctx context.Context, args []string, stdout, _ io.Writer) error {
	var out string
	var points, steps int
	var seed uint64
	f := flag.NewFlagSet("swissroll", flag.ContinueOnError)
	f.StringVar(&out, "out", "", "`FOLDER` for the figures; default: a new one below ./runs")
	f.IntVar(&points, "points", 500, "of the roll")
	f.IntVar(&steps, "steps", 1000, "of t-SNE")
	f.Uint64Var(&seed, "seed", 0, "of the points")
	const does = "A swiss roll by t-SNE of several perplexities, Isomap and classical scaling."
	if err := command.ParseOrHelp(f, args, stdout, "swissroll [flags]", does); err != nil {
		return err
	}
	d, err := datasets.SurfaceConfig{Points: points, Seed: seed}.SwissRoll()
	if err != nil {
		return err
	}
	folder, err := runs.New(runs.Owner{Program: "swissroll", Files: []string{"roll.*", "embeddings.*"}}, out, false)
	if err != nil {
		return err
	}
	defer folder.Close() //nolint:errcheck // a lock's file has nothing to report
	var pictures []plots.Plot
	for _, m := range methods(steps) {
		r, err := m.model.Fit(ctx, d.X)
		if err != nil {
			return fmt.Errorf("%s: %w", m.title, err)
		}
		score, err := metrics.Trustworthiness(d.X, r.Embedding, 10)
		if err != nil {
			return err
		}
		fmt.Fprintf(stdout, "%-24s trustworthiness %.3f\n", m.title, score)
		pictures = append(pictures, plots.Scatter{
			Points: r.Embedding, Title: m.title, Values: d.Values, ValueName: "along the roll",
		})
	}
	flat, depth, err := plots.Project(d.X, -60, 15)
	if err != nil {
		return err
	}
	err = errors.Join(
		folder.Figure("roll", plots.Scatter{
			Points: flat, Depth: depth, Title: "swiss roll", Values: d.Values, ValueName: "along the roll",
		}, "png", "svg"),
		folder.Figure("embeddings", plots.Grid{Plots: pictures, Columns: 3}, "png", "svg"),
	)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "figures in %s\n", folder.Folder)
	return folder.Finish()
}

// methods are t-SNE of the demo's perplexities, and two closed forms.
func methods(steps int) (all []method) {
	for _, perplexity := range []float64{2, 5, 10, 20} {
		m := models.TSNE()
		m.In, m.Steps = affinity.EntropicAffinity{Perplexity: perplexity, Symmetrize: true}, steps
		all = append(all, method{fmt.Sprintf("t-SNE, perplexity %v", perplexity), m})
	}
	isomap := models.Geodesics()
	isomap.Map = models.Isomap{Neighbors: 6}
	return append(all, method{"Isomap, 6 neighbors", isomap}, method{"classical scaling", models.ClassicalScaling()})
}
