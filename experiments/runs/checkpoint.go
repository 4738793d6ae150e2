package runs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"affmatch/affinity"
	"affmatch/experiments/spec"
	"affmatch/internal/team"
	"affmatch/internal/whole"
	"affmatch/models"

	"gonum.org/v1/gonum/mat"
)

// checkpointName is the file that a run goes on from. A finished run has none.
const checkpointName = "checkpoint"

// ErrCheckpoint is in the error of a checkpoint that cannot be gone on from.
var ErrCheckpoint = errors.New("checkpoint cannot be gone on from")

// ErrNoSteps is in the error of a closed form that is asked for what steps alone have: a start, a checkpoint to go on from.
var ErrNoSteps = errors.New("it is computed at once: it has no steps, and so no start and nothing to go on from")

// Every is how often a run writes its checkpoint where nothing else is asked for.
const Every = 30 * time.Second

// save writes the checkpoint of a run.
func (f Folder) save(r *models.Run) error {
	if err := whole.Write(f.Path(checkpointName), r.Checkpoint().Write); err != nil {
		return fmt.Errorf("runs: checkpoint: %w", err)
	}
	return nil
}

// checkpoint is what the folder goes on from; nil: it has none.
func (f Folder) checkpoint() (*models.Checkpoint, error) {
	file, err := os.Open(f.Path(checkpointName))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("runs: %w", err)
	}
	defer file.Close()
	c, err := models.ReadCheckpoint(file)
	if err != nil {
		return nil, fmt.Errorf("runs: %s: %w: %w", file.Name(), ErrCheckpoint, err)
	}
	return &c, nil
}

// rows are those of the data, with their classes where there are some: supervised methods read them, and the model
// keeps them.
func (f Fit) rows() mat.Matrix {
	if f.Data.Labels == nil {
		return f.Data.X
	}
	return affinity.Data{Matrix: f.Data.X, Labels: f.Data.Labels}
}

// steps goes to the end of a fit, from the folder's checkpoint where it is to be gone on with. What was reached is returned
// with an error too; nil where the fit had not started.
func (f Fit) steps(ctx context.Context, model spec.Model, history *journal) (*models.Result, error) {
	if f.Team != nil {
		ctx = team.With(ctx, f.Team)
	}
	x := f.rows()
	m, descends := model.(spec.Stepped)
	if !descends {
		return model.Fit(ctx, x)
	}
	r, err := m.Start(ctx, x)
	if err != nil {
		return nil, err
	}
	defer r.Close() //nolint:errcheck // a machine holds memory only; its Close has nothing to report
	if f.Resume {
		if err := f.restore(r, history); err != nil {
			return nil, err
		}
		for _, record := range r.Result().History {
			f.watched.Step(record, nil)
		}
	}
	saved, writes := time.Now(), false
	for r.Status() == models.Running {
		if _, err := r.Step(ctx); err != nil {
			if r.Status() == models.Canceled && !errors.Is(context.Cause(ctx), ErrLost) {
				err = errors.Join(err, f.Folder.save(r))
			}
			return r.Result(), err
		}
		if f.Every >= 0 && time.Since(saved) >= cmp.Or(f.Every, Every) {
			if err := f.Folder.save(r); err != nil { // the fit can do without, the next one may go better
				f.Log.Warn("no checkpoint", "why", err.Error())
			}
			saved, writes = time.Now(), true
		}
	}
	if writes { // the scores may take as long again
		if err := f.Folder.save(r); err != nil {
			f.Log.Warn("no checkpoint", "why", err.Error())
		}
	}
	return r.Result(), nil
}

// restore brings the run and its history to where the folder's checkpoint is.
func (f Fit) restore(r *models.Run, history *journal) error {
	c, err := f.Folder.checkpoint()
	if err != nil || c == nil {
		return err
	}
	if err := r.Restore(*c); err != nil {
		return fmt.Errorf("runs: %s: %w: %w", f.Folder.Path(checkpointName), ErrCheckpoint, err)
	}
	f.Log.Info("goes on", "of", f.Title, "step", c.Step)
	return history.begin(c.History)
}
