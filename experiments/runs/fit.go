package runs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"affmatch/experiments/command"
	"affmatch/experiments/metrics"
	"affmatch/experiments/prepare"
	"affmatch/experiments/progress"
	"affmatch/experiments/spec"
	"affmatch/experiments/watch"
	"affmatch/internal/team"
	"affmatch/models"

	"gonum.org/v1/gonum/mat"
)

// Fit is a fit to be made and kept.
type Fit struct {
	Config   Config // what is not known yet is filled in: the SHA-256 sums, Model, With
	Title    string // of the method, for people
	Model    spec.Model
	Data     *prepare.Prepared
	Start    mat.Matrix // in the place of the model's Init; nil: that one
	Folder   Folder
	Team     team.Team          // of processes that make the steps together; nil: this one alone
	Workers  int                // of an engine that leaves them open; 0: all cores. Never changes a bit, so it is not recorded
	Progress *progress.Reporter // nil: none
	Log      *slog.Logger       // nil: none
	Watch    *watch.Server      // shows the fit under way; nil: none

	KeepModel bool // model.npz too, which places new rows
	Scoring   Scoring
	Notes     []string // that the result shall have too

	Every  time.Duration // between checkpoints; 0: Every; below 0: none but that of a fit that is canceled
	Resume bool          // go on from the folder's checkpoint, where there is one

	// Draw adds figures of what was reached, and says what is not to be seen on them; nil: there are none.
	Draw func(Outcome) (notes []string, err error)

	// Snapshots is how many embeddings along the descent are kept, evenly spaced, in a file and an animation; 0: none. A fit
	// that is gone on with has those from there on.
	Snapshots int

	watched *watch.Fit
	kept    *snapshots
}

// Outcome is a fit as its folder holds it.
type Outcome struct {
	Title  string
	Result *models.Result // nil where the fit had not started
	Scores metrics.Report // of a finished fit
	Status Status
}

// Status is status.json: how a fit ended.
type Status struct {
	State   string   `json:"state"`                   // Finished, Canceled or Failed
	Detail  string   `json:"detail"`                  // in words
	Steps   int      `json:"steps"`                   // made
	Of      int      `json:"of"`                      // asked for
	Loss    *float64 `json:"loss"`                    // the last one; null: none
	KL      *float64 `json:"kl_divergence,omitempty"` // in the last step: models.Result.KL
	Seconds float64  `json:"seconds"`                 // of the fit, without the scores
	Stages  []Stage  `json:"stages"`
	Graph   string   `json:"graph,omitempty"` // what was odd about the data
	Notes   []string `json:"notes,omitempty"`
	Ended   string   `json:"ended"` // when, RFC 3339
}

// Stage is the time of one stage.
type Stage struct {
	Name    string  `json:"name"`
	Seconds float64 `json:"seconds"`
}

// States of a run.
const (
	Finished = "finished"
	Canceled = "canceled"
	Failed   = "failed"
)

// Run makes the fit, writing as it goes. A fit that is cut short, by the context or an error, leaves what it reached, and
// its status says so; the error is Run's.
func (f Fit) Run(ctx context.Context) (Outcome, error) {
	out := Outcome{Title: f.Title}
	if f.Log == nil {
		f.Log = slog.New(slog.DiscardHandler)
	}
	if err := f.Model.Validate(); err != nil {
		return out, err
	}
	if _, descends := f.Model.(spec.Stepped); !descends && f.Start != nil {
		return out, fmt.Errorf("runs: a start for %s: %w", f.Title, ErrNoSteps)
	}
	if !f.Folder.HoldsRun() {
		if err := f.Prepare(f.Folder); err != nil {
			return out, err
		}
	}
	history, err := f.Folder.journal()
	if err != nil {
		return out, err
	}
	if err := f.Folder.remove("status.json", "metrics.json", PointsName,
		ModelName); err != nil { // of an end that was not the last
		return out, errors.Join(err, history.close(nil))
	}
	steps := stepsOf(f.Model)
	f.watched = f.Watch.Begin(f.Title+" of "+f.Data.Name, f.Data.Labels, f.Data.Names, steps)
	if f.Snapshots > 0 && steps > 0 {
		f.kept = &snapshots{count: f.Snapshots, steps: steps}
	}
	clock := time.Now()
	f.Progress.Stage(f.Title, "neighbors, affinities, start")
	var fitErr error
	out.Result, fitErr = f.steps(ctx, f.observed(history, steps), history)
	f.Progress.Done()
	if errors.Is(context.Cause(ctx), ErrLost) { // nothing more is written to it
		return Outcome{Title: f.Title}, errors.Join(fmt.Errorf("runs: %s: %w", f.Folder, ErrLost), history.close(nil))
	}
	if out.Result != nil {
		out.Result.Notes = append(out.Result.Notes, f.Notes...)
	}
	out.Status = statusOf(out.Result, fitErr, steps, time.Since(clock).Seconds())
	f.log(out)
	if out.Result != nil {
		f.watched.Done(out.Result.Embedding)
	}
	if err := f.keep(out, history); err != nil || fitErr != nil {
		return out, f.end(out, errors.Join(fitErr, err))
	}
	if err := f.model(out.Result); err != nil {
		return out, f.end(out, err)
	}
	f.Progress.Stage(f.Title, "scores")
	out.Scores, err = Scored(ctx, f.Scoring, f.Model, f.Data.X, out.Result.Embedding, f.Data.Labels)
	f.Progress.Done()
	if err == nil {
		f.watched.Scored(out.Scores)
		err = f.Folder.Metrics(out.Scores)
	}
	return out, f.end(out, err)
}

// stepsOf is how many a model asks for: none, where it is computed at once.
func stepsOf(m spec.Model) int {
	if _, descends := m.(spec.Stepped); !descends {
		return 0
	}
	return cmp.Or(spec.DescentOf(m).Steps, 1000)
}

// observed is the model with the folder's start, workers and history, and within the machine's memory.
func (f Fit) observed(history *journal, steps int) spec.Model {
	return spec.Edit(spec.Within(f.edited(), command.MemoryLimit()), func(d *models.Descent) {
		also := d.OnStep
		d.OnStep = func(r models.Record, z *mat.Dense) error {
			f.Progress.Step(r.Step+1, steps, r.Loss)
			f.watched.Step(r, z)
			f.kept.take(r.Step, z)
			if err := history.write(r); err != nil || also == nil {
				return err
			}
			return also(r, z)
		}
	})
}

// edited is the model with the folder's start and workers.
func (f Fit) edited() spec.Model {
	return spec.Edit(f.Model, func(d *models.Descent) {
		if f.Start != nil {
			d.Init = models.StartAt{Z: f.Start}
		}
		if e, ok := d.Engine.(models.Fused); ok && e.Workers == 0 {
			e.Workers = f.Workers
			d.Engine = e
		}
	})
}

// end draws, and writes status.json last: a folder that says finished has all its files. A fit that is done and could not be
// scored or kept is not finished.
func (f Fit) end(out Outcome, err error) error {
	if f.Draw != nil && out.Result != nil {
		notes, drawErr := f.Draw(out)
		out.Result.Notes = append(out.Result.Notes, notes...)
		out.Status.Notes = append(out.Status.Notes, notes...)
		err = errors.Join(err, drawErr)
	}
	s := out.Status
	defer func() { f.watched.End(s.State, s.Detail) }()
	if err != nil {
		s.Detail = strings.ReplaceAll(err.Error(), "\n", "; ")
		if s.State == Finished {
			s.State, s.Detail = Failed, "after the fit: "+s.Detail
			if errors.Is(err, context.Canceled) {
				s.State = Canceled
			}
		}
	}
	if werr := f.Folder.JSON("status.json", s); werr != nil || err != nil {
		return errors.Join(err, werr)
	}
	return f.Folder.remove(checkpointName)
}

// Prepare writes what is in the folder of a fit before it begins: rows.txt, and config.json, complete.
func (f Fit) Prepare(folder Folder) error {
	c, err := f.config()
	if err != nil {
		return err
	}
	return errors.Join(folder.Rows(f.Data.Rows), folder.JSON("config.json", c))
}

// config is the fit's, complete.
func (f Fit) config() (c Config, err error) {
	c = f.Config
	if c.Model, err = spec.Encode(f.Model); err != nil {
		return c, err
	}
	if c.Data, err = c.Data.Absolute(); err != nil {
		return c, err
	}
	if c.Start != "" {
		if c.Start, err = filepath.Abs(c.Start); err != nil {
			return c, err
		}
	}
	c.inputs(f.Data, f.Start)
	c.With = ThisBuild()
	return c, nil
}

// keep writes what was reached.
func (f Fit) keep(out Outcome, history *journal) error {
	var records []models.Record
	var err error
	if out.Result != nil {
		records = out.Result.History
		f.kept.last(len(records)-1, out.Result.Embedding)
		err = errors.Join(f.Folder.Embedding(out.Result.Embedding), f.kept.write(f.Folder, f.Data.Labels))
	}
	return errors.Join(err, history.close(records))
}

func statusOf(res *models.Result, err error, steps int, seconds float64) Status {
	s := Status{State: Finished, Of: steps, Seconds: seconds, Ended: time.Now().Format(time.RFC3339)}
	switch {
	case errors.Is(err, context.Canceled):
		s.State = Canceled
	case err != nil:
		s.State = Failed
	}
	if err != nil {
		s.Detail = strings.ReplaceAll(err.Error(), "\n", "; ")
	}
	if res == nil {
		return s
	}
	if err == nil {
		s.Detail = res.Status.String()
	}
	if s.Steps = len(res.History); s.Steps > 0 {
		s.Loss = &res.History[s.Steps-1].Loss
	}
	s.KL = res.KL
	s.Graph, s.Notes = res.Report.String(), res.Notes
	for _, stage := range res.Stages {
		s.Stages = append(s.Stages, Stage{stage.Name, stage.Seconds})
	}
	return s
}

// log says how the fit ended.
func (f Fit) log(out Outcome) {
	s := out.Status
	a := []any{"of", f.Title, "steps", s.Steps, "asked", s.Of, "seconds", s.Seconds, "detail", s.Detail}
	if s.Loss != nil {
		a = append(a, "loss", *s.Loss)
	}
	for _, stage := range s.Stages {
		a = append(a, stage.Name, stage.Seconds)
	}
	f.Log.Info(s.State, append(a, "graph", s.Graph)...)
}
