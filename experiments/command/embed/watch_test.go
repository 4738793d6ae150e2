package embed

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"affmatch/experiments/command"
)

// watched runs the command with -watch, and gives the names of the events that its page hears; hear is called with each.
func watched(ctx context.Context, t *testing.T, hear func(event string), args ...string) (code int, stdout string) {
	t.Helper()
	said, stderr := io.Pipe()
	done := make(chan int)
	var out bytes.Buffer
	go func() {
		done <- command.End("embed", Run(ctx, append(args, "-watch"), &out, stderr), stderr)
		stderr.Close()
	}()
	lines := bufio.NewScanner(said)
	url := ""
	for url == "" && lines.Scan() {
		_, url, _ = strings.Cut(lines.Text(), "watch the fit at ")
	}
	go io.Copy(io.Discard, said) //nolint:errcheck // the rest of what is said
	response, err := http.Get(url + "events")
	if err != nil {
		t.Fatalf("%q: %v", url, err)
	}
	defer response.Body.Close()
	events := bufio.NewScanner(response.Body)
	events.Buffer(nil, 1<<20)
	for events.Scan() {
		if name, ok := strings.CutPrefix(events.Text(), "event: "); ok {
			hear(name)
		} else if data, ok := strings.CutPrefix(events.Text(), `data: {"id":0,"state":`); ok {
			hear(data)
		}
	}
	return <-done, out.String()
}

// TestAFitIsWatched from its beginning to its end, which also Ctrl-C makes.
func TestAFitIsWatched(t *testing.T) {
	in, out := small(t)
	heard := map[string]int{}
	code, stdout := watched(t.Context(), t, func(event string) { heard[event]++ }, "-in", in, "-steps", "2000", "-figures", "none", "-out", out)
	if code != 0 || !strings.Contains(stdout, "2000 steps") {
		t.Fatalf("code %d: %s", code, stdout)
	}
	for _, event := range []string{"begin", "steps", "frame", "scores", "end", "close", `"finished","detail":"all steps made"}`} {
		if heard[event] == 0 {
			t.Errorf("no %s: %v", event, heard)
		}
	}

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := ""
	code, _ = watched(ctx, t, func(event string) {
		switch {
		case event == "steps":
			cancel()
		case strings.HasPrefix(event, `"`):
			ended = event
		}
	}, "-in", in, "-steps", "100000000", "-figures", "none", "-overwrite", "-out", out)
	if code != 130 || !strings.HasPrefix(ended, `"canceled"`) {
		t.Errorf("Ctrl-C: code %d, the page heard %s", code, ended)
	}
	if code, _, stderr := embed(t.Context(), "-in", in, "-watch=0.0.0.0:80", "-overwrite", "-out", out); code == 0 || !strings.Contains(stderr, "127.0.0.1:0") {
		t.Errorf("for all the world: code %d: %s", code, stderr)
	}
}
