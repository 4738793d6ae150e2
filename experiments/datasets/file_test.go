package datasets

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// write puts content into a new file of that name, packed if it ends in .gz.
func write(t *testing.T, name, content string) string {
	t.Helper()
	b := []byte(content)
	if strings.HasSuffix(name, ".gz") {
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		z.Write(b)
		z.Close()
		b = packed.Bytes()
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReadTextFindsHeaderLabelsAndRowNames(t *testing.T) {
	x := mat.NewDense(2, 2, []float64{1, 2.5, -3, 4e-1})
	for _, c := range []struct {
		name, content string
		column        string
		labels, names string
	}{
		{"bare.csv", "1,2.5\n-3,4e-1\n", "", "", ""},
		{"bare.tsv.gz", "1\t2.5\r\n-3\t4e-1\r\n\r\n", "", "", ""},
		{"bare.txt", " 1  2.5\n-3 4e-1", "", "", ""},
		{"tabs.txt", "1\t2.5\n-3\t4e-1", "", "", ""},
		{"bare after a byte order mark.csv", "\uFEFF1,2.5\n-3,0.4\n", "", "", ""},
		{"header.csv", "\uFEFFa,b\n1,2.5\n-3,0.4\n", "", "", ""},
		{"text labels.csv", "1,2.5,T cell\n-3,0.4,\"B, naive\"\n", "", "1 0", "B, naive|T cell"},
		{"header and text labels.csv", "0,1,label\n1,2.5,t\n-3,0.4,b\n", "", "1 0", "b|t"},
		{"named integers.csv", "a,b,class\n1,2.5,10\n-3,0.4,9\n", "", "1 0", "9|10"},
		{"only the label column is text.csv", "0,1,kind\n1,2.5,10\n-3,0.4,9\n", LastColumn, "1 0", "9|10"},
		{"last.csv", "1,2.5,10\n-3,0.4,9\n", LastColumn, "1 0", "9|10"},
		{"first.csv", "10,1,2.5\n9,-3,0.4\n", FirstColumn, "1 0", "9|10"},
		{"named.csv", "a,group,b\n1,x,2.5\n-3,w,0.4\n", "group", "1 0", "w|x"},
		{"row names.csv", ",a,b\ncell1,1,2.5\ncell2,-3,0.4\n", "", "", ""},
	} {
		d, err := File{Path: write(t, c.name, c.content), LabelColumn: c.column}.Read()
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if !mat.Equal(d.X, x) {
			t.Errorf("%s: X = %v", c.name, d.X)
		}
		labels := strings.Trim(strings.Trim(strings.ReplaceAll(fmt.Sprint(d.Labels), ",", " "), "[]"), " ")
		if labels != c.labels || strings.Join(d.Names, "|") != c.names {
			t.Errorf("%s: labels %q of %q, want %q of %q", c.name, labels, d.Names, c.labels, c.names)
		}
	}
}

func TestReadErrorsSayWhere(t *testing.T) {
	for _, c := range []struct {
		f    File
		want []string
	}{
		{File{Path: write(t, "text.csv", "a,b\n1,2\n3,4\n5,oops\n")}, []string{"text.csv", "line 4", "column 2 (b)", `"oops"`}},
		{File{Path: write(t, "nan.csv", "1,2\nNaN,4\n")}, []string{"line 2", "column 1", `"NaN"`}},
		{File{Path: write(t, "gap.csv", "1,2\n3,\n")}, []string{"line 2", "column 2", `""`}},
		{File{Path: write(t, "ragged.csv", "1,2\n3,4\n5,6,7\n")}, []string{"line 3", "3 fields, want 2"}},
		{File{Path: write(t, "short header.csv", "a,b\n1,2,3\n4,5,6\n")}, []string{"line 3", "a header of 2", `"4"`}},
		{File{Path: write(t, "empty.csv", "")}, []string{"empty"}},
		{File{Path: write(t, "header.csv", "a,b\n")}, []string{"no line of numbers"}},
		{File{Path: write(t, "labels.csv", "label\na\nb\n"), LabelColumn: LastColumn}, []string{"no column of numbers"}},
		{File{Path: write(t, "named.csv", "a,b\n1,2\n"), LabelColumn: "c"}, []string{`label column "c"`, `"a" "b"`}},
		{File{Path: write(t, "quote.csv", "1,\"2\n")}, []string{"line"}},
		{File{Path: write(t, "x.npy", "1,2"), LabelColumn: LastColumn}, []string{"only text, Parquet and Arrow"}},
		{File{Path: "two.npy", Labels: "two.npy"}, []string{"two.npy"}},
		{File{Path: write(t, "x.jpg", "\xff\xd8\xff\xe0\x00\x10JFIF\x00")}, []string{"unknown format"}},
		{File{Path: write(t, "labels-idx1-ubyte.gz", "\x00\x00\x08\x01\x00\x00\x00\x02ab")}, []string{"two or more dimensions"}},
		{File{Path: filepath.Join(t.TempDir(), "none.npy")}, []string{"no such file"}},
		{File{Path: write(t, "two.csv", "1,2\n3,4\n"), Labels: write(t, "three.txt", "a\nb\nc\n")}, []string{"labels", "3", "2"}},
		{File{Path: write(t, "two.csv", "1,2\n3,4\n"), Labels: write(t, "gap.txt", "a\n\nc\n")}, []string{"gap.txt", "row 2"}},
		{File{Path: write(t, "nan.npy", string(npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }", "\x00\x00\x00\x00\x00\x00\xc0\x7f")))}, []string{"X(0,1)", "NaN", "nan.npy"}},
	} {
		_, err := c.f.Read()
		for _, want := range c.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: want an error with %q, got %v", filepath.Base(c.f.Path), want, err)
			}
		}
	}
	if _, err := Read(t.TempDir() + "/"); err == nil {
		t.Error("read a folder")
	}
}

func TestTruncatedAndDamagedGzipIsAnError(t *testing.T) {
	path := write(t, "x.csv.gz", strings.Repeat("1,2\n3,4\n", 100))
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for cut := range len(whole) {
		if err := os.WriteFile(path, whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(path); err == nil {
			t.Fatalf("read a file cut to %d of %d bytes", cut, len(whole))
		}
	}
	whole[len(whole)-5] ^= 1 // in the checksum
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(path); err == nil {
		t.Error("read a file with a wrong checksum")
	}
}

func TestReadLabelsFromEveryFormat(t *testing.T) {
	for _, c := range []struct {
		name, content, labels, names string
	}{
		{"numbers.txt", "3\r\n1\r\n3\r\n", "1 0 1", "1|3"},
		{"savetxt.txt", "3.0e+00\n1.0e+00\n3.0e+00\n", "1 0 1", "1|3"},
		{"text.txt.gz", "T cell\nB cell\nT cell\n", "1 0 1", "B cell|T cell"},
		{"mixed.txt", "3\nunknown\n3\n", "0 1 0", "3|unknown"},
		{"column.csv", "cell,label\nx,3\ny,1\nz,3\n", "1 0 1", "1|3"},
		{"text before the labels.csv", "x,c\ny,b\nz,c\n", "1 0 1", "b|c"},
		{"one column.csv", "3\n1\n3\n", "1 0 1", "1|3"},
		{"labels.idx1-ubyte", "\x00\x00\x08\x01\x00\x00\x00\x03\x03\x01\x03", "1 0 1", "1|3"},
		{"labels.npy.gz", string(npy(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }", "\x03\x01\x03")), "1 0 1", "1|3"},
		{"text.npy", string(npy(1, "{'descr': '>U2', 'fortran_order': False, 'shape': (2,), }",
			"\x00\x00\x00\xe9\x00\x00\x00b\x00\x00\x00a\x00\x00\x00\x00")), "1 0", "a|\u00e9b"},
		{"bytes.npy", string(npy(1, "{'descr': '|S3', 'fortran_order': False, 'shape': (2,), }", "NK\x00B\x00\x00")), "1 0", "B|NK"},
	} {
		labels, names, err := ReadLabels(write(t, c.name, c.content))
		if got := strings.Trim(fmt.Sprint(labels), "[]"); err != nil || got != c.labels || strings.Join(names, "|") != c.names {
			t.Errorf("%s: %q of %q, %v; want %q of %q", c.name, got, names, err, c.labels, c.names)
		}
	}
	if _, _, err := ReadLabels(write(t, "real.txt", "0.5\n1\n")); err == nil || !strings.Contains(err.Error(), "real numbers") {
		t.Errorf("real numbers as classes: %v", err)
	}
	if _, _, err := ReadLabels(write(t, "none.txt", "\n")); err == nil {
		t.Error("no labels at all is no error")
	}
	d, err := File{Path: write(t, "x.csv", "1,2\n3,4\n"), Labels: write(t, "real.txt", "0.5\n1\n")}.Read()
	if err != nil || d.Labels != nil || !slices.Equal(d.Values, []float64{0.5, 1}) {
		t.Errorf("real numbers beside points: %+v, %v", d, err)
	}
}

func TestWriteAndReadBack(t *testing.T) {
	d := &Data{X: mat.NewDense(3, 2, []float64{0.1, 2, 1e-300, -4, 5, 6}), Labels: []int{1, 0, 1}, Names: []string{"0", "1"}}
	for _, name := range []string{"d.npy", "d.npz", "d.csv", "d.tsv", "d.csv.gz", "d.tsv.gz"} {
		path := filepath.Join(t.TempDir(), name)
		if err := Write(path, d); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got, err := Read(path)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !mat.Equal(got.X, d.X) {
			t.Errorf("%s: X = %v", name, got.X)
		}
		if name != "d.npy" && (!slices.Equal(got.Labels, d.Labels) || !slices.Equal(got.Names, d.Names)) {
			t.Errorf("%s: labels %v of %q", name, got.Labels, got.Names)
		}
	}
	roll := SwissRoll(1)
	for _, name := range []string{"roll.npz", "roll.csv"} {
		path := filepath.Join(t.TempDir(), name)
		if err := Write(path, roll); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, labels := range []string{"", path} {
			if got, err := (File{Path: path, Labels: labels}).Read(); err != nil || !mat.Equal(got.X, roll.X) || !slices.Equal(got.Values, roll.Values) {
				t.Errorf("%s, labels %q: %v, %v", name, labels, got, err)
			}
		}
	}
	if err := Write(filepath.Join(t.TempDir(), "d.idx"), d); err == nil {
		t.Error("wrote an unknown format")
	}
}

func TestNPZWithoutPointsNamesWhatItHolds(t *testing.T) {
	path := filepath.Join(t.TempDir(), "d.npz")
	if err := Write(path, &Data{X: mat.NewDense(1, 1, nil)}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := ReadLabels(path); err == nil || !strings.Contains(err.Error(), "no labels") {
		t.Errorf("labels of a file without: %v", err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for cut := 0; cut < len(b); cut += 7 {
		if err := os.WriteFile(path, b[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(path); err == nil {
			t.Fatalf("read an npz cut to %d of %d bytes", cut, len(b))
		}
	}
}

func TestNPZThatClaimsMoreThanItsFileIsRefused(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.CreateRaw(&zip.FileHeader{Name: "X.npy", Method: zip.Store, CompressedSize64: 1 << 40, UncompressedSize64: 1 << 40})
	if err != nil {
		t.Fatal(err)
	}
	w.Write(npy(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000, 100), }", ""))
	z.Close()
	if _, err := Read(write(t, "x.npz", b.String())); err == nil || !strings.Contains(err.Error(), "corrupt") {
		t.Errorf("got %v", err)
	}
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte("a,b,label\n1,2,x\n3,4,y\n"), "")
	f.Add([]byte("\uFEFF,a\nr,1\n"), "last")
	f.Add([]byte("1,\"2\"\n"), "first")
	f.Add([]byte("a\n1,2,x\n"), "")
	f.Add([]byte("1,\n1,2,3,4,\n"), "")
	f.Add([]byte("1,2,\n3,4,\n\"\"\n"), "")
	f.Fuzz(func(t *testing.T, b []byte, column string) {
		table, err := readTable(inMemory(b), File{LabelColumn: column}, 0)
		if err != nil {
			return
		}
		d := &Data{}
		if err := d.fill(table); err != nil {
			return
		}
		if err := d.Validate(); err != nil {
			t.Fatalf("read without error, but: %v", err)
		}
	})
}
