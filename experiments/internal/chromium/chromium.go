// Package chromium drives a headless Chromium, for tests of pages: it opens one, moves the pointer over it, asks it and
// takes pictures. It speaks the DevTools protocol over a pipe, which needs no port and no other package. Tests skip where no
// Chromium is installed (Debian's package chromium).
package chromium

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"
)

// Page is an open page. Its errors are those of the test.
type Page struct {
	t       testing.TB
	session string
	in      *os.File
	next    int

	mu      sync.Mutex
	answers map[int]chan answer
	errors  []string // that the page's scripts have thrown
}

type answer struct {
	Result json.RawMessage
	Error  *struct{ Message string }
}

// message is what Chromium writes: an answer to a call, or an event.
type message struct {
	ID     int
	Method string
	Params json.RawMessage
	answer
}

// patience is how long an answer may take, on a machine that does other things too.
const patience = 60 * time.Second

// Open starts a browser of that many pixels with one page, and ends it with the test. Graphics are drawn by the processor.
func Open(t testing.TB, url string, width, height int) *Page {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser is for a run without -short")
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium to look at the page with")
	}
	hear, answersIn, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	commandsOut, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	profile := t.TempDir()
	cmd := exec.Command(path, "--headless=new", "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
		"--disable-dev-shm-usage", "--disable-background-networking", "--no-first-run", "--disable-extensions", "--mute-audio",
		"--user-data-dir="+profile, fmt.Sprintf("--window-size=%d,%d", width, height), "--remote-debugging-pipe", "about:blank")
	cmd.ExtraFiles = []*os.File{commandsOut, answersIn}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = commandsOut.Close()
	_ = answersIn.Close()
	p := &Page{t: t, in: in, answers: map[int]chan answer{}}
	go p.listen(hear)
	t.Cleanup(func() {
		p.session = ""
		p.call("Browser.close", nil, nil)
		_ = cmd.Wait()
		_ = in.Close()
		_ = hear.Close()
	})
	var target struct{ TargetID string }
	p.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var session struct{ SessionID string }
	p.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &session)
	p.session = session.SessionID
	p.call("Runtime.enable", nil, nil)
	p.call("Page.enable", nil, nil)
	size := map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}
	p.call("Emulation.setDeviceMetricsOverride", size, nil)
	p.call("Page.navigate", map[string]any{"url": url}, nil)
	return p
}

// listen reads messages, which end with a zero.
func (p *Page) listen(from *os.File) {
	lines := bufio.NewReaderSize(from, 1<<20)
	for {
		line, err := lines.ReadBytes(0)
		if err != nil {
			return
		}
		var m message
		if err := json.Unmarshal(bytes.TrimSuffix(line, []byte{0}), &m); err != nil {
			continue
		}
		p.mu.Lock()
		if to := p.answers[m.ID]; to != nil {
			to <- m.answer
			delete(p.answers, m.ID)
		} else if m.Method == "Runtime.exceptionThrown" {
			p.errors = append(p.errors, string(m.Params))
		}
		p.mu.Unlock()
	}
}

func (p *Page) call(method string, params, into any) {
	p.t.Helper()
	p.mu.Lock()
	p.next++
	id, back := p.next, make(chan answer, 1)
	p.answers[id] = back
	p.mu.Unlock()
	m := map[string]any{"id": id, "method": method}
	if params != nil {
		m["params"] = params
	}
	if p.session != "" {
		m["sessionId"] = p.session
	}
	b, err := json.Marshal(m)
	if err == nil {
		_, err = p.in.Write(append(b, 0))
	}
	if err != nil {
		p.t.Fatalf("chromium: %s: %v", method, err)
	}
	select {
	case a := <-back:
		if a.Error != nil {
			p.t.Fatalf("chromium: %s: %s", method, a.Error.Message)
		}
		if into != nil {
			if err := json.Unmarshal(a.Result, into); err != nil {
				p.t.Fatalf("chromium: %s: %v", method, err)
			}
		}
	case <-time.After(patience):
		p.t.Fatalf("chromium: %s: no answer", method)
	}
}

// Eval reads the value of an expression, which may be a promise.
func (p *Page) Eval(expression string, into any) {
	p.t.Helper()
	var got struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails json.RawMessage
	}
	p.call("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true}, &got)
	if got.ExceptionDetails != nil {
		p.t.Fatalf("chromium: %s: %s", expression, got.ExceptionDetails)
	}
	if into != nil {
		if err := json.Unmarshal(got.Result.Value, into); err != nil {
			p.t.Fatalf("chromium: %s: %v: %s", expression, err, got.Result.Value)
		}
	}
}

// Await waits until an expression holds.
func (p *Page) Await(expression string) {
	p.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		var holds bool
		if p.Eval("!!("+expression+")", &holds); holds {
			return
		}
	}
	p.t.Fatalf("chromium: %s did not come to hold; the page's errors: %q", expression, p.Errors())
}

// Shift is the modifier of Pointer.
const Shift = 8

// Pointer moves the mouse ("mouseMoved"), or presses or releases its left button there ("mousePressed", "mouseReleased").
func (p *Page) Pointer(kind string, x, y float64, down bool, modifiers int) {
	p.t.Helper()
	event := map[string]any{"type": kind, "x": x, "y": y, "modifiers": modifiers}
	if down || kind == "mouseReleased" {
		event["button"], event["clickCount"] = "left", 1
	}
	if down {
		event["buttons"] = 1
	}
	p.call("Input.dispatchMouseEvent", event, nil)
}

// Drag presses the left button at the first place, moves through the others and lets go at the last.
func (p *Page) Drag(modifiers int, places ...[2]float64) {
	p.t.Helper()
	last := places[len(places)-1]
	p.Pointer("mousePressed", places[0][0], places[0][1], true, modifiers)
	for _, at := range places[1:] {
		p.Pointer("mouseMoved", at[0], at[1], true, modifiers)
	}
	p.Pointer("mouseReleased", last[0], last[1], false, modifiers)
}

// Picture is a PNG of what is seen.
func (p *Page) Picture() []byte {
	p.t.Helper()
	var got struct{ Data string }
	p.call("Page.captureScreenshot", map[string]any{"format": "png"}, &got)
	b, err := base64.StdEncoding.DecodeString(got.Data)
	if err != nil {
		p.t.Fatal(err)
	}
	return b
}

// Errors are those that the page's scripts have thrown and not caught.
func (p *Page) Errors() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.errors
}
