package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"affmatch/experiments/metrics"
	"affmatch/experiments/progress"
	"affmatch/experiments/runs"
	"affmatch/models"
)

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stdout)
	if err != nil {
		return err
	}
	data, recipe, err := load(ctx, o, stdout)
	if err != nil {
		return err
	}
	folder, err := runs.New("affinitymatcher", o.out)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%v, from %s\nresults go to %s\n\n", data, data.Source, string(folder))
	descent := models.Descent{Init: models.PCA{}, Steps: o.steps, Seed: o.seed, Engine: o.engine()}
	show := progress.New(stderr, nil)
	done := map[string]runs.Outcome{}
	for _, m := range demo(descent) {
		fit := runs.Fit{
			Config: runs.Config{Program: "affinitymatcher", Method: m.folder, Data: recipe},
			Title:  m.title, Model: m.model, Data: data, Progress: show,
		}
		if fit.Folder, err = folder.Sub(m.folder); err != nil {
			return err
		}
		out, err := fit.Run(ctx)
		s := out.Status
		if err != nil {
			table(stdout, done)
			return fmt.Errorf("%s: after %d of %d steps; what was reached is in %s: %w", m.title, s.Steps, s.Of, fit.Folder, err)
		}
		fmt.Fprintf(stdout, "%-24s %d steps in %.1f s   loss %.6g\n", m.title, s.Steps, s.Seconds, *s.Loss)
		done[m.folder] = out
	}
	table(stdout, done)
	if err := figures(folder, data.Data, done); err != nil {
		return err
	}
	return agreement(ctx, o, descent, data.Data, stdout)
}

// table compares the methods that are done.
func table(w io.Writer, done map[string]runs.Outcome) {
	if len(done) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%-24s %12s %11s %16s %13s %10s %8s\n", "method", "final loss", "silhouette", "trustworthiness", "preservation", "10-NN acc.", "seconds")
	fmt.Fprintln(w, strings.Repeat("-", 100))
	for _, name := range order {
		if f, ok := done[name]; ok {
			fmt.Fprintf(w, "%-24s %12.6g %11s %16s %13s %10s %8.1f\n", f.Title, *f.Status.Loss, score(f.Scores.Silhouette),
				score(f.Scores.Trustworthiness), score(f.Scores.Preservation), score(f.Scores.KNNAccuracy), f.Status.Seconds)
		}
	}
	fmt.Fprintln(w)
}

func score(s metrics.Score) string {
	if s.IsZero() {
		return "-"
	}
	return fmt.Sprintf("%.4f", float64(s))
}
