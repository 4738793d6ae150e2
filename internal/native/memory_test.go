//go:build amd64 && unix && !purego

package native

import (
	"bytes"
	"io"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"runtime/trace"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"
)

// counter is code that counts the first number at RDI down to zero and adds each to the second.
func counter(t testing.TB) *Code {
	return made(t, false, func(a *Assembler) {
		again := a.NewLabel()
		a.Load(RCX, At(RDI, 0))
		a.Load(RAX, At(RDI, 8))
		a.Bind(again)
		a.Add(RAX, RCX)
		a.Dec(RCX)
		a.Jcc(NotEqual, again)
		a.Store(At(RDI, 8), RAX)
	})
}

// busy calls c from several goroutines, on stacks of different depths that grow, until stop is closed. It says how often.
func busy(t *testing.T, c *Code, stop chan struct{}) (calls int) {
	var wait sync.WaitGroup
	counts := make([]int, 3)
	for g := range counts {
		wait.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if got := deep(c, counts[g]%200); got != 20000*20001/2 {
					t.Errorf("the code counted to %d", got)
					return
				}
				counts[g]++
			}
		})
	}
	wait.Wait()
	for _, n := range counts {
		calls += n
	}
	return calls
}

// deep calls c at a depth of the stack, where it leaves a pointer into the stack in RDI.
func deep(c *Code, depth int) int64 {
	var room [64]int64
	if depth > 0 {
		room[depth%64] = deep(c, depth-1)
		return room[depth%64]
	}
	room[0] = 20000
	c.Call(unsafe.Pointer(&room[0]))
	return room[1]
}

// TestCollectionsWhileCodeRuns collects garbage all the time.
func TestCollectionsWhileCodeRuns(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(1))
	stop := make(chan struct{})
	var collected uint32
	go func() {
		defer close(stop)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		var keep [][]byte
		for start := time.Now(); collected < 10 && time.Since(start) < time.Minute; { // however busy the machine is
			if keep = append(keep, make([]byte, 1<<16)); len(keep) > 100 {
				keep = nil
				runtime.ReadMemStats(&after)
				collected = after.NumGC - before.NumGC
			}
		}
	}()
	calls := busy(t, counter(t), stop)
	if calls < 100 || collected < 10 {
		t.Errorf("%d calls and %d collections, want more", calls, collected)
	}
}

// TestSignalsWhileCodeRuns is under the profiler and the tracer, whose signals walk the stack.
func TestSignalsWhileCodeRuns(t *testing.T) {
	var profile bytes.Buffer
	if err := pprof.StartCPUProfile(&profile); err != nil {
		t.Skip(err)
	}
	if err := trace.Start(io.Discard); err != nil {
		t.Log(err)
	} else {
		defer trace.Stop()
	}
	stop := make(chan struct{})
	time.AfterFunc(300*time.Millisecond, func() { close(stop) })
	busy(t, counter(t), stop)
	pprof.StopCPUProfile()
	if profile.Len() == 0 {
		t.Error("no profile")
	}
}

// TestPanicInCode reads address 8: Go's panic for nil, which the caller can recover from.
func TestPanicInCode(t *testing.T) {
	c := made(t, false, func(a *Assembler) {
		a.Load(RAX, At(RDI, 8))
		a.Inc(RAX)
		a.Store(At(RDI, 8), RAX)
	})
	for range 3 {
		if why := panics(func() { c.Call(nil) }); !strings.Contains(why, "nil pointer") {
			t.Fatalf("panic %q", why)
		}
		runtime.GC()
		v := [2]int64{0, 41}
		if c.Call(unsafe.Pointer(&v)); v[1] != 42 {
			t.Fatalf("after the panic: %d", v[1])
		}
	}
}

func TestCloseTwice(t *testing.T) {
	c := counter(t)
	for range 2 {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
	if why := panics(func() { c.Call(nil) }); why != "native: Call after Close" {
		t.Errorf("panic %q", why)
	}
}

func TestNoCode(t *testing.T) {
	if c, err := Map(nil); err == nil || err.Error() != "native: no code" {
		t.Errorf("%v, %v; want an error", c, err)
	}
}
