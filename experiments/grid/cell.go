package grid

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"affmatch/experiments/runs"
	"affmatch/experiments/spec"
	"affmatch/internal/fault"
)

// errDone is the answer of a cell that another process has finished meanwhile.
var errDone = errors.New("done by another process")

// finished says whether a cell's folder holds its finished run: of this model, on these data.
func (s Sweep) finished(c Cell) (runs.Kept, bool) {
	kept, err := runs.Folder(s.Folder.Path(c.Folder)).Read()
	return kept, err == nil && kept.Status.State == runs.Finished && s.same(kept.Config, c)
}

// same says whether a run was begun as the cell's. Of a part without a name nobody can say so: it may be another closure.
func (s Sweep) same(have runs.Config, c Cell) bool {
	want, err := spec.Encode(c.Model)
	if _, custom := spec.Custom(want); custom {
		return false
	}
	var compact bytes.Buffer
	return err == nil && json.Compact(&compact, have.Model) == nil && bytes.Equal(compact.Bytes(), want) &&
		have.SHA256 == s.Data[c.Data].SHA256
}

// of is the fit of a cell.
func (s Sweep) of(c Cell) runs.Fit {
	return runs.Fit{
		Config: runs.Config{Program: "sweep", Method: c.Preset, Data: c.Recipe, Start: c.startFile},
		Title:  c.Configuration(), Model: c.Model, Data: s.Data[c.Data], Start: c.start,
		Every: s.Every, Watch: s.Watch, Scoring: s.Scoring,
	}
}

// Done says whether nothing is left to do of a cell: it is finished and scored.
func (s Sweep) Done(c Cell) bool {
	kept, finished := s.finished(c)
	return finished && s.of(c).HasScores(kept)
}

// fit runs one cell in its folder, from its checkpoint where it has one; one that is done gets the scores that it lacks. A
// panic (a bug in a part) is a failure of that cell only.
func (s Sweep) fit(ctx context.Context, c Cell, workers int) (err error) {
	fit := s.of(c)
	fit.Workers = workers
	dir := s.Folder.Path(c.Folder)
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return &folderError{fmt.Errorf("grid: %w", err)}
	}
	folder, err := runs.Own(runs.Owner{Program: "sweep", Prepare: fit.Prepare}, dir)
	if errors.Is(err, runs.ErrInUse) {
		return err
	} else if err != nil {
		return &folderError{err}
	}
	defer folder.Close() //nolint:errcheck // a lock's file has nothing to report
	ctx, stop := folder.Context(ctx)
	defer stop()
	fit.Folder = folder.Folder
	if fit.Resume, err = s.begun(fit.Folder, c); err != nil {
		return &folderError{err}
	}
	defer func() {
		if r := recover(); r != nil {
			err = fault.Caught(r)
			err = errors.Join(err, s.record(fit.Folder, err.Error()))
		} else if err != nil && !errors.Is(err, runs.ErrLost) {
			if _, missing := os.Stat(fit.Folder.Path("status.json")); missing != nil {
				err = errors.Join(err, s.record(fit.Folder, err.Error()))
			}
		}
	}()
	if kept, finished := s.finished(c); finished {
		if fit.HasScores(kept) {
			return errDone
		}
		return fit.Rescore(ctx, kept)
	}
	if _, err = fit.Run(ctx); !errors.Is(err, runs.ErrCheckpoint) {
		return err
	}
	if err := fit.Folder.Clear(); err != nil { // it cannot be gone on from: that costs its steps, not the cell
		return &folderError{err}
	}
	fit.Resume = false
	_, err = fit.Run(ctx)
	return err
}

// begun says whether the folder holds the cell's run, to be gone on with. What is left of any other must not be taken for
// this one's: it is removed.
func (s Sweep) begun(f runs.Folder, c Cell) (bool, error) {
	if have, _, err := runs.ReadConfig(f.Path("config.json")); err == nil && s.same(have, c) {
		return true, nil
	}
	return false, f.Clear()
}

// record says in the folder of a cell that could not even start why.
func (s Sweep) record(folder runs.Folder, why string) error {
	return folder.JSON("status.json", runs.Status{State: runs.Failed, Detail: why, Ended: time.Now().Format(time.RFC3339)})
}
