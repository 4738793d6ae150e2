package datasets

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	arrays "github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/float16"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/parquet-go/parquet-go"

	"gonum.org/v1/gonum/mat"
)

// cell is a row of the Parquet files: what pandas and others write of one.
type cell struct {
	Gene  float64   `parquet:"gene"`
	Half  [2]byte   `parquet:"half,optional"` // no number: fixed bytes
	Count int32     `parquet:"count,snappy"`
	Large uint64    `parquet:"large,zstd"`
	Kept  bool      `parquet:"kept"`
	Place []float32 `parquet:"place,list"`
	Note  *float32  `parquet:"note,optional"`
	Kind  string    `parquet:"kind,dict"`
	Index string    `parquet:"__index_level_0__"`
}

func some(v float32) *float32 { return &v }

// parquetBytes is a file of some rows, in groups of two.
func parquetBytes[T any](tb testing.TB, rows []T, options ...parquet.WriterOption) []byte {
	tb.Helper()
	var b bytes.Buffer
	w := parquet.NewGenericWriter[T](&b, options...)
	for part := range slices.Chunk(rows, 2) {
		if _, err := w.Write(part); err != nil {
			tb.Fatal(err)
		}
		if err := w.Flush(); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

const pandas = `{"index_columns": ["__index_level_0__"], "columns": []}`

func cells3() []cell {
	return []cell{
		{Gene: 0.1, Count: -1, Large: 1 << 40, Kept: true, Place: []float32{1, 2}, Note: some(5), Kind: "T cell", Index: "AAAC"},
		{Gene: -2, Count: 7, Large: 3, Place: []float32{3, 4}, Note: some(6), Kind: "B cell", Index: "AAAG"},
		{Gene: 1e300, Count: 0, Large: 0, Kept: true, Place: []float32{5, 0.5}, Note: some(7), Kind: "T cell", Index: "AAAT"},
	}
}

func TestParquetIsReadWithItsColumns(t *testing.T) {
	path := write(t, "cells.parquet", string(parquetBytes(t, cells3(), parquet.KeyValueMetadata("pandas", pandas))))
	d, err := File{Path: path, Drop: []string{"half"}}.Read()
	if err != nil {
		t.Fatal(err)
	}
	want := mat.NewDense(3, 7, []float64{
		0.1, -1, 1 << 40, 1, 1, 2, 5,
		-2, 7, 3, 0, 3, 4, 6,
		1e300, 0, 0, 1, 5, 0.5, 7,
	})
	if !mat.Equal(d.X, want) {
		t.Errorf("X = %v", mat.Formatted(d.X))
	}
	check := func(what string, got []string, want string) {
		t.Helper()
		if strings.Join(got, "|") != want {
			t.Errorf("%s %q, want %q", what, got, want)
		}
	}
	check("columns", d.Columns, "gene|count|large|kept|place_0|place_1|note")
	check("row names", d.RowNames, "AAAC|AAAG|AAAT")
	check("classes", d.Names, "B cell|T cell")
	if !slices.Equal(d.Labels, []int{1, 0, 1}) {
		t.Errorf("labels %v", d.Labels)
	}

	d, err = File{Path: path, Columns: []string{"count", "kept"}, LabelColumn: "note", RowNames: "kind"}.Read()
	if err != nil {
		t.Fatal(err)
	}
	check("columns", d.Columns, "count|kept")
	check("row names", d.RowNames, "T cell|B cell|T cell")
	check("classes", d.Names, "5|6|7")
	if labels, names, err := ReadLabels(write(t, "labels.parquet", string(parquetBytes(t, []struct {
		A int32 `parquet:"a"`
		B string
	}{{1, "x"}, {2, "y"}})))); err != nil || !slices.Equal(labels, []int{0, 1}) || names[1] != "y" {
		t.Errorf("labels %v, %q: %v", labels, names, err)
	}
	odd := cells3()
	odd[2].Note = nil
	ragged := cells3()
	ragged[1].Place = nil
	uneven := cells3()
	uneven[2].Place = []float32{1}
	nan := cells3()
	nan[1].Gene = math.NaN()
	for want, c := range map[string]struct {
		rows []cell
		f    File
	}{
		`row 3, column 7 (note): null is a missing value`:                   {odd, File{}},
		`row 2, column 6 (place): null is a missing value`:                  {ragged, File{}},
		`column place: 1 numbers in a row, want 2`:                          {uneven, File{}},
		`row 2, column 1 (gene): NaN is a missing value`:                    {nan, File{}},
		`column 8 (kind) holds text (STRING), not numbers: drop it (-drop)`: {cells3(), File{LabelColumn: NoLabels, Drop: []string{"half", "__index_level_0__"}}},
		`column 2 (half) holds FIXED_LEN_BYTE_ARRAY(2)`:                     {cells3(), File{Columns: []string{"half"}}},
		`label column "type": not in the header`:                            {cells3(), File{LabelColumn: "type"}},
	} {
		c.f.Path = write(t, "x.parquet", string(parquetBytes(t, c.rows)))
		if c.f.Drop == nil {
			c.f.Drop = []string{"half"}
		}
		if c.f.LabelColumn == "" {
			c.f.LabelColumn, c.f.RowNames = "kind", "__index_level_0__"
		}
		if strings.Contains(want, "(half)") {
			c.f.Drop = nil
		}
		if _, err := c.f.Read(); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "x.parquet") {
			t.Errorf("want an error with %q, got %v", want, err)
		}
	}
}

// arrowBatch is two rows in every type.
func arrowBatch(metadata string) (*arrow.Schema, arrow.RecordBatch) {
	list := arrow.FixedSizeListOf(2, arrow.PrimitiveTypes.Float32)
	classes := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}
	about := arrow.MetadataFrom(map[string]string{"pandas": metadata})
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "wide", Type: arrow.PrimitiveTypes.Float64}, {Name: "half", Type: arrow.FixedWidthTypes.Float16},
		{Name: "small", Type: arrow.PrimitiveTypes.Int8, Nullable: true}, {Name: "truth", Type: arrow.FixedWidthTypes.Boolean},
		{Name: "place", Type: list}, {Name: "parts", Type: arrow.ListOf(arrow.PrimitiveTypes.Uint16)},
		{Name: "when", Type: arrow.FixedWidthTypes.Timestamp_s}, {Name: "kind", Type: classes},
		{Name: "name", Type: arrow.BinaryTypes.LargeString},
	}, &about)
	b := arrays.NewRecordBuilder(memory.DefaultAllocator, schema)
	b.Field(0).(*arrays.Float64Builder).AppendValues([]float64{1.5, -2}, nil)
	b.Field(1).(*arrays.Float16Builder).AppendValues([]float16.Num{float16.New(0.25), float16.New(-8)}, nil)
	b.Field(2).(*arrays.Int8Builder).AppendValues([]int8{-3, 100}, nil)
	b.Field(3).(*arrays.BooleanBuilder).AppendValues([]bool{true, false}, nil)
	for i, each := range []int{4, 5} {
		b.Field(4).(*arrays.FixedSizeListBuilder).Append(true)
		b.Field(4).(*arrays.FixedSizeListBuilder).ValueBuilder().(*arrays.Float32Builder).AppendValues([]float32{float32(i), 0.5}, nil)
		b.Field(5).(*arrays.ListBuilder).Append(true)
		b.Field(5).(*arrays.ListBuilder).ValueBuilder().(*arrays.Uint16Builder).AppendValues([]uint16{uint16(each)}, nil)
		b.Field(6).(*arrays.TimestampBuilder).Append(arrow.Timestamp(i))
		if err := b.Field(7).(*arrays.BinaryDictionaryBuilder).AppendString([]string{"v", "u"}[i]); err != nil {
			panic(err)
		}
		b.Field(8).(*arrays.LargeStringBuilder).Append([]string{"ä", "b"}[i])
	}
	return schema, b.NewRecordBatch()
}

// arrowBytes is a file, or a stream, of a batch given twice.
func arrowBytes(tb testing.TB, stream bool, schema *arrow.Schema, batch arrow.RecordBatch, options ...ipc.Option) []byte {
	tb.Helper()
	var b bytes.Buffer
	var w interface {
		Write(arrow.RecordBatch) error
		Close() error
	}
	options = append(options, ipc.WithSchema(schema))
	var err error
	if w = ipc.NewWriter(&b, options...); !stream {
		if w, err = ipc.NewFileWriter(&b, options...); err != nil {
			tb.Fatal(err)
		}
	}
	for range 2 {
		if err := w.Write(batch); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func TestArrowIsReadWithItsColumns(t *testing.T) {
	schema, batch := arrowBatch(`{"index_columns": ["name"]}`)
	two := []float64{1.5, 0.25, -3, 1, 0, 0.5, 4, -2, -8, 100, 0, 1, 0.5, 5}
	want := mat.NewDense(4, 7, append(slices.Clone(two), two...))
	for name, content := range map[string][]byte{
		"x.arrow": arrowBytes(t, false, schema, batch), "x.feather": arrowBytes(t, false, schema, batch, ipc.WithLZ4()),
		"x": arrowBytes(t, false, schema, batch, ipc.WithZstd()), "x.arrows": arrowBytes(t, true, schema, batch), "y": arrowBytes(t, true, schema, batch),
	} {
		d, err := File{Path: write(t, name, string(content)), Drop: []string{"when"}}.Read()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !mat.Equal(d.X, want) {
			t.Errorf("%s: X = %v", name, mat.Formatted(d.X))
		}
		if got := strings.Join(d.Columns, "|"); got != "wide|half|small|truth|place_0|place_1|parts_0" {
			t.Errorf("%s: columns %s", name, got)
		}
		if got := strings.Join(d.RowNames, "|"); got != "ä|b|ä|b" || !slices.Equal(d.Labels, []int{1, 0, 1, 0}) || strings.Join(d.Names, "|") != "u|v" {
			t.Errorf("%s: rows %q, labels %v of %q", name, got, d.Labels, d.Names)
		}
	}
	whole := arrowBytes(t, false, schema, batch)
	for want, c := range map[string]struct {
		content []byte
		f       File
	}{
		"column 8 (when) holds timestamp":  {whole, File{}},
		"column 9 (kind) holds text":       {whole, File{Drop: []string{"when"}, LabelColumn: NoLabels}},
		"version 1 of Feather":             {[]byte("FEA1 and more"), File{}},
		"Arrow: ":                          {whole[:len(whole)/2], File{Drop: []string{"when"}, LabelColumn: "kind"}},
		"column 1 (place) holds fixed_siz": {whole, File{LabelColumn: "place", Columns: []string{"wide"}}},
	} {
		c.f.Path = write(t, "x.arrow", string(c.content))
		if want == "column 1 (place) holds fixed_siz" {
			want = "(place) holds fixed_size_list"
		}
		if _, err := c.f.Read(); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "x.arrow") {
			t.Errorf("want an error with %q, got %v", want, err)
		}
	}
	b := arrays.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema([]arrow.Field{{Name: "a", Type: arrow.PrimitiveTypes.Int8, Nullable: true}}, nil))
	b.Field(0).(*arrays.Int8Builder).AppendValues([]int8{1, 2}, []bool{true, false})
	null := b.NewRecordBatch()
	if _, err := Read(write(t, "null.arrow", string(arrowBytes(t, false, null.Schema(), null)))); err == nil ||
		!strings.Contains(err.Error(), "row 2, column 1 (a): null is a missing value") {
		t.Errorf("null: %v", err)
	}
}

// TestDamagedFramesAreErrors: not one flipped byte brings a panic out of a reader.
func TestDamagedFramesAreErrors(t *testing.T) {
	schema, batch := arrowBatch("")
	for name, content := range map[string][]byte{
		"parquet": parquetBytes(t, cells3()[:1]), "arrow": arrowBytes(t, false, schema, batch), "stream": arrowBytes(t, true, schema, batch, ipc.WithLZ4()),
	} {
		if err := readBytes(content, damaged[name]); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		read := 0
		for at := 0; at < len(content); at += 3 {
			b := slices.Clone(content)
			b[at] ^= 0x81
			if readBytes(b, damaged[name]) == nil {
				read++
			}
		}
		for cut := 0; cut < len(content)/2; cut += 7 {
			if err := readBytes(content[:cut], damaged[name]); err == nil {
				t.Errorf("%s: %d of %d bytes are read", name, cut, len(content))
			}
		}
		t.Logf("%s: of %d files with a flipped byte %d are read", name, len(content)/3, read)
	}
}

// damaged is how the files of the next tests are read.
var damaged = map[string]File{
	"parquet": {Drop: []string{"half"}, LabelColumn: "kind", RowNames: "__index_level_0__"},
	"arrow":   {Drop: []string{"when"}, LabelColumn: "kind", RowNames: "name"},
	"stream":  {Drop: []string{"when"}, LabelColumn: "kind", RowNames: "name"},
}

// readBytes reads a frame that is in memory.
func readBytes(b []byte, f File) error {
	s := inMemory(b)
	s.bound = 1 << 24
	s.room = s.bound
	start, _ := s.Peek(8)
	s.kind = formatIn(start)
	if tables[s.kind] == nil {
		return fmt.Errorf("no frame")
	}
	return (&Data{}).fillFrom(s, f)
}

func FuzzParquet(f *testing.F) {
	f.Add(parquetBytes(f, cells3()))
	f.Fuzz(func(t *testing.T, b []byte) {
		if strings.HasPrefix(string(b), "PAR1") {
			readBytes(b, damaged["parquet"]) //nolint:errcheck // that it returns is the test
		}
	})
}

func FuzzArrow(f *testing.F) {
	schema, batch := arrowBatch("")
	f.Add(arrowBytes(f, false, schema, batch))
	f.Add(arrowBytes(f, true, schema, batch, ipc.WithZstd()))
	f.Fuzz(func(t *testing.T, b []byte) {
		if formatIn(b) == "arrow" {
			readBytes(b, damaged["arrow"]) //nolint:errcheck // that it returns is the test
		}
	})
}

// TestThriftIsHeldAgainstItsBytes: what is claimed must be there.
func TestThriftIsHeldAgainstItsBytes(t *testing.T) {
	for want, b := range map[int]string{
		1:  "\x00",                             // nothing
		5:  "\x15\x02\x28\x00\x00and more",     // a number, and a text of no letter
		8:  "\x19\x25\x02\x04\x1c\x11\x00\x00", // a list of two numbers, and a struct with a truth
		-1: "\x19\xfc\xff\xff\xff\xff\x07\x00", // a list of 2^31 structs
		-2: "\x18\xff\xff\xff\xff\x07a",        // a text of 2^31 letters
		-3: "\x15",                             // no number
		-4: strings.Repeat("\x1c", 100),        // deeper and deeper
		-5: "",
	} {
		n, err := thriftStruct([]byte(b))
		if (err != nil) != (want < 0) || err == nil && n != want {
			t.Errorf("% x: %d bytes, error %v, want %d", b, n, err, want)
		}
	}
}
