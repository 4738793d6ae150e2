package lanes

import "math"

// Width is how many lanes there are: whatever the machine, they are taken together.
const Width = 16

// Slots is the most slots of a tile: sums are in the code's precision within a tile, in float64 across tiles.
const Slots = 128

// Kernel is code that runs once for each slot of each tile: what comes into its ports, and what becomes of its results.
type Kernel struct {
	*Code
	Sources  []Source // of each port
	Carries  []Carry
	Scatters []Scatter
	Stores   []Store
	Drawn    []int // ends whose tails machine code draws by itself: see Draw
}

// Source says what a port holds in a slot.
type Source struct {
	Kind   SourceKind
	Array  int // which of the frame's Tables or Streams
	End    int // of Tail: which of the frame's Tails
	Wide   int // numbers an entry of the table has, 1 or 2
	Column int // which of them
}

// SourceKind is how a port is filled.
type SourceKind uint8

// The kinds of sources. The first two stay for a whole tile.
const (
	HeadLanes  SourceKind = iota // the entry of a table at each lane's head, frame.Heads[tile.Head+lane]
	HeadAlone                    // the entry of a table at the tile's one head, in all lanes
	Tail                         // the entry of a table at each lane's tail, frame.Tails[End][at+lane]
	Column                       // entry at+lane of a table
	HeadColumn                   // entry entry+lane of a table: heads that come in order, one a lane
	Stream                       // entry entry+lane of a stream
)

// Carry is a number that goes from slot to slot in each lane: it begins a tile as Start and becomes Next where the lane has
// an entry in the slot.
type Carry struct {
	Value Value // that the code reads
	Start float64
	Next  Value
	Flush Flush
	Out   int // which of the frame's arrays of its kind
	With  int // of TakeFromHeads: the carry that is taken from the second numbers, counted from 1; 0: the entries are one number
}

// Flush is what becomes of a carry at the end of a tile.
type Flush uint8

// The kinds of flushes.
const (
	AddToTotal    Flush = iota // Totals[Out][lane] += carry
	AddToRows                  // Rows[Out][tile.Row+lane] += carry
	MaxOfRows                  // Rows[Out][tile.Row+lane] becomes the larger, NaN where either is
	ToParts                    // Parts[Out][tile.Part+lane] = carry
	TakeFromHeads              // the entry of Columns[Out] at each lane's head -= carry, lane by lane
	WithAnother                // what the carry says whose With this is
)

// Scatter takes results from entries of an array in order of the lanes, or keeps the larger.
type Scatter struct {
	A, B    Value // of entries of two numbers both, or the factors of a product; else B is None
	Out     int   // which of the frame's Columns
	End     int   // which of the frame's Tails, or InOrder, or AtEntries
	Larger  bool  // the array keeps the larger of what it has and A, NaN where either is
	Product bool  // in order: A*B is taken, with one rounding
}

// Ends of a scatter to places that need no looking up.
const (
	InOrder   = -1 // at+lane
	AtEntries = -2 // entry+lane
)

// Store writes a result to Stored[Out][entry+lane].
type Store struct {
	A   Value
	Out int
}

// Tile is up to Slots slots of the same rows: lane by lane a row each, or all one row.
type Tile struct {
	Row, Head int64 // where its rows stand among those of the outputs, and of the heads; see the sources
	At, Entry int64 // lane 0 of the first slot
	Full, End int64 // At of the first slot that is not full, and the end; from Full on, slots have masks
	Mask      int64 // of the slot at Full
	Part      int64
}

// Frame is the memory that a kernel works on.
type Frame[T Float] struct {
	Scalars []T
	Heads   []int32
	Tails   [][]int32
	Drawers []int32  // of each lane of Rows: its row, for draws
	Draws   []Draw   // of the kernel's Drawn
	Masks   []uint16 // of each slot that is not full: bit l says that lane l has an entry
	Tables  [][]T
	Streams [][]T

	Totals  [][]float64
	Rows    [][]float64
	Parts   [][]T
	Columns [][]T
	Stored  [][]T
}

// Runner runs a kernel on tiles in their order.
type Runner[T Float] interface {
	Run(f *Frame[T], tiles []Tile)
}

// Input is a port with a source.
func (k *Kernel) Input(s Source) Value {
	k.Sources = append(k.Sources, s)
	return k.Port()
}

// carry is a new carry, whose Next the caller sets.
func (k *Kernel) carry(start float64, flush Flush, out int) *Carry {
	v := k.put(Instr{Op: Carried, A: None, B: None, C: None, Bits: uint64(len(k.Carries))})
	k.Carries = append(k.Carries, Carry{Value: v, Start: start, Flush: flush, Out: out})
	return &k.Carries[len(k.Carries)-1]
}

// Accumulate adds up a.
func (k *Kernel) Accumulate(flush Flush, out int, a Value) {
	c := k.carry(0, flush, out)
	c.Next = k.Add(c.Value, a)
}

// AccumulateProducts adds up the products of a[i] and b[i], in their order.
func (k *Kernel) AccumulateProducts(flush Flush, out int, a, b []Value) {
	c := k.carry(0, flush, out)
	c.Next = c.Value
	for i := range a {
		c.Next = k.FMA(a[i], b[i], c.Next)
	}
}

// Taken is what goes to heads: values, and products a*b.
type Taken struct{ Values, A, B []Value }

// GiveToHeads adds up what goes to the entries of an array at the heads, of one number or of two: it is taken from them
// with the other sign.
func (k *Kernel) GiveToHeads(out int, numbers ...Taken) {
	for n, t := range numbers {
		c := k.carry(0, TakeFromHeads, out)
		if n > 0 {
			c.Flush = WithAnother
			k.Carries[len(k.Carries)-2].With = len(k.Carries)
		}
		c.Next = c.Value
		for _, v := range t.Values {
			c.Next = k.Sub(c.Next, v)
		}
		for i := range t.A {
			c.Next = k.FNMA(t.A[i], t.B[i], c.Next)
		}
	}
}

// Largest is the maximum of a.
func (k *Kernel) Largest(out int, a Value) {
	c := k.carry(math.Inf(-1), MaxOfRows, out)
	c.Next = k.Max(a, c.Value)
}

// LogSumExp is the maximum m of a, in part out, and the sum of exp(a-m), in the part behind. Where there is nothing but
// -Inf, m is the lowest finite number and the sum is 0.
func (k *Kernel) LogSumExp(out int, a Value) {
	lowest := -math.MaxFloat64
	if !k.Double {
		lowest = -math.MaxFloat32
	}
	m := k.carry(lowest, ToParts, out).Value
	s := k.carry(0, ToParts, out+1).Value
	t, one := k.Exp(k.Neg(k.Abs(k.Sub(a, m)))), k.Num(1)
	up := k.cmp(a, GreaterThan, m)
	k.Carries[len(k.Carries)-2].Next = k.max(a, m)
	k.Carries[len(k.Carries)-1].Next = k.FMA(s, k.sel(up, t, one), k.sel(up, one, t))
}

// depends says of each value whether it depends on a carry.
func (k *Kernel) depends() []bool {
	d := make([]bool, len(k.Instrs))
	for n, i := range k.Instrs {
		d[n] = i.Op == Carried
		for _, v := range i.operands() {
			d[n] = d[n] || d[v]
		}
	}
	return d
}

// lastUses gives for each value the last instruction that needs it, or one more than there are where it is needed at the end
// of the slot; -1: nothing needs it.
func (k *Kernel) lastUses() []int {
	last := make([]int, len(k.Instrs))
	for v := range last {
		last[v] = -1
	}
	end := func(vs ...Value) {
		for _, v := range vs {
			if v != None {
				last[v] = len(k.Instrs)
			}
		}
	}
	for _, c := range k.Carries {
		end(c.Value, c.Next)
	}
	for _, s := range k.Scatters {
		end(s.A, s.B)
	}
	for _, s := range k.Stores {
		end(s.A)
	}
	d := k.depends()
	for n := len(k.Instrs) - 1; n >= 0; n-- {
		if last[n] < 0 {
			continue
		}
		for _, v := range k.Instrs[n].operands() {
			if last[v] = max(last[v], n); d[n] && !d[v] { // read slot by slot, after all else
				last[v] = len(k.Instrs)
			}
		}
	}
	return last
}
