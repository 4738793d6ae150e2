package grid

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"affmatch/experiments/runs"
	"affmatch/experiments/spec"
)

// marked is a sweep's config.json.
type marked struct {
	Program string `json:"program"`
	Cells   int    `json:"cells"`
	SHA256  string `json:"grid_sha256"` // of all cells with their models and data
	// For those who make some of the cells: the same without data, and the SHA-256 of each set. Nil: nobody kept them.
	Models string            `json:"models_sha256,omitempty"`
	Data   map[string]string `json:"data_sha256,omitempty"`
}

// ofSweep are the names that a sweep leaves in its folder.
var ofSweep = []string{"config.json", "cells", "sweep.log", "results.csv", "results.md", "report.html", "map-*",
	"embeddings-*", "loss-*", "scores-by-*", "slurm*"}

// Claim is the folder of the sweep: dir, or where that is "" a new one below ./runs. One that holds this very grid is
// gone on with, also beside another process; one that holds another grid, other data or anything else is refused.
func (s Sweep) Claim(dir string) (runs.Folder, error) {
	want, err := s.mark()
	if err != nil {
		return "", err
	}
	o := runs.Owner{Program: "sweep", Files: ofSweep, Prepare: func(f runs.Folder) error { return f.JSON("config.json", want) }}
	for _, c := range s.Cells {
		o.Inputs = append(o.Inputs, c.Recipe.In, c.Recipe.Labels, c.startFile)
	}
	if dir != "" && runs.Folder(dir).HoldsRun() {
		return runs.Folder(dir), matches(runs.Folder(dir), want)
	}
	for tries := 0; ; tries++ {
		claim, err := runs.New(o, dir, false)
		switch {
		case err == nil:
			return claim.Folder, claim.Close()
		case dir != "" && runs.Folder(dir).HoldsRun(): // another process was faster
			return runs.Folder(dir), matches(runs.Folder(dir), want)
		case !errors.Is(err, runs.ErrInUse) || tries == 50:
			return "", err
		}
		time.Sleep(lookAgain / 10)
	}
}

func (s Sweep) mark() (marked, error) {
	h, models, data := sha256.New(), sha256.New(), map[string]string{}
	for _, c := range s.Cells {
		model, err := spec.Encode(c.Model)
		if err != nil {
			return marked{}, fmt.Errorf("grid: %v: %w", c, err)
		}
		start := c.startFile + runs.StartSum(c.start)
		fmt.Fprintf(models, "%q %s %q\n", c.Folder, model, start)
		if d := s.Data[c.Data]; d != nil {
			fmt.Fprintf(h, "%q %s %s %q\n", c.Folder, d.SHA256, model, start)
			data[c.Data] = d.SHA256
		}
	}
	return marked{"sweep", len(s.Cells), hex.EncodeToString(h.Sum(nil)), hex.EncodeToString(models.Sum(nil)), data}, nil
}

// Join is the sweep of some of its cells, in a folder that holds it already, with their data alone. False: the folder
// does not hold it, or does not say what its data are.
func (s Sweep) Join(ctx context.Context, dir string, own []Cell) (Sweep, bool, error) {
	f := runs.Folder(dir)
	if dir == "" || !f.HoldsRun() {
		return s, false, nil
	}
	want, err := s.mark()
	if err != nil {
		return s, false, err
	}
	have, err := readMark(f)
	if err != nil || have.Models == "" {
		return s, false, err
	}
	if have.Models != want.Models {
		return s, false, another(f, have, want)
	}
	if s.Data, err = Load(ctx, own); err != nil {
		return s, false, err
	}
	for name, d := range s.Data {
		if have.Data[name] != d.SHA256 {
			return s, false, fmt.Errorf("grid: data %s are not those of the sweep in folder %s: SHA-256 %.12s, want %.12s", name, f, d.SHA256, have.Data[name])
		}
	}
	s.Folder, s.Cells = f, own
	return s, true, nil
}

// matches refuses a folder of something else.
func matches(f runs.Folder, want marked) error {
	have, err := readMark(f)
	if err != nil {
		return err
	}
	if have.Cells != want.Cells || have.SHA256 != want.SHA256 {
		return another(f, have, want)
	}
	return nil
}

func readMark(f runs.Folder) (m marked, err error) {
	b, err := os.ReadFile(f.Path("config.json"))
	if err != nil {
		return m, fmt.Errorf("grid: %w", err)
	}
	if err := json.Unmarshal(b, &m); err != nil || m.Program != "sweep" {
		return m, fmt.Errorf("grid: folder %s holds a run of another program (config.json): choose another one", f)
	}
	return m, nil
}

func another(f runs.Folder, have, want marked) error {
	const text = "grid: folder %s holds a sweep of another grid or other data (%d cells, SHA-256 %.12s, want %d, %.12s): choose another one"
	return fmt.Errorf(text, f, have.Cells, have.SHA256, want.Cells, want.SHA256)
}
