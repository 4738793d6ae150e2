// Package embed is the command of that name.
//
// Read run.go first.
package embed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"affmatch/experiments/command"
	"affmatch/experiments/datasets"
	"affmatch/experiments/metrics"
	"affmatch/experiments/plots"
	"affmatch/experiments/prepare"
	"affmatch/experiments/progress"
	"affmatch/experiments/runs"
	"affmatch/experiments/spec"
	"affmatch/internal/team"
	"affmatch/models"
)

// Run is the command.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if t := team.From(ctx); t != nil && t.Rank() > 0 {
		return member(ctx, t, args)
	}
	o, err := parse(args)
	if err != nil {
		return err
	}
	o.team, ctx = team.From(ctx), team.Alone(ctx) // the steps alone are made together
	if o.resume != "" && !o.help {
		return resume(ctx, o, stdout, stderr)
	}
	if o.model != "" && !o.help {
		return place(ctx, o, stdout, stderr)
	}
	c, m, err := o.configure()
	if err != nil {
		return err
	}
	if o.help {
		if o.all {
			help(stdout, c.Method, m)
		} else {
			first(stdout, c.Method, m)
		}
		return nil
	}
	if o.given["plan"] {
		return o.planned(ctx, c.Method, m, stdout)
	}
	if err := errors.Join(c.Data.Validate(), m.Validate(), o.atOnce(m)); err != nil {
		return command.AsUsage(err)
	}
	if c.Data.Piped() && o.team != nil {
		return command.Usage("-in %s: standard input is the first process's alone: want a file that all can read",
			prepare.StandardInput)
	}
	if o.out == standardOutput {
		return piped(ctx, o, c, m, stdout, stderr)
	}
	owner := runs.Owner{Program: "embed", Inputs: []string{c.Data.In, c.Data.Labels, c.Start}}
	if err := owner.Check(o.out, o.overwrite); err != nil {
		return err
	}
	fit, err := load(ctx, c, m, stderr)
	if err != nil {
		return err
	}
	fit.Every, fit.Scoring, owner.Prepare = o.every, o.scores, fit.Prepare
	folder, err := runs.New(owner, o.out, o.overwrite)
	if err != nil {
		return err
	}
	fit, out, err := carryOut(ctx, o, c, fit, folder, stderr)
	return errors.Join(report(stdout, fit, out, err), folder.Close())
}

// resume goes on with the run in a folder.
func resume(ctx context.Context, o *options, stdout, stderr io.Writer) error {
	folder, err := runs.Resume(runs.Owner{Program: "embed"}, o.resume)
	if err != nil {
		return err
	}
	defer folder.Close() //nolint:errcheck // a lock's file has nothing to report
	c, m, err := runs.ReadConfig(folder.Path("config.json"))
	if err != nil {
		return err
	}
	if kept, err := folder.Read(); err == nil && kept.Status.State == runs.Finished {
		fmt.Fprintf(stdout, "finished already, after %d steps\nresults in %s\n", kept.Status.Steps, folder.Folder)
		return nil
	}
	if _, descends := m.(spec.Stepped); !descends {
		return command.Usage("-resume %s: %s: %v: run it anew (-config %s)", folder.Folder, c.Method, runs.ErrNoSteps, folder.Path("config.json"))
	}
	fit, err := load(ctx, c, m, stderr)
	if err != nil {
		return err
	}
	if len(fit.Notes) > 0 {
		return fmt.Errorf("-resume %s: %s", folder.Folder, strings.Join(fit.Notes, "; "))
	}
	fit.Every, fit.Scoring, fit.Resume = o.every, o.scores, true
	fit, out, err := carryOut(ctx, o, c, fit, folder, stderr)
	return report(stdout, fit, out, err)
}

// carryOut makes the fit in its folder.
func carryOut(ctx context.Context, o *options, c runs.Config, fit runs.Fit, folder *runs.Claim, stderr io.Writer) (
	runs.Fit, runs.Outcome, error,
) {
	fit.Folder = folder.Folder
	file, err := os.OpenFile(fit.Folder.Path("run.log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fit, runs.Outcome{}, err
	}
	log := &command.Checked{W: file}
	fit.Log = slog.New(slog.NewTextHandler(progress.LogTo(log, stderr), nil))
	fit.Progress = progress.New(stderr, fit.Log)
	fit.Log.Info("begin", "data", fit.Data.String(), "source", fit.Data.Source, "folder", string(fit.Folder))
	for _, note := range fit.Notes {
		fit.Log.Warn(note)
	}
	fit.Snapshots = o.snapshots
	fit.Team = o.team
	if fit.Watch, err = o.watch.Start(stderr); err != nil {
		return fit, runs.Outcome{}, errors.Join(err, file.Close())
	}
	ctx, stop := folder.Context(ctx)
	defer stop()
	fit.Draw = func(out runs.Outcome) ([]string, error) { return draw(fit, out, o.figures) }
	out, fitErr := fit.Run(ctx)
	fitErr = errors.Join(fitErr, fit.Watch.Close(), log.Err, file.Close())
	if fitErr == nil {
		fitErr = folder.Finish()
		fit.Folder = folder.Folder
	}
	return fit, out, fitErr
}

// load reads the data, and the start where a file gives it.
func load(ctx context.Context, c runs.Config, m spec.Model, stderr io.Writer) (runs.Fit, error) {
	shown := progress.New(stderr, nil)
	shown.Stage(c.Data.In, "reading")
	defer shown.Done()
	fit := runs.Fit{Config: c, Title: c.Method, Model: m, KeepModel: !c.NoModel}
	if method, err := spec.Lookup(c.Method); err == nil {
		fit.Title = method.Title
	}
	var err error
	if fit.Data, err = c.Data.Load(ctx); err != nil {
		return fit, err
	}
	fit.Config.Data = fit.Data.Recipe
	if c.Start != "" {
		start, err := datasets.Read(c.Start)
		if err != nil {
			return fit, err
		}
		fit.Start = start.X
	}
	fit.Notes = c.Changed(fit.Data, fit.Start)
	return fit, nil
}

// draw writes the figures that were asked for.
func draw(fit runs.Fit, out runs.Outcome, asked command.Some) (notes []string, err error) {
	add := func(more []string, err error) error {
		notes = append(notes, more...)
		return err
	}
	if asked.Has("embedding") {
		picture, err := runs.Picture(fit.Title, fit.Data.Data, out.Result.Embedding)
		if err != nil {
			notes = append(notes, fmt.Sprintf("no figure embedding: %v", err))
		} else if err := add(fit.Folder.Draw("embedding", picture)); err != nil {
			return notes, err
		}
	}
	if asked.Has("loss") && len(out.Result.History) > 0 {
		curve := plots.LossCurves{Title: fit.Title, Runs: []plots.Run{runs.Curve("", out.Result.History)}}
		curve = runs.Scaled(runs.Marked(curve, out.Result.History))
		if err := add(fit.Folder.Draw("loss", curve)); err != nil {
			return notes, err
		}
	}
	if asked.Has("map") {
		return notes, add(fit.Folder.Map(fit.Title+" of "+fit.Data.Name, fit.Data, out.Result.Embedding, out.Scores.Each))
	}
	return notes, nil
}

// report says on stdout what came of it.
func report(w io.Writer, fit runs.Fit, out runs.Outcome, err error) error {
	s := out.Status
	switch {
	case err != nil && out.Result == nil:
		return err
	case errors.Is(err, context.Canceled) && s.State == runs.Finished:
		return fmt.Errorf("the fit is done and in %s; its scores are missing: %w", fit.Folder, err)
	case err != nil:
		return fmt.Errorf("after %d of %d steps; what was reached is in %s: %w", s.Steps, s.Of, fit.Folder, err)
	}
	summary(w, fit, out)
	fmt.Fprintf(w, "results in %s\n", fit.Folder)
	return nil
}

// summary is what came of a fit, in words.
func summary(w io.Writer, fit runs.Fit, out runs.Outcome) {
	s := out.Status
	fmt.Fprintf(w, "%s of %v\n", fit.Title, fit.Data)
	if s.Loss == nil {
		fmt.Fprintf(w, "computed in %.1f s\n", s.Seconds)
	} else {
		fmt.Fprintf(w, "%d steps in %.1f s (%s), loss %.6g%s\n", s.Steps, s.Seconds, out.Result.Status, *s.Loss, divergence(s.KL))
	}
	if line := scores(out.Scores); line != "" {
		fmt.Fprintln(w, line)
	}
	for _, note := range append(oddities(out.Result), out.Scores.Notes...) {
		fmt.Fprintln(w, "note:", note)
	}
}

// divergence is that of a loss that is one, but for what does not move.
func divergence(kl *float64) string {
	if kl == nil {
		return ""
	}
	return fmt.Sprintf(" (Kullback-Leibler divergence %.6g)", *kl)
}

// scores is the line of the usual ones. Of a sample each has its standard error.
func scores(r metrics.Report) string {
	var parts []string
	for _, s := range []struct {
		name string
		v    metrics.Score
		key  string
	}{
		{"trustworthiness", r.Trustworthiness, "trustworthiness"}, {"continuity", r.Continuity, "continuity"},
		{"preservation", r.Preservation, "preservation"}, {"k-NN accuracy", r.KNNAccuracy, "knn_accuracy"},
		{"silhouette", r.Silhouette, "silhouette"},
	} {
		if s.v.IsZero() {
			continue
		}
		part := fmt.Sprintf("%s %.4f", s.name, float64(s.v))
		if e, sampled := r.StandardErrors[s.key]; sampled {
			part += fmt.Sprintf(" ± %.4f", e)
		}
		parts = append(parts, part)
	}
	line := strings.Join(parts, ", ")
	if r.Sample < r.Rows {
		line += fmt.Sprintf(" (of %d rows; ±: standard error)", r.Sample)
	}
	if r.Metric != "" {
		line += fmt.Sprintf(" (distances in X: %s)", r.Metric)
	}
	return line
}

// oddities are what a reader should know of the data.
func oddities(r *models.Result) []string {
	notes := r.Notes
	if g := r.Report; g.Duplicates > 0 || g.Isolated > 0 || g.Components > 1 || g.Unconverged > 0 {
		notes = append([]string{"neighbors: " + g.String()}, notes...)
	}
	return notes
}
