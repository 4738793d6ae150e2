package datasets

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"affmatch/affinity"

	"gonum.org/v1/gonum/mat"
)

// utf16Text is a text as Windows saves it.
func utf16Text(text string, big bool) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune("\uFEFF" + text)) {
		if big {
			b.WriteString(string([]byte{byte(u >> 8), byte(u)}))
		} else {
			b.WriteString(string([]byte{byte(u), byte(u >> 8)}))
		}
	}
	return b.String()
}

// two rows, or three, however programs write them.
var two, three = mat.NewDense(2, 2, []float64{1, 2.5, -3, 0.4}), mat.NewDense(3, 2, []float64{0, 1, 1, 2.5, -3, 0.4})

// dialects are texts that are read.
var dialects = []struct {
	name, content                 string
	f                             File
	x                             *mat.Dense
	labels, names, rows, variable string // joined by bars; labels as text
}{
	{name: "semicolons.csv", content: "a;b\n1;2.5\n-3;0.4\n", x: two, variable: "a|b"},
	{name: "decimal commas.csv", content: "a;b;label\n1;2,5;x\n-3;0,4;y\n", x: two, labels: "x|y", variable: "a|b"},
	{name: "decimal commas and blanks.txt", content: "1 2,5\n-3 0,4\n", x: two},
	{name: "decimal commas and tabs.tsv", content: "1\t2,5\n-3\t0,4\n", x: two},
	{name: "bars.csv", content: "1|2.5\n-3|0.4\n", x: two},
	{name: "tabs in a .csv.csv", content: "1\t2.5\n-3\t0.4\n", x: two},
	{name: "commas in a .tsv.tsv", content: "1,2.5\n-3,0.4\n", x: two},
	{name: "labels with the other separator.csv", content: "1,2.5,a;b\n-3,0.4,c;d\n", x: two, labels: "a;b|c;d"},
	{name: "labels with blanks.csv", content: "1,2.5,T cell\n-3,0.4,B cell\n", x: two, labels: "T cell|B cell"},
	{name: "blanks behind commas.csv", content: "1, 2.5\n-3, 0.4\n", x: two},
	{name: "comments.csv", content: "# made by hand\n# on a Monday\n1,2.5\n# between\n-3,0.4\n", x: two},
	{name: "numpy's header.txt", content: "# a b label\n1 2.5 7\n-3 0.4 9\n", x: two, labels: "7|9", variable: "a|b"},
	{name: "trailing commas.csv", content: "1,2.5,\n-3,0.4,\n", x: two},
	{name: "trailing commas under a header.csv", content: "a,b\n1,2.5,\n-3,0.4,\n", x: two, variable: "a|b"},
	{name: "trailing commas under one that has them.csv", content: "a,b,\n1,2.5,\n-3,0.4,\n", x: two, variable: "a|b"},
	{name: "trailing commas behind labels.csv", content: "1,2.5,p,\n-3,0.4,q,\n", x: two, labels: "p|q"},
	{name: "trailing blanks.txt", content: "1 2.5 \n-3 0.4 \n", x: two},
	{name: "R's write.table.txt", content: "\"a\" \"b\" \"Species\"\n\"1\" 1 2.5 \"setosa\"\n\"2\" -3 0.4 \"virginica\"\n", x: two, labels: "setosa|virginica", rows: "1|2", variable: "a|b"},
	{name: "R's names of rows.csv", content: "\"a\",\"b\"\n\"one\",1,2.5\n\"two\",-3,0.4\n", x: two, rows: "one|two", variable: "a|b"},
	{name: "R's write.csv.csv", content: "\"\",\"a\",\"b\"\n\"one\",1,2.5\n\"two\",-3,0.4\n", x: two, rows: "one|two", variable: "a|b"},
	{name: "names by name.csv", content: "Barcode,a,b\nAAAC,1,2.5\nAAAG,-3,0.4\n", x: two, rows: "AAAC|AAAG", variable: "a|b"},
	{name: "names under another.csv", content: "country,a,b\nPeru,1,2.5\nChad,-3,0.4\n", f: File{RowNames: "country"}, x: two, rows: "Peru|Chad", variable: "a|b"},
	{name: "names without a header.csv", content: "Peru,1,2.5\nChad,-3,0.4\n", f: File{RowNames: FirstColumn}, x: two, rows: "Peru|Chad"},
	{name: "numbers called id.csv", content: "id,a\n1,2.5\n-3,0.4\n", x: two, variable: "id|a"},
	{name: "pandas.csv", content: "0,1\n1,2.5\n-3,0.4\n", x: two, variable: "0|1"},
	{name: "pandas' index.csv", content: ",0,1\n0,1,2.5\n1,-3,0.4\n", x: two, rows: "0|1", variable: "0|1"},
	{name: "no header of pandas.csv", content: "0,1\n1,2.5\n-3,0.4\n0,1\n", f: File{LabelColumn: NoLabels}, x: mat.NewDense(3, 2, []float64{1, 2.5, -3, 0.4, 0, 1}), variable: "0|1"},
	{name: "whole numbers.csv", content: "0,1\n2,1\n", x: mat.NewDense(2, 2, []float64{0, 1, 2, 1})},
	{name: "labels first.csv", content: "a,1,2.5\na,-3,0.4\n", f: File{LabelColumn: FirstColumn}, x: two, labels: "a|a"},
	{name: "labels first under a header.csv", content: "kind,a,b\na,1,2.5\na,-3,0.4\n", f: File{LabelColumn: FirstColumn}, x: two, labels: "a|a", variable: "a|b"},
	{name: "labels behind names.csv", content: ",kind,a,b\nr,u,1,2.5\ns,v,-3,0.4\n", f: File{LabelColumn: FirstColumn}, x: two, labels: "u|v", rows: "r|s", variable: "a|b"},
	{name: "y.csv", content: "f1,f2,y\n1,2.5,3\n-3,0.4,4\n", x: two, labels: "3|4", variable: "f1|f2"},
	{name: "coordinates.csv", content: "x,y\n1,2.5\n-3,0.4\n", x: two, variable: "x|y"},
	{name: "truths.csv", content: "a,b\ntrue,2.5\nFALSE,0.4\n", x: mat.NewDense(2, 2, []float64{1, 2.5, 0, 0.4}), variable: "a|b"},
	{name: "some columns.csv", content: "a,b,c,label\n1,2.5,9,x\n-3,0.4,9,y\n", f: File{Columns: []string{"a", "b"}}, x: two, labels: "x|y", variable: "a|b"},
	{name: "all but some.csv", content: "a,note,b\n1,good,2.5\n-3,bad,0.4\n", f: File{Drop: []string{"note"}}, x: two, variable: "a|b"},
	{name: "UTF-16.csv", content: utf16Text("a,b,label\n1,2.5,ä\n-3,0.4,ß\n", false), x: two, labels: "ä|ß", variable: "a|b"},
	{name: "UTF-16, big end first.txt", content: utf16Text("1\t2.5\r\n-3\t0.4\r\n", true), x: two},
	{name: "a single column.csv", content: "1\n-3\n", x: mat.NewDense(2, 1, []float64{1, -3})},
	{name: "three rows.csv", content: "0,1\n1,2.5\n-3,0.4\n", f: File{Columns: nil}, x: two, variable: "0|1"},
	{name: "quoted.csv", content: "\"a\",\"b\"\n\"1\",\"2.5\"\n\"-3\",\"0.4\"\n", x: two, variable: "a|b"},
	{name: "old lines.csv", content: "0,1.0\r\n1,2.5\r\n-3,0.4\r\n", x: three},
}

// TestEveryDialectIsRead: the same two rows, or three, however programs write them.
func TestEveryDialectIsRead(t *testing.T) {
	for _, c := range dialects {
		c.f.Path = write(t, c.name, c.content)
		d, err := c.f.Read()
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if !mat.Equal(d.X, c.x) {
			t.Errorf("%s: X = %v", c.name, mat.Formatted(d.X))
		}
		var labels []string
		for _, l := range d.Labels {
			labels = append(labels, d.Names[l])
		}
		for what, pair := range map[string][2]string{
			"labels": {strings.Join(labels, "|"), c.labels}, "row names": {strings.Join(d.RowNames, "|"), c.rows}, "columns": {strings.Join(d.Columns, "|"), c.variable},
		} {
			if pair[0] != pair[1] {
				t.Errorf("%s: %s %q, want %q", c.name, what, pair[0], pair[1])
			}
		}
	}
}

// refused are texts that are not.
var refused = []struct {
	name, content string
	f             File
	want          []string
}{
	{"latin1.csv", "a,b,label\n1,2,caf\xe9\n", File{}, []string{"line 2", "column 3 (label)", "not UTF-8", "latin1"}},
	{"both decimals.csv", "1,5;2\n1.5;2\n", File{}, []string{"line 2", "column 1", `"1.5"`, "line 1"}},
	{"missing.csv", "a,b\n1,2\n3,NA\n", File{}, []string{"line 3", "column 2 (b)", `"NA"`, "missing value"}},
	{"missing names.csv", "a,b\n1,2\n3,\n", File{}, []string{"line 3", "column 2 (b)", `""`, "missing value"}},
	{"text first.csv", "a,1,2\nb,3,4\n", File{}, []string{"line 1", "column 1", "-label-column first", "-row-names first"}},
	{"a row or a comment.csv", "1,2\n#3,4\n", File{}, []string{"line 2", "a comment, or a row?"}},
	{"behind the end.csv", "1,2,\n3,4,\n5,6,7\n", File{}, []string{"line 3", `"7"`, "separator"}},
	{"no such column.csv", "a,b\n1,2\n", File{Columns: []string{"c"}}, []string{`column "c"`, `"a" "b"`}},
	{"no such to drop.csv", "a,b\n1,2\n", File{Drop: []string{"c"}}, []string{`column to drop "c"`}},
	{"no such names.csv", "a,b\n1,2\n", File{RowNames: "c"}, []string{`row names "c"`}},
	{"thousands.csv", "a;b\n1,234.5;2\n", File{}, []string{"line 2", `"1,234.5"`}},
	{"behind a comment.csv", "# one\n# two\n1,2\n3,oops\n", File{LabelColumn: NoLabels}, []string{"line 4", "oops"}},
	{"nothing but a separator.csv", "1,2,\n3,4,\n\"\"\n", File{}, []string{"line 3", "0 fields, want 2"}},
	{"ragged, and empty ends.csv", "1,\n1,2,3,4,\n", File{}, []string{"line 1", "missing value"}},
	{"a header of one.csv", "a\n1,2,x\n3,4,y\n", File{}, []string{"header", "1 fields", "3"}},
	{"bare quote.csv", "# one\n1,\"2\n", File{}, []string{"line 2"}},
}

// TestWhatCannotBeMeantIsRefused, by line and column.
func TestWhatCannotBeMeantIsRefused(t *testing.T) {
	for _, c := range refused {
		c.f.Path = write(t, c.name, c.content)
		_, err := c.f.Read()
		for _, want := range c.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: want an error with %q, got %v", c.name, want, err)
			}
		}
	}
}

// TestLabelsUnderAHeader: one more line than there are points is their name.
func TestLabelsUnderAHeader(t *testing.T) {
	points := write(t, "points.csv", "1,2\n3,4\n")
	for name, content := range map[string]string{"pandas.csv": "0\n7\n9\n", "named.csv": "class\n7\n9\n", "y.csv": "y\n7\n9\n", "y.txt": "y\n7\n9\n", "bare.csv": "7\n9\n"} {
		d, err := File{Path: points, Labels: write(t, name, content)}.Read()
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if !slices.Equal(d.Names, []string{"7", "9"}) {
			t.Errorf("%s: classes %q", name, d.Names)
		}
	}
	if _, err := (File{Path: points, Labels: write(t, "three.csv", "7\n8\n9\n")}).Read(); err == nil {
		t.Error("three labels of two points")
	}
}

// TestNamesOfRowsAndColumnsComeBack from what Write has written.
func TestNamesOfRowsAndColumnsComeBack(t *testing.T) {
	d := &Data{
		X: mat.NewDense(2, 2, []float64{1, 2.5, -3, 0.4}), RowNames: []string{"one", "two"}, Columns: []string{"a", "b"},
		Labels: []int{1, 0}, Names: []string{"u", "v"},
	}
	path := filepath.Join(t.TempDir(), "d.csv")
	if err := Write(path, d); err != nil {
		t.Fatal(err)
	}
	got, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	if !mat.Equal(got.X, d.X) || !slices.Equal(got.RowNames, d.RowNames) || !slices.Equal(got.Columns, d.Columns) || !slices.Equal(got.Labels, d.Labels) {
		t.Errorf("%+v", got)
	}
}

// TestFilesThatOthersStumbledOver stand in the shared folder.
func TestFilesThatOthersStumbledOver(t *testing.T) {
	data := os.Getenv("AFFMATCH_DATA")
	cases := filepath.Join(filepath.Dir(data), "cases")
	if _, err := os.Stat(cases); data == "" || err != nil {
		t.Skip("no folder of cases beside AFFMATCH_DATA")
	}
	in := func(name string) string {
		if name == "" {
			return ""
		}
		return filepath.Join(cases, name)
	}
	for _, c := range []struct {
		f       File
		n, p    int
		classes int
	}{
		{File{Path: "labelfirst.csv", LabelColumn: FirstColumn}, 60, 4, 3},
		{File{Path: "pandas_X.csv", Labels: "pandas_y.csv"}, 60, 4, 3},
		{File{Path: "trailing.csv"}, 60, 4, 0},
		{File{Path: "trailing.txt"}, 60, 4, 0},
		{File{Path: "sparse_csr.npz"}, 60, 4, 0},
		{File{Path: "sparse_dia.npz"}, 60, 4, 0},
		{File{Path: "blobs60.csv", Labels: "longlabel.txt"}, 60, -1, -1},
		{File{Path: "blobs60.csv", Labels: "constant.txt"}, 60, -1, -1},
		{File{Path: "onecolumn.csv"}, -1, 1, 0},
		{File{Path: "tiny.npy"}, -1, -1, -1},
		{File{Path: "uniform.csv"}, 600, 10, 0},
	} {
		c.f.Path, c.f.Labels = in(c.f.Path), in(c.f.Labels)
		d, err := c.f.Read()
		if err != nil {
			t.Errorf("%s: %v", c.f.Path, err)
			continue
		}
		n, p := d.Dims()
		if c.n >= 0 && n != c.n || c.p >= 0 && p != c.p || c.classes >= 0 && len(d.Names) != c.classes {
			t.Errorf("%s: %d x %d, classes %q", c.f.Path, n, p, d.Names)
		}
		if _, sparse := d.X.(affinity.CSR); sparse != strings.Contains(c.f.Path, "sparse") {
			t.Errorf("%s: %T", c.f.Path, d.X)
		}
		if strings.HasSuffix(c.f.Path, "tiny.npy") && mat.Max(mat.DenseCopyOf(d.X)) == 0 {
			t.Errorf("%s: all numbers are 0", c.f.Path)
		}
	}
	if _, err := Read(in("latin1.csv")); err == nil || !strings.Contains(err.Error(), "not UTF-8 (Latin-1?") {
		t.Errorf("latin1.csv: %v", err)
	}
}
