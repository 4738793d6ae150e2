package sweep

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"affmatch/experiments/command"
)

// asCommand makes the test's program the command itself, so that there is a process to kill.
const asCommand = "AFFMATCH_TEST_AS_SWEEP"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		command.Main("sweep", Run)
	}
	os.Exit(m.Run())
}

func process(args ...string) (*exec.Cmd, *bytes.Buffer) {
	c := exec.Command(os.Args[0], args...)
	c.Env = append(os.Environ(), asCommand+"=1")
	var said bytes.Buffer
	c.Stdout, c.Stderr = &said, &said
	return c, &said
}

func times(short, long int) int {
	if os.Getenv("AFFMATCH_LONG") != "" {
		return long
	}
	if testing.Short() { // as under the race detector, where a fit takes ten times as long
		return 1
	}
	return short
}

const killable = `{"data": [{"in": "blobs", "subsample": 50}], "methods": ["umap"],
	"set": {"neighbors": 8, "init": "normal", "steps": [1000, 1500]}, "seeds": [0, 1]}`

// embeddings are the bits of all cells.
func embeddings(t *testing.T, out string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(out, "cells", "*", "*", "*", "embedding.npy"))
	if err != nil || len(files) != 4 {
		t.Fatalf("%d embeddings, %v", len(files), err)
	}
	all := map[string]string{}
	for _, path := range files {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimPrefix(path, out)] = string(b)
		if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "checkpoint")); left != nil {
			t.Errorf("%v is left", left)
		}
	}
	return all
}

func same(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	for path := range want {
		if got[path] != want[path] {
			t.Fatalf("%s: %s is not that of the unbroken sweep", what, path)
		}
	}
}

// TestAKilledSweepGoesOnToTheSameBits kills real processes at random moments, and gives the same command again.
func TestAKilledSweepGoesOnToTheSameBits(t *testing.T) {
	file, whole := gridFile(t, killable), filepath.Join(t.TempDir(), "out")
	args := func(out string) []string { return []string{"-grid", file, "-checkpoint-every", "15ms", "-out", out} }
	began := time.Now()
	if code, _, stderr := sweep(t.Context(), args(whole)...); code != 0 {
		t.Fatal(stderr)
	}
	took := time.Since(began)
	want := embeddings(t, whole)
	kills := 0
	for round := 0; kills < times(4, 60); round++ {
		r := rand.New(rand.NewPCG(uint64(round), 9))
		out := filepath.Join(t.TempDir(), "out")
		for done := false; !done; {
			c, said := process(args(out)...)
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			timer := time.AfterFunc(time.Duration(r.Float64()*1.1*float64(took)), func() { _ = c.Process.Kill() }) // it may have ended
			err := c.Wait()
			timer.Stop()
			switch code := c.ProcessState.ExitCode(); {
			case err == nil:
				done = true
			case code == -1:
				kills++
			default:
				t.Fatalf("round %d: code %d\n%s", round, code, said)
			}
		}
		same(t, fmt.Sprint("round ", round), embeddings(t, out), want)
	}
	t.Logf("unbroken %v; %d kills", took.Round(time.Millisecond), kills)
}

var doneCount = regexp.MustCompile(`4 fits: (\d) done`)

// TestTwoSweepsShareTheWorkOfOneGrid starts two at once: together they make each fit once; a third of another grid is refused.
func TestTwoSweepsShareTheWorkOfOneGrid(t *testing.T) {
	file, whole := gridFile(t, killable), filepath.Join(t.TempDir(), "out")
	if code, _, stderr := sweep(t.Context(), "-grid", file, "-out", whole); code != 0 {
		t.Fatal(stderr)
	}
	want := embeddings(t, whole)
	for pair := range times(1, 20) {
		out := filepath.Join(t.TempDir(), "out")
		a, saidA := process("-grid", file, "-out", out, "-parallel", "1")
		b, saidB := process("-grid", file, "-out", out, "-parallel", "1")
		for _, c := range []*exec.Cmd{a, b} {
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(pair*3) * time.Millisecond)
		}
		errA, errB := a.Wait(), b.Wait()
		made := 0
		for _, said := range []string{saidA.String(), saidB.String()} {
			if m := doneCount.FindStringSubmatch(said); m != nil {
				k, _ := strconv.Atoi(m[1])
				made += k
			}
		}
		if errA != nil || errB != nil || made != 4 {
			t.Fatalf("pair %d: %v, %v, %d fits made\n%s\n%s", pair, errA, errB, made, saidA, saidB)
		}
		same(t, fmt.Sprint("pair ", pair), embeddings(t, out), want)
	}
	other := gridFile(t, strings.Replace(killable, "1500", "1501", 1))
	if code, _, stderr := sweep(t.Context(), "-grid", other, "-out", whole); code != 1 || !strings.Contains(stderr, "another grid") {
		t.Errorf("another grid: code %d, %s", code, stderr)
	}
	foreign := t.TempDir()
	if err := os.WriteFile(filepath.Join(foreign, "thesis.tex"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := sweep(t.Context(), "-grid", file, "-out", foreign); code != 1 || !strings.Contains(stderr, "thesis.tex") {
		t.Errorf("a foreign folder: code %d, %s", code, stderr)
	}
}

func TestAFailedFitIsInTheExitCode(t *testing.T) {
	file := gridFile(t, `{"data": [{"in": "blobs", "subsample": 50}], "methods": ["umap"], "set": {"neighbors": [8, 90], "steps": 3}}`)
	out := filepath.Join(t.TempDir(), "out")
	for range 2 {
		if code, stdout, stderr := sweep(t.Context(), "-grid", file, "-out", out); code != 1 || !strings.Contains(stderr, "1 of 2 fits failed") {
			t.Errorf("code %d\n%s%s", code, stdout, stderr)
		}
	}
}
