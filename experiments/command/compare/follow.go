package compare

import (
	"context"
	"time"

	"affmatch/experiments/grid"
	"affmatch/experiments/runs"
	"affmatch/experiments/watch"
)

const (
	often = 200 * time.Millisecond // between two looks at the folders
	idle  = 10 * time.Second       // without a cell under way: nobody works on the sweep any more
)

// follow shows runs on a page until all have ended: those of a sweep as they begin. It gives the folders of those that
// nobody works on, which did not come to an end.
func follow(ctx context.Context, folders []string, page *watch.Server) (left []string, err error) {
	known := map[string]*runs.Follower{}
	busy := time.Now()
	for {
		all, ended := true, true
		left = nil
		for _, folder := range folders {
			own, begun, err := grid.Begun(folder)
			if err != nil {
				return nil, err
			}
			all = all && begun
			for _, f := range own {
				if known[f] == nil {
					if known[f], err = runs.Follow(ctx, runs.Folder(f), page); err != nil {
						return nil, err
					}
				}
				over, err := known[f].Look()
				if err != nil {
					return nil, err
				}
				ended = ended && over
				if known[f].Abandoned() {
					left = append(left, f)
				}
			}
		}
		if !ended {
			busy = time.Now()
		}
		if ended && (all || time.Since(busy) > idle) {
			return left, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(often):
		}
	}
}
