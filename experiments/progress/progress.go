// Package progress shows how a fit goes on: the stage it is in, the rate of its steps, the time that is left and the loss
// as it stands. On a terminal it is one line that is kept up to date; elsewhere, in a pipe or a file, it is a log line at
// each stage and every ten seconds.
package progress

import (
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"sync"
	"time"
)

// How often the line on a terminal is rewritten, and a log line written elsewhere.
const (
	lineEvery = 100 * time.Millisecond
	logEvery  = 10 * time.Second
)

// Reporter reports one fit after another. Its methods may be called from several goroutines. A nil Reporter is silent.
type Reporter struct {
	w        io.Writer    // a terminal, or nil
	log      *slog.Logger // never nil
	now      func() time.Time
	mu       sync.Mutex
	now0     time.Time // when the stage began
	shown    time.Time // when something was last written
	title    string
	stage    string
	first    int // step of the fit that was reported first: one that is gone on with does not begin at 1
	step, of int
	loss     float64
	quit     chan struct{}
}

// New reports on w where it is a terminal. The log gets a line where a stage or a fit begins or ends, and where w is no
// terminal also every ten seconds; nil: none.
func New(w io.Writer, log *slog.Logger) *Reporter {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	r := &Reporter{log: log, now: time.Now}
	if Terminal(w) {
		r.w = w
	}
	return r
}

// Terminal says whether somebody looks at w.
func Terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}

// LogTo is where the log of a command goes: its file, and standard error too where that is no terminal.
func LogTo(file, stderr io.Writer) io.Writer {
	if Terminal(stderr) {
		return file
	}
	return io.MultiWriter(file, stderr)
}

// Stage begins a stage of what title names: its name and a running clock stand on the line until the next stage, the
// first step or Done.
func (r *Reporter) Stage(title, name string) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.title, r.stage, r.step = title, name, 0
	r.now0 = r.now()
	r.log.Info(name, "of", title)
	r.write(r.now0)
	if r.w != nil && r.quit == nil {
		r.quit = make(chan struct{})
		go r.tick(r.quit)
	}
}

// tick keeps the clock of a stage running.
func (r *Reporter) tick(quit chan struct{}) {
	t := time.NewTicker(lineEvery)
	defer t.Stop()
	for {
		select {
		case <-quit:
			return
		case now := <-t.C:
			r.mu.Lock()
			if r.quit == quit && r.step == 0 {
				r.write(now)
			}
			r.mu.Unlock()
		}
	}
}

// Step reports a step of so many; a loss of NaN is none. It costs next to nothing where there is nothing to write yet.
func (r *Reporter) Step(step, of int, loss float64) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	if r.step == 0 { // the first step's own time counts as preparation
		r.now0 = now
		r.shown = now
		r.first = step
	}
	r.step, r.of, r.loss = step, of, loss
	switch {
	case r.w != nil && now.Sub(r.shown) >= lineEvery:
		r.write(now)
	case r.w == nil && now.Sub(r.shown) >= logEvery:
		r.shown = now
		rate, left := r.pace(now)
		r.log.Info("step", "of", r.title, "step", step, "steps", of, "loss", loss, "per_second", rate, "left", left.Round(time.Second).String())
	}
}

// Done takes the line away.
func (r *Reporter) Done() {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.quit != nil {
		close(r.quit)
		r.quit = nil
	}
	if r.w != nil {
		fmt.Fprint(r.w, "\r\x1b[K")
	}
}

func (r *Reporter) write(now time.Time) {
	if r.w == nil {
		return
	}
	r.shown = now
	fmt.Fprint(r.w, "\r\x1b[K", r.line(now))
}

// line is what stands on a terminal.
func (r *Reporter) line(now time.Time) string {
	if r.step == 0 {
		return fmt.Sprintf("%s: %s ... %s", r.title, r.stage, clock(now.Sub(r.now0)))
	}
	rate, left := r.pace(now)
	line := fmt.Sprintf("%s: step %d of %d", r.title, r.step, r.of)
	if !math.IsNaN(r.loss) {
		line += fmt.Sprintf(", loss %.6g", r.loss)
	}
	if rate > 0 {
		line += fmt.Sprintf(", %.3g steps/s, %s left", rate, clock(left))
	}
	return line
}

// pace is the steps a second since the first one, and the time that the rest takes at this rate: never below 0, whatever the
// steps and the clock say, and at most what a Duration holds.
func (r *Reporter) pace(now time.Time) (rate float64, left time.Duration) {
	spent := now.Sub(r.now0).Seconds()
	if spent <= 0 || r.step <= r.first {
		return 0, 0
	}
	rate = float64(r.step-r.first) / spent
	seconds := float64(max(0, r.of-r.step)) / rate
	return rate, time.Duration(min(seconds, longest.Seconds()) * float64(time.Second))
}

// longest is a time that nobody waits for.
const longest = 100 * 365 * 24 * time.Hour

// clock is a time as people read it: 0.3 s, 12 s, 3 min 05 s, 2 h 07 min.
func clock(d time.Duration) string {
	switch s := d.Seconds(); {
	case s < 9.95:
		return fmt.Sprintf("%.1f s", s)
	case s < 59.5:
		return fmt.Sprintf("%.0f s", s)
	case s < 3599.5:
		d = d.Round(time.Second)
		return fmt.Sprintf("%d min %02d s", int(d.Minutes()), int(d.Seconds())%60)
	}
	d = d.Round(time.Minute)
	return fmt.Sprintf("%d h %02d min", int(d.Hours()), int(d.Minutes())%60)
}
