package fuse

import "affmatch/internal/lanes"

// program is a pass: a kernel, what its arrays are, and what its outputs mean.
type program struct {
	in        space
	level     int
	kernel    *lanes.Kernel
	tables    []table // of the frame
	streams   []*expr // of the frame: arrays with one entry a pair
	scalars   []*expr
	outputs   []output
	symmetric bool             // the weights of some pull are: what comes to a tail is what comes to a head
	half      bool             // of all pairs only those whose tail comes after the head: the others give the same
	alone     *alone           // of half of the pairs: rows that are gone through again; nil: none
	shifted   bool             // see shifts.go
	counts    [outputKinds]int // arrays of each kind
}

// table is an array that a kernel reads by points: as it is, one plane of it, or one column. Points of any dimension are
// taken apart into planes of two coordinates, for tails that are listed, or columns, for all points in order; a last odd
// coordinate is a plane of one.
type table struct {
	array   *expr
	columns int  // of the array; 0: it is taken as it is
	first   int  // column
	wide    int  // columns of the table
	heads   bool // of shifted points: it is read at the entries
}

// output is one of the frame's arrays: what it adds up, and for which column of the sink.
type output struct {
	sink   *expr
	kind   outputKind
	index  int // of the frame's arrays of its kind
	column int // of gradients and widths
}

type outputKind int

const (
	totals outputKind = iota
	rows
	parts
	columns
	heads // among the frame's columns, of shifted points
	stored
	outputKinds
)

// inOrder says that lanes are points in order, not looked up one by one.
func (c *program) inOrder() bool { return c.in.on.All() || c.shifted }

// width is the number of coordinates of a plane.
func width(columns, plane int) int { return min(2, columns-2*plane) }

func (k outputKind) String() string {
	return [...]string{"total", "rows", "part", "columns", "heads", "stored"}[k]
}
