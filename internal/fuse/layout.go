package fuse

import (
	"slices"

	"affmatch/internal/lanes"
	"affmatch/internal/pairs"
)

// layout is how the entries of a set stand in lanes. Where tails are listed, sixteen rows stand side by side, slot k
// the k-th entry of each: the rows of a shard are sorted by their length, the longest first, a stretch of rows at a
// time, so that few lanes have no entry; where points have numbers of their own, rows stand in the order of these.
// Where tails are all points in order, the sixteen lanes are those of one row; where they are those of a shift, of
// sixteen rows in order.
type layout struct {
	on      *pairs.Index
	half    bool           // of all points only those behind the head
	shifted bool           // see shifts.go
	order   *numbering     // nil: points have the user's numbers
	shards  []int          // first row of each shard, in order, and the end
	windows []window       // of each shard, of numbered points
	first   []int          // first place of each shard, and the end
	row     []int32        // of each place: its row; -1: none
	base    []int          // of each sixteen places: their first lane
	tiles   [][]lanes.Tile // of each shard; nil of all points, whose tiles are made as they are run
	masks   []uint16
	size    int // lanes in all
}

// tilesAtOnce is how many tiles are run at a time, between looks at whether to go on.
const tilesAtOnce = 64

// stretch is how many rows are sorted at a time: near enough to each other that their points are.
const stretch = 4096

// lay lays out the rows of each shard.
func (l *layout) lay() {
	switch {
	case l.shifted:
		l.first, l.masks = l.shards, shortMasks()
		return
	case l.on.All():
		l.first, l.masks = l.shards, allMasks(l.on.Points[1])
		return
	}
	l.first = make([]int, len(l.shards))
	for s := range l.parts() {
		from := len(l.row)
		for lo := l.shards[s]; lo < l.shards[s+1]; lo += stretch {
			l.row = append(l.row, l.sorted(lo, min(lo+stretch, l.shards[s+1]))...)
		}
		for len(l.row)%lanes.Width != 0 {
			l.row = append(l.row, -1)
		}
		l.first[s+1] = len(l.row)
		var tiles []lanes.Tile
		for place := from; place < len(l.row); place += lanes.Width {
			tiles = l.group(tiles, place)
		}
		l.tiles = append(l.tiles, tiles)
	}
}

// lane is the first of a place that begins sixteen, or the end.
func (l *layout) lane(place int) int {
	if place/lanes.Width == len(l.base) {
		return l.size
	}
	return l.base[place/lanes.Width]
}

// cut cuts the rows, in order, into shards of about equally many pairs.
func (l *layout) cut(shards int) {
	l.shards = []int{0}
	total, rows, sum := l.on.Len(), l.on.Rows(), 0
	if l.half {
		total /= 2
	}
	for k := range rows {
		lo, hi := l.on.Span(l.order.at(k))
		if sum += hi - lo; l.half {
			sum -= k
		}
		for len(l.shards) < shards && sum*shards >= total*len(l.shards) {
			l.shards = append(l.shards, k+1)
		}
	}
	for len(l.shards) <= shards {
		l.shards = append(l.shards, rows)
	}
	l.shards[shards] = rows
}

// parts is the number of shards.
func (l *layout) parts() int { return len(l.shards) - 1 }

// sorted are the rows lo:hi in order, the longest first, equal ones as they come.
func (l *layout) sorted(lo, hi int) []int32 {
	rows := make([]int32, hi-lo)
	for k := range rows {
		rows[k] = int32(l.order.at(lo + k))
	}
	if l.on.Start != nil {
		slices.SortStableFunc(rows, func(a, b int32) int { return l.length(b) - l.length(a) })
	}
	return rows
}

func (l *layout) length(row int32) int {
	if row < 0 {
		return 0
	}
	lo, hi := l.on.Span(int(row))
	return hi - lo
}

// group adds the tiles of sixteen places.
func (l *layout) group(tiles []lanes.Tile, place int) []lanes.Tile {
	l.base = append(l.base, l.size)
	rows := l.row[place:][:lanes.Width]
	most, least := l.length(rows[0]), l.length(rows[lanes.Width-1])
	for _, r := range rows {
		most, least = max(most, l.length(r)), min(least, l.length(r))
	}
	for lo := 0; lo < most; lo += lanes.Slots {
		hi := min(lo+lanes.Slots, most)
		full := max(lo, min(hi, least))
		at := func(slot int) int64 { return int64(l.size + slot*lanes.Width) }
		tiles = append(tiles, lanes.Tile{
			Row: int64(place), Head: int64(place), At: at(lo), Entry: at(lo), Full: at(full), End: at(hi), Mask: int64(len(l.masks)),
			Part: int64(len(tiles) % tilesAtOnce * lanes.Width),
		})
		for slot := full; slot < hi; slot++ {
			var mask uint16
			for lane, r := range rows {
				if slot < l.length(r) {
					mask |= 1 << lane
				}
			}
			l.masks = append(l.masks, mask)
		}
	}
	l.size += most * lanes.Width
	return tiles
}

// arrange brings one number an entry into the lanes of some places.
func arrange[A, B any](l *layout, to []B, from []A, convert func(A) B, first, end int) {
	for place := first; place < end; place++ {
		r := l.row[place]
		if r < 0 {
			continue
		}
		lo, hi := l.on.Span(int(r))
		at := l.base[place/lanes.Width] + place%lanes.Width
		for _, v := range from[lo:hi] {
			to[at] = convert(v)
			at += lanes.Width
		}
	}
}

// Where in allMasks those of slots begin that have one lane left out, or all up to one; the same of the last slot; and the
// last slot's.
const (
	maskButOne  = 0
	maskBehind  = lanes.Width
	masksOfLast = 2 * lanes.Width
	maskLast    = 4 * lanes.Width
)

// allMasks are those of slots of all n points.
func allMasks(n int) (masks []uint16) {
	last := uint16(1<<lanes.Width - 1)
	if n%lanes.Width != 0 {
		last = 1<<(n%lanes.Width) - 1
	}
	for _, all := range []uint16{1<<lanes.Width - 1, last} {
		for lane := range lanes.Width {
			masks = append(masks, all&^(1<<lane))
		}
		for lane := range lanes.Width {
			masks = append(masks, all&^(2<<lane-1))
		}
	}
	return append(masks, last)
}

// all makes the tiles of some rows of all points: stretch by stretch of tails, which stay in the first cache, row by row. A
// row's entries in streams and stored values stand apart by so many lanes.
func (l *layout) all(tiles []lanes.Tile, first, end, apart int) []lanes.Tile {
	slots := padded(l.on.Points[1]) / lanes.Width
	for lo := 0; lo < slots; lo += lanes.Slots {
		for row := first; row < end; row++ {
			tiles = l.allOf(tiles, row, lo, min(lo+lanes.Slots, slots), int64((row-first)*apart))
		}
	}
	return tiles
}

// allOf adds the tiles of a row's slots lo:hi: up to the slot of its head, which has a lane left out, and from there on;
// the last slot may be short. Of half of the pairs, the first slot is the head's.
func (l *layout) allOf(tiles []lanes.Tile, row, lo, hi int, entry int64) []lanes.Tile {
	n := l.on.Points[1]
	last := hi*lanes.Width > n      // the last slot is short
	add := func(lo, hi, mask int) { // the last of the slots has the mask; -1: it is full
		if lo == hi {
			return
		}
		t := lanes.Tile{
			Row: int64(row * lanes.Width), Head: int64(row), At: int64(lo * lanes.Width), Entry: entry + int64(lo*lanes.Width),
			Full: int64(hi * lanes.Width), End: int64(hi * lanes.Width), Part: int64(len(tiles) * lanes.Width),
		}
		if mask >= 0 {
			t.Full, t.Mask = t.Full-lanes.Width, int64(mask)
		}
		tiles = append(tiles, t)
	}
	if !l.on.Diagonal {
		h := l.on.Head(row)
		at, mask := h/lanes.Width, maskButOne+h%lanes.Width
		if l.half {
			lo, mask = max(lo, min(at, hi)), maskBehind+h%lanes.Width
		}
		if lo <= at && at < hi {
			if last && at+1 == hi {
				mask += masksOfLast
			}
			add(lo, at+1, mask)
			lo = at + 1
		}
	}
	if last && lo < hi {
		add(lo, hi, maskLast)
	} else {
		add(lo, hi, -1)
	}
	return tiles
}
