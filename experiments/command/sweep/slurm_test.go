package sweep

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// cluster is a Slurm of this machine alone.
func cluster(t *testing.T) {
	t.Helper()
	if os.Getenv("REQUIRE_SLURM") == "" {
		t.Skip("a Slurm of its own, as root: bash .ci/run slurm")
	}
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var ports [2]int
	var listeners [2]net.Listener // both at once, so that they are different
	for k := range ports {
		if listeners[k], err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		ports[k] = listeners[k].Addr().(*net.TCPAddr).Port
	}
	if err := errors.Join(listeners[0].Close(), listeners[1].Close()); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("testdata/slurm.conf")
	if err != nil {
		t.Fatal(err)
	}
	conf := filepath.Join(dir, "slurm.conf")
	filled := strings.NewReplacer("HOST", host, "DIR", dir, "CONTROL_PORT", fmt.Sprint(ports[0]), "NODE_PORT", fmt.Sprint(ports[1])).Replace(string(text))
	for _, err := range []error{os.WriteFile(conf, []byte(filled), 0o644), os.Mkdir(filepath.Join(dir, "state"), 0o755), os.Mkdir(filepath.Join(dir, "spool"), 0o755)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("SLURM_CONF", conf)
	for _, args := range [][]string{{"slurmctld", "-D", "-i", "-f", conf}, {"slurmd", "-D", "-f", conf, "-N", host}} {
		log, err := os.Create(filepath.Join(dir, args[0]+".log"))
		if err != nil {
			t.Fatal(err)
		}
		c := exec.Command(args[0], args[1:]...)
		c.Stdout, c.Stderr = log, log
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			_ = c.Process.Signal(syscall.SIGTERM)
			_ = c.Wait()
			_ = log.Close()
			if t.Failed() {
				b, _ := os.ReadFile(log.Name())
				t.Logf("%s:\n%s", args[0], b)
			}
		})
	}
	until(t, time.Minute, "node that is idle", func() bool { return said("sinfo", "-h", "-o", "%T") == "idle" })
}

func said(name string, args ...string) string {
	b, _ := exec.Command(name, args...).Output()
	return strings.TrimSpace(string(b))
}

func until(t *testing.T, limit time.Duration, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(limit); !holds(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("no %s; queue:\n%s", what, said("squeue"))
		}
	}
}

// TestASweepBySlurm: 8 fits, or 40 in the long proofs, as an array of jobs, one of them killed, so that it is queued again and goes on; they are those of
// a sweep on one machine, to the bit, and reported when all are done.
func TestASweepBySlurm(t *testing.T) {
	cluster(t)
	seeds := make([]string, times(4, 20))
	n := 2 * len(seeds)
	for k := range seeds {
		seeds[k] = strconv.Itoa(k)
	}
	file := gridFile(t, `{"data": [{"in": "blobs", "subsample": 60}], "methods": ["umap"], "set": {"neighbors": 8, "min-dist": [0.1, 0.5],
		"steps": 3000, "min-grad-norm": 0, "init": "normal"}, "seeds": [`+strings.Join(seeds, ",")+`]}`)
	folder := t.TempDir()
	whole, out := filepath.Join(folder, "whole"), filepath.Join(folder, "out")
	t.Setenv(asCommand, "1") // of the program in the folder
	code, stdout, stderr := sweep(t.Context(), "-grid", file, "-out", out, "-checkpoint-every", "50ms", "-figures", "none", "-slurm", "--mem=50 --time=10")
	if code != 0 || !strings.Contains(stdout, fmt.Sprintf("%d of %d fits to do, in %d tasks", n, n, n)) {
		t.Fatalf("code %d: %s%s", code, stdout, stderr)
	}
	task := killed(t, out)
	until(t, 5*time.Minute, "report", func() bool {
		b, err := os.ReadFile(filepath.Join(out, "slurm-affmatch-report.log"))
		return err == nil && strings.Contains(string(b), "results in")
	})
	if b, err := os.ReadFile(filepath.Join(out, "slurm-affmatch-"+task+".log")); err != nil || strings.Count(string(b), "results in") != 1 || !strings.Contains(string(b), "Killed") {
		t.Errorf("the log of the task that was killed: %v\n%s", err, b)
	}
	b, err := os.ReadFile(filepath.Join(out, "results.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(strings.NewReader(string(b))).ReadAll()
	if err != nil || len(lines) != n+1 || strings.Count(string(b), ",finished,") != n {
		t.Fatalf("%d lines, %v:\n%s", len(lines), err, b)
	}
	if code, _, stderr := sweep(t.Context(), "-grid", file, "-out", whole, "-figures", "none", "-scores", "none"); code != 0 {
		t.Fatal(stderr)
	}
	files, err := filepath.Glob(filepath.Join(whole, "cells/*/*/*/embedding.npy"))
	if err != nil || len(files) != n {
		t.Fatalf("%d fits, %v", len(files), err)
	}
	for _, path := range files {
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(out + strings.TrimPrefix(path, whole)); err != nil || string(got) != string(want) {
			t.Errorf("%s: another embedding, %v", path, err)
		}
	}
	code, stdout, stderr = sweep(context.Background(), "-grid", file, "-out", out, "-figures", "none", "-slurm", "--mem=50")
	if code != 0 || strings.Contains(stdout, "to do") || !strings.Contains(stdout, "their report is job") {
		t.Errorf("all is done: code %d: %s%s", code, stdout, stderr)
	}
}

// killed kills a fit that is under way and has a checkpoint, and gives its task.
func killed(t *testing.T, out string) (task string) {
	t.Helper()
	until(t, 5*time.Minute, "checkpoint", func() bool {
		found, _ := filepath.Glob(filepath.Join(out, "cells/*/*/*/checkpoint"))
		for _, path := range found {
			holder, err := os.ReadFile(filepath.Join(filepath.Dir(path), "lock"))
			var pid int
			if _, scanned := fmt.Sscanf(string(holder), "sweep, process %d on", &pid); err != nil || scanned != nil {
				continue
			}
			b, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
			if err != nil || syscall.Kill(pid, syscall.SIGKILL) != nil {
				continue
			}
			_, rest, _ := strings.Cut(string(b), "\x00SLURM_ARRAY_TASK_ID=")
			task, _, _ = strings.Cut(rest, "\x00")
			return task != ""
		}
		return false
	})
	return task
}
