package grid

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"affmatch/experiments/datasets"
	"affmatch/experiments/runs"
)

// TestCellsThatAreDoneGetTheScoresTheyLack: those that were not asked for before, and those of labels that have changed,
// without a new fit.
func TestCellsThatAreDoneGetTheScoresTheyLack(t *testing.T) {
	dir := t.TempDir()
	in, labels := filepath.Join(dir, "points.csv"), filepath.Join(dir, "labels.txt")
	d, err := datasets.BlobsConfig{Points: 40, Blobs: 2, Columns: 3, Spread: 1}.Data()
	if err == nil {
		err = datasets.Write(in, &datasets.Data{X: d.X})
	}
	if err != nil {
		t.Fatal(err)
	}
	write := func(of func(k int) string) {
		var b strings.Builder
		for k := range 40 {
			b.WriteString(of(k) + "\n")
		}
		if err := os.WriteFile(labels, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	folder := runs.Folder(filepath.Join(dir, "out"))
	run := func(how runs.Scoring) (Tally, Results, os.FileInfo) {
		t.Helper()
		s := sweep(t, `{"data": [{"in": "`+in+`", "labels": "`+labels+`"}], "methods": ["umap"], "set": {"neighbors": 8, "steps": 9}}`)
		s.Folder, s.Scoring = folder, how
		tally, err := s.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		all := s.Collect()
		file, err := os.Stat(folder.Path(filepath.Join(all[0].Folder, "embedding.npy")))
		if err != nil {
			t.Fatal(err)
		}
		return tally, all, file
	}
	blob := func(k int) string { return string(rune('a' + d.Labels[k])) }
	write(blob)
	if _, all, _ := run(runs.Unscored); !all[0].Scores.KNNAccuracy.IsZero() || all[0].Scores.Each != nil {
		t.Errorf("scored: %+v", all[0].Scores)
	}
	_, first, made := run(runs.Usual)
	if s := first[0].Scores; s.KNNAccuracy < 0.9 || s.Each == nil || len(s.Each.Trustworthiness) != 40 {
		t.Errorf("%+v", s)
	}
	if tally, _, _ := run(runs.Exact); tally != (Tally{Skipped: 1}) {
		t.Errorf("%+v: those of all rows are there already", tally)
	}
	if tally, _, _ := run(runs.Unscored); tally != (Tally{Skipped: 1}) {
		t.Errorf("%+v", tally)
	}
	write(func(k int) string { return string(rune('a' + k%2)) })
	tally, other, file := run(runs.Usual)
	if s := other[0].Scores; tally != (Tally{Finished: 1}) || s.KNNAccuracy > 0.8 || s.Trustworthiness != first[0].Scores.Trustworthiness {
		t.Errorf("%+v, %+v: not of the new labels", tally, s)
	}
	if !os.SameFile(made, file) || !made.ModTime().Equal(file.ModTime()) {
		t.Error("the embedding was made again")
	}
	if tally, _, _ := run(runs.Usual); tally != (Tally{Skipped: 1}) {
		t.Errorf("%+v: scored once more", tally)
	}
}

// TestAStartThatHasChangedIsNoticed: a config is that of one start.
func TestAStartThatHasChangedIsNoticed(t *testing.T) {
	dir := t.TempDir()
	start := filepath.Join(dir, "start.csv")
	write := func(text string) {
		if err := os.WriteFile(start, []byte(strings.Repeat(text+"\n", 40)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("0.5,1")
	s := sweep(t, `{"data": ["DATA"], "methods": ["umap"], "set": {"neighbors": 8, "steps": 2}}`)
	read, err := datasets.Read(start)
	if err != nil {
		t.Fatal(err)
	}
	s.Cells[0].start, s.Cells[0].startFile = read.X, start
	if _, err := s.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	g := parsed(t, `{"data": ["blobs"], "methods": [{"config": "`+s.Folder.Path(filepath.Join(s.Cells[0].Folder, "config.json"))+`"}]}`)
	cells, err := g.Cells()
	if err != nil || cells[0].start == nil {
		t.Fatalf("%v, %+v", err, cells)
	}
	write("0.5,1.0") // the same numbers
	if _, err := g.Cells(); err != nil {
		t.Error(err)
	}
	write("0.5,2")
	if _, err := g.Cells(); err == nil || !strings.Contains(err.Error(), "start.csv has changed since") {
		t.Errorf("another start: %v", err)
	}
}

// TestBatchesAreComparedByPasses: steps on parts of the pairs stand where a step on all of them stands.
func TestBatchesAreComparedByPasses(t *testing.T) {
	s := sweep(t, `{"data": ["DATA"], "methods": ["umap"], "set": {"neighbors": 8, "steps": 6, "batch": [0, 15]}}`)
	if _, err := s.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	all := s.Collect()
	if a, b := all[0].perPass(), all[1].perPass(); a != 1 || b != 3 {
		t.Fatalf("%d and %d steps a pass, want 1 and 3", a, b)
	}
	for _, d := range descents {
		if plots := all.curves(d, Chosen); d.base == "loss-by-pass" && len(plots) != 1 {
			t.Errorf("%d panels against passes", len(plots))
		}
		if plots := all[:1].curves(d, Chosen); d.base == "loss-by-pass" && plots != nil {
			t.Error("passes of steps that are passes")
		}
	}
	if got := (fits{perPass: 4}).passes(3); got[0] != 0.25 || got[2] != 0.75 {
		t.Errorf("passes %v", got)
	}
}
