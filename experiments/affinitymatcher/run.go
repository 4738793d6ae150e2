package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"affmatch/experiments/metrics"
	"affmatch/experiments/prepare"
	"affmatch/experiments/progress"
	"affmatch/experiments/runs"
	"affmatch/models"
)

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stdout)
	if err != nil {
		return err
	}
	if err := owner(o, nil, prepare.Recipe{}).Check(o.out, o.overwrite); err != nil {
		return err
	}
	data, recipe, err := load(ctx, o, stdout)
	if err != nil {
		return err
	}
	folder, err := runs.New(owner(o, data, recipe), o.out, o.overwrite)
	if err != nil {
		return err
	}
	defer folder.Close() //nolint:errcheck // a lock's file has nothing to report
	fmt.Fprintf(stdout, "%v, from %s\nresults go to %s\n\n", data, data.Source, string(folder.Folder))
	descent := models.Descent{Init: models.PCA{}, Steps: o.steps, Seed: o.seed, Engine: o.engine()}
	if err := fits(ctx, folder.Folder, data, recipe, descent, stdout, stderr); err != nil {
		return err
	}
	if err := folder.Finish(); err != nil {
		return err
	}
	if o.overwrite {
		fmt.Fprintf(stdout, "results are in %s\n\n", folder.Folder)
	}
	return agreement(ctx, o, descent, data.Data, stdout)
}

// owner says what the folder of the demo holds.
func owner(o options, data *prepare.Prepared, recipe prepare.Recipe) runs.Owner {
	return runs.Owner{
		Program: "affinitymatcher",
		Files:   append([]string{"config.json", "embeddings.*", "sne-and-matcher.*", "loss-curves.*"}, order...),
		Inputs:  []string{o.data, o.labels},
		Prepare: func(f runs.Folder) error {
			return f.JSON("config.json", struct {
				Program string         `json:"program"`
				Data    prepare.Recipe `json:"data"`
				SHA256  string         `json:"data_sha256"`
				Steps   int            `json:"steps"`
				Seed    uint64         `json:"seed"`
				Dtype   string         `json:"dtype"`
			}{"affinitymatcher", recipe, data.SHA256, o.steps, o.seed, o.dtype})
		},
	}
}

// fits makes the four runs and their figures.
func fits(ctx context.Context, folder runs.Folder, data *prepare.Prepared, recipe prepare.Recipe, d models.Descent, stdout, stderr io.Writer) error {
	show := progress.New(stderr, nil)
	done := map[string]runs.Outcome{}
	for _, m := range demo(d) {
		fit := runs.Fit{
			Config: runs.Config{Program: "affinitymatcher", Method: m.folder, Data: recipe},
			Title:  m.title, Model: m.model, Data: data, Progress: show,
		}
		own, err := runs.Own(runs.Owner{Program: "affinitymatcher", Prepare: fit.Prepare}, folder.Path(m.folder))
		if err != nil {
			return err
		}
		fit.Folder = own.Folder
		out, err := fit.Run(ctx)
		s := out.Status
		if err := errors.Join(err, own.Close()); err != nil {
			table(stdout, done)
			return fmt.Errorf("%s: after %d of %d steps; what was reached is in %s: %w", m.title, s.Steps, s.Of, fit.Folder, err)
		}
		fmt.Fprintf(stdout, "%-24s %d steps in %.1f s   loss %.6g\n", m.title, s.Steps, s.Seconds, *s.Loss)
		done[m.folder] = out
	}
	table(stdout, done)
	return figures(folder, data.Data, done)
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
