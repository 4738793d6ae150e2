package knn

import (
	"context"
	"fmt"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// parallel does tasks 0..n-1 on the given number of workers. begin makes a worker's own scratch and returns what it
// does with a task; a task's result must not depend on who does it or when. It ends early where ctx does.
func parallel(ctx context.Context, workers, n int, begin func() func(task int) error) error {
	group, ctx := errgroup.WithContext(ctx)
	var next atomic.Int64
	for range min(workers, n) {
		group.Go(func() error {
			do := begin()
			for {
				task := int(next.Add(1)) - 1
				if task >= n {
					return nil
				}
				if err := context.Cause(ctx); err != nil {
					return fmt.Errorf("knn: stopped: %w", err)
				}
				if err := do(task); err != nil {
					return err
				}
			}
		})
	}
	return group.Wait()
}

// blocks is how many blocks of the given size n rows have.
func blocks(n, size int) int { return (n + size - 1) / size }
