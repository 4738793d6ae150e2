package knn

import (
	"context"
	"unsafe"

	"affmatch/internal/fault"
	"affmatch/internal/team"
)

// The members of a team grow some trees each, offer the pairs of some leaves and joins each to lists of their own, and put
// these together: a list is the nearest of all that were offered, whoever offered them and in whatever order.

// mergedRows is how many rows' lists go around at a time.
const mergedRows = 1 << 14

// merge makes the lists of all members those of what was offered to any of them.
func (l *lists) merge(ctx context.Context, workers int) error {
	t := team.From(ctx)
	if t == nil {
		return nil
	}
	n := len(l.limit)
	var index []int32
	var scores []float32
	for lo := 0; lo < n; lo += mergedRows {
		if err := fault.Context("knn", ctx); err != nil {
			return err
		}
		hi := min(n, lo+mergedRows)
		size := (hi - lo) * l.width
		index, scores = append(index[:0], make([]int32, t.Size()*size)...), append(scores[:0], make([]float32, t.Size()*size)...)
		copy(index[t.Rank()*size:], l.index[lo*l.width:hi*l.width])
		copy(scores[t.Rank()*size:], l.score[lo*l.width:hi*l.width])
		ends := make([]int, t.Size())
		for r := range ends {
			ends[r] = team.BytesOf[int32]((r + 1) * size) // as many as of float32
		}
		if err := t.Gather(team.Bytes(index), ends); err != nil {
			return err
		}
		if err := t.Gather(team.Bytes(scores), ends); err != nil {
			return err
		}
		err := parallel(ctx, workers, blocks(hi-lo, joinRows), func() func(int) error {
			return func(task int) error {
				for i := lo + task*joinRows; i < min(hi, lo+(task+1)*joinRows); i++ {
					for r := range t.Size() {
						if r == t.Rank() {
							continue
						}
						at := r*size + (i-lo)*l.width
						for e, entry := range index[at : at+l.width] {
							if entry == nobody || scores[at+e] > l.reach(int32(i)) {
								break
							}
							l.offer(int32(i), bare(entry), scores[at+e]) // what is not there is fresh to all
						}
					}
				}
				return nil
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// shareTrees gives all members the trees that each has grown.
func shareTrees(ctx context.Context, forest []tree) error {
	t := team.From(ctx)
	if t == nil {
		return nil
	}
	for owner := range t.Size() {
		first, end := team.PartOf(owner, t.Size(), len(forest))
		for k := first; k < end; k++ {
			w := &forest[k]
			sizes := []int64{int64(len(w.order)), int64(len(w.starts)), int64(len(w.forks))}
			if err := t.Broadcast(owner, team.Bytes(sizes)); err != nil {
				return err
			}
			if owner != t.Rank() {
				*w = tree{make([]int32, sizes[0]), make([]int32, sizes[1]), make([]fork, sizes[2])}
			}
			for _, b := range [][]byte{team.Bytes(w.order), team.Bytes(w.starts), forkBytes(w.forks)} {
				if err := t.Broadcast(owner, b); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func forkBytes(forks []fork) []byte {
	if len(forks) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&forks[0])), len(forks)*int(unsafe.Sizeof(forks[0])))
}
