package compare

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"affmatch/experiments/command"
	"affmatch/experiments/command/embed"
	"affmatch/experiments/command/sweep"
)

// said is what a command writes, to be looked at while it does.
type said struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *said) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(b)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// await waits until a condition holds.
func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("no %s", what)
		}
	}
}

// TestRunsAreFollowedToTheirEnds: those that have ended, one that is under way, a sweep, and one that was killed, whose
// comparison is of the others.
func TestRunsAreFollowedToTheirEnds(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	points(t, in("points.csv"), 1)
	fit := []string{"-in", in("points.csv"), "-figures", "none", "-method", "umap", "-neighbors", "8"}
	must(t, embed.Run, append(fit, "-steps", "5", "-out", in("a"))...)
	must(t, embed.Run, append(fit, "-steps", "5", "-seed", "7", "-out", in("killed"))...)
	if err := os.Remove(in("killed/status.json")); err != nil { // as a kill leaves it
		t.Fatal(err)
	}
	text := `{"data": ["` + in("points.csv") + `"], "methods": ["umap"], "seeds": [0, 1], "set": {"neighbors": 8, "steps": 3}}`
	if err := os.WriteFile(in("grid.json"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, sweep.Run, "-grid", in("grid.json"), "-figures", "none", "-out", in("sweep"))

	ctx, stop := context.WithCancel(t.Context())
	under := make(chan int)
	go func() {
		var out bytes.Buffer
		under <- command.End("embed", embed.Run(ctx, append(fit, "-steps", "100000000", "-min-grad-norm", "0", "-checkpoint-every", "50ms", "-out", in("b")), &out, &out), &out)
	}()
	await(t, "run under way", func() bool {
		b, err := os.ReadFile(in("b/history.jsonl"))
		return err == nil && len(b) > 1000
	})
	var stdout, stderr said
	compared := make(chan int)
	go func() {
		args := []string{in("a"), in("b"), in("killed"), in("sweep"), "-watch", "-out", in("all"), "-figures", "loss"}
		compared <- command.End("compare", Run(t.Context(), args, &stdout, &stderr), &stderr)
	}()
	await(t, "page", func() bool { return strings.Contains(stderr.String(), "watch the fit at ") })
	_, url, _ := strings.Cut(stderr.String(), "watch the fit at ")
	response, err := http.Get(strings.TrimSpace(url) + "events")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var heard said
	go io.Copy(&heard, response.Body) //nolint:errcheck // it ends with the page
	await(t, "embedding of the run under way", func() bool { return strings.Count(heard.String(), "event: frame") > 4 })
	await(t, "end of the killed run", func() bool { return strings.Contains(heard.String(), "nobody works on it") })
	if strings.Contains(stdout.String(), "results") {
		t.Error("compared before all had ended")
	}
	stop()
	if code := <-under; code != 130 {
		t.Errorf("the run under way: code %d", code)
	}
	if code := <-compared; code != 0 {
		t.Fatalf("code %d: %s%s", code, stdout.String(), stderr.String())
	}
	for _, want := range []string{"3 of 4 fits", "note: " + in("killed") + ": not compared"} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("no %q in %s", want, stdout.String())
		}
	}
	await(t, "end of the page", func() bool { return strings.Contains(heard.String(), "event: close") })
	ends := map[string]int{}
	for line := range strings.Lines(heard.String()) {
		var e struct {
			State string `json:"state"`
			Title string `json:"title"`
		}
		if data, ok := strings.CutPrefix(line, "data: "); ok && json.Unmarshal([]byte(data), &e) == nil {
			ends[e.State]++
		}
	}
	if ends["finished"] != 3 || ends["canceled"] != 1 || ends["failed"] != 1 {
		t.Errorf("ends %v, want 3 finished, 1 canceled and the killed one", ends)
	}
	if _, err := os.Stat(in("all/loss-points.svg")); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(in("all/report.html")); err == nil {
		t.Error("a report that was not asked for")
	}
}
