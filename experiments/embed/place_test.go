package main

import (
	"context"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"affmatch/experiments/datasets"
)

// TestNewPointsArePlacedByARunsModel, prepared as the run's own were, from its folder alone.
func TestNewPointsArePlacedByARunsModel(t *testing.T) {
	in, out := small(t)
	flags := "-method umap-learn -neighbors 10 -steps 60 -standardize -pca 3"
	if code, stdout, stderr := embed(context.Background(), append([]string{"-in", in, "-out", out}, strings.Fields(flags)...)...); code != 0 {
		t.Fatalf("%d\n%s%s", code, stdout, stderr)
	}
	file, err := os.Open(in)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	some := filepath.Join(t.TempDir(), "some.csv")
	var text strings.Builder
	w := csv.NewWriter(&text)
	if err := w.WriteAll(lines[:25]); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(some, []byte(text.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(in, in+".moved"); err != nil { // the model needs no other file
		t.Fatal(err)
	}
	placed := filepath.Join(t.TempDir(), "placed")
	code, stdout, stderr := embed(context.Background(), "-model", out, "-in", some, "-out", placed)
	if code != 0 || !strings.Contains(stdout, "24 new points among those of "+out+", by umap-learn") {
		t.Fatalf("%d\n%s%s", code, stdout, stderr)
	}
	was, err := datasets.Read(filepath.Join(out, "embedding.npy"))
	if err != nil {
		t.Fatal(err)
	}
	is, err := datasets.Read(filepath.Join(placed, "embedding.npy"))
	if err != nil {
		t.Fatal(err)
	}
	if n, d := is.X.Dims(); n != 24 || d != 2 {
		t.Fatalf("%d x %d, want 24 x 2", n, d)
	}
	for i := range 24 { // three blobs lie far apart: a row that is there again lies in its own
		nearest, best := -1, math.Inf(1)
		for j := range 60 {
			if d := math.Hypot(is.X.At(i, 0)-was.X.At(j, 0), is.X.At(i, 1)-was.X.At(j, 1)); d < best {
				nearest, best = j, d
			}
		}
		if lines[1+i][5] != lines[1+nearest][5] {
			t.Errorf("row %d lies beside row %d, of another class", i, nearest)
		}
	}
	for _, name := range []string{"config.json", "status.json", "metrics.json", "embedding.png"} {
		read(t, placed, name)
	}
	if code, _, stderr := embed(context.Background(), "-model", out, "-in", some, "-out", placed); code != 1 || !strings.Contains(stderr, "holds a run already") {
		t.Errorf("%d, %s", code, stderr)
	}
	if code, stdout, stderr := embed(context.Background(), "-model", filepath.Join(out, "model.npz"), "-in", some, "-out", placed, "-overwrite"); code != 0 {
		t.Errorf("%d\n%s%s", code, stdout, stderr)
	}
}

func TestWhatPlacesNoNewPointsSaysWhy(t *testing.T) {
	in, out := small(t)
	if code, _, stderr := embed(context.Background(), "-in", in, "-out", out, "-method", "pca", "-no-model"); code != 0 {
		t.Fatal(stderr)
	}
	if _, err := os.Stat(filepath.Join(out, "model.npz")); !os.IsNotExist(err) {
		t.Errorf("-no-model: %v", err)
	}
	narrow := filepath.Join(t.TempDir(), "narrow.csv")
	if err := os.WriteFile(narrow, []byte("1,2\n3,4\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	full := filepath.Join(t.TempDir(), "full")
	if code, _, stderr := embed(context.Background(), "-in", in, "-out", full, "-method", "pca"); code != 0 {
		t.Fatal(stderr)
	}
	damaged := filepath.Join(t.TempDir(), "model.npz")
	b := read(t, full, "model.npz")
	b[len(b)/3] ^= 1
	if err := os.WriteFile(damaged, b, 0o644); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		"made with -no-model":           {"-model", out, "-in", in},
		"-in is missing":                {"-model", full},
		"-model and -method: want none": {"-model", full, "-in", in, "-method", "umap"},
		"columns of the new rows = 2":   {"-model", full, "-in", narrow},
		"no such file":                  {"-model", filepath.Join(full, "elsewhere"), "-in", in},
		"damaged: zip: checksum error":  {"-model", damaged, "-in", in},
	} {
		code, _, stderr := embed(context.Background(), append(args, "-out", filepath.Join(t.TempDir(), "none"))...)
		if code == 0 || !strings.Contains(stderr, want) {
			t.Errorf("%v: %d, %q, want %q", args, code, stderr, want)
		}
	}
}
