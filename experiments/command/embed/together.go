package embed

import (
	"context"
	"io"

	"affmatch/experiments/runs"
	"affmatch/internal/team"
)

// member is what the other processes of a team do: the steps of the fit that the first one keeps. What the first one does
// alone, from help to new points, is none of theirs.
func member(ctx context.Context, t team.Team, args []string) error {
	o, err := parse(args)
	if err != nil || o.help || o.model != "" {
		return nil //nolint:nilerr // the first one says so
	}
	if o.given["plan"] {
		_, err := o.network(t)
		return err
	}
	c, m, err := o.configure()
	if o.resume != "" {
		c, m, err = runs.ReadConfig(runs.Folder(o.resume).Path("config.json"))
	}
	if err != nil || c.Data.Piped() {
		return err
	}
	fit, err := load(team.Alone(ctx), c, m, io.Discard)
	if err != nil {
		return err
	}
	fit.Team, fit.Resume, fit.Folder = t, o.resume != "", runs.Folder(o.resume)
	ended, err := fit.Join(ctx)
	if ended {
		err = nil
	}
	return err
}
