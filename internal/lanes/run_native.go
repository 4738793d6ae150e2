package lanes

import (
	"encoding/binary"
	"math"
	"runtime"
	"unsafe"

	"affmatch/internal/machine"
	"affmatch/internal/native"
)

// Compile makes machine code of a kernel for a set of vector instructions (machine.AVX512, machine.AVX2), and gives what
// makes a runner for each goroutine. There is none where the kernel has an operation without machine code, or more values
// at a time than the machine has places for, or where the system does not let a program write code.
func Compile[T Float](k *Kernel, set string) (func() Runner[T], error) {
	c, bytes, err := compile(k, target{avx512: set == machine.AVX512, double: k.Double})
	if err != nil {
		return nil, err
	}
	code, err := native.Map(bytes)
	if err != nil {
		return nil, err
	}
	return func() Runner[T] { return newMachineRunner[T](c, code) }, nil
}

// machineRunner is machine code and the memory of one goroutine that runs it.
type machineRunner[T Float] struct {
	c     *compiler
	code  *native.Code
	frame []byte
}

func newMachineRunner[T Float](c *compiler, code *native.Code) *machineRunner[T] {
	room := make([]byte, c.size+64)
	skip := -uintptr(unsafe.Pointer(&room[0])) % 64
	r := &machineRunner[T]{c, code, room[skip:][:c.size]}
	for n, w := range c.order {
		if w.scalar < 0 {
			r.setWord(n, w.bits)
		}
	}
	for t, at := range c.tableAt {
		for l, v := range tables[t] {
			bits := math.Float32bits(v)
			if l >= 8 && !c.avx512 {
				bits ^= math.Float32bits(tables[t][l-8])
			}
			binary.LittleEndian.PutUint32(r.frame[at+4*l:], bits)
		}
	}
	for l := range c.lanes() {
		r.put(c.laneBits+l*c.target.size(), 1<<l)
	}
	if len(c.drawn) > 0 {
		r.generate()
	}
	return r
}

// everywhere writes a number of 64 bits to all lanes.
func (r *machineRunner[T]) everywhere(at int, v uint64) {
	for l := range 8 {
		binary.LittleEndian.PutUint64(r.frame[at+8*l:], v)
	}
}

// generate sets the numbers of the generator.
func (r *machineRunner[T]) generate() {
	g := r.c.generator
	for _, n := range [...]struct {
		at int
		v  uint64
	}{{g.weyl, weyl}, {g.first, first}, {g.second, second}} {
		r.everywhere(n.at, n.v)
		r.everywhere(n.at+64, n.v>>32)
	}
	r.everywhere(g.one, 1<<32|1)
}

// draws sets what a run draws.
func (r *machineRunner[T]) draws(f *Frame[T]) {
	r.pointer(rowsAt, address(f.Drawers))
	for n, d := range r.c.drawn {
		r.everywhere(d.family, f.Draws[n].Family)
		r.everywhere(d.others, f.Draws[n].Others)
		r.everywhere(d.stream, 1+uint64(f.Draws[n].End)<<40)
	}
}

// put writes a lane.
func (r *machineRunner[T]) put(at int, bits uint64) {
	if r.c.double {
		binary.LittleEndian.PutUint64(r.frame[at:], bits)
	} else {
		binary.LittleEndian.PutUint32(r.frame[at:], uint32(bits))
	}
}

func (r *machineRunner[T]) setWord(n int, bits uint64) {
	lanes := 1
	if !r.c.avx512 {
		lanes = r.c.lanes()
	}
	for l := range lanes {
		r.put(r.c.wordAt[n]+l*r.c.target.size(), bits)
	}
}

// Run calls the code.
func (r *machineRunner[T]) Run(f *Frame[T], tiles []Tile) {
	if len(tiles) == 0 {
		return
	}
	first := address(tiles)
	r.pointer(tilesAt, first)
	r.pointer(tilesEndAt, first+uintptr(len(tiles)*tileAt.size)) // never a pointer: it is behind the end
	r.pointer(masksAt, address(f.Masks))
	r.pointer(headsAt, address(f.Heads))
	r.draws(f)
	for n, p := range r.c.pointers {
		r.pointer(pointersAt+8*n, f.array(p))
	}
	for n, w := range r.c.order {
		if w.scalar >= 0 {
			r.setWord(n, bitsOf(f.Scalars[w.scalar]))
		}
	}
	r.code.Call(unsafe.Pointer(&r.frame[0]))
	runtime.KeepAlive(f)
	runtime.KeepAlive(tiles)
}

func (r *machineRunner[T]) pointer(at int, p uintptr) {
	binary.LittleEndian.PutUint64(r.frame[at:], uint64(p))
}

// address is where a slice is. Slices of a frame and tiles lie on the heap, where nothing moves, and whoever holds the frame
// keeps them alive.
func address[E any](s []E) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(s))) }

// array is where one of the frame's arrays is.
func (f *Frame[T]) array(p pointerKey) uintptr {
	switch p.kind {
	case tablePointer:
		return address(f.Tables[p.index])
	case tailPointer:
		return address(f.Tails[p.index])
	case streamPointer:
		return address(f.Streams[p.index])
	case totalPointer:
		return address(f.Totals[p.index])
	case rowPointer:
		return address(f.Rows[p.index])
	case partPointer:
		return address(f.Parts[p.index])
	case columnPointer:
		return address(f.Columns[p.index])
	}
	return address(f.Stored[p.index])
}

func bitsOf[T Float](x T) uint64 {
	if double[T]() {
		return math.Float64bits(float64(x))
	}
	return uint64(math.Float32bits(float32(x)))
}
