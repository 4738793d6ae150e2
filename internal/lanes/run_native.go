package lanes

import (
	"encoding/binary"
	"math"
	"unsafe"

	"affmatch/internal/machine"
	"affmatch/internal/native"
)

// Compile makes machine code of a kernel for a set of vector instructions (machine.AVX512, machine.AVX2), and gives what makes a
// runner for each goroutine. There is none where the kernel has an operation without machine code, or more values at a time than
// the machine has places for, or where the system does not let a program write code.
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
			binary.LittleEndian.PutUint32(r.frame[at+4*l:], math.Float32bits(v))
		}
	}
	for l := range c.lanes() {
		r.put(c.laneBits+l*c.target.size(), 1<<l)
	}
	return r
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
	first := unsafe.Pointer(unsafe.SliceData(tiles))
	r.pointer(tilesAt, first)
	r.pointer(tilesEndAt, unsafe.Add(first, len(tiles)*tileAt.size))
	r.pointer(masksAt, unsafe.Pointer(unsafe.SliceData(f.Masks)))
	r.pointer(headsAt, unsafe.Pointer(unsafe.SliceData(f.Heads)))
	for n, p := range r.c.pointers {
		r.pointer(pointersAt+8*n, f.array(p))
	}
	for n, w := range r.c.order {
		if w.scalar >= 0 {
			r.setWord(n, bitsOf(f.Scalars[w.scalar]))
		}
	}
	r.code.Call(unsafe.Pointer(&r.frame[0]))
}

func (r *machineRunner[T]) pointer(at int, p unsafe.Pointer) {
	binary.LittleEndian.PutUint64(r.frame[at:], uint64(uintptr(p)))
}

// array is where one of the frame's arrays is. The frame keeps it alive.
func (f *Frame[T]) array(p pointerKey) unsafe.Pointer {
	switch p.kind {
	case tablePointer:
		return unsafe.Pointer(unsafe.SliceData(f.Tables[p.index]))
	case tailPointer:
		return unsafe.Pointer(unsafe.SliceData(f.Tails[p.index]))
	case streamPointer:
		return unsafe.Pointer(unsafe.SliceData(f.Streams[p.index]))
	case totalPointer:
		return unsafe.Pointer(unsafe.SliceData(f.Totals[p.index]))
	case rowPointer:
		return unsafe.Pointer(unsafe.SliceData(f.Rows[p.index]))
	case partPointer:
		return unsafe.Pointer(unsafe.SliceData(f.Parts[p.index]))
	case columnPointer:
		return unsafe.Pointer(unsafe.SliceData(f.Columns[p.index]))
	}
	return unsafe.Pointer(unsafe.SliceData(f.Stored[p.index]))
}

func bitsOf[T Float](x T) uint64 {
	if double[T]() {
		return math.Float64bits(float64(x))
	}
	return uint64(math.Float32bits(float32(x)))
}
