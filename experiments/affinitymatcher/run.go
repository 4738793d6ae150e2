package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"affmatch/experiments/datasets"
	"affmatch/experiments/metrics"
	"affmatch/experiments/runs"
	"affmatch/experiments/spec"
	"affmatch/models"

	"gonum.org/v1/gonum/mat"
)

// fitted is a method with what came of it.
type fitted struct {
	method
	result  *models.Result
	scores  metrics.Report
	seconds float64
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	data, err := load(ctx, o, stdout)
	if err != nil {
		return err
	}
	folder, err := runs.New("affinitymatcher", o.out)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%v, from %s\nresults go to %s\n\n", data, data.Source, string(folder))
	descent := models.Descent{Steps: o.steps, Seed: o.seed, Engine: o.engine()}
	var done []fitted
	for _, m := range demo(descent) {
		f, err := fit(ctx, m, o, data, folder, stdout)
		if err != nil {
			if f.result != nil {
				fmt.Fprintf(stdout, "\n%s: stopped after %d steps; what was reached is in %s\n", m.title, len(f.result.History), folder.Path(m.folder))
			}
			table(stdout, done)
			return fmt.Errorf("%s: %w", m.title, err)
		}
		done = append(done, f)
	}
	table(stdout, done)
	if err := figures(folder, data, done); err != nil {
		return err
	}
	return agreement(ctx, o, descent, data, stdout)
}

// fit runs one method and writes its folder, also where it was cut short.
func fit(ctx context.Context, m method, o options, data *datasets.Data, out runs.Folder, stdout io.Writer) (fitted, error) {
	f := fitted{method: m}
	folder, err := out.Sub(m.folder)
	if err != nil {
		return f, err
	}
	config, err := spec.Encode(m.model)
	if err != nil {
		return f, err
	}
	if err := folder.JSON("config.json", map[string]any{
		"program": "affinitymatcher", "method": m.folder, "model": config, "data": data.Name, "source": data.Source,
		"seed": o.seed, "steps": o.steps, "dtype": o.dtype,
	}); err != nil {
		return f, err
	}
	show := newProgress(stdout, m.title, o.steps)
	clock := time.Now()
	res, fitErr := spec.Edit(m.model, func(d *models.Descent) { d.OnStep = show.step }).Fit(ctx, data.X)
	f.seconds = time.Since(clock).Seconds()
	show.end(res, f.seconds, fitErr)
	if res == nil {
		return f, fitErr
	}
	f.result = res
	if err := errors.Join(folder.Embedding(res.Embedding), folder.History(res.History)); err != nil {
		return f, err
	}
	if fitErr != nil {
		return f, fitErr
	}
	if f.scores, err = metrics.Evaluate(ctx, data.X, res.Embedding, data.Labels); err != nil {
		return f, err
	}
	return f, folder.Metrics(f.scores)
}

// progress shows one line a method, kept up to date on a terminal.
type progress struct {
	w        io.Writer
	title    string
	steps    int
	terminal bool
	last     time.Time
}

func newProgress(w io.Writer, title string, steps int) *progress {
	p := &progress{w: w, title: title, steps: steps}
	if f, ok := w.(*os.File); ok {
		info, err := f.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	if p.terminal {
		fmt.Fprintf(w, "%-24s neighbors and affinities ...", title)
	}
	return p
}

func (p *progress) step(r models.Record, _ *mat.Dense) error {
	if p.terminal && time.Since(p.last) > 100*time.Millisecond {
		p.last = time.Now()
		fmt.Fprintf(p.w, "\r\x1b[K%-24s step %4d of %d   loss %.6g", p.title, r.Step+1, p.steps, r.Loss)
	}
	return nil
}

func (p *progress) end(res *models.Result, seconds float64, err error) {
	if p.terminal {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
	switch {
	case res == nil || len(res.History) == 0:
		fmt.Fprintf(p.w, "%-24s failed\n", p.title)
	default:
		state := ""
		if err != nil {
			state = "   " + res.Status.String()
		}
		last := res.History[len(res.History)-1]
		fmt.Fprintf(p.w, "%-24s %4d steps   loss %.6g   %.1f s%s\n", p.title, len(res.History), last.Loss, seconds, state)
	}
}

func table(w io.Writer, done []fitted) {
	if len(done) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%-24s %12s %11s %16s %13s %10s %8s\n", "method", "final loss", "silhouette", "trustworthiness", "preservation", "10-NN acc.", "seconds")
	fmt.Fprintln(w, strings.Repeat("-", 100))
	for _, f := range done {
		h := f.result.History
		fmt.Fprintf(w, "%-24s %12.6g %11s %16s %13s %10s %8.1f\n", f.title, h[len(h)-1].Loss, score(f.scores.Silhouette),
			score(f.scores.Trustworthiness), score(f.scores.Preservation), score(f.scores.KNNAccuracy), f.seconds)
	}
	fmt.Fprintln(w)
}

func score(s metrics.Score) string {
	if s == 0 {
		return "-"
	}
	return fmt.Sprintf("%.4f", float64(s))
}
