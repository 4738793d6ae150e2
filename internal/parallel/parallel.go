// Package parallel is the one parallel loop: numbered tasks, taken in order by so many workers. What a task computes must
// not depend on the worker or on when it runs; then no bit depends on the number of workers.
package parallel

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"affmatch/internal/fault"
)

// Each runs task(worker, i) for i from 0 to n-1 on at most so many workers, numbered from 0; 0 workers: GOMAXPROCS. One
// worker is the caller's goroutine. A panic in a task is one of the caller's, with the task's stack: no goroutine ends the
// process for what somebody's function did. No further task begins after it.
func Each(workers, n int, task func(worker, i int)) {
	if workers < 1 {
		workers = runtime.GOMAXPROCS(0)
	}
	workers = min(workers, n)
	if workers < 2 {
		for i := range n {
			task(0, i)
		}
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	var caught atomic.Pointer[error]
	for w := range workers {
		wg.Go(func() {
			defer func() {
				if r := recover(); r != nil {
					err := fault.Caught(r)
					caught.CompareAndSwap(nil, &err)
					next.Store(int64(n))
				}
			}()
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				task(w, i)
			}
		})
	}
	wg.Wait()
	if err := caught.Load(); err != nil {
		panic(*err)
	}
}

// Stretches is Each on stretches of so many of 0..n-1.
func Stretches(workers, n, size int, task func(lo, hi int)) {
	Each(workers, (n+size-1)/size, func(_, k int) { task(k*size, min(n, (k+1)*size)) })
}

// Try is Each for tasks that may fail: after the first error, or when the context is done, no further task begins. It gives
// that error, or why the context is done. A nil context is an error.
func Try(ctx context.Context, workers, n int, task func(worker, i int) error) error {
	if err := fault.Context("parallel", ctx); err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	Each(workers, n, func(w, i int) {
		if ctx.Err() == nil {
			if err := task(w, i); err != nil {
				stop(err)
			}
		}
	})
	return context.Cause(ctx)
}

// Blocks is Try on blocks of a fixed size of 0..n-1, which cannot fail.
func Blocks(ctx context.Context, workers, n, size int, task func(worker, lo, hi int)) error {
	return Try(ctx, workers, (n+size-1)/size, func(w, i int) error {
		task(w, i*size, min(n, (i+1)*size))
		return nil
	})
}
