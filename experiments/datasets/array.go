package datasets

import (
	"encoding/binary"
	"fmt"
	"math"

	"affmatch/affinity"
	"affmatch/internal/rows"

	"gonum.org/v1/gonum/mat"
)

// An array is what a binary file holds: numbers in C order with a shape, or text.
type array struct {
	shape   []int
	numbers rows.Store // all types of them
	text    []string   // instead of numbers
}

func (a *array) len() int { return a.numbers.Len() + len(a.text) }

// An element is one stored number or text: its bytes and its value.
type element struct {
	size   int
	single bool // each value is one of float32
	value  func([]byte) float64
	text   func([]byte) string // instead of value
}

// elements by kind (f, i, u, b) and size in bytes.
func elementOf(kind byte, size int, order binary.ByteOrder) (element, bool) {
	value := map[string]func([]byte) float64{
		"f8": func(b []byte) float64 { return math.Float64frombits(order.Uint64(b)) },
		"f2": func(b []byte) float64 { return halfPrecision(order.Uint16(b)) },
		"f4": func(b []byte) float64 { return float64(math.Float32frombits(order.Uint32(b))) },
		"i8": func(b []byte) float64 { return float64(int64(order.Uint64(b))) },
		"i4": func(b []byte) float64 { return float64(int32(order.Uint32(b))) },
		"i2": func(b []byte) float64 { return float64(int16(order.Uint16(b))) },
		"i1": func(b []byte) float64 { return float64(int8(b[0])) },
		"u8": func(b []byte) float64 { return float64(order.Uint64(b)) },
		"u4": func(b []byte) float64 { return float64(order.Uint32(b)) },
		"u2": func(b []byte) float64 { return float64(order.Uint16(b)) },
		"u1": func(b []byte) float64 { return float64(b[0]) },
		"b1": func(b []byte) float64 { return float64(b[0]) },
	}[fmt.Sprintf("%c%d", kind, size)]
	return element{size: size, single: size < 4 || kind == 'f' && size == 4, value: value}, value != nil
}

// halfPrecision is the value of IEEE 754's binary16.
func halfPrecision(b uint16) float64 {
	sign, exponent, fraction := 1-2*float64(b>>15), int(b>>10&31), float64(b&1023)
	switch exponent {
	case 0:
		return sign * math.Ldexp(fraction, -24)
	case 31:
		if fraction != 0 {
			return math.NaN()
		}
		return sign * math.Inf(1)
	}
	return sign * math.Ldexp(1024+fraction, exponent-25)
}

// trusted is how many entries of what a file promises memory is taken for before they have come.
const trusted = 1 << 20

// readArray reads the numbers of an array in file order, to the end of the source. The shape is held against what the
// source can still give before memory is taken.
func readArray(s *source, shape []int, e element) (*array, error) {
	count := int64(1)
	for _, d := range shape {
		if d <= 0 {
			return nil, fmt.Errorf("shape %v: want at least one entry in each dimension", shape)
		}
		if int64(d) > s.most/int64(e.size)/count {
			return nil, fmt.Errorf("truncated or corrupt: shape %v of %d-byte entries is more than the file can hold (%d bytes)", shape, e.size, s.most)
		}
		count *= int64(d)
	}
	each := int64(8)
	if e.single {
		each = 4
	}
	if e.text != nil { // a string and its bytes, of which a rune has four at the most
		each = 16 + int64(e.size)
	}
	if count > s.room/each {
		return nil, s.beyond(fmt.Sprintf("shape %v", shape))
	}
	s.room -= count * each
	a := &array{shape: shape}
	if e.text != nil {
		a.text = make([]string, 0, min(count, trusted))
	} else {
		a.numbers.Reserve(int(min(count, trusted)))
	}
	chunk := make([]byte, min(count, max(1<<16/int64(e.size), 1))*int64(e.size))
	for left := count * int64(e.size); left > 0; left -= int64(len(chunk)) {
		chunk = chunk[:min(int64(len(chunk)), left)]
		if err := s.take(chunk, fmt.Sprintf("the entries (shape %v)", shape)); err != nil {
			return nil, err
		}
		if a.numbers.Len() > trusted/2 { // they do come
			a.numbers.Reserve(int(count))
		}
		a.add(chunk, e)
	}
	return a, s.end()
}

// add takes the entries of some bytes.
func (a *array) add(b []byte, e element) {
	for ; len(b) > 0; b = b[e.size:] {
		switch {
		case e.text != nil:
			a.text = append(a.text, e.text(b[:e.size]))
		case e.single:
			a.numbers.AddSingle(float32(e.value(b)))
		default:
			a.numbers.Add(e.value(b))
		}
	}
}

// fortran reorders numbers that were stored first index fastest.
func (a *array) fortran() {
	a.numbers.Turn(a.shape[0], func(r int) (c int) { // r counts the other indices, the second fastest; c, the last fastest
		for _, d := range a.shape[1:] {
			c, r = c*d+r%d, r/d
		}
		return c
	})
}

// matrix is the array as n rows; what follows the first dimension is one row (28 x 28 pixels are 784 columns).
func (a *array) matrix() (mat.Matrix, error) {
	if a.text != nil {
		return nil, fmt.Errorf("text of shape %v: want numbers", a.shape)
	}
	if len(a.shape) < 2 {
		return nil, fmt.Errorf("shape %v: want two or more dimensions, rows first (is this a file of labels?)", a.shape)
	}
	return affinity.OfRows(a.numbers.Rows(a.numbers.Len() / a.shape[0])), nil
}
