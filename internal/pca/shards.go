package pca

import (
	"context"

	"affmatch/internal/parallel"
	"affmatch/internal/team"
)

const (
	maxShards = 16
	panelLen  = 192 // rows of a panel: the terms of one sum in package linear
)

// eachShard cuts 0..n-1 into count ranges, calls f for each with its number, and waits. The cut does not depend on the
// number of workers, so partial results that are added in shard order have the same bits for any.
func eachShard(ctx context.Context, n, count, workers int, f func(shard, lo, hi int) error) error {
	return parallel.Try(ctx, workers, count, func(_, s int) error { return f(s, s*n/count, (s+1)*n/count) })
}

// shardCount is the number of shards for n items whose partial result has size entries: each shard has at least a
// panel of items, and all partial results together at most 2^25 entries.
func shardCount(n, size int) int {
	return max(1, min(maxShards, n/panelLen, (1<<25)/max(1, size)))
}

// partsOf is room for the partial results of so many shards, one after another.
func partsOf(shards, size int) (parts [][]float64, all []float64) {
	all = make([]float64, shards*size)
	for s := range shards {
		parts = append(parts, all[s*size:(s+1)*size])
	}
	return parts, all
}

// shareRows brings to all members of a team what the shards have put into rows 0..n-1, so many numbers in each.
func shareRows(t team.Team, v []float64, n, shards int) error {
	if t == nil {
		return nil
	}
	ends := make([]int, t.Size())
	for r := range ends {
		_, end := team.PartOf(r, t.Size(), shards)
		ends[r] = team.BytesOf[float64](end * n / shards * (len(v) / n))
	}
	return t.Gather(team.Bytes(v), ends)
}

// addUp adds the partial results in order into the first.
func addUp(parts [][]float64) []float64 {
	sum := parts[0]
	for _, p := range parts[1:] {
		for i, v := range p {
			sum[i] += v
		}
	}
	return sum
}
