package fuse

// instr is one vector instruction of a pass, on registers that hold one tile.
type instr struct {
	do        string // the routine; see exec.go
	dst       int    // register; -1: none
	a, b, c   int    // registers; -1: none
	s, t      int    // scalars of the pass; -1: none
	tables    [2]int // of loads: one, or one for each end; -1: none
	slot      int    // of sinks
	ends      [2]int // of the index; of loads and sinks of one end the first
	side      int    // of pulls
	symmetric bool   // of pulls on all pairs: the weights of (i,j) and (j,i) are the same
	column    int    // of pushes: the first of the plane
	more      [2]int // further destinations: the differences of a plane
	ds        []int  // registers of the differences of all coordinates
}

func (i instr) reads() []int {
	var r []int
	for _, x := range [...]int{i.a, i.b, i.c} {
		if x >= 0 {
			r = append(r, x)
		}
	}
	return append(r, i.ds...)
}

// program is a pass as instructions: all that a machine needs to run it.
type program struct {
	in      space
	level   int
	instrs  []instr
	regs    int
	buffers int // registers with memory of their own; the others are views
	tables  []table
	scalars []*expr
	sinks   []*expr // reductions and gradients, by slot

	rowScalars []rowScalar // scalars that change from row to row
}

// rowScalar is a scalar that holds the head's value of a table.
type rowScalar struct{ slot, table int }

// table is an array that a pass reads: by an end, entry by entry, or as points. Points of any dimension are taken apart into
// planes of two coordinates; a last odd coordinate is a plane of one.
type table struct {
	array   *expr
	kind    tableKind
	plane   int // of points: the first of its columns is 2*plane
	columns int // of points: of the array
}

type tableKind int

const (
	plain    tableKind = iota // one entry a point
	lanes                     // one entry a pair
	points                    // of a plane: interleaved x y
	byColumn                  // of a plane: x and y apart
)

// width is the number of coordinates of a plane.
func width(columns, plane int) int { return min(2, columns-2*plane) }
