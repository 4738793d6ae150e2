package datasets

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"affmatch/affinity"
	"affmatch/internal/npz"

	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"

	"gonum.org/v1/gonum/mat"
)

var updateOdd = flag.Bool("update-odd", false, "TestOddFiles: write what files give to "+oddPage)

const oddPage = "FILES.md"

// An oddFile is a file that somebody has, or might have.
type oddFile struct {
	name, what string // what: it holds, for people; "": the content
	content    string
	f          File
}

// binaries are files that are no text.
func binaries(t *testing.T) []oddFile {
	array := func(data any, shape ...int) string {
		var b bytes.Buffer
		if err := (npz.Array{Shape: shape, Data: data}).Encode(&b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	archive := func(members ...string) string {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for k := 0; k < len(members); k += 2 {
			w, err := z.Create(members[k] + ".npy")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write([]byte(members[k+1])); err != nil {
				t.Fatal(err)
			}
		}
		z.Close()
		return b.String()
	}
	file := func(name string) string {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	x := array([]float32{1, 2.5, -3, 0.5}, 2, 2)
	header := func(descr, order, shape, numbers string) string {
		return string(npy(1, fmt.Sprintf("{'descr': %s, 'fortran_order': %s, 'shape': %s, }", descr, order, shape), numbers))
	}
	var gz, zst bytes.Buffer
	packed := gzip.NewWriter(&gz)
	packed.Write([]byte("a,b\n1,2.5\n-3,0.4\n"))
	packed.Close()
	z, err := zstd.NewWriter(&zst)
	if err != nil {
		t.Fatal(err)
	}
	z.Write([]byte(x))
	z.Close()
	schema, batch := arrowBatch(`{"index_columns": ["name"]}`)
	rows := parquetBytes(t, cells3(), parquet.KeyValueMetadata("pandas", pandas))
	null := cells3()
	null[1].Note = nil
	all := []oddFile{
		{name: "float32.npy", what: "float32", content: x},
		{name: "float64.npy", what: "float64, each of which is one of float32", content: array([]float64{1, 2.5, -3, 0.5}, 2, 2)},
		{name: "finer.npy", what: "float64", content: array([]float64{1, 2.5, -3, 0.1}, 2, 2)},
		{name: "tiny.npy", what: "float64 about 1e-200", content: array([]float64{1e-200, 2e-200}, 2, 1)},
		{name: "half.npy", what: "float16", content: file("half.npy")},
		{name: "pixels.npy", what: "uint8 of shape 1 x 2 x 2", content: array([]uint8{1, 2, 3, 255}, 1, 2, 2)},
		{name: "long.npy", what: "int64", content: array([]int64{1, 1 << 53}, 2, 1)},
		{name: "big-endian.npy", what: ">i2", content: header("'>i2'", "False", "(2, 1)", "\x00\x01\xff\xfe")},
		{name: "bool.npy", what: "bool", content: header("'|b1'", "False", "(2, 1)", "\x01\x00")},
		{name: "fortran.npy", what: "columns first", content: header("'|u1'", "True", "(2, 2)", "\x01\x03\x02\x04")},
		{name: "objects.npy", what: "Python objects", content: header("'|O'", "False", "(2, 1)", "")},
		{name: "records.npy", what: "a structured array", content: header("[('a', '<f8')]", "False", "(2,)", "")},
		{name: "complex.npy", what: "complex128", content: header("'<c16'", "False", "(1, 1)", strings.Repeat("\x00", 16))},
		{name: "labels alone.npy", what: "one dimension", content: array([]int64{1, 2}, 2)},
		{name: "half gone.npy", what: "the first half of one", content: x[:len(x)-8]},
		{name: "too long.npy", what: "bytes behind the array", content: x + "more"},
		{name: "no number.npy", what: "NaN", content: array([]float64{1, math.NaN()}, 2, 1)},
		{name: "infinite.npy", what: "Inf", content: array([]float32{1, float32(math.Inf(1))}, 2, 1)},
		{name: "named wrongly.csv", what: ".npy under a text's name", content: x},
		{name: "without a name", what: ".npy without an ending", content: x},
		{name: "savez.npz", what: "arrays X and y", content: archive("X", x, "y", array([]int64{4, 2}, 2))},
		{name: "one array.npz", what: "a single array of any name", content: archive("embedding_7", x)},
		{name: "nobody knows.npz", what: "arrays a and b", content: archive("a", x, "b", x)},
		{name: "labels.npz", what: "y alone, beside others", content: archive("y", array([]int64{4, 2}, 2), "z", x)},
		{name: "no zip.npz", what: "not a zip", content: "something else"},
	}
	for _, form := range []string{"csr", "csc", "coo", "dia", "bsr"} {
		all = append(all, oddFile{name: form + ".npz", what: "scipy.sparse.save_npz, " + form, content: file(form + ".npz")})
	}
	lil := archive("format", header("'|S3'", "False", "()", "lil"), "shape", array([]int64{1, 1}, 2), "data", array([]float64{1}, 1))
	idx := "\x00\x00\x08\x03\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00\x02"
	return append(all, []oddFile{
		{name: "lil.npz", what: "sparse in another form", content: lil},
		{name: "sparse.mtx", content: "%%MatrixMarket matrix coordinate real general\n% made\n2 3 2\n1 2 0.5\n2 3 4\n"},
		{name: "symmetric.mtx", content: "%%MatrixMarket matrix coordinate integer symmetric\n2 2 2\n1 1 3\n2 1 4\n"},
		{name: "pattern.mtx", content: "%%MatrixMarket matrix coordinate pattern general\n2 2 1\n2 1\n"},
		{name: "dense.mtx", content: "%%MatrixMarket matrix array real general\n2 2\n1\n-3\n2.5\n0.4\n"},
		{name: "complex.mtx", content: "%%MatrixMarket matrix coordinate complex general\n1 1 1\n1 1 1 0\n"},
		{name: "short.mtx", content: "%%MatrixMarket matrix coordinate real general\n2 3 2\n1 2 0.5\n"},
		{name: "beyond.mtx", content: "%%MatrixMarket matrix coordinate real general\n2 2 1\n3 1 1\n"},
		{name: "t10k-images-idx3-ubyte", what: "MNIST's format, 2 images", content: idx + "\x01\x02\x03\xff"},
		{name: "short-idx3-ubyte", what: "MNIST's format, a pixel less", content: idx + "\x01\x02\x03"},
		{name: "packed.csv.gz", what: "a text in gzip", content: gz.String()},
		{name: "packed.csv", what: "the same without .gz in its name", content: gz.String()},
		{name: "packed.npy.zst", what: "float32 in zstd", content: zst.String()},
		{name: "not packed.csv.gz", what: "a text", content: "1,2\n"},
		{name: "pandas.parquet", what: "pandas' index, numbers, truths, lists, text", content: string(rows), f: File{Drop: []string{"half"}}},
		{name: "bytes.parquet", what: "the same, with a column of bytes", content: string(rows)},
		{name: "null.parquet", what: "the same, with a null", content: string(parquetBytes(t, null)), f: File{Drop: []string{"half"}, LabelColumn: "kind", RowNames: "__index_level_0__"}},
		{name: "two columns.parquet", what: "some of the columns", content: string(rows), f: File{Columns: []string{"gene", "count"}, LabelColumn: "kept"}},
		{name: "half gone.parquet", what: "the first half of one", content: string(rows[:len(rows)/2])},
		{name: "all.feather", what: "every type, a dictionary as classes", content: string(arrowBytes(t, false, schema, batch, ipc.WithLZ4())), f: File{Drop: []string{"when"}}},
		{name: "all.arrows", what: "the same as a stream", content: string(arrowBytes(t, true, schema, batch)), f: File{Drop: []string{"when"}}},
		{name: "times.arrow", what: "the same, with a column of times", content: string(arrowBytes(t, false, schema, batch))},
		{name: "old.feather", what: "Feather, version 1", content: "FEA1...."},
		{name: "cells.h5ad", what: "AnnData", content: "\x89HDF\r\n\x1a\n"},
		{name: "photo.jpg", what: "a picture", content: "\xff\xd8\xff\xe0\x00\x10JFIF\x00"},
		{name: "empty.csv", content: ""},
		{name: "only a header.csv", content: "a,b\n"},
		{name: "ragged.csv", content: "1,2\n3,4,5\n"},
	}...)
}

// gives says in a line what a file is read as.
func (o oddFile) gives(t *testing.T) string {
	o.f.Path = filepath.Join(t.TempDir(), o.name)
	if err := os.WriteFile(o.f.Path, []byte(o.content), 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := o.f.Read()
	if err != nil {
		text := strings.ReplaceAll(err.Error(), " (file "+o.f.Path+")", "")
		return "error: " + strings.TrimPrefix(strings.TrimPrefix(text, "datasets: "), o.f.Path+": ")
	}
	return described(d)
}

// described is a line about data.
func described(d *Data) string {
	n, p := d.Dims()
	held := map[bool]string{true: "float32", false: "float64"}
	_, single := d.X.(affinity.Float32)
	line := fmt.Sprintf("%d x %d, %s", n, p, held[single])
	if _, sparse := d.X.(affinity.CSR); sparse {
		line = fmt.Sprintf("%d x %d, sparse", n, p)
	}
	if n*p <= 8 {
		var rows []string
		for i := range n {
			rows = append(rows, strings.Trim(fmt.Sprint(mat.Row(nil, i, d.X)), "[]"))
		}
		line += ": " + strings.Join(rows, "; ")
	}
	for _, part := range []struct {
		name string
		all  []string
	}{{"columns", d.Columns}, {"rows", d.RowNames}, {"classes", d.Names}} {
		if part.all != nil {
			line += "; " + part.name + " " + strings.Join(part.all, ", ")
		}
	}
	if d.Values != nil {
		line += fmt.Sprintf("; values %v", d.Values)
	}
	return line
}

// options are the fields of a File as the flags that set them.
func (f File) options() string {
	var all []string
	for _, o := range []struct{ flag, value string }{
		{"-label-column", f.LabelColumn}, {"-row-names", f.RowNames}, {"-columns", strings.Join(f.Columns, ",")}, {"-drop", strings.Join(f.Drop, ",")},
	} {
		if o.value != "" {
			all = append(all, o.flag+" "+o.value)
		}
	}
	return strings.Join(all, " ")
}

// TestOddFiles holds the page of odd files to what these give. go test -run OddFiles -update-odd writes it.
func TestOddFiles(t *testing.T) {
	all := binaries(t)
	for _, c := range dialects {
		all = append(all, oddFile{name: c.name, content: c.content, f: c.f})
	}
	for _, c := range refused {
		all = append(all, oddFile{name: c.name, content: c.content, f: c.f})
	}
	if len(all) < 60 {
		t.Errorf("%d files, want 60 at least", len(all))
	}
	var page strings.Builder
	page.WriteString(oddPageHead)
	for _, o := range all {
		what := o.what
		if what == "" {
			what = "`" + strings.ReplaceAll(strings.Trim(fmt.Sprintf("%q", o.content), `"`), "`", "'") + "`"
			if what == "``" {
				what = "nothing"
			}
		}
		name := o.name
		if options := o.f.options(); options != "" {
			name += " `" + options + "`"
		}
		fmt.Fprintf(&page, "| %s | %s | %s |\n", name, bars(what), bars(o.gives(t)))
	}
	if *updateOdd {
		if err := os.WriteFile(oddPage, []byte(page.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(oddPage)
	if err != nil {
		t.Fatal(err)
	}
	want, got := strings.Split(string(kept), "\n"), strings.Split(page.String(), "\n")
	for k := range max(len(want), len(got)) {
		if k >= len(want) || k >= len(got) || want[k] != got[k] {
			t.Fatalf("%s, line %d: read again (-update-odd), files give\n%s", oddPage, k+1, strings.Join(got[min(k, len(got)):min(k+1, len(got))], ""))
		}
	}
}

func bars(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

const oddPageHead = `# What files give

Every line is checked by a test, which also writes this page. *float32* and *float64* are how the numbers are held: in float32
where that is what each of them is, whatever the file has. A text stands as Go would quote it.

| file | holds | gives |
|---|---|---|
`
