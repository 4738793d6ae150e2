package affinity

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"affmatch/internal/fault"

	"gonum.org/v1/gonum/mat"
)

// PairSet says which pairs, triplets or longer entries a term looks at.
type PairSet interface {
	// Open binds the set to points and P. Rows, row lengths and weights are fixed here; heads and tails may change by step.
	Open(o Opening) (Indices, error)
}

// Opening is what a set is bound to.
type Opening struct {
	Points    int        // at the end of the rows: n
	P         *Matrix    // nil: there is none
	Seed      uint64     // of draws
	Different bool       // the ends hold different points, each a matrix of its own
	Ends      []int      // points of each end, where Different
	Keys      []uint64   // of new rows: what draws know them by, in the place of their numbers; nil: their numbers
	Labels    []int      // the class of each point of the data, -1 where unknown; nil: none is known
	Weights   []float64  // how much each counts; nil: 1
	Neighbors *Neighbors // of each point of the data, ascending by distance, as P's search found them; nil: none are known
	X         mat.Matrix // the data; nil where the affinity has distances of its own
	TailX     mat.Matrix // those of the points at end 1, where they are the points of a fit and X are new rows; nil: X
}

// Tails is the number of points at end 1.
func (o Opening) Tails() int {
	if len(o.Ends) > 1 {
		return o.Ends[1]
	}
	return o.Points
}

// Indices are the entries: each joins the points of two ends or more. Row r holds the entries with the head of r at end 0,
// and Tail[Start[r]:Start[r+1]] at end 1.
type Indices struct {
	Heads    []int32     // nil: row r is point r. Edges drawn in proportion to P, or a part of the points, name their rows here
	Start    []int       // nil: every row has K entries
	K        int         // ignored where Start is given, or Tail and Sample are nil
	Tail     []int32     // nil: all points in order, the head left out unless Diagonal; never stored: O(n) memory
	More     [][]int32   // points at the ends 2, 3, ... of triplets and so on, one an entry as in Tail
	Diagonal bool        // where there are all points in order: the pairs (i,i) too
	P        []float64   // weight of each entry; nil: none, and the loss's p is nil
	RowP     []float64   // weight of each head's entries (one a point), where P is nil
	Sample   Sampler     // draws tails anew each step; nil: they stay. Tail and More may be nil: there is room
	Ends     int         // of Sample's entries, where More is nil; 0: 2
	Batch    HeadSampler // draws the heads of Rows rows anew each step, in place of Heads; nil: they stay
	Rows     int         // of a Batch; ignored without one
	Of       int         // how many rows there are, of which a Batch draws some in each step; 0: they are all. See Minibatch
	Table    []float64   // weight of an entry by a number that stands at its last end, which has no points; nil: none
}

// filled makes room for what is drawn. Sizes are checked before: rows times K may not be a number.
func (ix Indices) filled(points int) (Indices, error) {
	if ix.Batch != nil {
		if ix.Heads != nil || ix.Rows < 1 {
			return ix, fault.Field("affinity: Indices: Rows", ix.Rows, "at least 1, and no Heads, where there is a Batch")
		}
		ix.Heads = make([]int32, ix.Rows)
	}
	if ix.Sample == nil {
		return ix, nil
	}
	size, err := ix.size(points)
	if err != nil {
		return ix, err
	}
	if ix.Tail == nil {
		ix.Tail = make([]int32, size)
	}
	for ix.More = slices.Clone(ix.More); len(ix.More)+2 < ix.Ends; {
		ix.More = append(ix.More, make([]int32, size))
	}
	return ix, nil
}

// ends is the number of ends.
func (ix Indices) ends() int { return 2 + len(ix.More) }

func (ix Indices) rows(points int) int {
	if ix.Heads != nil {
		return len(ix.Heads)
	}
	return points
}

// size is the number of entries where tails are listed.
func (ix Indices) size(points int) (int, error) {
	rows := ix.rows(points)
	if ix.Start == nil {
		if ix.K < 0 || ix.K > 0 && rows > math.MaxInt/ix.K/8 {
			return 0, fault.Field("affinity: Indices: K", ix.K, fmt.Sprintf("at least 0, and few enough for the entries of %d rows to be counted", rows))
		}
		return rows * ix.K, nil
	}
	if len(ix.Start) != rows+1 || ix.Start[0] != 0 {
		return 0, fault.Field("affinity: Indices: Start", fmt.Sprintf("%d offsets", len(ix.Start)), fmt.Sprintf("%d offsets from 0", rows+1))
	}
	for r := range rows {
		if ix.Start[r+1] < ix.Start[r] {
			return 0, fault.Field(fmt.Sprintf("affinity: Indices: Start[%d]", r+1), ix.Start[r+1], fmt.Sprintf("at least %d", ix.Start[r]))
		}
	}
	return ix.Start[rows], nil
}

// validate checks the indices against the number of points of each end.
func (ix Indices) validate(points []int) error {
	size, err := ix.size(points[0])
	switch {
	case err != nil:
		return err
	case len(points) != ix.ends():
		return fault.Field("affinity: Indices: ends", ix.ends(), fmt.Sprintf("%d, the matrices that the set is opened on", len(points)))
	case ix.Tail == nil && ix.More != nil:
		return fault.Field("affinity: Indices: Tail", "nil", "the points at end 1, where there are more ends")
	case ix.Tail == nil:
		each := points[1] - 1
		if ix.Diagonal {
			each = points[1]
		} else if points[0] != points[1] {
			return fault.Field("affinity: Indices: Diagonal", false, "true between different points")
		}
		if rows := ix.rows(points[0]); each > 0 && rows > math.MaxInt/each {
			return fault.Field("affinity: Indices: rows", rows, "few enough for all pairs to be counted")
		}
		size = ix.rows(points[0]) * each
	}
	if size < 1 {
		return fault.Field("affinity: Indices: pairs", size, "at least 1")
	}
	if ix.RowP != nil && (ix.P != nil || len(ix.RowP) != points[0]) {
		return fault.Field("affinity: Indices: RowP", fmt.Sprintf("%d weights", len(ix.RowP)), fmt.Sprintf("%d weights, one a point, and no P", points[0]))
	}
	if ix.P != nil && len(ix.P) != size {
		return fault.Field("affinity: Indices: P", fmt.Sprintf("%d weights", len(ix.P)), fmt.Sprintf("%d weights", size))
	}
	faults := []error{inRange("Heads", ix.Heads, points[0], ix.Batch == nil)}
	for k, tail := range ix.tails() {
		name := "Tail"
		if k > 0 {
			name = fmt.Sprintf("More[%d]", k-1)
		}
		if len(tail) != size {
			faults = append(faults, fault.Field("affinity: Indices: "+name, fmt.Sprintf("%d tails", len(tail)), fmt.Sprintf("%d tails", size)))
			continue
		}
		faults = append(faults, inRange(name, tail, points[k+1], ix.Sample == nil))
	}
	return errors.Join(faults...)
}

// inRange checks points that stay as they are.
func inRange(name string, points []int32, n int, fixed bool) error {
	for e, j := range points {
		if fixed && (j < 0 || int(j) >= n) {
			return fault.Field(fmt.Sprintf("affinity: Indices: %s[%d]", name, e), j, fmt.Sprintf("a point from 0 to %d", n-1))
		}
	}
	return nil
}

// tails are the points at the ends from 1 on; nil: all of end 1.
func (ix Indices) tails() [][]int32 {
	if ix.Tail == nil {
		return nil
	}
	return append([][]int32{ix.Tail}, ix.More...)
}
