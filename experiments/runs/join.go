package runs

import (
	"context"

	"affmatch/experiments/command"
	"affmatch/experiments/spec"
	"affmatch/internal/team"
	"affmatch/models"
)

// Join makes the steps of a fit that the first member of a team keeps: nothing is written here. The fit's folder is
// read for the checkpoint that it goes on from. Ended: all members know how it ended, this error among them; else the
// others wait.
func (f Fit) Join(ctx context.Context) (ended bool, err error) {
	ctx = team.With(ctx, f.Team)
	model := spec.Within(f.edited(), command.MemoryLimit())
	m, descends := model.(spec.Stepped)
	if !descends {
		_, err := model.Fit(ctx, f.rows())
		return err == nil, err
	}
	r, err := m.Start(ctx, f.rows())
	if err != nil {
		return false, err
	}
	defer r.Close() //nolint:errcheck // a machine holds memory only; its Close has nothing to report
	if f.Resume {
		c, err := f.Folder.checkpoint()
		if err == nil && c != nil {
			err = r.Restore(*c)
		}
		if err != nil {
			return false, err
		}
	}
	for r.Status() == models.Running && err == nil {
		_, err = r.Step(ctx)
	}
	return r.Status() != models.Failed, err
}
