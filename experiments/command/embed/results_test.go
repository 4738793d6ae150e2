package embed

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"affmatch/experiments/runs"
)

// TestScoresAndFiguresAreChosen: what is not asked for is not made, and a run without scores is a finished one.
func TestScoresAndFiguresAreChosen(t *testing.T) {
	in, out := small(t)
	code, stdout, stderr := embed(t.Context(), "-in", in, "-steps", "5", "-scores", "none", "-figures", "map,loss", "-out", out)
	if code != 0 || strings.Contains(stdout, "trustworthiness") || !strings.Contains(stdout, "not scored") {
		t.Fatalf("code %d, %s%s", code, stdout, stderr)
	}
	for name, want := range map[string]bool{"map.html": true, "loss.svg": true, "embedding.png": false, "metrics.json": true} {
		if _, err := os.Stat(filepath.Join(out, name)); (err == nil) != want {
			t.Errorf("%s: %v, want it there: %v", name, err, want)
		}
	}
	kept, err := runs.Folder(out).Read()
	if err != nil || kept.Status.State != runs.Finished || !kept.Scores.Trustworthiness.IsZero() {
		t.Errorf("%v, %+v", err, kept.Scores)
	}
	code, stdout, stderr = embed(t.Context(), "-in", in, "-steps", "5", "-figures", "none", "-dim", "5", "-overwrite", "-out", out)
	if code != 0 || !strings.Contains(stdout, "trustworthiness") || strings.Contains(stdout, "no map") {
		t.Errorf("code %d, %s%s", code, stdout, stderr)
	}
	if _, err := os.Stat(filepath.Join(out, "map.html")); err == nil {
		t.Error("the map of the run that was replaced is still there")
	}
	for flags, want := range map[string]string{
		"-figures map,los":   `"los" (did you mean loss?): want some of embedding, loss, map`,
		"-scores everything": "want usual, exact or none",
	} {
		code, _, stderr := embed(t.Context(), append([]string{"-in", in}, strings.Fields(flags)...)...)
		if code != 2 || !strings.Contains(stderr, want) {
			t.Errorf("%s: code %d, %s", flags, code, stderr)
		}
	}
}
