package models

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"affmatch/affinity"
	"affmatch/internal/fault"

	"gonum.org/v1/gonum/mat"
)

func cloudOf(n, columns int) *mat.Dense {
	rng := rand.New(rand.NewPCG(1, 2))
	x := mat.NewDense(n, columns, nil)
	for i := range x.RawMatrix().Data {
		x.RawMatrix().Data[i] = rng.NormFloat64()
	}
	return x
}

// peakHeap is the most that f has on the heap at once, with a collector that lets little lie.
func peakHeap(f func()) int64 {
	defer debug.SetGCPercent(debug.SetGCPercent(5))
	runtime.GC()
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	done, most := make(chan struct{}), make(chan uint64)
	go func() {
		var top uint64
		for {
			select {
			case <-done:
				most <- top
				return
			case <-time.After(time.Millisecond):
				runtime.ReadMemStats(&now)
				top = max(top, now.HeapAlloc)
			}
		}
	}()
	f()
	close(done)
	return int64(<-most) - int64(before.HeapAlloc)
}

// TestTheEstimateIsWhatAFitTakes: within a factor of 1.5 of the peak of the heap.
func TestTheEstimateIsWhatAFitTakes(t *testing.T) {
	if raced {
		t.Skip("many fits, whose concurrency other tests have: the race detector makes them ten times as long")
	}
	approximate := UMAPLearn()
	in := approximate.In.(affinity.UMAPAffinityIn)
	in.Search.Method = affinity.Approximate
	approximate.In = in
	wide := UMAPLocal()
	wide.In = affinity.UMAPAffinityIn{Neighbors: 15}
	tape := UMAP()
	tape.Engine = Tape{}
	for _, c := range []struct {
		name       string
		n, columns int
		m          interface {
			method
			Memory(n, columns int) (Estimate, error)
		}
		steps func(steps int) method
	}{
		{"exact search, spectral start", 8000, 10, UMAPLearn(), func(s int) method { m := UMAPLearn(); m.Steps = s; return m }},
		{"approximate search", 12000, 20, approximate, func(s int) method { m := approximate; m.Steps = s; return m }},
		{"exact search in many columns, PCA", 3000, 400, wide, func(s int) method { m := wide; m.Steps = s; return m }},
		{"t-SNE", 8000, 10, TSNE(), func(s int) method { m := TSNE(); m.Steps = s; return m }},
		{"dense P", 1500, 10, SNEMatcher(), func(s int) method { m := SNEMatcher(); m.Steps = s; return m }},
		{"tape", 3000, 10, tape, func(s int) method { m := tape; m.Steps = s; return m }},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, err := c.m.Memory(c.n, c.columns)
			if err != nil {
				t.Fatal(err)
			}
			x := cloudOf(c.n, c.columns)
			var fitted error
			want, _ := e.Peak()
			var got int64
			for try := 0; try < 20 && 3*got < 2*want; try++ { // a peak is short, and may pass between two looks
				got = max(got, peakHeap(func() { _, fitted = c.steps(3).Fit(context.Background(), x) }))
			}
			if fitted != nil {
				t.Fatal(fitted)
			}
			t.Logf("estimate %s, heap %s\n%v", size(want), size(got), e)
			if ratio := float64(got) / float64(want); ratio > 1.5 || ratio < 1/1.5 {
				t.Errorf("estimate %s, heap %s", size(want), size(got))
			}
		})
	}
}

func TestMemoryLimit(t *testing.T) {
	m := SNEMatcher()
	e, err := m.Memory(10000, 50)
	if err != nil {
		t.Fatal(err)
	}
	if peak, stage := e.Peak(); peak < 790e6 || peak > 850e6 || !strings.Contains(e.String(), "dense P             800 MB,    800 MB stay") {
		t.Errorf("peak %d in %s, want about 800 MB; %v", peak, stage, e)
	}
	x := affinity.Float32{Rows: 100000, Columns: 2, Data: make([]float32, 200000)}
	m.MemoryLimit = 4e9
	_, err = m.Fit(context.Background(), x)
	var field *fault.FieldError
	if !errors.As(err, &field) || !strings.HasPrefix(err.Error(), "models: memory for 100000 points = about 120 GB, most of it for the dense P, ") ||
		!strings.Contains(err.Error(), "want at most 4.0 GB (MemoryLimit); a sparse affinity needs about ") {
		t.Errorf("error %v", err)
	}
	if m.MemoryLimit = -1; m.Validate() == nil || !strings.Contains(m.Validate().Error(), "models: MemoryLimit = -1, want a number of bytes") {
		t.Errorf("error %v", m.Validate())
	}
	small := UMAP()
	small.Steps = 2
	if e, err = small.Memory(200, 5); err != nil {
		t.Fatal(err)
	}
	peak, _ := e.Peak()
	y := cloudOf(200, 5)
	if e.Resident() < peak+4e6 {
		t.Errorf("resident %d beside arrays of %d", e.Resident(), peak)
	}
	peak = e.Resident()
	for limit, want := range map[int64]bool{peak: true, peak - 1: false} {
		small.MemoryLimit = limit
		if _, err := small.Fit(context.Background(), y); (err == nil) != want {
			t.Errorf("limit %d of %d: %v", limit, peak, err)
		}
	}
	small.MemoryLimit = peak
	if _, err := small.Fit(context.Background(), y.T()); err == nil { // 5 points
		t.Error("5 points: no error")
	}
	if _, err := small.Memory(-3, 5); err == nil || !strings.Contains(err.Error(), "data = -3 x 5") {
		t.Errorf("error %v", err)
	}
	if _, err := small.Memory(20, 5); err == nil || !strings.Contains(err.Error(), "Neighbors = 30, want 1 to the 19 points") {
		t.Errorf("error %v", err)
	}
}
