package datasets

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"affmatch/internal/npz"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	types "github.com/parquet-go/parquet-go/format"
)

// readParquet reads a Parquet file, with what pandas adds to it.
func readParquet(s *source, f File) (*table, error) {
	return unpanicked("Parquet", func() (*table, error) {
		r, size, err := s.whole()
		if err != nil {
			return nil, err
		}
		if err := thriftFooter(r, size); err != nil {
			return nil, err
		}
		file, err := parquet.OpenFile(r, size, parquet.SkipBloomFilters(true), parquet.SkipPageIndex(true))
		if err != nil {
			return nil, err
		}
		p := &parquetFile{groups: file.RowGroups(), file: file, source: s}
		fr := &frame{next: p.next}
		for _, path := range file.Schema().Columns() {
			leaf, _ := file.Schema().Lookup(path...)
			c := leafOf(leaf, path)
			p.leaves, fr.columns = append(p.leaves, c), append(fr.columns, c.column)
		}
		metadata, _ := file.Lookup("pandas")
		index := fr.pandasIndex(metadata)
		return readFrame(fr, index, f, s)
	})
}

// parquetFile is a file under way.
type parquetFile struct {
	leaves []*leaf
	groups []parquet.RowGroup // those to come
	left   int64              // rows of the one at hand
	file   *parquet.File
	source *source
	group  int // the number of the next
}

// together is how many rows are at hand at a time.
const together = 1 << 10

func (p *parquetFile) next() (int, error) {
	for p.left == 0 {
		if len(p.groups) == 0 {
			return 0, io.EOF
		}
		chunks := p.groups[0].ColumnChunks()
		for _, l := range p.leaves {
			l.values, l.ahead = nil, l.ahead[:0]
			if l.pages = nil; l.used {
				if err := p.check(l.index); err != nil {
					return 0, fmt.Errorf("column %s: %w", l.name, err)
				}
				l.pages = chunks[l.index].Pages()
			}
		}
		if p.left = p.groups[0].NumRows(); p.left < 0 {
			return 0, fmt.Errorf("corrupt: %d rows", p.left)
		}
		p.groups, p.group = p.groups[1:], p.group+1
	}
	count := int(min(p.left, together))
	for _, l := range p.leaves {
		l.clear()
		for i := range count {
			if !l.used {
				break
			}
			if err := l.read(i); err != nil {
				return 0, fmt.Errorf("column %s: %w", l.name, err)
			}
		}
	}
	p.left -= int64(count)
	return count, nil
}

// check goes over the headers of a column's pages in the group at hand, before parquet-go does: it takes memory for whatever
// size a damaged one gives.
func (p *parquetFile) check(column int) error {
	of := p.file.Metadata().RowGroups[p.group].Columns[column].MetaData
	at := of.DataPageOffset
	if of.DictionaryPageOffset > 0 {
		at = min(at, of.DictionaryPageOffset)
	}
	end := at + of.TotalCompressedSize
	if at < 0 || end < at || end > p.file.Size() {
		return fmt.Errorf("corrupt: pages from byte %d to %d of %d", at, end, p.file.Size())
	}
	protocol, buffer := new(thrift.CompactProtocol), make([]byte, 1<<16)
	for at < end {
		b := buffer[:min(int64(len(buffer)), end-at)]
		if _, err := p.file.ReadAt(b, at); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		length, err := thriftStruct(b)
		if err != nil {
			return err
		}
		var h types.PageHeader
		if err := thrift.Unmarshal(protocol, b[:length], &h); err != nil {
			return fmt.Errorf("corrupt: the header of a page: %w", err)
		}
		at += int64(length)
		values := max(h.DataPageHeader.V.NumValues, h.DataPageHeaderV2.V.NumValues, h.DictionaryPageHeader.V.NumValues)
		switch {
		case h.CompressedPageSize < 0 || int64(h.CompressedPageSize) > end-at || h.UncompressedPageSize < 0 || values < 0:
			return fmt.Errorf("corrupt: a page of %d bytes, packed to %d", h.UncompressedPageSize, h.CompressedPageSize)
		case int64(h.UncompressedPageSize) > p.source.bound || int64(values) > p.source.bound/8:
			return p.source.beyond("a page")
		}
		at += int64(h.CompressedPageSize)
	}
	return nil
}

// A leaf is a column of a Parquet file, and where its values come from.
type leaf struct {
	*column
	index  int
	kind   parquet.Kind
	number func(v parquet.Value) float64
	pages  parquet.Pages
	values parquet.ValueReader
	buffer [256]parquet.Value
	ahead  []parquet.Value // of the buffer
}

// leafOf knows a column by its type. Lists of numbers are a column, whose leaf lies two steps down; what else is nested is
// no data.
func leafOf(of parquet.LeafColumn, path []string) *leaf {
	t := of.Node.Type()
	l := &leaf{column: &column{name: strings.Join(path, "."), kind: t.String(), width: 1}, index: of.ColumnIndex,
		kind: t.Kind()}
	l.number = numberOf(t)
	switch deep := of.MaxRepetitionLevel; {
	case deep == 1 && l.number != nil && (len(path) == 3 || len(path) == 1):
		l.column.name, l.list, l.width, l.holds = path[0], true, 0, number
	case deep > 0 || len(path) > 1:
	case l.number != nil:
		l.holds = number
	case t.Kind() == parquet.ByteArray:
		switch logicalType(t).(type) {
		case nil, *types.StringType, *types.EnumType:
			l.holds = text
		}
	}
	return l
}

func logicalType(t parquet.Type) types.LogicalTypeValue {
	if l := t.LogicalType(); l != nil {
		return l.Value
	}
	return nil
}

// numberOf says how a type's values are numbers; nil: they are none.
func numberOf(t parquet.Type) func(v parquet.Value) float64 {
	unsigned := false
	switch l := logicalType(t).(type) {
	case nil:
	case *types.IntType:
		unsigned = !l.IsSigned
	case *types.DecimalType:
		scale := math.Pow10(int(l.Scale))
		switch t.Kind() {
		case parquet.Int32:
			return func(v parquet.Value) float64 { return float64(v.Int32()) / scale }
		case parquet.Int64:
			return func(v parquet.Value) float64 { return float64(v.Int64()) / scale }
		}
		return nil
	case *types.Float16Type:
		half, _ := npz.Number('f', 2, binary.LittleEndian)
		return func(v parquet.Value) float64 { return half.Value(v.ByteArray()) }
	default:
		return nil
	}
	switch t.Kind() {
	case parquet.Boolean:
		return func(v parquet.Value) float64 {
			if v.Boolean() {
				return 1
			}
			return 0
		}
	case parquet.Int32:
		return func(v parquet.Value) float64 {
			if unsigned {
				return float64(uint32(v.Int32()))
			}
			return float64(v.Int32())
		}
	case parquet.Int64:
		return func(v parquet.Value) float64 {
			if unsigned {
				return float64(uint64(v.Int64()))
			}
			return float64(v.Int64())
		}
	case parquet.Float:
		return func(v parquet.Value) float64 { return float64(v.Float()) }
	case parquet.Double:
		return func(v parquet.Value) float64 { return v.Double() }
	}
	return nil
}

// peek is the next value; the column may end there.
func (l *leaf) peek() (parquet.Value, error) {
	for len(l.ahead) == 0 {
		if l.values == nil {
			page, err := l.pages.ReadPage()
			if err != nil {
				return parquet.Value{}, err
			}
			l.values = page.Values()
		}
		n, err := l.values.ReadValues(l.buffer[:])
		l.ahead = l.buffer[:n]
		if errors.Is(err, io.EOF) {
			l.values = nil
		} else if err != nil {
			return parquet.Value{}, err
		}
	}
	return l.ahead[0], nil
}

// read reads one row, the i-th of those at hand.
func (l *leaf) read(i int) error {
	for length := 1; ; length++ {
		v, err := l.peek()
		if err != nil {
			return errors.Join(errors.New("truncated, or fewer rows than its group says"), err)
		}
		l.ahead = l.ahead[1:]
		switch {
		case v.IsNull():
			l.missing(i)
			l.numbers, l.texts = append(l.numbers, make([]float64, max(1, l.width))...), append(l.texts, "")
			if !l.list {
				return nil
			}
		case v.Kind() != l.kind:
			return fmt.Errorf("corrupt: a value of type %v", v.Kind())
		case l.holds == text:
			l.texts = append(l.texts, string(v.ByteArray()))
		default:
			l.numbers = append(l.numbers, l.number(v))
		}
		if !l.list {
			return nil
		}
		if next, err := l.peek(); errors.Is(err, io.EOF) || err == nil && next.RepetitionLevel() == 0 {
			if l.null >= 0 { // told when the rows are looked at
				return nil
			}
			return l.row(length)
		} else if err != nil {
			return err
		}
	}
}
