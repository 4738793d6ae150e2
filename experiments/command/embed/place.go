package embed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"affmatch/experiments/command"
	"affmatch/experiments/prepare"
	"affmatch/experiments/progress"
	"affmatch/experiments/runs"
)

// placed is config.json of a folder of new points: what was placed, and by what.
type placed struct {
	Program string         `json:"program"`
	By      string         `json:"by"` // the model's folder or file
	Method  string         `json:"method"`
	Data    prepare.Recipe `json:"data"`
	SHA256  string         `json:"data_sha256"` // of the new rows, prepared
	With    *runs.Build    `json:"with"`
}

// place puts the points of a file among those of a run.
func place(ctx context.Context, o *options, stdout, stderr io.Writer) error {
	recipe := o.data
	if recipe.In == "" {
		return command.Usage("-model: -in is missing: want a file of the points to place")
	}
	if err := recipe.Validate(); err != nil {
		return command.AsUsage(err)
	}
	owner := runs.Owner{Program: "embed", Inputs: []string{recipe.In, recipe.Labels, o.model}}
	if o.out != standardOutput {
		if err := owner.Check(o.out, o.overwrite); err != nil {
			return err
		}
	}
	shown := progress.New(stderr, nil)
	shown.Stage(o.model, "reading")
	defer shown.Done()
	m, saved, err := runs.ReadModel(o.model)
	if err != nil {
		return err
	}
	data, err := recipe.Load(ctx)
	if err != nil {
		return err
	}
	x, err := saved.Prepared.Apply(data.X)
	if err != nil {
		return err
	}
	if o.out == standardOutput {
		z, err := m.Transform(ctx, x)
		if err != nil {
			return err
		}
		return o.write(stdout, z, data.Data)
	}
	c := placed{Program: "embed", By: o.model, Method: saved.Config.Method, SHA256: data.SHA256, With: runs.ThisBuild()}
	if c.Data, err = data.Recipe.Absolute(); err != nil {
		return err
	}
	owner.Prepare = func(f runs.Folder) error { return f.JSON("config.json", c) }
	folder, err := runs.New(owner, o.out, o.overwrite)
	if err != nil {
		return err
	}
	defer folder.Close() //nolint:errcheck // a lock's file has nothing to report
	clock := time.Now()
	shown.Stage(c.Method, "new points")
	z, err := m.Transform(ctx, x)
	if err != nil {
		return err
	}
	seconds := time.Since(clock).Seconds()
	status := runs.Status{State: runs.Finished, Detail: "placed", Seconds: seconds, Ended: time.Now().Format(time.RFC3339)}
	scored, err := runs.Scored(ctx, o.scores, m.Problem, x, z, data.Labels)
	if err == nil {
		err = errors.Join(folder.Embedding(z), folder.Metrics(scored))
	}
	if err == nil && o.figures.Has("embedding") {
		if picture, perr := runs.Picture(c.Method, data.Data, z); perr == nil { // none of more than three dimensions
			err = folder.Figure("embedding", picture)
		}
	}
	if err == nil && o.figures.Has("map") {
		_, err = folder.Map(c.Method, data, z, scored.Each)
	}
	if err == nil {
		err = folder.JSON("status.json", status)
	}
	if err = errors.Join(err, ctx.Err()); err != nil {
		return err
	}
	if err := folder.Finish(); err != nil {
		return err
	}
	n, _ := z.Dims()
	fmt.Fprintf(stdout, "%d new points among those of %s, by %s, in %.1f s\n", n, o.model, c.Method, seconds)
	if line := scores(scored); line != "" {
		fmt.Fprintf(stdout, "%s, of the new points among themselves\n", line)
	}
	fmt.Fprintf(stdout, "results in %s\n", folder.Folder)
	return nil
}
