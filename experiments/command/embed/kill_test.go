package embed

import (
	"bytes"
	"context"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"affmatch/experiments/command"
	"affmatch/internal/whole"
)

// asCommand makes the test's program the command itself, so that there is a process to kill.
const asCommand = "AFFMATCH_TEST_AS_EMBED"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		command.MainTogether("embed", Run)
	}
	os.Exit(m.Run())
}

func process(args ...string) *exec.Cmd {
	c := exec.Command(os.Args[0], args...)
	c.Env = append(os.Environ(), asCommand+"=1")
	return c
}

// times is how often a test of chance is repeated: many times in the long proofs.
func times(short, long int) int {
	if os.Getenv("AFFMATCH_LONG") != "" {
		return long
	}
	if testing.Short() { // as under the race detector, where a fit takes ten times as long
		return 1
	}
	return short
}

// killed runs a command and kills it after a while; true: it had ended by itself.
func killed(t *testing.T, after time.Duration, args ...string) bool {
	t.Helper()
	c := process(args...)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(after, func() { _ = c.Process.Kill() }) // it may have ended
	defer timer.Stop()
	err := c.Wait()
	if code := c.ProcessState.ExitCode(); err != nil && code != -1 {
		t.Fatalf("%v: code %d, %s", args, code, &stderr)
	}
	return err == nil
}

// withoutTimes is history.jsonl without what differs from run to run.
func withoutTimes(t *testing.T, folder string) string {
	t.Helper()
	var all strings.Builder
	for line := range bytes.Lines(read(t, folder, "history.jsonl")) {
		var r map[string]any
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatalf("history.jsonl: %s: %v", line, err)
		}
		delete(r, "seconds")
		b, _ := json.Marshal(r)
		all.Write(append(b, '\n'))
	}
	return all.String()
}

// sameRun holds a folder to that of an unbroken run: the same bits, and nothing left of the breaks.
func sameRun(t *testing.T, got, want string) {
	t.Helper()
	for _, file := range []string{"config.json", "rows.txt", "embedding.npy", "metrics.json", "embedding.svg", "embedding.png", "loss.svg"} {
		if !bytes.Equal(read(t, got, file), read(t, want, file)) {
			t.Errorf("%s is not that of the unbroken run", file)
		}
	}
	if withoutTimes(t, got) != withoutTimes(t, want) {
		t.Error("history.jsonl is not that of the unbroken run")
	}
	if !bytes.Contains(read(t, got, "status.json"), []byte(`"finished"`)) {
		t.Errorf("status: %s", read(t, got, "status.json"))
	}
	for _, folder := range []string{got, filepath.Dir(got)} {
		entries, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.Name() == "checkpoint" || folder == got && strings.HasPrefix(e.Name(), whole.Temporary) {
				t.Errorf("%s is left", e.Name())
			}
		}
	}
}

// TestAKilledRunGoesOnToTheSameBits kills real processes at random moments, several times a run, and resumes them.
func TestAKilledRunGoesOnToTheSameBits(t *testing.T) {
	in, whole := small(t)
	args := []string{
		"-in", in, "-method", "umap", "-neighbors", "8", "-subsample", "50", "-steps", "4000", "-checkpoint-every", "15ms", "-out",
	}
	began := time.Now()
	if killed(t, time.Minute, append(args, whole)...); t.Failed() {
		return
	}
	took := time.Since(began)
	kills, resumed, absent := 0, 0, 0
	for round := 0; kills < times(6, 200); round++ {
		r := rand.New(rand.NewPCG(uint64(round), 9))
		out := filepath.Join(t.TempDir(), "run")
		for done := false; !done; {
			line := append(args, out)
			if _, err := os.Stat(filepath.Join(out, "config.json")); err == nil {
				line, resumed = []string{"-resume", out, "-checkpoint-every", "15ms"}, resumed+1
			} else {
				absent++
			}
			after := time.Duration(r.Float64() * 1.1 * float64(took))
			if r.IntN(4) == 0 { // the ends are short: about them too
				after = time.Duration(r.Float64() * 0.1 * float64(took))
			}
			if done = killed(t, after, line...); !done {
				kills++
			}
			if t.Failed() {
				return
			}
		}
		if sameRun(t, out, whole); t.Failed() {
			t.Fatalf("round %d", round)
		}
	}
	t.Logf("unbroken %v; %d kills, %d resumed, %d begun", took.Round(time.Millisecond), kills, resumed, absent)
}

// TestCtrlCLeavesACheckpoint whatever the time between checkpoints.
func TestCtrlCLeavesACheckpoint(t *testing.T) {
	in, whole := small(t)
	args := []string{"-in", in, "-neighbors", "8", "-subsample", "50", "-steps", "3000", "-checkpoint-every", "-1s", "-out"}
	if code, _, stderr := embed(t.Context(), append(args, whole)...); code != 0 {
		t.Fatal(stderr)
	}
	out := filepath.Join(t.TempDir(), "run")
	if code, _, stderr := embed(cancelAfter(t, out, 20), append(args, out)...); code != 130 {
		t.Fatalf("code %d, %s", code, stderr)
	}
	read(t, out, "checkpoint")
	code, stdout, stderr := embed(t.Context(), "-resume", out)
	if code != 0 || !strings.Contains(stdout, "3000 steps") || !strings.Contains(stderr, "goes on") {
		t.Fatalf("code %d, %s%s", code, stdout, stderr)
	}
	sameRun(t, out, whole)
	if code, stdout, _ := embed(t.Context(), "-resume", out); code != 0 || !strings.Contains(stdout, "finished already, after 3000 steps") {
		t.Errorf("code %d, %s", code, stdout)
	}
}

func TestResumeRefusesWhatIsNotTheRun(t *testing.T) {
	in, out := small(t)
	args := []string{"-in", in, "-neighbors", "8", "-steps", "100000000", "-out", out}
	if code, _, stderr := embed(cancelAfter(t, out, 20), args...); code != 130 {
		t.Fatalf("code %d, %s", code, stderr)
	}
	points, saved, config := read(t, in), read(t, out, "checkpoint"), read(t, out, "config.json")
	for _, c := range []struct {
		name       string
		file       string
		content    []byte
		code       int
		args, want string
	}{
		{"other data", in, bytes.Replace(points, []byte("."), []byte(".1"), 1), 1, "", "not those of the config"},
		{"a damaged checkpoint", filepath.Join(out, "checkpoint"), saved[:len(saved)-1], 1, "", "truncated"},
		{"no checkpoint's file", filepath.Join(out, "checkpoint"), points, 1, "", "want a checkpoint, which begins with"},
		{"another method", filepath.Join(out, "config.json"), bytes.Replace(config, []byte(`"MinDist": 0.1`), []byte(`"MinDist": 0.2`), 1), 1, "", "method"},
		{"another seed", filepath.Join(out, "config.json"), bytes.Replace(config, []byte(`"Seed": 0`), []byte(`"Seed": 1`), 1), 1, "", "want"},
		{"further flags", in, points, 2, "-seed 1", "-resume and -seed"},
	} {
		before := read(t, c.file)
		if err := os.WriteFile(c.file, c.content, 0o644); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		code, _, stderr := embed(ctx, append([]string{"-resume", out}, strings.Fields(c.args)...)...)
		cancel()
		if code != c.code || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: code %d, %s, want %d, %s", c.name, code, stderr, c.code, c.want)
		}
		if err := os.WriteFile(c.file, before, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if code, _, stderr := embed(t.Context(), "-resume", t.TempDir()); code != 1 || !strings.Contains(stderr, "holds no run") {
		t.Errorf("an empty folder: code %d, %s", code, stderr)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if code, _, stderr := embed(ctx, "-resume", out); code == 0 || !strings.Contains(stderr, "deadline") {
		t.Errorf("the run itself: code %d, %s", code, stderr)
	}
}
