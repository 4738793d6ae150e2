package compare

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"affmatch/experiments/command"
	"affmatch/experiments/command/embed"
	"affmatch/experiments/command/sweep"
	"affmatch/experiments/datasets"
	"affmatch/experiments/internal/chromium"
)

// ran runs a command as a process would, on no terminal.
func ran(t *testing.T, run command.Run, args ...string) (code int, said string) {
	t.Helper()
	var out bytes.Buffer
	code = command.End("it", run(t.Context(), args, &out, &out), &out)
	return code, out.String()
}

func must(t *testing.T, run command.Run, args ...string) string {
	t.Helper()
	code, said := ran(t, run, args...)
	if code != 0 {
		t.Fatalf("%q: code %d: %s", args, code, said)
	}
	return said
}

func points(t *testing.T, path string, seed uint64) {
	t.Helper()
	d, err := datasets.BlobsConfig{Points: 60, Blobs: 3, Columns: 5, Spread: 1, Seed: seed}.Data()
	if err == nil {
		err = datasets.Write(path, d)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestRunsOfAnyOriginAreCompared: single runs, their seeds and a sweep, on data of which some are gone, in one table with one
// line for each configuration, and in one report.
func TestRunsOfAnyOriginAreCompared(t *testing.T) {
	if testing.Short() {
		t.Skip("eight fits with their figures are for a run without -short")
	}
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	points(t, in("points.csv"), 1)
	points(t, in("gone.csv"), 2)
	fit := func(data, out, flags string) {
		must(t, embed.Run, append([]string{"-in", in(data), "-out", in(out), "-figures", "none"}, strings.Fields(flags)...)...)
	}
	fit("points.csv", "a", "-method tsne -perplexity 5 -steps 8 -exaggeration-steps 3")
	fit("points.csv", "b", "-method tsne -perplexity 9 -steps 8 -exaggeration-steps 3 -seed 0 -init normal")
	fit("points.csv", "c", "-method tsne -perplexity 9 -steps 8 -exaggeration-steps 3 -seed 1 -init normal")
	fit("gone.csv", "d", "-method umap -steps 6 -dim 1")
	if err := os.Remove(in("gone.csv")); err != nil {
		t.Fatal(err)
	}
	grid := in("grid.json")
	text := `{"data": [{"in": "` + in("points.csv") + `", "name": "p"}], "methods": ["pca", "umap"], "seeds": [0, 1], "set": {"dim": 3}}`
	if err := os.WriteFile(grid, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if said := must(t, sweep.Run, "-grid", grid, "-out", in("sweep")); !strings.Contains(said, "4 fits: 4 done") {
		t.Fatal(said)
	}
	if b, err := os.ReadFile(in("sweep/report.html")); err != nil || !bytes.Contains(b, []byte("<iframe")) || !bytes.Contains(b, []byte("<svg")) {
		t.Errorf("the sweep's report: %d bytes, %v", len(b), err)
	}

	said := must(t, Run, in("a"), in("b"), "-out", in("all"), in("c"), in("d"), in("sweep"), "-scale", "linear")
	for _, want := range []string{"8 of 8 fits", "| points | tsne | 9 | normal | 2 of 2 |", "note: " + in("d") + ": points have no classes and names"} {
		if !strings.Contains(said, want) {
			t.Errorf("no %q in\n%s", want, said)
		}
	}
	b, err := os.ReadFile(in("all/results.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil || len(lines) != 9 || !slices.Contains(lines[0], "perplexity") || !slices.Contains(lines[0], "trustworthiness") {
		t.Errorf("%d lines, %v: %q", len(lines), err, lines[0])
	}
	for _, name := range []string{"report.html", "map-points.html", "map-gone.html", "loss-points.svg", "loss-by-time-points.png", "gradient-gone.pdf", "terms-points.svg"} {
		if info, err := os.Stat(filepath.Join(in("all"), name)); err != nil || info.Size() < 500 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if code, said := ran(t, Run, in("a"), "-out", in("all")); code != 1 || !strings.Contains(said, "overwrite it on purpose") {
		t.Errorf("over another comparison: code %d: %s", code, said)
	}
	must(t, Run, in("a"), "-out", in("all"), "-overwrite")
	look(t, in("sweep/report.html"))
}

// look opens a report, with its map in it, and sorts its table.
func look(t *testing.T, path string) {
	p := chromium.Open(t, "file://"+path, 1200, 900)
	p.Await("document.querySelector('iframe')?.contentWindow?.map?.complete")
	var views int
	p.Eval("document.querySelector('iframe').contentWindow.map.data.views.length", &views)
	var methods []string
	p.Eval(`(() => {
		const head = [...document.querySelectorAll('th')].find(h => h.textContent === 'trustworthiness');
		head.click();
		const at = head.cellIndex;
		return [...document.querySelectorAll('tbody tr')].map(r => r.cells[at].textContent);
	})()`, &methods)
	if views != 4 || len(methods) != 2 || !slices.IsSorted(methods) {
		t.Errorf("%d views, want 4; scores by a click on their name: %q", views, methods)
	}
	if e := p.Errors(); len(e) > 0 {
		t.Errorf("the page's errors: %q", e)
	}
}

func TestWrongUseIsSaid(t *testing.T) {
	for args, want := range map[string]string{
		"":                 "no runs: want the folders of some",
		"a -scale lgo-x":   "did you mean log-x?",
		"a -ot b":          "unknown flag -ot (did you mean -out?)",
		"nowhere -out new": "nowhere: no run that has ended",
	} {
		code, said := ran(t, Run, strings.Fields(args)...)
		if code == 0 || !strings.Contains(said, want) {
			t.Errorf("%q: code %d: %s, want %q", args, code, said, want)
		}
	}
	if code, said := ran(t, Run, "a", "-h"); code != 0 || !strings.Contains(said, "-scale SCALE") {
		t.Errorf("help: code %d: %s", code, said)
	}
}
