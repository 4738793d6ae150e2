package parallel

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"affmatch/internal/fault"
)

func TestEachTaskRunsOnce(t *testing.T) {
	for _, workers := range []int{0, 1, 2, 7} {
		for _, n := range []int{0, 1, 5, 1000} {
			runs := make([]atomic.Int32, n)
			Each(workers, n, func(w, i int) {
				if workers > 0 && (w < 0 || w >= workers) {
					t.Errorf("worker %d of %d", w, workers)
				}
				runs[i].Add(1)
			})
			for i := range runs {
				if r := runs[i].Load(); r != 1 {
					t.Fatalf("%d workers: task %d of %d ran %d times", workers, i, n, r)
				}
			}
		}
	}
}

func TestStretchesCoverAllOnce(t *testing.T) {
	for _, n := range []int{0, 1, 63, 64, 65, 1000} {
		seen := make([]atomic.Int32, n)
		Stretches(3, n, 64, func(lo, hi int) {
			if hi-lo > 64 || hi <= lo {
				t.Errorf("%d: from %d to %d", n, lo, hi)
			}
			for i := lo; i < hi; i++ {
				seen[i].Add(1)
			}
		})
		for i := range seen {
			if seen[i].Load() != 1 {
				t.Fatalf("%d of %d: %d times", i, n, seen[i].Load())
			}
		}
	}
}

func TestBlocksCoverAllAndStopWithTheContext(t *testing.T) {
	var sum atomic.Int64
	err := Blocks(context.Background(), 3, 1000, 64, func(_, lo, hi int) {
		for i := lo; i < hi; i++ {
			sum.Add(int64(i))
		}
	})
	if err != nil || sum.Load() != 999*500 {
		t.Errorf("sum %d, %v, want %d", sum.Load(), err, 999*500)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var seen, late atomic.Int64
	var cancelled atomic.Bool
	err = Blocks(ctx, 2, 1000, 1, func(int, int, int) {
		if cancelled.Load() {
			late.Add(1)
		}
		if seen.Add(1) == 10 {
			cancel()
			cancelled.Store(true)
		}
	})
	if !errors.Is(err, context.Canceled) || late.Load() > 1 { // the other worker may have looked just before
		t.Errorf("%d blocks began after the end of the context, %v", late.Load(), err)
	}
}

func TestTheFirstErrorStops(t *testing.T) {
	wrong := errors.New("wrong")
	for _, workers := range []int{1, 3} {
		var ran atomic.Int64
		err := Try(context.Background(), workers, 1000, func(_, i int) error {
			ran.Add(1)
			if i == 5 {
				return wrong
			}
			time.Sleep(time.Millisecond)
			return nil
		})
		if !errors.Is(err, wrong) || ran.Load() == 1000 {
			t.Errorf("%d workers: error %v after %d tasks, want %v soon", workers, err, ran.Load(), wrong)
		}
	}
	if err := Try(context.Background(), 2, 10, func(int, int) error { return nil }); err != nil {
		t.Error(err)
	}
}

// TestAPanicOfATaskIsOneOfTheCaller: with the stack of the task, from any number of workers, and no task begins after it.
func TestAPanicOfATaskIsOneOfTheCaller(t *testing.T) {
	for _, workers := range []int{1, 2, 7} {
		func() {
			defer func() {
				err := fault.Caught(recover())
				var p *fault.Panic
				if !errors.As(err, &p) || p.Value != "own" || !strings.Contains(string(p.Stack), "parallel_test.go") {
					t.Errorf("%d workers: %v", workers, err)
				}
			}()
			Each(workers, 1000, func(_, i int) {
				if i == 3 {
					panic("own")
				}
			})
			t.Errorf("%d workers: no panic", workers)
		}()
	}
}
