package pairs

import (
	"fmt"

	"affmatch/internal/fault"

	G "gorgonia.org/gorgonia"
)

// Index says which entries a set holds. An entry joins points at two ends or more: (i, j) is a pair, (i, j, k) a triplet.
// Rows follow one another; all entries of a row have one point at end 0, the row's head. An Index is shared by all
// operations on one set of one graph.
type Index struct {
	Name   string    // unique in its graph; part of the operations' hash
	Points []int     // of each end, two or more
	Heads  []int32   // point of each row at end 0; nil: row r is point r
	Start  []int     // row r's entries are Start[r]:Start[r+1]; nil: every row has K entries
	K      int       // entries a row where Start is nil; ignored where Tails is nil
	Tails  [][]int32 // points at the ends 1, 2, ..., one an entry; nil: all of end 1 in order, the head left out unless Diagonal

	// Even are arrays of one number an entry that are the same for (i, j) and (j, i), both of which the set has, once;
	// nil: nothing of the kind is known.
	Even []*G.Node

	Diagonal bool
	Sample   Sampler     // draws tails anew each step; nil: they stay
	Batch    HeadSampler // draws Heads anew each step; nil: they stay
	Of       int         // how many rows there are in all, of which Batch draws some; 0: they are all

	drawn   int // step + 1 that Tails holds; 0: none
	batched int // step + 1 that Heads holds
	row     [][]int32
}

// Sampler fills what it draws of the tails of one row for a step: tails[k] holds the row's points at end k+1. It is a pure
// function of its arguments, called from many goroutines at once.
type Sampler interface {
	Sample(step, row, head int, tails [][]int32)
}

// RowsSampler is a Sampler that fills many rows at once: those of k entries each from row on, whose heads are given;
// nil: row r is point r. It draws what Sample draws.
type RowsSampler interface {
	SampleRows(step, row, k int, heads []int32, tails [][]int32)
}

// UniformSampler is a Sampler whose draws anybody can make: the tails at end e of row r are draws from 0..points-1
// without the head, by random.Stream's Others of stream r + e<<40, e from 0, of a family.
type UniformSampler interface {
	Uniform(step int) (family uint64, points int)
}

// ShiftSampler is a Sampler that draws how far all points are shifted: the tail in place k at end 1 of every row is the
// point whose number is by Shift(step, k) larger than the head's, in a circle. Numbers are those of an order of all
// points.
type ShiftSampler interface {
	Order() (number, point []int32) // of each point its number; of each number its point
	Shift(step, k int) int          // from 1 to one less than there are points
}

// HeadSampler fills the heads of all rows for a step, a pure function of its arguments.
type HeadSampler interface {
	SampleHeads(step int, heads []int32)
}

// All reports whether the tails are all points in order, and so are not stored.
func (ix *Index) All() bool { return ix.Tails == nil }

// Ends is the number of points that an entry joins.
func (ix *Index) Ends() int { return len(ix.Points) }

// Changes reports whether the entries change from step to step.
func (ix *Index) Changes() bool { return ix.Sample != nil || ix.Batch != nil }

// Rows is the number of rows.
func (ix *Index) Rows() int {
	switch {
	case ix.Heads != nil:
		return len(ix.Heads)
	case ix.Start != nil:
		return len(ix.Start) - 1
	}
	return ix.Points[0]
}

// Len is the number of entries.
func (ix *Index) Len() int {
	_, hi := ix.Span(ix.Rows() - 1)
	return hi
}

// Span gives the entries of row r: lo:hi.
func (ix *Index) Span(r int) (lo, hi int) {
	k := ix.K
	switch {
	case ix.All() && ix.Diagonal:
		k = ix.Points[1]
	case ix.All():
		k = ix.Points[1] - 1
	case ix.Start != nil:
		return ix.Start[r], ix.Start[r+1]
	}
	return r * k, (r + 1) * k
}

// Head is the head of row r.
func (ix *Index) Head(r int) int {
	if ix.Heads != nil {
		return int(ix.Heads[r])
	}
	return r
}

// At draws the entries of the given step where they change from step to step.
func (ix *Index) At(step int) error {
	if err := ix.DrawHeads(step); err != nil || ix.Sample == nil || ix.drawn == step+1 {
		return err
	}
	if err := ix.DrawRows(step, 0, ix.Rows(), &ix.row); err != nil {
		return err
	}
	ix.drawn = step + 1
	return nil
}

// DrawHeads draws the heads of a step where they change. It comes before DrawRows.
func (ix *Index) DrawHeads(step int) error {
	if ix.Batch == nil || ix.batched == step+1 {
		return nil
	}
	ix.Batch.SampleHeads(step, ix.Heads)
	ix.batched = step + 1
	for r, i := range ix.Heads {
		if uint32(i) >= uint32(ix.Points[0]) {
			return ix.outOfRange("head", r, step, i, ix.Points[0])
		}
	}
	return nil
}

// DrawRows draws the tails of the rows lo:hi. They come from outside, and are in range after this without an error. The
// caller keeps room, so that drawing allocates nothing.
func (ix *Index) DrawRows(step, lo, hi int, room *[][]int32) error {
	if len(*room) != len(ix.Tails) {
		*room = make([][]int32, len(ix.Tails))
	}
	if lo == hi {
		return nil
	}
	row := *room
	many, ok := ix.Sample.(RowsSampler)
	if !ok || ix.Start != nil || ix.K == 0 {
		for r := lo; r < hi; r++ {
			ix.slice(row, r, r+1)
			ix.Sample.Sample(step, r, ix.Head(r), row)
			if err := ix.check(step, r, row); err != nil {
				return err
			}
		}
		return nil
	}
	const rows = 64 // that stay in the first cache until they are checked
	for r := lo; r < hi; r += rows {
		end := min(r+rows, hi)
		var heads []int32
		if ix.Heads != nil {
			heads = ix.Heads[r:end]
		}
		ix.slice(row, r, end)
		many.SampleRows(step, r, ix.K, heads, row)
		if err := ix.check(step, r, row); err != nil {
			return err
		}
	}
	return nil
}

// slice gives the tails of the rows lo:hi.
func (ix *Index) slice(row [][]int32, lo, hi int) {
	from, _ := ix.Span(lo)
	_, to := ix.Span(hi - 1)
	for k, t := range ix.Tails {
		row[k] = t[from:to]
	}
}

// check refuses tails out of range, drawn for rows from r on.
func (ix *Index) check(step, r int, row [][]int32) error {
	for k, t := range row {
		n := uint32(ix.Points[k+1])
		for e, j := range t {
			if uint32(j) >= n {
				if len(t) > ix.K && ix.Start == nil {
					r += e / ix.K
				}
				return ix.outOfRange("tail", r, step, j, int(n))
			}
		}
	}
	return nil
}

func (ix *Index) outOfRange(what string, row, step int, point int32, n int) error {
	return fault.Field(fmt.Sprintf("pairs: set %s: %s drawn for row %d at step %d", ix.Name, what, row, step), point, fmt.Sprintf("a point from 0 to %d", n-1))
}

// Drawn says that the caller has drawn the tails of a step, row by row, itself.
func (ix *Index) Drawn(step int) { ix.drawn = step + 1 }

// Each calls visit for every entry in order: entry e has the points i and j at the ends a and b.
func (ix *Index) Each(a, b int, visit func(e, i, j int)) {
	for r := range ix.Rows() {
		lo, hi := ix.Span(r)
		for e := lo; e < hi; e++ {
			visit(e, ix.point(a, r, e, lo), ix.point(b, r, e, lo))
		}
	}
}

// EachAt calls visit for every entry in order, with its point at one end.
func (ix *Index) EachAt(end int, visit func(e, p int)) {
	for r := range ix.Rows() {
		lo, hi := ix.Span(r)
		for e := lo; e < hi; e++ {
			visit(e, ix.point(end, r, e, lo))
		}
	}
}

// point is the point of entry e of row r, which begins at lo, at an end.
func (ix *Index) point(end, r, e, lo int) int {
	switch {
	case end == 0:
		return ix.Head(r)
	case !ix.All():
		return int(ix.Tails[end-1][e])
	case !ix.Diagonal && e-lo >= ix.Head(r):
		return e - lo + 1
	}
	return e - lo
}
