package datasets

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"affmatch/affinity"
)

// The arrays of scipy.sparse.save_npz beside data: format says which of the others there are.
//
//	csr, csc    indices and indptr: of rows, of columns
//	bsr         the same of blocks of rows, with blocks in data
//	coo         row and col
//	dia         offsets: data[k,j] is the entry of column j of a diagonal
type sparseArrays struct {
	format string
	shape  [2]int
	of     map[string]*array
}

// entries are what is not zero, in any order; those of one place add up.
type entries struct {
	rows, columns int
	all           []entry
	room          int64 // bytes that may still be taken
	beyond        func(what string) error
}

type entry struct {
	i, j int32
	v    float64
}

// sizeOfEntry is what an entry takes on its way to a matrix.
const sizeOfEntry = 16 + 12

// newEntries makes room for at least some entries of a matrix whose size a file claims.
func newEntries(rows, columns, some int, s *source) (*entries, error) {
	if rows < 1 || columns < 1 || rows > math.MaxInt32 || columns > math.MaxInt32 {
		return nil, fmt.Errorf("shape %d x %d: want 1 to %d rows and columns", rows, columns, math.MaxInt32)
	}
	e := &entries{rows: rows, columns: columns, room: s.room - 8*int64(rows+1), beyond: s.beyond}
	if e.room < int64(some)*sizeOfEntry {
		return nil, s.beyond(fmt.Sprintf("a matrix of %d x %d", rows, columns))
	}
	e.all = make([]entry, 0, some)
	return e, nil
}

func (e *entries) add(i, j int, v float64) error {
	switch {
	case i < 0 || i >= e.rows || j < 0 || j >= e.columns:
		return fmt.Errorf("corrupt: an entry at (%d, %d) of a matrix of %d x %d", i, j, e.rows, e.columns)
	case v == 0:
		return nil
	}
	if e.room -= sizeOfEntry; e.room < 0 {
		return e.beyond("a matrix")
	}
	e.all = append(e.all, entry{int32(i), int32(j), v})
	return nil
}

// matrix puts the entries in order.
func (e *entries) matrix() affinity.CSR {
	slices.SortStableFunc(e.all, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.i, b.i), cmp.Compare(a.j, b.j))
	})
	x := affinity.CSR{Rows: e.rows, Columns: e.columns, Start: make([]int, e.rows+1)}
	for k, at := range e.all {
		if k > 0 && at.i == e.all[k-1].i && at.j == e.all[k-1].j {
			x.Values[len(x.Values)-1] += at.v
			continue
		}
		x.Index, x.Values = append(x.Index, at.j), append(x.Values, at.v)
		x.Start[at.i+1]++
	}
	for i := range e.rows {
		x.Start[i+1] += x.Start[i]
	}
	return x
}

// matrix is what the arrays say, of any format.
func (a *sparseArrays) matrix(s *source) (affinity.CSR, error) {
	read, ok := map[string]func(*entries) error{
		"csr": a.compressed, "csc": a.compressed, "bsr": a.blocks, "coo": a.coordinates, "dia": a.diagonals,
	}[a.format]
	if !ok {
		return affinity.CSR{}, fmt.Errorf("sparse format %q: want csr, csc, bsr, coo or dia (x.tocsr() makes one of the others)",
			a.format)
	}
	e, err := newEntries(a.shape[0], a.shape[1], a.of["data"].numbers.Len(), s)
	if err == nil {
		err = read(e)
	}
	if err != nil {
		return affinity.CSR{}, fmt.Errorf("sparse matrix in form %s: %w", a.format, err)
	}
	return e.matrix(), nil
}

// indices are the whole numbers of an array of some length; -1: any.
func (a *sparseArrays) indices(name string, length int) ([]int, error) {
	of := a.of[name]
	if of == nil {
		return nil, fmt.Errorf("array %s is not there", name)
	}
	if len(of.shape) != 1 || length >= 0 && of.numbers.Len() != length {
		return nil, fmt.Errorf("array %s of shape %v, want %d entries", name, of.shape, length)
	}
	at := make([]int, of.numbers.Len())
	for k := range at {
		v := of.numbers.At(k)
		if v != math.Trunc(v) || math.Abs(v) > math.MaxInt32 {
			return nil, fmt.Errorf("array %s: entry %d is %v, want a whole number", name, k, v)
		}
		at[k] = int(v)
	}
	return at, nil
}

// ranges gives the entries of each of n rows, columns or rows of blocks: one from indptr, with its index.
func (a *sparseArrays) ranges(n, stored int, visit func(major, index, k int) error) error {
	start, err := a.indices("indptr", n+1)
	if err != nil {
		return err
	}
	index, err := a.indices("indices", stored)
	if err != nil {
		return err
	}
	if start[0] != 0 || start[n] != stored || !slices.IsSorted(start) {
		return fmt.Errorf("corrupt: indptr is not ascending from 0 to the %d entries", stored)
	}
	for major := range n {
		for k := start[major]; k < start[major+1]; k++ {
			if err := visit(major, index[k], k); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *sparseArrays) compressed(e *entries) error {
	data := &a.of["data"].numbers
	if a.format == "csr" {
		return a.ranges(e.rows, data.Len(), func(i, j, k int) error { return e.add(i, j, data.At(k)) })
	}
	return a.ranges(e.columns, data.Len(), func(j, i, k int) error { return e.add(i, j, data.At(k)) })
}

func (a *sparseArrays) blocks(e *entries) error {
	shape, data := a.of["data"].shape, &a.of["data"].numbers
	if len(shape) != 3 || e.rows%shape[1] != 0 || e.columns%shape[2] != 0 {
		return fmt.Errorf("blocks of shape %v do not fill a matrix of %d x %d", shape, e.rows, e.columns)
	}
	high, wide := shape[1], shape[2]
	return a.ranges(e.rows/high, shape[0], func(i, j, k int) error {
		for at := range high * wide {
			if err := e.add(i*high+at/wide, j*wide+at%wide, data.At(k*high*wide+at)); err != nil {
				return err
			}
		}
		return nil
	})
}

func (a *sparseArrays) coordinates(e *entries) error {
	data := &a.of["data"].numbers
	row, err := a.indices("row", data.Len())
	if err != nil {
		return err
	}
	col, err := a.indices("col", data.Len())
	if err != nil {
		return err
	}
	for k := range data.Len() {
		if err := e.add(row[k], col[k], data.At(k)); err != nil {
			return err
		}
	}
	return nil
}

func (a *sparseArrays) diagonals(e *entries) error {
	shape, data := a.of["data"].shape, &a.of["data"].numbers
	if len(shape) != 2 {
		return fmt.Errorf("diagonals of shape %v, want two dimensions", shape)
	}
	offset, err := a.indices("offsets", shape[0])
	if err != nil {
		return err
	}
	for k, off := range offset {
		for j := range min(shape[1], e.columns) {
			if i := j - off; i >= 0 && i < e.rows {
				if err := e.add(i, j, data.At(k*shape[1]+j)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
