package fuse

import (
	"affmatch/internal/fmm"
	"affmatch/internal/lanes"
)

// nearField adds up the sums of a tree exactly, of some points over others: both stand one behind the other in the tables of
// a worker, the heads first, and a head's row is the slots of the others.
type nearField[T lanes.Float] struct {
	*program
	scalars []T
	points  [][]T // of each table of the program: its column of the points, in the order of the tree
}

// nearWorker is the memory of one goroutine.
type nearWorker[T lanes.Float] struct {
	frame   lanes.Frame[T]
	tables  [][]T
	rows    [][]float64
	sums    []float64
	heads   []int32
	tiles   []lanes.Tile
	targets []int32
}

// masks of slots: number 16*count+lane-16 has the first so many lanes but that one, and those behind have all of them.
const masksWhole = lanes.Width * lanes.Width

var nearMasks = func() (masks []uint16) {
	for count := 1; count <= lanes.Width; count++ {
		for lane := range lanes.Width {
			masks = append(masks, uint16(1<<count-1)&^(1<<lane))
		}
	}
	for count := 1; count <= lanes.Width; count++ {
		masks = append(masks, uint16(1<<count-1))
	}
	return masks
}()

// tilesOf adds the tiles of a head's row: count lanes from a place on, without the one at self, if that is one of them.
func tilesOf(tiles []lanes.Tile, head, from, count, self int) []lanes.Tile {
	slots := (count + lanes.Width - 1) / lanes.Width
	add := func(lo, hi, mask int) {
		for lo < hi {
			end := min(hi, lo+lanes.Slots)
			t := lanes.Tile{
				Row: int64(head * lanes.Width), Head: int64(head), At: int64(from + lo*lanes.Width),
				Full: int64(from + end*lanes.Width), End: int64(from + end*lanes.Width),
			}
			if end == hi && mask >= 0 {
				t.Full, t.Mask = t.Full-lanes.Width, int64(mask)
			}
			tiles, lo = append(tiles, t), end
		}
	}
	last := count - (slots-1)*lanes.Width // lanes of the last slot
	lo := 0
	if self >= 0 {
		at, lane := self/lanes.Width, self%lanes.Width
		full := lanes.Width
		if at == slots-1 {
			full = last
		}
		add(0, at+1, (full-1)*lanes.Width+lane)
		lo = at + 1
	}
	if last < lanes.Width {
		add(lo, slots, masksWhole+last-1)
	} else {
		add(lo, slots, -1)
	}
	return tiles
}

// run adds up the sums of some heads, places in the tree, over the points of spans of places: a clump among them is one
// point with the sum of its charges. visit gets the number of an output, and its sum for each head.
func (f *nearField[T]) run(w *nearWorker[T], runner lanes.Runner[T], heads []int32, spans []fmm.Span,
	visit func(output int, sums []float64)) {
	count := 0
	for _, s := range spans {
		count += sources(s)
	}
	if count == 0 || len(heads) == 0 {
		return
	}
	front := padded(len(heads))
	for len(w.tables) < len(f.points) {
		w.tables = append(w.tables, nil)
	}
	for k, v := range f.points {
		t := grown(w.tables[k], front+padded(count))
		for i, place := range heads {
			t[i] = v[place]
		}
		at := front
		for _, s := range spans {
			switch {
			case !s.Clump:
				at += copy(t[at:], v[s.Lo:s.Hi])
				continue
			case f.tables[k].array.op == opCharge:
				t[at] = totalOf(v[s.Lo:s.Hi])
			default:
				t[at] = v[s.Lo]
			}
			at++
		}
		clear(t[at:]) // lanes without an entry are looked at
		w.tables[k] = t
	}
	for len(w.heads) < len(heads) {
		w.heads = append(w.heads, int32(len(w.heads)))
	}
	for len(w.rows) < f.counts[rows] {
		w.rows = append(w.rows, nil)
	}
	for k := range w.rows {
		w.rows[k] = grown(w.rows[k], len(heads)*lanes.Width)
		clear(w.rows[k])
	}
	w.tiles = w.tiles[:0]
	for i, place := range heads {
		w.tiles = tilesOf(w.tiles, i, front, count, among(spans, place))
	}
	w.frame = lanes.Frame[T]{Scalars: f.scalars, Heads: w.heads, Masks: nearMasks, Tables: w.tables, Rows: w.rows}
	runner.Run(&w.frame, w.tiles)
	w.sums = grown(w.sums, len(heads))
	for k, rows := range w.rows {
		for i := range w.sums {
			w.sums[i] = halved(rows[i*lanes.Width:])
		}
		visit(k, w.sums)
	}
}

// sources is how many points a span counts for.
func sources(s fmm.Span) int {
	if s.Clump {
		return 1
	}
	return int(s.Hi - s.Lo)
}

// among is where a place stands among the sources of spans, which ascend; -1: nowhere.
func among(spans []fmm.Span, place int32) int {
	at := 0
	for _, s := range spans {
		switch {
		case place >= s.Hi:
			at += sources(s)
		case place < s.Lo:
			return -1
		case s.Clump:
			return at
		default:
			return at + int(place-s.Lo)
		}
	}
	return -1
}

func totalOf[T lanes.Float](v []T) T {
	var sum float64
	for _, x := range v {
		sum += float64(x)
	}
	return T(sum)
}

func grown[T any](v []T, n int) []T {
	if cap(v) < n {
		v = make([]T, n+n/4)
	}
	return v[:n]
}
