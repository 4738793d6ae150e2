package grid

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"affmatch/experiments/metrics"
	"affmatch/experiments/plots"
	"affmatch/experiments/runs"
	"affmatch/experiments/spec"
	"affmatch/models"
	"affmatch/optim"
)

// parsed is a grid from its text.
func parsed(t *testing.T, text string) Grid {
	t.Helper()
	g, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// sweep is a grid on 40 simulated points, ready to run in a folder of its own.
func sweep(t *testing.T, text string) Sweep {
	t.Helper()
	g := parsed(t, strings.ReplaceAll(text, `"DATA"`, `{"in": "blobs", "subsample": 40}`))
	cells, err := g.Cells()
	if err != nil {
		t.Fatal(err)
	}
	data, err := Load(t.Context(), cells)
	if err != nil {
		t.Fatal(err)
	}
	return Sweep{Folder: runs.Folder(t.TempDir()), Cells: cells, Data: data}
}

const small = `{"data": ["DATA"], "methods": ["umap", {"name": "fuzzy", "method": "umap", "set": {"symmetrize": true, "steps": 4}}],
	"set": {"min-dist": [0, 0.5], "neighbors": 8, "steps": 6}, "seeds": [0, 7]}`

func TestCellsAreAllCombinationsInOrder(t *testing.T) {
	s := sweep(t, small)
	var got []string
	for _, c := range s.Cells {
		d := spec.DescentOf(c.Model)
		got = append(got, fmt.Sprint(c, " steps ", d.Steps))
		if d.Seed != c.Seed {
			t.Errorf("%v: seed %d of the model", c, d.Seed)
		}
	}
	want := []string{
		"blobs, umap min-dist=0, seed 0 steps 6", "blobs, umap min-dist=0, seed 7 steps 6",
		"blobs, umap min-dist=0.5, seed 0 steps 6", "blobs, umap min-dist=0.5, seed 7 steps 6",
		"blobs, fuzzy min-dist=0, seed 0 steps 4", "blobs, fuzzy min-dist=0, seed 7 steps 4",
		"blobs, fuzzy min-dist=0.5, seed 0 steps 4", "blobs, fuzzy min-dist=0.5, seed 7 steps 4",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestGridsSayWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`{"data": [], "methods": ["umap"]}`, "data = none"},
		{`{"data": ["blobs"]}`, "methods = none"},
		{`{"data": ["blobs"], "methods": ["umap"], "seed": [1]}`, `unknown field "seed"`},
		{`{"data": ["blobs"], "methods": ["umpa"]}`, "did you mean umap?"},
		{`{"data": [{"in": "blobs", "pcs": 2}], "methods": ["umap"]}`, `unknown field "pcs"`},
		{`{"data": [{"pca": 2}], "methods": ["umap"]}`, "In = nothing"},
		{`{"data": ["blobs", "blobs"], "methods": ["umap"]}`, "two data sets are called blobs"},
		{`{"data": ["blobs"], "methods": ["umap", "umap"]}`, "the same twice"},
		{`{"data": ["blobs"], "methods": ["umap"], "seeds": [1, 1]}`, "the same twice"},
		{`{"data": ["blobs"], "methods": ["umap"], "seeds": [-1]}`, "seeds"},
		{`{"data": ["blobs"], "methods": [{"set": {"dim": 3}}]}`, `want a "method" or a "config"`},
		{`{"data": ["blobs"], "methods": ["umap"], "set": {"min-dits": 3}}`, "did you mean min-dist?"},
		{`{"data": ["blobs"], "methods": ["umap", "tsne"], "set": {"min-dist": 0.3}}`, "no parameter min-dist in this method"},
		{`{"data": ["blobs"], "methods": ["umap"], "set": {"min-dist": [-1]}}`, "MinDist = -1"},
		{`{"data": ["blobs"], "methods": ["umap"], "set": {"min-dist": []}}`, "an empty list"},
		{`{"data": ["blobs"], "methods": ["umap"], "set": {"min-dist": {"a": 1}}}`, "want a number, a text"},
		{`{"data": ["blobs"], "methods": ["umap"], "set": {"min-dist": 1, "min-dist": 2}}`, "stands there twice"},
		{`{"data": ["blobs"], "methods": ["umap"], "set": {"seed": 1}}`, `want it in "seeds"`},
		{`{"data": ["blobs"], "methods": ["umap"]} x`, "something follows"},
		{`{"data": `, "unexpected EOF"},
		{`{"data": ["blobs"], "methods": ["umap"]} {}`, "something follows"},
		{`{"data": ["blobs"], "methods": ["umap"]} ]`, "something follows"},
		{`{"data": ["blobs"], "Methods": ["umap"]}`, `unknown field "Methods" (did you mean methods?)`},
		{`{"data": [{"In": "blobs"}], "methods": ["umap"]}`, `unknown field "In" (did you mean in?)`},
		{`{"data": ["blobs"], "methods": [{"method": "umap", "SET": {}}]}`, `unknown field "SET"`},
		{`{"data": ["blobs"], "methods": ["umap"], "data": ["cells"]}`, "data stands there twice"},
		{`{"data": [{"in": "blobs", "pca": 2, "pca": 3}], "methods": ["umap"]}`, "pca stands there twice"},
		{`{"data": ["blobs"], "methods": [{"method": "umap", "method": "tsne"}]}`, "method stands there twice"},
		{`{"data": [{"in": "blobs", "name": ".."}], "methods": ["umap"]}`, `name of data = ".."`},
		{`{"data": [{"in": "blobs", "name": "."}], "methods": ["umap"]}`, `name of data = "."`},
		{`{"data": [{"in": "blobs", "name": ".part-x"}], "methods": ["umap"]}`, "begin with a dot"},
		{`{"data": ["blobs"], "methods": [{"name": "..", "method": "umap"}]}`, `name of method = ".."`},
		{`{"data": ["blobs"], "methods": [{"name": "` + strings.Repeat("x", 300) + `", "method": "umap"}]}`, "of 300 letters, want at most 255"},
		{`{"data": ["blobs"], "methods": ["umap"], "seeds": [` + upTo(1000) + `], "set": {"neighbors": [` + upTo(1000) + `], "steps": [` + upTo(1000) + `]}}`,
			"cells = 1e+09, want at most 100000"},
	} {
		g, err := Parse([]byte(c.text))
		if err == nil {
			_, err = g.Cells()
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.text, err, c.want)
		}
	}
}

// upTo is the list 1, 2, ... n.
func upTo(n int) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprint(i+1))
	}
	return strings.Join(all, ",")
}

func TestListingCellsHearsCtrlC(t *testing.T) {
	g := parsed(t, `{"data": ["blobs"], "methods": ["umap"], "seeds": [`+upTo(1000)+`], "set": {"neighbors": [`+upTo(1000)+`], "steps": [`+upTo(1000)+`]}}`)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	began := time.Now()
	if _, err := g.CellsWithin(ctx, 2e9); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) > 5*time.Second {
		t.Errorf("%v after %v", err, time.Since(began))
	}
}

func TestASweepRunsOnceWhateverTheParallelism(t *testing.T) {
	one, four := sweep(t, small), sweep(t, small)
	one.Parallel, four.Parallel = 1, 4
	for _, s := range []Sweep{one, four} {
		if tally, err := s.Run(t.Context()); err != nil || tally != (Tally{Finished: 8}) {
			t.Fatalf("%v, %v", tally, err)
		}
	}
	for i, a := range one.Collect() {
		b := four.Collect()[i]
		if !slices.Equal(a.Embedding.RawMatrix().Data, b.Embedding.RawMatrix().Data) || len(a.History) != spec.DescentOf(a.Model).Steps {
			t.Errorf("%v: another embedding with other parallelism, or %d records", a.Cell, len(a.History))
		}
	}
	stamp := func() (all []string) {
		for _, c := range one.Cells {
			info, err := os.Stat(one.Folder.Path(filepath.Join(c.Folder, "embedding.npy")))
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, info.ModTime().String())
		}
		return all
	}
	before := stamp()
	if tally, err := one.Run(t.Context()); err != nil || tally != (Tally{Skipped: 8}) || !slices.Equal(before, stamp()) {
		t.Errorf("again: %v, %v", tally, err)
	}
}

func TestWhatChangedOrIsDamagedRunsAgain(t *testing.T) {
	s := sweep(t, small)
	if _, err := s.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	folder := func(i int) runs.Folder { return runs.Folder(s.Folder.Path(s.Cells[i].Folder)) }
	s.Cells[0].Model = spec.Edit(s.Cells[0].Model, func(d *models.Descent) { d.Steps = 3 })
	if err := errors.Join(os.Remove(folder(1).Path("metrics.json")), os.Truncate(folder(2).Path("embedding.npy"), 100),
		os.Remove(folder(3).Path("status.json"))); err != nil {
		t.Fatal(err)
	}
	if tally, err := s.Run(t.Context()); err != nil || tally != (Tally{Finished: 4, Skipped: 4}) {
		t.Errorf("%v, %v", tally, err)
	}
	if r := s.Collect()[0]; r.Status.Steps != 3 {
		t.Errorf("%d steps, want 3", r.Status.Steps)
	}
}

func TestAFailureIsRecordedAndTheOthersGoOn(t *testing.T) {
	s := sweep(t, `{"data": ["DATA"], "methods": ["umap"], "set": {"neighbors": [8, 100], "steps": 3}}`)
	s.Cells = append(s.Cells, s.Cells[0])
	s.Cells[2].Folder, s.Cells[2].Method = "cells/panic", "panic"
	s.Cells[2].Model = spec.Edit(s.Cells[2].Model, func(d *models.Descent) { d.Optimizer, d.Rate = optim.SGD{}, bug{} })
	for range 2 { // a failure is tried again
		tally, err := s.Run(t.Context())
		if err != nil || tally.Failed != 2 || tally.Left != 0 {
			t.Errorf("%+v, %v", tally, err)
		}
	}
	all := s.Collect()
	for i, want := range []string{runs.Finished, runs.Failed, runs.Failed} {
		if all[i].Status.State != want {
			t.Errorf("%v: %+v, want %s", all[i].Cell, all[i].Status, want)
		}
	}
	var md bytes.Buffer
	if err := all.Markdown(&md); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"1 of 3 fits", "Neighbors = 100, want 1 to the 39 points", "panic: a bug"} {
		if !strings.Contains(md.String(), want) {
			t.Errorf("no %q in\n%s", want, md.String())
		}
	}
	if err := all.Draw(s.Folder, "a test", s.Data, Look{}); err != nil {
		t.Error(err)
	}
}

// TestAPartWithoutANameIsFittedAnew: the closure in the folder may have been another one. The cells beside it are taken as they are.
func TestAPartWithoutANameIsFittedAnew(t *testing.T) {
	s := sweep(t, `{"data": ["DATA"], "methods": ["umap"], "set": {"neighbors": [8, 9], "steps": 3}}`)
	for k, want := range []Tally{{Finished: 2}, {Finished: 1, Skipped: 1}} {
		s.Cells[1].Model = spec.Edit(s.Cells[1].Model, func(d *models.Descent) {
			d.Optimizer, d.Rate = optim.SGD{}, models.RateFunc(func(models.Rated) float64 { return float64(1 + k) })
		})
		if tally, err := s.Run(t.Context()); err != nil || tally != want {
			t.Errorf("run %d: %+v, %v, want %+v", k, tally, err, want)
		}
	}
}

type bug struct{}

func (bug) Rate(models.Rated) float64 { panic("a bug") }

func TestASweepThatIsInterruptedGoesOn(t *testing.T) {
	s := sweep(t, small)
	s.Parallel = 1
	ctx, cancel := context.WithCancel(t.Context())
	s.Cells[3].Model = spec.Edit(s.Cells[3].Model, func(d *models.Descent) { d.Optimizer, d.Rate = optim.SGD{}, stop{cancel} })
	tally, err := s.Run(ctx)
	if !errors.Is(err, context.Canceled) || tally.Finished != 3 || tally.Left != 5 {
		t.Fatalf("%+v, %v", tally, err)
	}
	if r := s.Collect()[3]; r.Status.State != runs.Canceled {
		t.Errorf("%+v", r.Status)
	}
	again := sweep(t, small)
	again.Folder = s.Folder
	if tally, err = again.Run(t.Context()); err != nil || tally != (Tally{Finished: 5, Skipped: 3}) {
		t.Errorf("%+v, %v", tally, err)
	}
}

// stop cancels when the fit starts.
type stop struct{ cancel context.CancelFunc }

func (s stop) Rate(models.Rated) float64 { s.cancel(); return 1 }

// made are results without a run.
func made(knn ...float64) Results {
	var all Results
	for i, v := range knn {
		loss := 10 * v
		r := Result{Cell: Cell{Data: "d", Method: "m", At: []spec.Setting{{Name: "perplexity", Text: fmt.Sprint(5 * (i / 2))}}, Seed: uint64(i % 2), Folder: "f"}}
		r.Status = runs.Status{State: runs.Finished, Loss: &loss, Steps: 3}
		absent := metrics.Score(math.NaN())
		r.Scores = metrics.Report{KNNAccuracy: metrics.Score(v), Trustworthiness: 1, Continuity: absent, Preservation: absent, Silhouette: absent, KMeansARI: absent}
		all = append(all, r)
	}
	return all
}

func TestTablesHoldMeansAndDeviationsOverSeeds(t *testing.T) {
	all := made(0.25, 0.75, 0.5, 0.5, 0.125, 0.125)
	all[5].Status.State, all[5].Status.Detail = runs.Failed, "a|b"
	var md, table bytes.Buffer
	if err := errors.Join(all.Markdown(&md), all.CSV(&table)); err != nil {
		t.Fatal(err)
	}
	want := `| data | method | perplexity | fits | trustworthiness | knn accuracy | loss | seconds |
| --- | --- | --- | --- | ---: | ---: | ---: | ---: |
| d | m | 0 | 2 of 2 | 1 ± 0 | 0.5000 ± 0.35 | 5 ± 3.5 | 0.0000 ± 0 |
| d | m | 5 | 2 of 2 | 1 ± 0 | 0.5000 ± 0 | 5 ± 0 | 0.0000 ± 0 |
| d | m | 10 | 1 of 2 | 1 | 0.1250 | 1.25 | 0.0000 |

5 of 6 fits. Means over seeds ± sample standard deviation; seconds are wall time beside the other fits.

The seed has no say in these, of which one fit would do:

- d, m perplexity=5

Not finished:

- d, m perplexity=10, seed 1, failed: a\|b
`
	if md.String() != want {
		t.Errorf("%s\nwant\n%s", md.String(), want)
	}
	lines, err := csv.NewReader(&table).ReadAll()
	if err != nil || len(lines) != 7 || strings.Join(lines[1][:6], " ") != "d m 0 0 finished 3" || lines[6][4] != "failed" || lines[6][9] != "" {
		t.Errorf("%q, %v", lines, err)
	}
}

func TestColumnsKeepSeedsTogether(t *testing.T) {
	for _, c := range []struct{ n, seeds, most, want int }{
		{27, 3, 10, 6}, {27, 3, 5, 3}, {27, 3, 2, 2}, {9, 1, 10, 3}, {1, 1, 10, 1}, {4, 2, 10, 2}, {12, 4, 10, 4}, {10, 10, 10, 10}, {2, 3, 10, 2},
	} {
		if got := columnsFor(c.n, c.seeds, c.most); got != c.want {
			t.Errorf("columnsFor(%d, %d, %d) = %d, want %d", c.n, c.seeds, c.most, got, c.want)
		}
	}
}

func TestEachLossHasItsPanelAndSeedsAreOneLine(t *testing.T) {
	s := sweep(t, `{"data": ["DATA"], "methods": ["umap"], "set": {"repulsion": ["not-neighbor", "mean-not-neighbor"], "min-dist": [0, 0.5],
		"neighbors": 8, "steps": 5, "init": "normal"}, "seeds": [1, 2, 3]}`)
	if _, err := s.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	all := s.Collect()
	if got := len(all.curves(descents[0], Chosen)); got != 2 {
		t.Errorf("%d panels, want one for each repulsion", got)
	}
	if got := all.title(all[0]); strings.Join(got, "|") != "not-neighbor|min-dist 0|seed 1" {
		t.Errorf("title %q", got)
	}
	if err := all.Draw(s.Folder, "a test", s.Data, Look{}); err != nil {
		t.Fatal(err)
	}
	for _, base := range []string{"embeddings-blobs", "loss-blobs"} {
		for _, kind := range []string{"png", "svg", "pdf"} {
			if _, err := os.Stat(s.Folder.Path(base + "." + kind)); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestScoresAreDrawnAlongAxesOfNumbers(t *testing.T) {
	all := made(0.25, 0.75, 0.5, 0.5, 0.125, 0.125)
	figures := all.alongAxes("d")
	if len(figures) != 1 || figures[0].base != "scores-by-perplexity-d" {
		t.Fatalf("%+v, want one figure, along perplexity", figures)
	}
	if len(figures[0].grid.Plots) != 2 {
		t.Errorf("%d panels, want those of trustworthiness and accuracy, which the data have", len(figures[0].grid.Plots))
	}
	p := figures[0].grid.Plots[1].(plots.ParameterCurves).Series
	if want := []plots.Series{{At: []float64{0, 5, 10}, Values: [][]float64{{0.25, 0.5, 0.125}, {0.75, 0.5, 0.125}}}}; !reflect.DeepEqual(p, want) {
		t.Errorf("%+v, want %+v", p, want)
	}
	for i := range all {
		all[i].At = []spec.Setting{{Name: "init", Text: []string{"pca", "normal"}[i%2]}}
	}
	if figures := all.alongAxes("d"); figures != nil {
		t.Errorf("%+v along words", figures)
	}
}

// TestStepsAreDrawnAlongTime: of seeds the fastest, and never more than a fit of more steps took.
func TestStepsAreDrawnAlongTime(t *testing.T) {
	all := made(0.25, 0.75, 0.5, 0.5, 0.125, 0.125, 0.25, 0.5)
	for i, seconds := range []float64{2, 1, 5, 7, 3, 4, 9, 8} {
		all[i].At = []spec.Setting{{Name: "steps", Text: fmt.Sprint(100 * (1 + i/2))}}
		all[i].Status.Seconds = seconds
	}
	p, ok := all.along("steps", "knn_accuracy")
	want := []plots.Series{{At: []float64{1, 3, 8}, Values: [][]float64{{0.25, 0.125, 0.25}, {0.75, 0.125, 0.5}}}}
	if !ok || !reflect.DeepEqual(p.Series, want) || p.Parameter != "Seconds" {
		t.Errorf("%+v, want %+v", p, want)
	}
}

func TestTheKeptGridsAreOnes(t *testing.T) {
	files, err := filepath.Glob("../sweep/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, f := range files {
		g, err := Read(f)
		if err != nil {
			t.Fatal(err)
		}
		if cells, err := g.Cells(); err != nil || len(cells) == 0 {
			t.Errorf("%s: %d cells, %v", f, len(cells), err)
		}
	}
}

func TestTheReadmesGridIsOne(t *testing.T) {
	b, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(b), "```json\n")
	text, _, found := strings.Cut(rest, "```")
	if !found {
		t.Fatal("experiments/README.md has no grid")
	}
	if cells, err := parsed(t, text).Cells(); err != nil || len(cells) != 2*2*3*3*3 {
		t.Errorf("%d cells, %v", len(cells), err)
	}
}
