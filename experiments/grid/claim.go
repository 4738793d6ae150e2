package grid

import (
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
}

// ofSweep are the names that a sweep leaves in its folder.
var ofSweep = []string{"config.json", "cells", "sweep.log", "results.csv", "results.md", "report.html", "map-*", "embeddings-*", "loss-*", "scores-by-*"}

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
	h := sha256.New()
	for _, c := range s.Cells {
		model, err := spec.Encode(c.Model)
		if err != nil {
			return marked{}, fmt.Errorf("grid: %v: %w", c, err)
		}
		fmt.Fprintf(h, "%q %s %s %q\n", c.Folder, s.Data[c.Data].SHA256, model, c.startFile+runs.StartSum(c.start))
	}
	return marked{"sweep", len(s.Cells), hex.EncodeToString(h.Sum(nil))}, nil
}

// matches refuses a folder of something else.
func matches(f runs.Folder, want marked) error {
	b, err := os.ReadFile(f.Path("config.json"))
	if err != nil {
		return fmt.Errorf("grid: %w", err)
	}
	var have marked
	if err := json.Unmarshal(b, &have); err != nil || have.Program != "sweep" {
		return fmt.Errorf("grid: folder %s holds a run of another program (config.json): choose another one", f)
	}
	if have != want {
		return fmt.Errorf("grid: folder %s holds a sweep of another grid or other data (%d cells, SHA-256 %.12s, want %d, %.12s): choose another one",
			f, have.Cells, have.SHA256, want.Cells, want.SHA256)
	}
	return nil
}
