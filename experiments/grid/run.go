package grid

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"os"
	"runtime"
	"sync"
	"time"

	"affmatch/experiments/datasets"
	"affmatch/experiments/prepare"
	"affmatch/experiments/progress"
	"affmatch/experiments/runs"
	"affmatch/experiments/spec"

	"golang.org/x/sync/errgroup"
)

// Sweep runs the cells of a grid into a folder.
type Sweep struct {
	Folder   runs.Folder
	Cells    []Cell
	Data     map[string]*prepare.Prepared // by the cells' names, see Load
	Parallel int                          // cells at once; 0: GOMAXPROCS. They share the cores, which changes no bit
	Progress *progress.Reporter           // nil: none
	Log      *slog.Logger                 // nil: none
}

// Tally says what became of the cells.
type Tally struct{ Finished, Skipped, Failed, Left int }

func (t Tally) String() string {
	s := fmt.Sprintf("%d done", t.Finished)
	if t.Skipped > 0 {
		s += fmt.Sprintf(", %d were done before", t.Skipped)
	}
	if t.Failed > 0 {
		s += fmt.Sprintf(", %d failed", t.Failed)
	}
	if t.Left > 0 {
		s += fmt.Sprintf(", %d left", t.Left)
	}
	return s
}

// Load reads the data of all cells, each set once.
func Load(ctx context.Context, cells []Cell) (map[string]*prepare.Prepared, error) {
	all := map[string]*prepare.Prepared{}
	for _, c := range cells {
		if all[c.Data] != nil {
			continue
		}
		d, err := c.Recipe.Load(ctx)
		if err != nil {
			return nil, fmt.Errorf("grid: data %s: %w", c.Data, err)
		}
		all[c.Data] = d
	}
	return all, nil
}

// Run makes the fits that are not there yet. The only errors are a context that ended and a folder that cannot be written:
// a cell that fails is recorded in its folder and in the tally.
func (s Sweep) Run(ctx context.Context) (Tally, error) {
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	parallel := s.Parallel
	if parallel == 0 {
		parallel = runtime.GOMAXPROCS(0)
	}
	workers := max(1, runtime.GOMAXPROCS(0)/parallel)
	var mu sync.Mutex
	tally := Tally{Left: len(s.Cells)}
	count := func(where *int) {
		mu.Lock()
		defer mu.Unlock()
		*where++
		tally.Left--
		s.Progress.Step(len(s.Cells)-tally.Left, len(s.Cells), math.NaN())
	}
	s.Progress.Stage("sweep", fmt.Sprintf("%d fits, %d at once", len(s.Cells), parallel))
	defer s.Progress.Done()
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(parallel)
	for _, c := range s.Cells {
		group.Go(func() error {
			if inner.Err() != nil {
				return inner.Err()
			}
			if s.finished(c) {
				count(&tally.Skipped)
				return nil
			}
			err := s.fit(inner, c, workers)
			var broken *folderError
			switch {
			case err == nil:
				count(&tally.Finished)
				s.Log.Info("done", "cell", c.String())
			case inner.Err() != nil:
				return inner.Err()
			case errors.As(err, &broken):
				return err
			default:
				count(&tally.Failed)
				s.Log.Warn("failed", "cell", c.String(), "why", err.Error())
			}
			return nil
		})
	}
	err := group.Wait()
	return tally, err
}

// folderError is a sweep's own trouble, which would repeat itself in every cell.
type folderError struct{ error }

func (e *folderError) Unwrap() error { return e.error }

// finished says whether a cell's folder holds its finished run: of this model, on these data.
func (s Sweep) finished(c Cell) bool {
	kept, err := runs.Folder(s.Folder.Path(c.Folder)).Read()
	if err != nil || kept.Status.State != runs.Finished {
		return false
	}
	want, err := spec.Encode(c.Model)
	var have bytes.Buffer
	return err == nil && json.Compact(&have, kept.Config.Model) == nil && bytes.Equal(have.Bytes(), want) &&
		kept.Config.SHA256 == s.Data[c.Data].SHA256
}

// fit runs one cell. A panic (a bug in a part) is a failure of that cell only.
func (s Sweep) fit(ctx context.Context, c Cell, workers int) (err error) {
	folder, err := s.Folder.Sub(c.Folder)
	if err != nil {
		return &folderError{err}
	}
	if err := folder.Clear(); err != nil { // what an earlier try left must not be taken for this one's
		return &folderError{err}
	}
	defer func() {
		if r := recover(); r != nil {
			err = errors.Join(fmt.Errorf("panic: %v", r), s.record(folder, fmt.Sprintf("panic: %v", r)))
		} else if err != nil {
			if _, missing := os.Stat(folder.Path("status.json")); missing != nil {
				err = errors.Join(err, s.record(folder, err.Error()))
			}
		}
	}()
	fit := runs.Fit{
		Config: runs.Config{Program: "sweep", Method: c.Preset, Data: c.Recipe, Start: c.start},
		Title:  c.Configuration(), Model: c.Model, Data: s.Data[c.Data], Folder: folder, Workers: workers,
	}
	if c.start != "" {
		start, err := datasets.Read(c.start)
		if err != nil {
			return err
		}
		fit.Start = start.X
	}
	_, err = fit.Run(ctx)
	return err
}

// record says in the folder of a cell that could not even start why.
func (s Sweep) record(folder runs.Folder, why string) error {
	return folder.JSON("status.json", runs.Status{State: runs.Failed, Detail: why, Ended: time.Now().Format(time.RFC3339)})
}
