package grid

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"runtime"
	"sync"
	"time"

	"affmatch/experiments/prepare"
	"affmatch/experiments/progress"
	"affmatch/experiments/runs"
	"affmatch/experiments/watch"

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
	Every    time.Duration                // between a cell's checkpoints, see runs.Fit
	Watch    *watch.Server                // shows the fits under way; nil: none
	Scoring  runs.Scoring                 // of all cells: those that are done and have other scores get these
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
// a cell that fails is recorded in its folder and in the tally. Cells that another process has in hand come last, when it
// has done them or has ended.
func (s Sweep) Run(ctx context.Context) (Tally, error) {
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	parallel := s.Parallel
	if parallel == 0 {
		parallel = runtime.GOMAXPROCS(0)
	}
	s.Progress.Stage("sweep", fmt.Sprintf("%d fits, %d at once", len(s.Cells), parallel))
	defer s.Progress.Done()
	t := &tallying{Sweep: s, Tally: Tally{Left: len(s.Cells)}, workers: max(1, runtime.GOMAXPROCS(0)/parallel)}
	elsewhere, err := t.round(ctx, s.Cells, parallel)
	for len(elsewhere) > 0 && err == nil {
		select {
		case <-ctx.Done():
			err = ctx.Err()
		case <-time.After(lookAgain):
			elsewhere, err = t.round(ctx, elsewhere, parallel)
		}
	}
	return t.Tally, err
}

// lookAgain is how long a sweep waits for the cells of another one.
const lookAgain = 200 * time.Millisecond

// tallying is a sweep under way.
type tallying struct {
	Sweep
	Tally
	mu      sync.Mutex
	workers int
}

func (t *tallying) count(where *int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	*where++
	t.Left--
	t.Progress.Step(len(t.Cells)-t.Left, len(t.Cells), math.NaN())
}

// round tries all cells once, and gives those that another process has.
func (t *tallying) round(ctx context.Context, cells []Cell, parallel int) ([]Cell, error) {
	elsewhere := make([]bool, len(cells))
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(parallel)
	for i, c := range cells {
		group.Go(func() (err error) {
			elsewhere[i], err = t.cell(inner, c)
			return err
		})
	}
	err := group.Wait()
	var left []Cell
	for i, c := range cells {
		if elsewhere[i] {
			left = append(left, c)
		}
	}
	return left, err
}

// cell sees to one cell.
func (t *tallying) cell(ctx context.Context, c Cell) (elsewhere bool, err error) {
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if t.Done(c) {
		t.count(&t.Skipped)
		return false, nil
	}
	err = t.fit(ctx, c, t.workers)
	var broken *folderError
	switch {
	case err == nil:
		t.count(&t.Finished)
		t.Log.Info("done", "cell", c.String())
	case errors.Is(err, errDone):
		t.count(&t.Skipped)
	case errors.Is(err, runs.ErrInUse), errors.Is(err, runs.ErrLost):
		return true, nil
	case ctx.Err() != nil:
		return false, ctx.Err()
	case errors.As(err, &broken):
		return false, err
	default:
		t.count(&t.Failed)
		t.Log.Warn("failed", "cell", c.String(), "why", err.Error())
	}
	return false, nil
}

// folderError is a sweep's own trouble, which would repeat itself in every cell.
type folderError struct{ error }

func (e *folderError) Unwrap() error { return e.error }
