package runs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"affmatch/experiments/spec"
	"affmatch/experiments/watch"

	"gonum.org/v1/gonum/mat"
)

// Follower shows a run that another process makes, from what its folder says.
type Follower struct {
	folder Folder
	page   *watch.Fit
	place  int64 // in the history
	next   int   // step to be shown
	saved  time.Time
	news   time.Time // when there were some
	ended  bool
	left   bool // by its process
}

// Abandoned says that the run has not come to an end, and nobody works on it.
func (l *Follower) Abandoned() bool { return l.left }

// quiet is how long a run may say nothing before it is asked whether somebody works on it.
const quiet = 5 * time.Second

// Follow begins to show the run of a folder that has a config. Points have their classes where the data can be read.
func Follow(ctx context.Context, f Folder, page *watch.Server) (*Follower, error) {
	c, m, err := ReadConfig(f.Path("config.json"))
	if err != nil {
		return nil, err
	}
	var labels []int
	var names []string
	if d, err := c.Data.Points(ctx); err == nil {
		labels, names = d.Labels, d.Names
	}
	steps := 0
	if _, descends := m.(spec.Stepped); descends {
		steps = stepsOf(m)
	}
	return &Follower{folder: f, page: page.Begin(filepath.Base(string(f))+": "+c.Method, labels, names, steps),
		news: time.Now()}, nil
}

// Look shows what is new, and says whether the run has ended; so has one that nobody works on. A file that is being written
// is read the next time.
func (l *Follower) Look() (ended bool, err error) {
	if l.ended {
		return true, nil
	}
	var s Status
	over := l.folder.read("status.json", &s) == nil
	if err := l.steps(); err != nil {
		return false, err
	}
	if !over {
		l.checkpoint()
		if time.Since(l.news) > quiet {
			l.news = time.Now()
			if l.folder.abandoned() {
				l.ended, l.left = true, true
				l.page.End(Failed, "nobody works on it")
			}
		}
		return l.ended, nil
	}
	l.ended = true
	kept, err := l.folder.Read()
	if err != nil {
		return true, err
	}
	if kept.Embedding != nil {
		l.page.Done(kept.Embedding)
	}
	if s.State == Finished {
		l.page.Scored(kept.Scores)
	}
	l.page.End(s.State, s.Detail)
	return true, nil
}

// steps shows the records that are new. A run that was gone on with has begun its file again.
func (l *Follower) steps() error {
	file, err := os.Open(l.folder.Path("history.jsonl"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	} else if err != nil {
		return fmt.Errorf("runs: %w", err)
	}
	defer file.Close()
	if info, err := file.Stat(); err == nil && info.Size() < l.place {
		l.place = 0
	}
	if _, err := file.Seek(l.place, io.SeekStart); err != nil {
		return fmt.Errorf("runs: %w", err)
	}
	b, err := io.ReadAll(file)
	if err != nil {
		return fmt.Errorf("runs: %w", err)
	}
	for {
		line, rest, whole := bytes.Cut(b, []byte("\n"))
		if !whole {
			return nil
		}
		r, err := record(line)
		if err != nil {
			return fmt.Errorf("runs: %s: %w", file.Name(), err)
		}
		l.place += int64(len(b) - len(rest))
		b = rest
		if r.Step >= l.next {
			l.next = r.Step + 1
			l.news = time.Now()
			l.page.Step(r, nil)
		}
	}
}

// checkpoint shows the embedding of the checkpoint, where there is a new one.
func (l *Follower) checkpoint() {
	info, err := os.Stat(l.folder.Path(checkpointName))
	if err != nil || info.ModTime().Equal(l.saved) {
		return
	}
	l.saved = info.ModTime()
	c, err := l.folder.checkpoint()
	if err != nil || c == nil || c.Values["Z"] == nil {
		return
	}
	shape := c.Values["Z"].Shape()
	if data, ok := c.Values["Z"].Data().([]float64); ok && len(shape) == 2 {
		l.page.Done(mat.NewDense(shape[0], shape[1], data))
	}
}
