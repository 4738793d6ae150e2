package progress

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// at is a reporter with a clock that is set by hand.
func at(w *bytes.Buffer, terminal bool) (r *Reporter, log *bytes.Buffer, clock *time.Time) {
	log, clock = &bytes.Buffer{}, &time.Time{}
	*clock = time.Unix(1000, 0)
	r = New(nil, slog.New(slog.NewTextHandler(log, nil)))
	r.now = func() time.Time { return *clock }
	if terminal {
		r.w = w
	}
	return r, log, clock
}

func TestTheLineOnATerminalSaysStageRateTimeLeftAndLoss(t *testing.T) {
	var w bytes.Buffer
	r, _, clock := at(&w, true)
	defer r.Done()
	r.Stage("UMAP", "neighbors and affinities")
	if got := r.line(clock.Add(12 * time.Second)); got != "UMAP: neighbors and affinities ... 12 s" {
		t.Errorf("in a stage: %q", got)
	}
	r.Step(1, 1001, 5)
	*clock = clock.Add(10 * time.Second)
	r.Step(101, 1001, 4.25)
	if got := r.line(*clock); got != "UMAP: step 101 of 1001, loss 4.25, 10 steps/s, 1 min 30 s left" {
		t.Errorf("in the steps: %q", got)
	}
	if !strings.HasSuffix(w.String(), "\r\x1b[KUMAP: step 101 of 1001, loss 4.25, 10 steps/s, 1 min 30 s left") {
		t.Errorf("written: %q", w.String())
	}
	r.Done()
	if !strings.HasSuffix(w.String(), "\r\x1b[K") {
		t.Errorf("at the end the line stays: %q", w.String())
	}
}

func TestATerminalIsNotWrittenToMoreOftenThanPeopleRead(t *testing.T) {
	var w bytes.Buffer
	r, _, clock := at(&w, true)
	for step := range 1000 {
		*clock = clock.Add(time.Millisecond)
		r.Step(step+1, 1000, 1)
	}
	r.Done()
	if lines := strings.Count(w.String(), "step"); lines < 8 || lines > 2*11 {
		t.Errorf("%d lines in a second, want about 10", lines)
	}
}

func TestElsewhereThereAreLogLinesAndNoControlCharacters(t *testing.T) {
	r, log, clock := at(nil, false)
	r.Stage("t-SNE", "affinities")
	for step := range 250 {
		*clock = clock.Add(100 * time.Millisecond)
		r.Step(step+1, 1000, 2.5)
	}
	r.Done()
	text := log.String()
	if strings.ContainsAny(text, "\r\x1b") {
		t.Errorf("control characters in %q", text)
	}
	if got := strings.Count(text, "msg=step"); got != 2 {
		t.Errorf("%d lines about steps in 25 seconds, want 2:\n%s", got, text)
	}
	for _, want := range []string{"msg=affinities of=t-SNE", "steps=1000", "loss=2.5", "per_second=10", "left="} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

func TestAFileIsNoTerminalAndNilIsSilent(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if Terminal(f) || Terminal(&bytes.Buffer{}) || Terminal(nil) {
		t.Error("taken for a terminal")
	}
	var none *Reporter
	none.Stage("a", "b")
	none.Step(1, 2, 3)
	none.Done()
}

func TestClocksReadAsPeopleSayThem(t *testing.T) {
	for d, want := range map[time.Duration]string{
		300 * time.Millisecond: "0.3 s", 9960 * time.Millisecond: "10 s", 59 * time.Second: "59 s", 59600 * time.Millisecond: "1 min 00 s",
		185 * time.Second: "3 min 05 s", 7620 * time.Second: "2 h 07 min",
	} {
		if got := clock(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}

func TestTheTimeLeftIsNeverNegative(t *testing.T) {
	for _, c := range []struct {
		name        string
		first, step int
		of          int
		spent       time.Duration
		want        time.Duration
	}{
		{"in the middle", 1, 51, 101, 10 * time.Second, 10 * time.Second},
		{"gone on with at 5000", 5000, 5010, 5020, 10 * time.Second, 10 * time.Second},
		{"more steps than were asked for", 1, 51, 20, time.Second, 0},
		{"a clock that went back", 1, 51, 101, -time.Hour, 0},
		{"a step twice", 7, 7, 101, time.Second, 0},
		{"steps that go back", 7, 3, 101, time.Second, 0},
		{"longer than a Duration", 1, 2, 1 << 62, time.Hour, longest},
		{"an end before the first step", 1, 2, -5, time.Hour, 0},
	} {
		r, _, clock := at(nil, false)
		r.Stage("x", "y")
		r.Step(c.first, c.of, 1)
		r.Step(c.step, c.of, 1)
		if _, left := r.pace(clock.Add(c.spent)); left != c.want {
			t.Errorf("%s: %v left, want %v", c.name, left, c.want)
		}
	}
}
