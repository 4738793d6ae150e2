package embed

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"affmatch/internal/mpi"
)

// ranks is the command as so many processes of an MPI.
func ranks(t *testing.T, kind string, n int, args ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	if os.Getenv("REQUIRE_MPI") == "" || !mpi.Present {
		t.Skip("the launchers of Open MPI and MPICH, and the tag mpi: bash .ci/run mpi")
	}
	words := []string{"-n", fmt.Sprint(n), os.Args[0]}
	if kind == "openmpi" {
		words = append([]string{"--allow-run-as-root", "--oversubscribe"}, words...)
	}
	c := exec.Command("mpirun."+kind, append(words, args...)...)
	c.Env = append(os.Environ(), asCommand+"=1")
	c.WaitDelay = 10 * time.Second
	var said bytes.Buffer
	c.Stdout, c.Stderr = &said, &said
	return c, &said
}

// TestProcessesHaveTheBitsOfOneAlone, of every kind of pass: samples by place and by shifts, all pairs, half of them, a tree, a
// method that is computed at once.
func TestProcessesHaveTheBitsOfOneAlone(t *testing.T) {
	for flags, kinds := range map[string]map[string][]int{
		"-in digits -method umap -steps 40":                            {"openmpi": {2, 3, 4}, "mpich": {2}},
		"-in digits -method umap-learn -steps 40":                      {"openmpi": {3}},
		"-in digits -method sne -steps 20":                             {"openmpi": {2}},
		"-in digits -method tsne -steps 20 -affinity-out cauchy":       {"openmpi": {2}},
		"-in digits -method trimap -steps 20":                          {"openmpi": {2}},
		"-in digits -method pca":                                       {"openmpi": {2}},
		"-in mnist -subsample 4500 -pca 20 -method tsne -steps 12":     {"openmpi": {2, 3}, "mpich": {2}},
		"-in digits -method umap -steps 20 -search-method approximate": {"openmpi": {2}},
		"-in digits -method umap -encoder mlp -batch 300 -steps 10":    {"openmpi": {2}},
	} {
		args := append(strings.Fields(flags), "-figures", "none", "-scores", "none", "-no-model", "-out")
		alone := filepath.Join(t.TempDir(), "alone")
		if code, _, stderr := embed(t.Context(), append(args, alone)...); code != 0 {
			t.Fatalf("%s: %s", flags, stderr)
		}
		for kind, sizes := range kinds {
			for _, n := range sizes {
				out := filepath.Join(t.TempDir(), "out")
				c, said := ranks(t, kind, n, append(args, out)...)
				if err := c.Run(); err != nil || strings.Count(said.String(), "results in") != 1 {
					t.Fatalf("%d of %s: %s: %v\n%s", n, kind, flags, err, said)
				}
				if !bytes.Equal(read(t, out, "embedding.npy"), read(t, alone, "embedding.npy")) {
					t.Errorf("%d of %s: %s: another embedding", n, kind, flags)
				}
			}
		}
	}
}

// TestProcessesAreInterruptedAndKilled: what they leave goes on, on any number of processes, to the bits of an unbroken run.
func TestProcessesAreInterruptedAndKilled(t *testing.T) {
	in, whole := small(t)
	args := []string{"-in", in, "-method", "umap", "-neighbors", "8", "-steps", "50000", "-min-grad-norm", "0", "-figures", "none", "-scores", "none", "-no-model"}
	if code, _, stderr := embed(t.Context(), append(args, "-out", whole)...); code != 0 {
		t.Fatal(stderr)
	}
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGKILL} {
		out := filepath.Join(t.TempDir(), "out")
		c, said := ranks(t, "openmpi", 2, append(args, "-checkpoint-every", "30ms", "-out", out)...)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		for end := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
			if _, err := os.Stat(filepath.Join(out, "checkpoint")); err == nil {
				break
			}
			if time.Now().After(end) {
				t.Fatalf("no checkpoint\n%s", said)
			}
		}
		if signal == syscall.SIGINT { // as Ctrl-C does, to the launcher
			if err := c.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
		} else if err := syscall.Kill(lastRank(t, c.Process.Pid), signal); err != nil {
			t.Fatal(err)
		}
		err := c.Wait()
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			t.Fatalf("%v: %v\n%s", signal, err, said)
		}
		if _, err := os.Stat(filepath.Join(out, "checkpoint")); err != nil {
			t.Fatalf("%v: %v\n%s", signal, err, said)
		}
		n := 2
		if signal == syscall.SIGINT { // by another number of processes
			n = 1
		}
		c, said = ranks(t, "openmpi", n, "-resume", out, "-figures", "none", "-scores", "none")
		if err := c.Run(); err != nil {
			t.Fatalf("after %v: %v\n%s", signal, err, said)
		}
		if !bytes.Equal(read(t, out, "embedding.npy"), read(t, whole, "embedding.npy")) {
			t.Errorf("after %v: not the bits of an unbroken run", signal)
		}
	}
}

// lastRank is a process that a launcher has started: the one with the highest number.
func lastRank(t *testing.T, launcher int) (pid int) {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", launcher, launcher))
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range strings.Fields(string(b)) {
		var p int
		if _, err := fmt.Sscan(word, &p); err != nil {
			t.Fatal(err)
		}
		pid = max(pid, p)
	}
	return pid
}

// TestProcessesLeaveNewPointsToTheFirst, who places them by itself.
func TestProcessesLeaveNewPointsToTheFirst(t *testing.T) {
	in, out := small(t)
	if code, _, stderr := embed(t.Context(), "-in", in, "-neighbors", "8", "-steps", "20", "-figures", "none", "-out", out); code != 0 {
		t.Fatal(stderr)
	}
	c, said := ranks(t, "openmpi", 2, "-model", out, "-in", in, "-figures", "none", "-out", filepath.Join(t.TempDir(), "new"))
	done := make(chan error, 1)
	go func() { done <- c.Run() }()
	select {
	case err := <-done:
		if err != nil || !strings.Contains(said.String(), "60 new points") {
			t.Errorf("%v\n%s", err, said)
		}
	case <-time.After(time.Minute):
		_ = c.Process.Kill()
		t.Fatal("they wait for each other")
	}
}

// TestAMistakeIsSaidOnce, by the first process, and ends all.
func TestAMistakeIsSaidOnce(t *testing.T) {
	c, said := ranks(t, "openmpi", 3, "-in", "digits", "-method", "umpa")
	if err := c.Run(); err == nil || strings.Count(said.String(), "did you mean umap?") != 1 {
		t.Errorf("%v\n%s", err, said)
	}
	c, said = ranks(t, "openmpi", 2, "-in", "-", "-method", "pca")
	if err := c.Run(); err == nil || strings.Count(said.String(), "standard input is the first process's alone") != 1 {
		t.Errorf("%v\n%s", err, said)
	}
	c, said = ranks(t, "openmpi", 2, "-in", "digits", "-neighbors", "5000", "-out", filepath.Join(t.TempDir(), "out"))
	if err := c.Run(); err == nil || strings.Count(said.String(), "embed: models: memory: affinity: UMAPAffinityIn: Neighbors = 5000") != 1 {
		t.Errorf("%v\n%s", err, said)
	}
}

// TestProcessesPlanWithTheirNetwork: the first one speaks, and all end.
func TestProcessesPlanWithTheirNetwork(t *testing.T) {
	for _, kind := range []string{"openmpi", "mpich"} {
		c, said := ranks(t, kind, 2, "-plan", "20000x5", "-method", "umap", "-ranks", "1,2")
		if err := c.Run(); err != nil || strings.Count(said.String(), "umap of 20000 x 5") != 1 || strings.Contains(said.String(), "30.0 µs") {
			t.Errorf("%s: %v\n%s", kind, err, said)
		}
	}
}
