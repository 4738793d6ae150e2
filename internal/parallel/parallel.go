// Package parallel is the one parallel loop: numbered tasks, taken in order by so many workers. What a task computes must
// not depend on the worker or on when it runs; then no bit depends on the number of workers.
package parallel

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
)

// Each runs task(worker, i) for i from 0 to n-1 on at most so many workers, numbered from 0; 0 workers: GOMAXPROCS. One
// worker is the caller's goroutine.
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
	for w := range workers {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				task(w, i)
			}
		})
	}
	wg.Wait()
}

// Blocks cuts 0..n-1 into blocks of a fixed size and runs task for each, until the context is done; its error says that not
// all were.
func Blocks(ctx context.Context, workers, n, size int, task func(worker, lo, hi int)) error {
	Each(workers, (n+size-1)/size, func(w, i int) {
		if ctx.Err() == nil {
			task(w, i*size, min(n, (i+1)*size))
		}
	})
	return ctx.Err()
}
