package datasets

import (
	"errors"
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	arrays "github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/float16"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// readArrow reads what Arrow calls a file, and everybody else Feather (version 2), or a stream.
func readArrow(s *source, f File) (*table, error) {
	return unpanicked("Arrow", func() (*table, error) {
		start, _ := s.Peek(6)
		if strings.HasPrefix(string(start), "FEA1") {
			return nil, errors.New("version 1 of Feather is not read: write version 2, as pandas does since 1.1")
		}
		file := string(start) == arrowFile
		if file { // a stream between a mark and a list of what is where in it, which are not needed
			if err := s.take(make([]byte, 8), "its first bytes"); err != nil {
				return nil, err
			}
		}
		room := &allowance{memory.DefaultAllocator, s}
		stream, err := ipc.NewReaderFromMessageReader(&messages{s, file}, ipc.WithAllocator(room))
		if err != nil {
			return nil, err
		}
		schema := stream.Schema()
		fr := &frame{}
		of := map[*column]int{}
		for j, field := range schema.Fields() {
			c := &column{name: field.Name, kind: field.Type.String(), width: 1}
			c.holds, c.list, c.width = contentOf(field.Type)
			of[c], fr.columns = j, append(fr.columns, c)
		}
		fr.next = func() (int, error) {
			batch, err := stream.Read()
			if err != nil {
				return 0, err
			}
			if batch.NumRows() > s.room {
				return 0, s.beyond("a batch")
			}
			defer batch.Release()
			for _, c := range fr.columns {
				if c.clear(); c.used {
					if err := c.fill(batch.Column(of[c]), int(batch.NumRows())); err != nil {
						return 0, err
					}
				}
			}
			return int(batch.NumRows()), nil
		}
		metadata, _ := schema.Metadata().GetValue("pandas")
		index := fr.pandasIndex(metadata)
		return readFrame(fr, index, f, s)
	})
}

// allowance gives memory within the bound of a source, for all batches that are there at once.
type allowance struct {
	memory.Allocator
	s *source
}

func (a *allowance) Allocate(size int) []byte {
	if int64(size) > a.s.bound {
		panic(a.s.beyond("a buffer"))
	}
	return a.Allocator.Allocate(size)
}

func (a *allowance) Reallocate(size int, b []byte) []byte {
	if int64(size) > a.s.bound {
		panic(a.s.beyond("a buffer"))
	}
	return a.Allocator.Reallocate(size, b)
}

// contentOf says what a type holds.
func contentOf(t arrow.DataType) (holds content, list bool, width int) {
	switch t := t.(type) {
	case *arrow.DictionaryType:
		return contentOf(t.ValueType)
	case arrow.ExtensionType:
		return contentOf(t.StorageType())
	case *arrow.FixedSizeListType:
		if holds, list, _ = contentOf(t.Elem()); holds == number && !list && t.Len() > 0 {
			return number, true, int(t.Len())
		}
		return other, false, 1
	case arrow.ListLikeType:
		if holds, list, _ = contentOf(t.Elem()); holds == number && !list {
			return number, true, 0
		}
		return other, false, 1
	}
	switch t.ID() {
	case arrow.BOOL, arrow.INT8, arrow.INT16, arrow.INT32, arrow.INT64, arrow.UINT8, arrow.UINT16, arrow.UINT32, arrow.UINT64,
		arrow.FLOAT16, arrow.FLOAT32, arrow.FLOAT64:
		return number, false, 1
	case arrow.STRING, arrow.LARGE_STRING, arrow.STRING_VIEW:
		return text, false, 1
	}
	return other, false, 1
}

// fill reads a batch of a column.
func (c *column) fill(a arrow.Array, rows int) error {
	if a.Len() != rows {
		return fmt.Errorf("corrupt: column %s of %d rows, want %d", c.name, a.Len(), rows)
	}
	if c.list {
		return c.fillLists(a)
	}
	if c.holds == text {
		at := textIn(a)
		for i := range rows {
			v, ok := at(i)
			if !ok {
				c.missing(i)
			}
			c.texts = append(c.texts, v)
		}
		return nil
	}
	at := numberIn(a)
	for i := range rows {
		v, ok := at(i)
		if !ok {
			c.missing(i)
		}
		c.numbers = append(c.numbers, v)
	}
	return nil
}

func (c *column) fillLists(a arrow.Array) error {
	if e, ok := a.(arrays.ExtensionArray); ok {
		a = e.Storage()
	}
	lists, ok := a.(arrays.ListLike)
	if !ok {
		return fmt.Errorf("corrupt: column %s is %v", c.name, a.DataType())
	}
	at := numberIn(lists.ListValues())
	for i := range a.Len() {
		if a.IsNull(i) {
			c.missing(i)
			return nil
		}
		from, to := lists.ValueOffsets(i)
		if err := c.row(int(to - from)); err != nil {
			return fmt.Errorf("row %d of a batch: %w", i+1, err)
		}
		for k := from; k < to; k++ {
			v, ok := at(int(k))
			if !ok {
				c.missing(i)
			}
			c.numbers = append(c.numbers, v)
		}
	}
	return nil
}

// numberIn gives the numbers of an array; false: null.
func numberIn(a arrow.Array) func(i int) (float64, bool) {
	switch a := a.(type) {
	case *arrays.Float64:
		return numbersOf(a.Value, a)
	case *arrays.Float32:
		return numbersOf(a.Value, a)
	case *arrays.Int8:
		return numbersOf(a.Value, a)
	case *arrays.Int16:
		return numbersOf(a.Value, a)
	case *arrays.Int32:
		return numbersOf(a.Value, a)
	case *arrays.Int64:
		return numbersOf(a.Value, a)
	case *arrays.Uint8:
		return numbersOf(a.Value, a)
	case *arrays.Uint16:
		return numbersOf(a.Value, a)
	case *arrays.Uint32:
		return numbersOf(a.Value, a)
	case *arrays.Uint64:
		return numbersOf(a.Value, a)
	case *arrays.Float16:
		return numbersOf(func(i int) float32 { return float16.Num.Float32(a.Value(i)) }, a)
	case *arrays.Boolean:
		return numbersOf(func(i int) uint8 {
			if a.Value(i) {
				return 1
			}
			return 0
		}, a)
	case *arrays.Dictionary:
		return looked(a, numberIn)
	case arrays.ExtensionArray:
		return numberIn(a.Storage())
	}
	panic(fmt.Errorf("numbers of type %v", a.DataType())) // an error of the file's, made one by unpanicked
}

func numbersOf[T float64 | float32 | int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64](
	value func(i int) T, a arrow.Array,
) func(i int) (float64, bool) {
	return func(i int) (float64, bool) {
		if a.IsNull(i) {
			return 0, false
		}
		return float64(value(i)), true
	}
}

// textIn gives the texts of an array; false: null.
func textIn(a arrow.Array) func(i int) (string, bool) {
	switch a := a.(type) {
	case arrays.StringLike:
		return func(i int) (string, bool) {
			if a.IsNull(i) {
				return "", false
			}
			return strings.Clone(a.Value(i)), true
		}
	case *arrays.Dictionary:
		return looked(a, textIn)
	case arrays.ExtensionArray:
		return textIn(a.Storage())
	}
	panic(fmt.Errorf("text of type %v", a.DataType())) // as in numberIn
}

// looked gives what is looked up in a dictionary; false: null.
func looked[V any](a *arrays.Dictionary, in func(arrow.Array) func(i int) (V, bool)) func(i int) (V, bool) {
	at := in(a.Dictionary())
	return func(i int) (v V, ok bool) {
		if a.IsNull(i) {
			return v, false
		}
		return at(a.GetValueIndex(i))
	}
}

// arrowFile is how a file begins, and arrowStream a stream.
const arrowFile, arrowStream = "ARROW1", "\xff\xff\xff\xff"
