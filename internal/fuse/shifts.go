package fuse

import (
	"affmatch/internal/lanes"
	"affmatch/internal/pairs"
)

// Where a sampler draws shifts (pairs.ShiftSampler), points are numbered in its order, and the tails of sixteen heads
// in order are sixteen points in order: nothing is looked up, and what goes back is taken from places in order. A pass
// goes through a stretch of heads, which stay in the first cache, shift by shift.

// headsAtOnce are the heads of a stretch.
const headsAtOnce = 64 * lanes.Width

// shiftedSets are the sets all of whose passes can go shift by shift. A number of each pair has no place there, nor has a
// log-sum-exp, which is joined row by row.
func (p *plan) shiftedSets() map[*pairs.Index]bool {
	fits := map[*pairs.Index]bool{}
	see := func(e *expr) {
		on := e.args[0].in.on
		if before, seen := fits[on]; !shiftable(on) || seen && !before {
			return
		}
		fits[on] = e.op != opLSEAt && e.op != opStore
		e.args[0].walk(func(x *expr) { fits[on] = fits[on] && x.op != opStream })
		if !fits[on] {
			p.al.slow("pairs of %s are looked up, not shifted: a log-sum-exp, or a number of each pair, has no place there", on.Name)
		}
	}
	for _, sinks := range p.levels {
		for _, e := range sinks {
			if e.op != opGradient {
				see(e)
				continue
			}
			for _, c := range e.args {
				see(c)
			}
		}
	}
	return fits
}

// shiftable says that a set has the same shifts for all points.
func shiftable(on *pairs.Index) bool {
	s, ok := on.Sample.(pairs.ShiftSampler)
	if !ok || on.Heads != nil || on.Start != nil || on.Ends() != 2 || on.Points[0] != on.Points[1] {
		return false
	}
	number, _ := s.Order()
	return len(number) == on.Points[0]
}

// orderOf is the numbering by which points are shifted.
func orderOf(on *pairs.Index) *numbering {
	number, point := on.Sample.(pairs.ShiftSampler).Order()
	return &numbering{of: number, point: point}
}

// beyond is how many lanes are read and written behind the last point: those of a slot that begins with it.
func (l *layout) beyond() int {
	if l.shifted {
		return lanes.Width
	}
	return 0
}

// from is the first point of a table that a shard reads.
func (l *layout) from(shard int, t table) int {
	if t.heads {
		return l.shards[shard]
	}
	return l.windowOf(shard, 0).lo
}

// shortMasks are those of slots with 1, 2, ... entries, up to one less than all.
func shortMasks() (masks []uint16) {
	for k := 1; k < lanes.Width; k++ {
		masks = append(masks, 1<<k-1)
	}
	return masks
}

// runShifted goes through a shard's heads, stretch by stretch.
func (p *pass[T]) runShifted(w *worker[T], runner lanes.Runner[T], f *lanes.Frame[T], shard, step int) {
	sampler, n := p.on.Sample.(pairs.ShiftSampler), p.on.Points[0]
	first, end := p.layout.shards[shard], p.layout.shards[shard+1]
	w.shifts = w.shifts[:0]
	for k := range p.on.K {
		w.shifts = append(w.shifts, sampler.Shift(step, k))
	}
	for lo := first; lo < end; lo += headsAtOnce {
		w.tiles = w.tiles[:0]
		for _, shift := range w.shifts {
			head, heads := lo, min(lo+headsAtOnce, end)
			tail := (lo + shift) % n
			for head < heads { // once, or twice where the circle closes
				points := min(heads-head, n-tail)
				w.tiles = append(w.tiles, shiftedTile(head-first, tail, points))
				head, tail = head+points, 0
			}
		}
		runner.Run(f, w.tiles)
	}
}

// shiftedTile is so many pairs of points in order.
func shiftedTile(head, tail, points int) lanes.Tile {
	t := lanes.Tile{At: int64(tail), Entry: int64(head)}
	short := points % lanes.Width
	t.Full = t.At + int64(points-short)
	if t.End = t.Full; short > 0 {
		t.End, t.Mask = t.Full+lanes.Width, int64(short-1)
	}
	return t
}
