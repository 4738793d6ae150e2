package knn

import (
	"math/bits"

	"affmatch/internal/knn/tile"
)

// join offers each pair of the table's rows to each other's lists, but for pairs of rows neither of which is among the
// first: those have been offered before.
func (t *table) join(l *lists, first int) {
	panels := blocks(len(t.ids), tile.Cols)
	for c, id := range t.ids {
		t.cols[c/tile.Cols].Limit[c%tile.Cols] = l.reach(id)
	}
	t.known.look(t.ids, l)
	for g := range blocks(first, tile.Rows) {
		copy(t.rows.Limit[:tile.Rows], t.cols[g*tile.Rows/tile.Cols].Limit[g*tile.Rows%tile.Cols:])
		for p := g * tile.Rows / tile.Cols; p < panels; p++ {
			t.score(g, p)
			tile.Sift(&t.scores, &t.rows, &t.cols[p], &t.hits)
			for r := range min(tile.Rows, first-g*tile.Rows) {
				t.offer(l, g*tile.Rows+r, p, t.scores[r*tile.Cols:(r+1)*tile.Cols], t.hits[r])
			}
		}
	}
}

// offer offers the hits between row i of the table and the rows of panel p after it.
func (t *table) offer(l *lists, i, p int, scores []float32, hits uint32) {
	if past := i + 1 - p*tile.Cols; past > 0 {
		hits &= ^uint32(0) << past
	}
	if left := len(t.ids) - p*tile.Cols; left < tile.Cols {
		hits &= 1<<left - 1
	}
	limit := t.rows.Limit[i%tile.Rows]
	for ; hits != 0; hits &= hits - 1 {
		c := bits.TrailingZeros32(hits)
		j := p*tile.Cols + c
		if scores[c] <= limit && !t.known.has(i, j) {
			l.offer(t.ids[i], t.ids[j], scores[c])
		}
		if scores[c] <= t.cols[p].Limit[c] && !t.known.has(j, i) {
			l.offer(t.ids[j], t.ids[i], scores[c])
		}
	}
}

// known is which of a table's rows are on which other's lists. Most near pairs are, in later rounds, and finding out
// for all at once costs less than as many offers in vain.
type known struct {
	words int
	bits  []uint64 // row i's are words of them
	slots []slot   // a hash table of the rows, by open addressing
	shift int
	list  []int32
}

type slot struct {
	id    int32
	place int32 // plus 1; 0 is an empty slot
}

func (k *known) has(i, j int) bool { return k.bits[i*k.words+j/64]>>(j%64)&1 != 0 }

// look reads the lists of the rows.
func (k *known) look(ids []int32, l *lists) {
	k.words = blocks(len(ids), 64)
	if need := len(ids) * k.words; len(k.bits) < need {
		k.bits = make([]uint64, need)
	}
	clear(k.bits[:len(ids)*k.words])
	size := bits.Len(uint(4 * len(ids)))
	if cap(k.slots) < 1<<size {
		k.slots = make([]slot, 1<<size)
	}
	k.slots, k.shift = k.slots[:1<<size], 32-size
	clear(k.slots)
	mask := uint32(len(k.slots) - 1)
	for place, id := range ids {
		s := k.start(id)
		for k.slots[s].place != 0 {
			s = (s + 1) & mask
		}
		k.slots[s] = slot{id, int32(place) + 1}
	}
	for i, id := range ids {
		row := k.bits[i*k.words:]
		k.list = l.read(id, k.list)
		for _, j := range k.list {
			for s := k.start(j) & mask; k.slots[s].place != 0; s = (s + 1) & mask {
				if k.slots[s].id == j {
					at := k.slots[s].place - 1
					row[at/64] |= 1 << (at % 64)
					break
				}
			}
		}
	}
}

// start is where the search for a row begins: the high bits of a product with 2^32 over the golden ratio.
func (k *known) start(id int32) uint32 { return uint32(id) * 0x9e3779b9 >> k.shift }
