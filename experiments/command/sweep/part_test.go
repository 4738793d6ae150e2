package sweep

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"affmatch/experiments/grid"
)

const parted = `{"data": [{"in": "blobs", "subsample": 50}], "methods": ["umap"], "set": {"neighbors": 8, "steps": [3, 4]}, "seeds": [0, 1]}`

// TestFitsAreMadeOneByOne, in parts that need not know of each other, and reported in the end as if they had been made at once.
func TestFitsAreMadeOneByOne(t *testing.T) {
	file, whole, out := gridFile(t, parted), filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "out")
	if code, _, stderr := sweep(t.Context(), "-grid", file, "-out", whole, "-figures", "none"); code != 0 {
		t.Fatal(stderr)
	}
	for _, cell := range []string{"3", "1/3", "0/2"} { // 3; 1; 0 and 2
		if code, stdout, stderr := sweep(t.Context(), "-grid", file, "-out", out, "-cell", cell); code != 0 || strings.Contains(stdout, "|") {
			t.Fatalf("%s: code %d: %s%s", cell, code, stdout, stderr)
		}
		_, err := os.Stat(filepath.Join(out, "results.csv"))
		if err == nil {
			t.Error("a report of a part")
		}
		if cell == "1/3" {
			code, stdout, stderr := sweep(t.Context(), "-grid", file, "-out", out, "-report", "-figures", "none")
			if code != 1 || !strings.Contains(stdout, "2 of 4 fits") || !strings.Contains(stderr, "2 of 4 fits are not done") {
				t.Errorf("code %d: %s%s", code, stdout, stderr)
			}
			if err := os.Remove(filepath.Join(out, "results.csv")); err != nil {
				t.Error(err)
			}
		}
	}
	if code, stdout, stderr := sweep(t.Context(), "-grid", file, "-out", out, "-report"); code != 0 || !strings.Contains(stdout, "4 of 4 fits") {
		t.Errorf("code %d: %s%s", code, stdout, stderr)
	}
	same(t, "in parts", embeddings(t, out), embeddings(t, whole))
	if code, stdout, _ := sweep(t.Context(), "-grid", file, "-out", out, "-cell", "2"); code != 0 || !strings.Contains(stdout, "1 were done before") {
		t.Errorf("again: code %d: %s", code, stdout)
	}
}

// TestAPartIsOfTheSweepInTheFolder: of its grid and of its data.
func TestAPartIsOfTheSweepInTheFolder(t *testing.T) {
	dir := t.TempDir()
	in, out := filepath.Join(dir, "points.csv"), filepath.Join(dir, "out")
	write := func(last string) {
		if err := os.WriteFile(in, []byte(strings.Repeat("1,2\n2,5\n7,1\n3,3\n4,4\n", 10)+last+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("9,9")
	text := `{"data": ["` + in + `"], "methods": ["umap"], "set": {"neighbors": 8, "steps": [3, 4]}}`
	file := gridFile(t, text)
	if code, _, stderr := sweep(t.Context(), "-grid", file, "-out", out, "-cell", "0"); code != 0 {
		t.Fatal(stderr)
	}
	for _, c := range []struct{ flags, want string }{
		{"-cell 2", "want less than the 2 fits"}, {"-cell -1", "want a number of a fit"}, {"-cell 3/2", "K below N"}, {"-cell x", "from 0 on"},
		{"-cell 1 -report", "want one of them"}, {"-cell 1 -slurm x", "want one of them"}, {"-slurm x -watch", "want one of them"},
	} {
		code, _, stderr := sweep(t.Context(), append([]string{"-grid", file, "-out", out}, strings.Fields(c.flags)...)...)
		if code != 2 || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: code %d: %s, want %q", c.flags, code, stderr, c.want)
		}
	}
	other := gridFile(t, strings.Replace(text, "4]", "5]", 1))
	if code, _, stderr := sweep(t.Context(), "-grid", other, "-out", out, "-cell", "1"); code != 1 || !strings.Contains(stderr, "another grid") {
		t.Errorf("another grid: code %d: %s", code, stderr)
	}
	write("9,8")
	if code, _, stderr := sweep(t.Context(), "-grid", file, "-out", out, "-cell", "1"); code != 1 || !strings.Contains(stderr, "not those of the sweep") {
		t.Errorf("other data: code %d: %s", code, stderr)
	}
}

func TestPartsAreAllCellsOnce(t *testing.T) {
	for _, n := range []int{1, 2, 7, 40} {
		all := make([]grid.Cell, n)
		for k := range all {
			all[k].Seed = uint64(k)
		}
		for _, tasks := range []int{1, 2, 3, 40} {
			seen := map[uint64]int{}
			for k := range tasks {
				for _, c := range (part{k, tasks}).of(all) {
					seen[c.Seed]++
				}
			}
			if len(seen) != n {
				t.Errorf("%d cells in %d tasks: %v", n, tasks, seen)
			}
		}
	}
	if got := ranges([]int{0, 1, 2, 5, 7, 8}); got != "0-2,5,7-8" {
		t.Error(got)
	}
	if got := ranges(nil); got != "" {
		t.Error(got)
	}
}
