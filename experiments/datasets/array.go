package datasets

import (
	"fmt"

	"affmatch/affinity"
	"affmatch/internal/npz"
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

// trusted is how many entries of what a file promises memory is taken for before they have come.
const trusted = 1 << 20

// readArray reads the numbers of an array in file order, to the end of the source. The shape is held against what the
// source can still give before memory is taken.
func readArray(s *source, shape []int, e npz.Element) (*array, error) {
	count := int64(1)
	for _, d := range shape {
		if d <= 0 {
			return nil, fmt.Errorf("shape %v: want at least one entry in each dimension", shape)
		}
		if int64(d) > s.most/int64(e.Size)/count {
			return nil, fmt.Errorf("truncated or corrupt: shape %v of %d-byte entries is more than the file can hold (%d bytes)", shape, e.Size, s.most)
		}
		count *= int64(d)
	}
	each := int64(8)
	if e.Single {
		each = 4
	}
	if e.Text != nil { // a string and its bytes, of which a rune has four at the most
		each = 16 + int64(e.Size)
	}
	if count > s.room/each {
		return nil, s.beyond(fmt.Sprintf("shape %v", shape))
	}
	s.room -= count * each
	a := &array{shape: shape}
	if e.Text != nil {
		a.text = make([]string, 0, min(count, trusted))
	} else {
		a.numbers.Reserve(int(min(count, trusted)))
	}
	chunk := make([]byte, min(count, max(1<<16/int64(e.Size), 1))*int64(e.Size))
	for left := count * int64(e.Size); left > 0; left -= int64(len(chunk)) {
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
func (a *array) add(b []byte, e npz.Element) {
	for ; len(b) > 0; b = b[e.Size:] {
		switch {
		case e.Text != nil:
			a.text = append(a.text, e.Text(b[:e.Size]))
		case e.Single:
			a.numbers.AddSingle(float32(e.Value(b)))
		default:
			a.numbers.Add(e.Value(b))
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
