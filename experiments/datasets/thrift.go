package datasets

import (
	"encoding/binary"
	"errors"
	"io"
)

// Parquet describes its pages in Thrift's compact protocol, of which the readers that there are take memory for whatever
// number of things a list claims: more than any machine has, if a byte is wrong. So what is claimed is held against the
// bytes that are there before anybody reads it. The protocol: Apache Thrift, thrift-compact-protocol.md.

var errThrift = errors.New("corrupt: a description that does not fit its bytes")

// deepest is how far structs may lie within each other.
const deepest = 64

// thriftStruct is the length of the struct at the start of b.
func thriftStruct(b []byte) (int, error) {
	t := thriftBytes{all: b}
	t.value(12, 0)
	if t.bad {
		return 0, errThrift
	}
	return t.at, nil
}

// thriftFooter looks at the description at the end of a Parquet file.
func thriftFooter(r io.ReaderAt, size int64) error {
	var end [8]byte
	if size < int64(len(end)) {
		return errors.New("truncated: no Parquet file is so short")
	}
	if _, err := r.ReadAt(end[:], size-int64(len(end))); err != nil {
		return err
	}
	length := int64(binary.LittleEndian.Uint32(end[:]))
	if string(end[4:]) != "PAR1" || length > size-int64(len(end)) {
		return errors.New("truncated or corrupt: its end is not that of a Parquet file")
	}
	b := make([]byte, length)
	if _, err := r.ReadAt(b, size-int64(len(end))-length); err != nil {
		return err
	}
	_, err := thriftStruct(b)
	return err
}

// thriftBytes are bytes under examination.
type thriftBytes struct {
	all []byte
	at  int
	bad bool
}

func (t *thriftBytes) skip(n uint64) {
	if n > uint64(len(t.all)-t.at) {
		t.bad = true
		return
	}
	t.at += int(n)
}

func (t *thriftBytes) byte() byte {
	if t.at >= len(t.all) {
		t.bad = true
		return 0
	}
	t.at++
	return t.all[t.at-1]
}

func (t *thriftBytes) varint() uint64 {
	v, n := binary.Uvarint(t.all[t.at:])
	if n <= 0 {
		t.bad = true
		return 0
	}
	t.at += n
	return v
}

// some goes over so many values of types that follow each other, of which each takes a byte at least.
func (t *thriftBytes) some(count uint64, depth int, kinds ...byte) {
	if count > uint64(len(t.all)-t.at) {
		t.bad = true
	}
	for k := uint64(0); k < count && !t.bad; k++ {
		for _, kind := range kinds {
			if kind == 1 || kind == 2 { // truths, which have a byte of their own but in structs
				t.skip(1)
			} else {
				t.value(kind, depth)
			}
		}
	}
}

// value goes over one value.
func (t *thriftBytes) value(kind byte, depth int) {
	if t.bad || depth > deepest {
		t.bad = true
		return
	}
	switch kind {
	case 1, 2: // a truth, which is in its type
	case 3:
		t.skip(1)
	case 4, 5, 6:
		t.varint()
	case 7:
		t.skip(8)
	case 8:
		t.skip(t.varint())
	case 9, 10: // lists and sets
		head := t.byte()
		count := uint64(head >> 4)
		if count == 15 {
			count = t.varint()
		}
		t.some(count, depth+1, head&15)
	case 11:
		if count := t.varint(); count > 0 {
			kinds := t.byte()
			t.some(count, depth+1, kinds>>4, kinds&15)
		}
	case 12:
		for !t.bad {
			head := t.byte()
			if head&15 == 0 {
				return
			}
			if head>>4 == 0 {
				t.varint()
			}
			t.value(head&15, depth+1)
		}
	default:
		t.bad = true
	}
}
