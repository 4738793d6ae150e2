package sweep

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"affmatch/experiments/command"
)

// sweep runs the command as a process would, on no terminal.
func sweep(ctx context.Context, args ...string) (code int, stdout, stderr string) {
	var o, e bytes.Buffer
	code = command.End("sweep", Run(ctx, args, &o, &e), &e)
	return code, o.String(), e.String()
}

func gridFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "grid.json")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

const losses = `{"data": [{"in": "blobs", "subsample": 50}], "methods": ["tsne"],
	"set": {"affinity-in": ["entropic", "umap", "on-data"], "repulsion": ["log-partition", "mean-row-partition", "sum-of-q"],
	        "optimizer": "adam", "exaggeration-steps": 2, "steps": 5, "affinity-out": "student"}, "seeds": [0, 1, 2]}`

func TestASweepOfAffinitiesLossesAndSeedsLeavesTablesAndFigures(t *testing.T) {
	if testing.Short() {
		t.Skip("27 fits with their figures are for a run without -short")
	}
	file, out := gridFile(t, losses), filepath.Join(t.TempDir(), "out")
	code, stdout, stderr := sweep(t.Context(), "-grid", file, "-out", out)
	if code != 0 || !strings.Contains(stdout, "27 fits: 27 done") {
		t.Fatalf("code %d\n%s%s", code, stdout, stderr)
	}
	for _, name := range []string{"results.csv", "results.md", "sweep.log", "embeddings-blobs.png", "embeddings-blobs.svg", "embeddings-blobs.pdf", "loss-blobs.png"} {
		if info, err := os.Stat(filepath.Join(out, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	table, err := os.ReadFile(filepath.Join(out, "results.csv"))
	if err != nil || bytes.Count(table, []byte("\n")) != 28 || !bytes.HasPrefix(table, []byte("data,method,affinity-in,repulsion,seed,state,")) {
		t.Errorf("%v\n%s", err, table)
	}
	if code, stdout, _ := sweep(t.Context(), "-grid", file, "-out", out); code != 0 || !strings.Contains(stdout, "0 done, 27 were done before") {
		t.Errorf("again: code %d\n%s", code, stdout)
	}
}

func TestCtrlCKeepsWhatIsDoneAndSaysHowToGoOn(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	out := filepath.Join(t.TempDir(), "out")
	go func() { // when the first fit is done
		for ctx.Err() == nil {
			if done, _ := filepath.Glob(filepath.Join(out, "cells", "*", "*", "*", "metrics.json")); len(done) > 0 {
				cancel()
			}
		}
	}()
	slow := `{"data": [{"in": "blobs", "subsample": 50}], "methods": ["umap"], "set": {"neighbors": 8, "steps": [1, 2, 3000000]}}`
	code, stdout, stderr := sweep(ctx, "-grid", gridFile(t, slow), "-out", out, "-parallel", "1")
	if code != 130 || !strings.Contains(stderr, "goes on from here") || !strings.Contains(stdout, "left") {
		t.Errorf("code %d\n%s%s", code, stdout, stderr)
	}
	if _, err := os.Stat(filepath.Join(out, "results.md")); err != nil {
		t.Error(err)
	}
}

func TestWrongUseOfASweep(t *testing.T) {
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{nil, 2, "-grid is missing"},
		{[]string{"-gird", "x"}, 2, "did you mean -grid?"},
		{[]string{"-grid", "x", "-parallel", "-1"}, 2, "-parallel = -1"},
		{[]string{"-grid", "nowhere.json"}, 1, "nowhere.json: no such file"},
		{[]string{"-grid", gridFile(t, `{"data": ["blobs"], "methods": ["umpa"]}`)}, 1, "did you mean umap?"},
		{[]string{"-grid", gridFile(t, `{"data": ["nowhere.csv"], "methods": ["umap"]}`)}, 1, "no file nowhere.csv"},
	} {
		code, stdout, stderr := sweep(t.Context(), c.args...)
		if code != c.code || !strings.Contains(stderr, c.want) || strings.Count(stderr, "\n") != 1 || stdout != "" {
			t.Errorf("%v: code %d, %s%s, want code %d, %q", c.args, code, stdout, stderr, c.code, c.want)
		}
	}
	if code, stdout, _ := sweep(t.Context(), "-h"); code != 0 || !strings.Contains(stdout, "-parallel N") {
		t.Errorf("help: code %d, %s", code, stdout)
	}
	code, stdout, _ := sweep(t.Context(), "-list", "-grid", gridFile(t, losses))
	if code != 0 || strings.Count(stdout, "\n") != 27 || !strings.HasPrefix(stdout, "blobs, tsne affinity-in=entropic repulsion=log-partition, seed 0\n") {
		t.Errorf("list: code %d, %s", code, stdout)
	}
}
