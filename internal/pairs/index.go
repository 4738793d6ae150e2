package pairs

import (
	"fmt"

	"affmatch/internal/fault"
)

// Index says which pairs a set holds: row r holds the pairs (Head(r), tail) for the tails of that row, rows one after
// the other. An Index is shared by all operations on one pair set of one graph.
type Index struct {
	Name     string  // unique in its graph; part of the operations' hash
	N        int     // points
	Heads    []int32 // head of each row; nil: row r is point r
	Start    []int   // row r's entries are Start[r]:Start[r+1]; nil: every row has K entries
	K        int     // entries a row where Start is nil; ignored where Tail is nil
	Tail     []int32 // tails of all pairs; nil: all points in order, the head itself left out unless Diagonal
	Diagonal bool
	// Draw fills the tails of one row for a step; nil: they stay. A pure function of its arguments, called from many
	// goroutines at once.
	Draw func(step, row int, tail []int32)

	drawn int // step + 1 that Tail holds; 0: none
}

// All reports whether the tails are all points in order, and so are not stored.
func (ix *Index) All() bool { return ix.Tail == nil }

// Rows is the number of rows.
func (ix *Index) Rows() int {
	switch {
	case ix.Heads != nil:
		return len(ix.Heads)
	case ix.Start != nil:
		return len(ix.Start) - 1
	}
	return ix.N
}

// Len is the number of pairs.
func (ix *Index) Len() int {
	_, hi := ix.Span(ix.Rows() - 1)
	return hi
}

// Span gives the entries of row r: lo:hi.
func (ix *Index) Span(r int) (lo, hi int) {
	k := ix.K
	switch {
	case ix.All() && ix.Diagonal:
		k = ix.N
	case ix.All():
		k = ix.N - 1
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

// At draws the tails of the given step where they change from step to step.
func (ix *Index) At(step int) error {
	if ix.Draw == nil || ix.drawn == step+1 {
		return nil
	}
	for r := range ix.Rows() {
		if err := ix.DrawRow(step, r); err != nil {
			return err
		}
	}
	ix.drawn = step + 1
	return nil
}

// DrawRow draws the tails of one row. They come from outside, and are in range after this without an error.
func (ix *Index) DrawRow(step, row int) error {
	lo, hi := ix.Span(row)
	tail := ix.Tail[lo:hi]
	ix.Draw(step, row, tail)
	for _, j := range tail {
		if uint32(j) >= uint32(ix.N) {
			return fault.Field(fmt.Sprintf("pairs: set %s: tail drawn for row %d at step %d", ix.Name, row, step), j, fmt.Sprintf("a point from 0 to %d", ix.N-1))
		}
	}
	return nil
}

// Drawn says that the caller has drawn the tails of a step, row by row, itself.
func (ix *Index) Drawn(step int) { ix.drawn = step + 1 }

// Each calls visit for every pair in order: entry e is the pair (i, j).
func (ix *Index) Each(visit func(e, i, j int)) {
	for r := range ix.Rows() {
		lo, hi := ix.Span(r)
		i := ix.Head(r)
		if !ix.All() {
			for e, j := range ix.Tail[lo:hi] {
				visit(lo+e, i, int(j))
			}
			continue
		}
		e := lo
		for j := range ix.N {
			if j != i || ix.Diagonal {
				visit(e, i, j)
				e++
			}
		}
	}
}
