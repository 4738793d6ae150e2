package datasets

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// messages are those of an Arrow stream, whose metadata are looked at before arrow-go does: it takes memory for whatever
// length a damaged file gives, and a process that has none left cannot be saved. The format: Apache Arrow, IPC streaming
// format, and FlatBuffers internals.
type messages struct {
	s    *source
	file bool // an end must have been written
}

// Message is the next one.
func (m *messages) Message() (*ipc.Message, error) {
	var head [8]byte
	switch n, err := io.ReadFull(m.s, head[:4]); {
	case errors.Is(err, io.EOF) && n == 0 && !m.file:
		return nil, io.EOF
	case err != nil:
		return nil, fmt.Errorf("truncated: %w", err)
	}
	size := head[:4]
	if string(size) == arrowStream { // so it is since 2019
		size = head[4:]
		if err := m.s.take(size, "the length of a message"); err != nil {
			return nil, err
		}
	}
	length := int64(binary.LittleEndian.Uint32(size))
	if length == 0 {
		return nil, io.EOF
	}
	meta, err := m.bytes(length, "a message")
	if err != nil {
		return nil, err
	}
	b := flat{bytes: meta, left: len(meta)}
	b.root(arrowMessage)
	body := b.body(meta)
	if b.bad || body < 0 {
		return nil, errors.New("corrupt: the description of a message")
	}
	content, err := m.bytes(body, "the numbers of a message")
	if err != nil {
		return nil, err
	}
	return ipc.NewMessage(memory.NewBufferBytes(meta), memory.NewBufferBytes(content)), nil
}

// bytes reads so many, if the file can have them.
func (m *messages) bytes(length int64, what string) ([]byte, error) {
	if length > m.s.most && !m.s.packed {
		return nil, fmt.Errorf("truncated or corrupt: %s of %d bytes", what, length)
	}
	if length > m.s.bound {
		return nil, m.s.beyond(what)
	}
	b := make([]byte, length)
	return b, m.s.take(b, what)
}

// Release and Retain have nothing to count.
func (m *messages) Release() {}

// Retain is like Release.
func (m *messages) Retain() {}

// flat is FlatBuffers data under examination.
type flat struct {
	bytes []byte
	left  int // of what may be visited: tables that hold each other have no end
	bad   bool
}

// A visit looks at what lies at a place.
type visit func(b *flat, at int)

// A shape says what to visit by the number of the field of a table. Numbers lie within the table, and need no visit.
type shape map[int]visit

// Arrow's tables: Message.fbs and Schema.fbs.
var (
	keyValue    = shape{0: (*flat).text, 1: (*flat).text}
	recordBatch = shape{1: structs(16), 2: structs(16), 3: inner(shape{}), 4: structs(8)}
	arrowField  = shape{0: (*flat).text, 3: inner(shape{}), 4: inner(shape{1: inner(shape{})}), 6: tablesOf(keyValue)}
	arrowSchema = shape{1: tablesOf(arrowField), 2: tablesOf(keyValue), 3: structs(8)}

	arrowMessage = shape{2: inner(shape{}), 4: tablesOf(keyValue)} // the header is looked at by its type
)

func init() { arrowField[5] = tablesOf(arrowField) } // children

func inner(s shape) visit {
	return func(b *flat, at int) { b.table(at+int(b.u32(at)), s) }
}

func structs(size int) visit { return func(b *flat, at int) { b.vector(at, size) } }

func tablesOf(s shape) visit {
	return func(b *flat, at int) {
		first, count := b.vector(at, 4)
		for k := 0; k < count && !b.bad; k++ {
			b.table(first+4*k+int(b.u32(first+4*k)), s)
		}
	}
}

func (b *flat) text(at int) { b.vector(at, 1) }

// vector is the place of the first of some things, and their number.
func (b *flat) vector(at, size int) (first, count int) {
	start := at + int(b.u32(at))
	first, count = start+4, int(b.u32(start))
	if b.bad || count > (len(b.bytes)-first)/size {
		b.bad = true
		return 0, 0
	}
	return first, count
}

// u32 is a number, or the distance to what it points to.
func (b *flat) u32(at int) uint32 {
	if at < 0 || at+4 > len(b.bytes) {
		b.bad = true
		return 0
	}
	return binary.LittleEndian.Uint32(b.bytes[at:])
}

// field is the place of a table's field; 0: it is not there.
func (b *flat) field(table, number int) int {
	v := table - int(int32(b.u32(table)))
	if v < 0 || v+4 > len(b.bytes) {
		b.bad = true
		return 0
	}
	size := int(binary.LittleEndian.Uint16(b.bytes[v:]))
	if v+size > len(b.bytes) || size < 4 {
		b.bad = true
		return 0
	}
	if 6+2*number > size {
		return 0
	}
	off := int(binary.LittleEndian.Uint16(b.bytes[v+4+2*number:]))
	if off == 0 {
		return 0
	}
	if table+off >= len(b.bytes) {
		b.bad = true
		return 0
	}
	return table + off
}

func (b *flat) table(at int, s shape) {
	if b.left--; b.left < 0 || at < 0 || at+4 > len(b.bytes) {
		b.bad = true
	}
	for number, look := range s {
		if b.bad {
			return
		}
		if place := b.field(at, number); place > 0 {
			look(b, place)
		}
	}
}

// root looks at the message and at its header, of whichever type.
func (b *flat) root(s shape) {
	at := int(b.u32(0))
	if b.table(at, s); b.bad {
		return
	}
	kind, header := b.field(at, 1), b.field(at, 2)
	if b.bad || kind == 0 || header == 0 {
		b.bad = true
		return
	}
	inside := map[byte]shape{1: arrowSchema, 2: {1: inner(recordBatch)}, 3: recordBatch}[b.bytes[kind]]
	if inside == nil { // tensors
		b.bad = true
		return
	}
	inner(inside)(b, header)
}

// body is the length of what follows the message.
func (b *flat) body(meta []byte) int64 {
	if b.bad {
		return -1
	}
	at := b.field(int(b.u32(0)), 3)
	if at == 0 || at+8 > len(meta) {
		return 0
	}
	return int64(binary.LittleEndian.Uint64(meta[at:]))
}
