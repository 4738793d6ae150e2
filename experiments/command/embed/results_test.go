package embed

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"affmatch/experiments/runs"
	"affmatch/internal/npz"
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

// TestSnapshotsAreEmbeddingsAlongTheDescent: evenly spaced, the last one that of the run; a fit that ends early has its own last.
func TestSnapshotsAreEmbeddingsAlongTheDescent(t *testing.T) {
	in, out := small(t)
	for flags, want := range map[string][]int64{
		"-steps 10 -snapshots 4":                    {3, 5, 8, 10},
		"-steps 3 -snapshots 9":                     {1, 2, 3},
		"-steps 50 -snapshots 2 -min-grad-norm 1e9": {2},
	} {
		code, stdout, stderr := embed(t.Context(), append([]string{"-in", in, "-method", "tsne", "-perplexity", "5", "-figures", "none",
			"-exaggeration-steps", "0", "-overwrite", "-out", out}, strings.Fields(flags)...)...)
		if code != 0 {
			t.Fatalf("%s: code %d, %s%s", flags, code, stdout, stderr)
		}
		b := read(t, out, "snapshots.npz")
		file, err := npz.NewReader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		steps, err := file.Array("steps", "")
		if err != nil || !slices.Equal(steps.Data.([]int64), want) {
			t.Errorf("%s: %v, steps %v, want %v", flags, err, steps.Data, want)
		}
		all, err := file.Array("embeddings", "")
		if err != nil || !slices.Equal(all.Shape, []int{len(want), 60, 2}) {
			t.Fatalf("%s: %v, %v", flags, err, all.Shape)
		}
		kept, err := runs.Folder(out).Read()
		if err != nil {
			t.Fatal(err)
		}
		last := all.Data.([]float32)[(len(want)-1)*120:]
		for e, v := range kept.Embedding.RawMatrix().Data {
			if float32(v) != last[e] {
				t.Fatalf("%s: the last snapshot has %v, the run %v", flags, last[e], v)
			}
		}
		if gif := read(t, out, "animation.gif"); !bytes.HasPrefix(gif, []byte("GIF89a")) {
			t.Errorf("%s: no animation", flags)
		}
	}
	if code, _, stderr := embed(t.Context(), "-in", in, "-snapshots", "-1"); code != 2 || !strings.Contains(stderr, "-snapshots = -1, want 0 or more") {
		t.Errorf("code %d, %s", code, stderr)
	}
}

// TestWhatHoldsTheNumbersChangesNothing: files of the same numbers, in any type, give the same embedding to the bit, found
// exactly or approximately, prepared or not.
func TestWhatHoldsTheNumbersChangesNothing(t *testing.T) {
	x, folder := make([]float64, 200*20), t.TempDir()
	single, small := make([]float32, len(x)), make([]uint8, len(x))
	for k := range x {
		small[k] = uint8(k * k * 7919 % 251 / (1 + k%20))
		x[k], single[k] = float64(small[k]), float32(small[k])
	}
	for _, flags := range []string{"-search-method approximate", "-metric cosine", "-standardize -log1p -pca 5"} {
		sums := map[string]bool{}
		for name, data := range map[string]any{"f8": x, "f4": single, "u1": small} {
			in, out := filepath.Join(folder, name+".npy"), filepath.Join(folder, "run")
			var b bytes.Buffer
			if err := (npz.Array{Shape: []int{200, 20}, Data: data}).Encode(&b); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(in, b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
			code, stdout, stderr := embed(t.Context(), append([]string{"-in", in, "-steps", "5", "-figures", "none", "-no-model", "-overwrite", "-out", out}, strings.Fields(flags)...)...)
			if code != 0 {
				t.Fatalf("%s: code %d, %s%s", flags, code, stdout, stderr)
			}
			sums[string(read(t, out, "embedding.npy"))+string(read(t, out, "metrics.json"))] = true
		}
		if len(sums) != 1 {
			t.Errorf("%s: %d different results of the same numbers", flags, len(sums))
		}
	}
}
