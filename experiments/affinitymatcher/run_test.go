package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"affmatch/experiments/command"
	"affmatch/experiments/datasets"
	"affmatch/experiments/runs"
)

// demoRun runs the command as a process would, on no terminal and without a network.
func demoRun(ctx context.Context, t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	t.Setenv("HTTPS_PROXY", "http://127.0.0.1:1")
	var o, e bytes.Buffer
	code = command.End("affinitymatcher", run(ctx, args, &o, &e), &e)
	return code, o.String(), e.String()
}

func points(t *testing.T) string {
	t.Helper()
	d, err := datasets.BlobsConfig{Points: 120, Blobs: 3, Columns: 5, Spread: 1, Seed: 1}.Data()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "points.csv")
	if err := datasets.Write(path, d); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTheDemoLeavesFourRunsThreeFiguresAndAnAgreement(t *testing.T) {
	out := filepath.Join(t.TempDir(), "demo")
	code, stdout, stderr := demoRun(t.Context(), t, "-data", points(t), "-steps", "5", "-out", out)
	if code != 0 {
		t.Fatalf("code %d, %s", code, stderr)
	}
	for _, method := range order {
		for _, file := range []string{"config.json", "history.jsonl", "embedding.npy", "metrics.json", "status.json"} {
			if _, err := os.Stat(filepath.Join(out, method, file)); err != nil {
				t.Error(err)
			}
		}
		if _, m, err := runs.ReadConfig(filepath.Join(out, method, "config.json")); err != nil || m.Validate() != nil {
			t.Errorf("%s: its config: %v", method, err)
		}
	}
	for _, figure := range []string{"embeddings", "sne-and-matcher", "loss-curves"} {
		for _, kind := range []string{"png", "svg"} {
			if _, err := os.Stat(filepath.Join(out, figure+"."+kind)); err != nil {
				t.Error(err)
			}
		}
	}
	for _, want := range []string{"120 x 5, 3 classes", "t-SNE                    5 steps", "trustworthiness", "losses         differ by ln n = 4.787492"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in\n%s", want, stdout)
		}
	}
}

func TestWithoutTheCellsThereAreSimulatedOnesAndANotice(t *testing.T) {
	if testing.Short() {
		t.Skip("the simulated cells take a second or two: not with -short")
	}
	t.Setenv(datasets.DataFolder, t.TempDir())
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	code, stdout, stderr := demoRun(t.Context(), t, "-steps", "1", "-dtype", "float32", "-out", filepath.Join(t.TempDir(), "demo"))
	if code != 0 || !strings.Contains(stdout, "NOTICE: the SNARE-seq cells cannot be had here") || !strings.Contains(stdout, "cells: 1047 x 10") {
		t.Errorf("code %d\n%s%s", code, stdout, stderr)
	}
}

func TestWrongUseOfTheDemo(t *testing.T) {
	in := points(t)
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"-step 3", 2, "did you mean -steps?"},
		{"-steps 0", 2, "-steps = 0, want at least 1"},
		{"-dtype half", 2, `-dtype = "half"`},
		{"-labels x.txt", 2, "want it with -data FILE only"},
		{"-data nowhere.csv", 1, "no file nowhere.csv"},
		{"-data " + in + " -labels nowhere.txt", 1, "nowhere.txt"},
	} {
		code, _, stderr := demoRun(t.Context(), t, append(strings.Fields(c.args), "-out", t.TempDir())...)
		if code != c.code || !strings.Contains(stderr, c.want) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%s: code %d, %s, want %d, %s", c.args, code, stderr, c.code, c.want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if code, _, stderr := demoRun(ctx, t, "-data", in, "-out", t.TempDir()); code != 130 || !strings.Contains(stderr, "interrupted") {
		t.Errorf("canceled: code %d, %s", code, stderr)
	}
}
