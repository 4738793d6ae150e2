package knn

import (
	"context"
	"fmt"
	"sync"

	"affmatch/internal/fault"
)

// Recall estimates how much of the truth the index has found: the share of its neighbors that are no farther than the
// exact K-th, over a sample of rows drawn with the index's seed and searched exactly. It is 1 for an exact
// index. The standard error is about sqrt(r(1-r)/(rows K)) for a recall r, more where misses come together.
func (ix *Index) Recall(ctx context.Context, rows int) (float64, error) {
	if rows < 1 || rows > ix.x.N {
		return 0, fault.Field("knn: rows", rows, fmt.Sprintf("1 to n = %d", ix.x.N))
	}
	if !ix.Approximate() {
		return 1, nil
	}
	sample, farthest, err := ix.known(ctx, rows)
	if err != nil {
		return 0, err
	}
	hits := 0
	for r, i := range sample {
		_, dist := ix.found.Row(i)
		for _, d := range dist {
			if d <= farthest[r] {
				hits++
			}
		}
	}
	return float64(hits) / float64(rows*ix.options.K), nil
}

// enough says that the lists hold the recall that is asked for, or usualRecall, of a sample.
func (ix *Index) enough(ctx context.Context) (bool, error) {
	o := ix.options
	rows := min(or(o.Sample, usualSample), ix.x.N)
	sample, farthest, err := ix.known(ctx, rows)
	if err != nil {
		return false, err
	}
	distance, hits := o.measure(ix.x, ix.x), 0
	for r, i := range sample {
		near, err := ix.listed(i, distance, nil)
		if err != nil {
			return false, err
		}
		of := 0
		for _, e := range near {
			if e.dist <= farthest[r] {
				of++
			}
		}
		hits += min(of, o.K)
	}
	want := o.Recall
	if want == 0 {
		want = usualRecall
	}
	return float64(hits) >= want*float64(rows*o.K), nil
}

// known is a sample of so many rows, with the exact distance to the K-th neighbor of each.
func (ix *Index) known(ctx context.Context, rows int) (sample []int, farthest []float64, err error) {
	ix.truth.Lock()
	defer ix.truth.Unlock()
	if len(ix.truth.sample) != rows {
		sample := ix.sample(rows)
		farthest, err := ix.farthest(ctx, sample)
		if err != nil {
			return nil, nil, err
		}
		ix.truth.sample, ix.truth.farthest = sample, farthest
	}
	return ix.truth.sample, ix.truth.farthest, nil
}

// truth is what an exact search said of a sample of rows, kept for the next question.
type truth struct {
	sync.Mutex
	sample   []int
	farthest []float64
}

// sample is so many different rows.
func (ix *Index) sample(rows int) []int {
	taken := make(map[int]bool, rows)
	sample := make([]int, 0, rows)
	for at := range rows { // Floyd's algorithm: Bentley and Floyd, A sample of brilliance, 1987
		last := ix.x.N - rows + at
		i := below(last+1, draw(ix.options.Seed, streamSample, uint64(at)))
		if taken[i] {
			i = last
		}
		taken[i] = true
		sample = append(sample, i)
	}
	return sample
}

// slab is how many rows the exact search of a sample takes at a time, so that it does not copy all of the data.
const slab = 1 << 16

// farthest is the exact distance to the K-th neighbor of each row of the sample.
func (ix *Index) farthest(ctx context.Context, sample []int) ([]float64, error) {
	k := ix.options.K
	y := ix.x.Pick(sample)
	near := make([][]neighbor, len(sample))
	merged := newNeighbors(len(sample), k)
	count := blocks(ix.x.N, max(slab, 2*k))
	for b := range count {
		lo, hi := b*ix.x.N/count, (b+1)*ix.x.N/count
		s := &search{Options: ix.options.Options, a: y, b: ix.x.Slice(lo, hi), k: min(k, hi-lo-1)}
		s.skip = func(r int) int { return sample[r] - lo }
		if s.Self {
			s.k, s.skip = min(k, hi-lo), nobodyElse
		}
		found, err := s.run(ctx)
		if err != nil {
			return nil, err
		}
		for r := range sample {
			index, dist := found.Row(r)
			for e, j := range index {
				near[r] = append(near[r], neighbor{index: int32(lo) + j, dist: dist[e]})
			}
			if len(near[r]) >= k {
				merged.set(r, near[r])
				near[r] = near[r][:k]
			}
		}
	}
	out := make([]float64, len(sample))
	for r := range out {
		_, dist := merged.Row(r)
		out[r] = dist[k-1]
	}
	return out, nil
}
