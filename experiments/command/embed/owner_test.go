package embed

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"affmatch/experiments/command"
	"affmatch/experiments/runs"
)

// tree is what a folder holds, by name.
func tree(t *testing.T, folder string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() || e.Name() == "lock" {
			return err
		}
		b, err := os.ReadFile(path)
		all[path] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestNothingOfOthersIsTouched tries each kind of folder and of failure, and holds the folder to what it was.
func TestNothingOfOthersIsTouched(t *testing.T) {
	in, _ := small(t)
	points := string(read(t, in))
	run := func(t *testing.T, out string, more ...string) (int, string) {
		code, _, stderr := embed(t.Context(), append([]string{"-in", in, "-neighbors", "8", "-steps", "5", "-out", out}, more...)...)
		return code, stderr
	}
	made := func(t *testing.T, out string) {
		if code, stderr := run(t, out); code != 0 {
			t.Fatal(stderr)
		}
	}
	write := func(t *testing.T, path, text string) {
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name    string
		prepare func(t *testing.T, out string)
		more    string
		code    int
		want    string
	}{
		{"not there", func(*testing.T, string) {}, "", 0, ""},
		{"empty", func(t *testing.T, out string) { write(t, out+"/lock", "") }, "", 0, ""},
		{"left by a killed process", func(t *testing.T, out string) { write(t, out+"/.part-config.json-1", "{") }, "", 0, ""},
		{"foreign", func(t *testing.T, out string) { write(t, out+"/thesis.tex", "x") }, "", 1, "holds thesis.tex, which is no run"},
		{"foreign, overwrite", func(t *testing.T, out string) { write(t, out+"/thesis.tex", "x") }, "-overwrite", 1, "holds thesis.tex"},
		{"a file", func(t *testing.T, out string) { write(t, out, "x") }, "-overwrite", 1, "not a directory"},
		{"a run", made, "", 1, "holds a run already"},
		{"a run, overwrite", made, "-overwrite -seed 1", 0, ""},
		{"a run and a thesis", func(t *testing.T, out string) { made(t, out); write(t, out+"/thesis.tex", "x") }, "-overwrite", 1, "holds thesis.tex beside"},
		{"a sweep", func(t *testing.T, out string) { write(t, out+"/config.json", `{"program": "sweep"}`) }, "-overwrite", 1, "a run of sweep"},
		{"a run, overwritten in vain", made, "-overwrite -neighbors 600", 1, "Neighbors = 600"},
		{"a run, overwritten by one that diverges", made, "-overwrite -lr 1e300 -affinity-out gaussian", 1, ".new"},
		{"the input within", func(t *testing.T, out string) { write(t, out+"/points.csv", points) }, "-in OUT/points.csv", 1, "the input OUT/points.csv lies in"},
		{"a run's embedding as input", made, "-overwrite -in OUT/embedding.npy", 1, "the input OUT/embedding.npy lies in"},
		{"its start within", made, "-overwrite -init-file OUT/embedding.npy", 1, "lies in"},
		{"locked", func(t *testing.T, out string) {
			made(t, out)
			claim, err := runs.Resume(runs.Owner{Program: "another"}, out)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { claim.Close() })
		}, "-overwrite", 1, "is in use by another, process"},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "run")
			c.prepare(t, out)
			before := map[string]string{}
			if _, err := os.Stat(out); err == nil {
				before = tree(t, out)
			}
			code, stderr := run(t, out, strings.Fields(strings.ReplaceAll(c.more, "OUT", out))...)
			if code != c.code || !strings.Contains(stderr, strings.ReplaceAll(c.want, "OUT", out)) {
				t.Fatalf("code %d, %s, want %d, %s", code, stderr, c.code, c.want)
			}
			if code == 0 {
				read(t, out, "metrics.json")
				if entries, _ := os.ReadDir(filepath.Dir(out)); len(entries) != 1 {
					t.Errorf("beside the folder: %v", entries)
				}
				return
			}
			after := tree(t, out)
			for path, content := range before {
				if after[path] != content {
					t.Errorf("%s has changed", path)
				}
			}
			if len(after) != len(before) {
				t.Errorf("%d files, there were %d", len(after), len(before))
			}
		})
	}
}

// TestTwoProcessesDoNotShareAFolder starts two at once, of different seeds: one has the folder, the other is refused, and all
// files are of one run.
func TestTwoProcessesDoNotShareAFolder(t *testing.T) {
	in, _ := small(t)
	var want [2][]byte
	args := func(seed int, out string) []string {
		return []string{"-in", in, "-neighbors", "8", "-init", "normal", "-steps", "300", "-seed", fmt.Sprint(seed), "-out", out}
	}
	for seed := range want {
		out := filepath.Join(t.TempDir(), "run")
		if code, _, stderr := embed(t.Context(), args(seed, out)...); code != 0 {
			t.Fatal(stderr)
		}
		want[seed] = read(t, out, "embedding.npy")
	}
	for pair := range times(3, 40) {
		out := filepath.Join(t.TempDir(), "run")
		overwrite := pair%3 == 2
		switch pair % 3 {
		case 1:
			if err := os.Mkdir(out, 0o755); err != nil {
				t.Fatal(err)
			}
		case 2:
			if code, _, stderr := embed(t.Context(), args(0, out)...); code != 0 {
				t.Fatal(stderr)
			}
		}
		var codes [2]chan int
		var said [2]bytes.Buffer
		for seed := range codes {
			codes[seed] = make(chan int, 1)
			line := args(seed, out)
			if overwrite {
				line = append(line, "-overwrite")
			}
			c := process(line...)
			c.Stderr = &said[seed]
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(pair*seed) * time.Millisecond)
			go func() { _ = c.Wait(); codes[seed] <- c.ProcessState.ExitCode() }() // the code is what counts
		}
		first, second := <-codes[0], <-codes[1]
		if first+second != 1 && !(overwrite && first+second == 0) {
			t.Fatalf("pair %d: codes %d and %d\n%s\n%s", pair, first, second, &said[0], &said[1])
		}
		config := read(t, out, "config.json")
		seed := 0
		if bytes.Contains(config, []byte(`"Seed": 1`)) {
			seed = 1
		}
		if codes := []int{first, second}; codes[seed] != 0 || !bytes.Equal(read(t, out, "embedding.npy"), want[seed]) {
			t.Errorf("pair %d: config of seed %d, codes %v, or the embedding is another's", pair, seed, codes)
		}
		read(t, out, "metrics.json")
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestOutputThatCannotBeWrittenIsAFailure(t *testing.T) {
	in, out := small(t)
	var stderr bytes.Buffer
	code := command.Call(t.Context(), "embed", Run, []string{"-in", in, "-neighbors", "8", "-steps", "2", "-out", out}, full{}, &stderr)
	if code != 1 || !strings.Contains(stderr.String(), "standard output: no space left") {
		t.Errorf("code %d, %s", code, &stderr)
	}
}

// TestAFullDiskIsNeverFinished runs on file systems of a few sizes: whole, or a failure that says so.
func TestAFullDiskIsNeverFinished(t *testing.T) {
	in, whole := small(t)
	args := []string{"-in", in, "-neighbors", "8", "-subsample", "50", "-steps", "300", "-checkpoint-every", "1ms", "-out"}
	if code, _, stderr := embed(t.Context(), append(args, whole)...); code != 0 {
		t.Fatal(stderr)
	}
	finished := 0
	for _, pages := range []int{2, 8, 16, 24, 32, 48, 64, 96, 1000} {
		disk := t.TempDir()
		if err := exec.Command("mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%dk", 4*pages), "tmpfs", disk).Run(); err != nil {
			t.Skipf("no file system of a given size can be mounted here: %v", err)
		}
		t.Cleanup(func() { _ = exec.Command("umount", disk).Run() }) // it goes with its namespace
		out := filepath.Join(disk, "run")
		code, stdout, stderr := embed(t.Context(), append(args, out)...)
		status, _ := os.ReadFile(filepath.Join(out, "status.json"))
		isFinished := bytes.Contains(status, []byte(`"finished"`))
		switch {
		case code == 0 && isFinished:
			finished++
			sameRun(t, out, whole)
		case code == 0 || isFinished || !strings.Contains(stderr, "no space left"):
			t.Errorf("%d pages: code %d, status %s\n%s%s", pages, code, status, stdout, stderr)
		}
	}
	if finished == 0 {
		t.Error("none was large enough")
	}
}
