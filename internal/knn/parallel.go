package knn

import (
	"context"
	"fmt"

	loop "affmatch/internal/parallel"
)

// parallel does tasks 0..n-1 on the given number of workers. begin makes a worker's own scratch and returns what it
// does with a task; a task's result must not depend on who does it or when. It ends early where ctx does.
func parallel(ctx context.Context, workers, n int, begin func() func(task int) error) error {
	does := make([]func(task int) error, workers)
	err := loop.Try(ctx, workers, n, func(w, task int) error {
		if does[w] == nil {
			does[w] = begin()
		}
		return does[w](task)
	})
	if err != nil && err == context.Cause(ctx) { //nolint:errorlint // the very error
		err = fmt.Errorf("knn: stopped: %w", err)
	}
	return err
}

// blocks is how many blocks of the given size n rows have.
func blocks(n, size int) int { return (n + size - 1) / size }
