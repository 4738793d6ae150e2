package datasets

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"affmatch/affinity"
	"affmatch/internal/npz"

	"gonum.org/v1/gonum/mat"
)

// The files of testdata were written by scipy 1.10 and numpy 1.24:
//
//	x = numpy.zeros((6, 4)); x[0,1], x[1,0], x[1,3], x[2,2], x[3,1], x[5,0], x[5,3] = 1.5, -2, 3, 4, 5, 6, -7
//	scipy.sparse.save_npz(f + ".npz", coo_matrix(x).asformat(f)), and csr_matrix(x).tobsr(blocksize=(3, 2))
//	numpy.save("half.npy", numpy.array([[1, -2.5, 65504], [6e-8, 0.333251953125, -0.0]], dtype=numpy.float16))
var scipys = mat.NewDense(6, 4, []float64{0, 1.5, 0, 0, -2, 0, 0, 3, 0, 0, 4, 0, 0, 5, 0, 0, 0, 0, 0, 0, 6, 0, 0, -7})

func TestSparseFilesOfScipy(t *testing.T) {
	for _, form := range []string{"csr", "csc", "coo", "dia", "bsr"} {
		d, err := Read(filepath.Join("testdata", form+".npz"))
		if err != nil {
			t.Errorf("%s: %v", form, err)
			continue
		}
		if x, ok := d.X.(affinity.CSR); !ok || len(x.Values) != 7 || !mat.Equal(x, scipys) {
			t.Errorf("%s: %T %v", form, d.X, mat.Formatted(d.X))
		}
	}
}

func TestHalfPrecisionIsNumpys(t *testing.T) {
	d, err := Read("testdata/half.npy")
	if err != nil {
		t.Fatal(err)
	}
	if want := mat.NewDense(2, 3, []float64{1, -2.5, 65504, 0x1p-24, 0.333251953125, math.Copysign(0, -1)}); !mat.Equal(d.X, want) {
		t.Errorf("%v", mat.Formatted(d.X))
	}
	half, _ := npz.Number('f', 2, binary.LittleEndian)
	halfPrecision := func(bits uint16) float64 { return half.Value([]byte{byte(bits), byte(bits >> 8)}) }
	for bits, want := range map[uint16]float64{0x7c00: math.Inf(1), 0xfc00: math.Inf(-1), 0x3ff: 1023 * 0x1p-24, 0x400: 0x1p-14, 0xc000: -2} {
		if got := halfPrecision(bits); got != want {
			t.Errorf("%#x: %v, want %v", bits, got, want)
		}
	}
	if v := halfPrecision(0x7e00); v == v {
		t.Errorf("NaN: %v", v)
	}
}

// sparseFile is an npz of some arrays, each given as npy's header and numbers of 4 bytes.
func sparseFile(t *testing.T, arrays map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range arrays {
		w, err := z.Create(name + ".npy")
		if err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(content))
	}
	z.Close()
	return write(t, "x.npz", b.String())
}

func wholes(numbers ...int32) string {
	var b strings.Builder
	for _, v := range numbers {
		b.Write(binary.LittleEndian.AppendUint32(nil, uint32(v)))
	}
	return string(npy(1, fmt.Sprintf("{'descr': '<i4', 'fortran_order': False, 'shape': (%d,), }", len(numbers)), b.String()))
}

func format(name string) string {
	return string(npy(1, "{'descr': '|S3', 'fortran_order': False, 'shape': (), }", name))
}

func TestDamagedSparseFilesAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		arrays map[string]string
		want   string
	}{
		"no indptr":         {map[string]string{"format": format("csr"), "shape": wholes(2, 2), "data": wholes(1), "indices": wholes(0)}, "indptr is not there"},
		"indptr falls":      {map[string]string{"format": format("csr"), "shape": wholes(2, 2), "data": wholes(1, 2), "indices": wholes(0, 1), "indptr": wholes(0, 3, 2)}, "not ascending"},
		"indptr is short":   {map[string]string{"format": format("csr"), "shape": wholes(2, 2), "data": wholes(1, 2), "indices": wholes(0, 1), "indptr": wholes(0, 2)}, "want 3 entries"},
		"indices are few":   {map[string]string{"format": format("csr"), "shape": wholes(2, 2), "data": wholes(1, 2), "indices": wholes(0), "indptr": wholes(0, 1, 2)}, "want 2 entries"},
		"a column too many": {map[string]string{"format": format("csr"), "shape": wholes(2, 2), "data": wholes(1, 2), "indices": wholes(0, 2), "indptr": wholes(0, 1, 2)}, "an entry at (1, 2)"},
		"a row below 0":     {map[string]string{"format": format("coo"), "shape": wholes(2, 2), "data": wholes(1), "row": wholes(-1), "col": wholes(0)}, "an entry at (-1, 0)"},
		"another form":      {map[string]string{"format": format("lil"), "shape": wholes(2, 2), "data": wholes(1)}, `"lil"`},
		"no name":           {map[string]string{"format": wholes(3), "shape": wholes(2, 2), "data": wholes(1)}, "want one name"},
		"three dimensions":  {map[string]string{"format": format("csr"), "shape": wholes(2, 2, 2), "data": wholes(1)}, "want 2 entries"},
		"a huge one":        {map[string]string{"format": format("coo"), "shape": wholes(2e9, 2), "data": wholes(1), "row": wholes(0), "col": wholes(0)}, "-max-mb"},
		"flat diagonals":    {map[string]string{"format": format("dia"), "shape": wholes(2, 2), "data": wholes(1), "offsets": wholes(0)}, "want two dimensions"},
		"flat blocks":       {map[string]string{"format": format("bsr"), "shape": wholes(2, 2), "data": wholes(1), "indices": wholes(0), "indptr": wholes(0, 1, 1)}, "do not fill"},
	} {
		_, err := Read(sparseFile(t, c.arrays))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
	twice, err := Read(sparseFile(t, map[string]string{"format": format("coo"), "shape": wholes(2, 2), "data": wholes(1, 2, 5), "row": wholes(1, 1, 0), "col": wholes(0, 0, 1)}))
	if err != nil || !mat.Equal(twice.X, mat.NewDense(2, 2, []float64{0, 5, 3, 0})) {
		t.Errorf("entries of one place: %v, %v", twice, err)
	}
}

func TestMatrixMarket(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		x       *mat.Dense
	}{
		"real":      {"%%MatrixMarket matrix coordinate real general\n% made by hand\n2 3 3\n1 1 1.5\n\n2 3 -2e1\n1 2 4\n", mat.NewDense(2, 3, []float64{1.5, 4, 0, 0, 0, -20})},
		"pattern":   {"%%MatrixMarket matrix coordinate pattern general\n2 2 1\n2 1\n", mat.NewDense(2, 2, []float64{0, 0, 1, 0})},
		"symmetric": {"%%MatrixMarket matrix coordinate integer symmetric\n2 2 2\n1 1 3\n2 1 5\n", mat.NewDense(2, 2, []float64{3, 5, 5, 0})},
		"skew":      {"%%MatrixMarket MATRIX Coordinate Real Skew-Symmetric\n2 2 1\n2 1 5\n", mat.NewDense(2, 2, []float64{0, -5, 5, 0})},
		"array":     {"%%MatrixMarket matrix array real general\n2 2\n1\n2\n3\n4\n", mat.NewDense(2, 2, []float64{1, 3, 2, 4})},
	} {
		d, err := Read(write(t, "x.mtx.gz", c.content))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if !mat.Equal(d.X, c.x) {
			t.Errorf("%s: %v", name, mat.Formatted(d.X))
		}
	}
	for content, want := range map[string]string{
		"": "line 1", "1 2 3\n": "line 1",
		"%%MatrixMarket matrix coordinate complex general\n1 1 1\n1 1 1 0\n":     "is not read",
		"%%MatrixMarket matrix coordinate real hermitian\n1 1 1\n1 1 1\n":        "is not read",
		"%%MatrixMarket matrix coordinate real general\n":                        "truncated",
		"%%MatrixMarket matrix coordinate real general\n2 2\n":                   "want 3 whole numbers",
		"%%MatrixMarket matrix coordinate real general\n2 2 two\n":               "want 3 whole numbers",
		"%%MatrixMarket matrix coordinate real general\n2 2 2\n1 1 1\n":          "entry 2 of 2",
		"%%MatrixMarket matrix coordinate real general\n2 2 1\n3 1 1\n":          "line 3: corrupt",
		"%%MatrixMarket matrix coordinate real general\n2 2 1\n1 1 1\n1 2 1\n":   "behind the last",
		"%%MatrixMarket matrix coordinate real general\n2 2 1\n1 1\n":            "2 fields, want 3",
		"%%MatrixMarket matrix coordinate real general\n2 2 1\n1 1 x\n":          "line 3",
		"%%MatrixMarket matrix coordinate real general\n2 2 1\n1 1 nan\n":        "NaN",
		"%%MatrixMarket matrix coordinate real general\n2000000000 2 1\n1 1 1\n": "-max-mb",
		"%%MatrixMarket matrix array real general\n2000000 2000000\n1\n":         "-max-mb",
		"%%MatrixMarket matrix array real general\n0 2\n":                        "at least one row",
		"%%MatrixMarket matrix array real general\n1 2\n1\n":                     "value 2 of 2",
	} {
		if _, err := Read(write(t, "x.mtx", content)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", content, err, want)
		}
	}
}

// TestCellsOf10xAreRows, with the names that stand beside them.
func TestCellsOf10xAreRows(t *testing.T) {
	folder := t.TempDir()
	put := func(name, content string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("s1_matrix.mtx", "%%MatrixMarket matrix coordinate integer general\n2 3 3\n1 1 7\n2 3 8\n1 2 9\n")
	put("s1_barcodes.tsv", "AAA-1\nAAC-1\nAAG-1\n")
	put("s1_genes.tsv", "ENSG1\tTP53\nENSG2\tMYC\n")
	d, err := Read(filepath.Join(folder, "s1_matrix.mtx"))
	if err != nil {
		t.Fatal(err)
	}
	if !mat.Equal(d.X, mat.NewDense(3, 2, []float64{7, 0, 9, 0, 0, 8})) || !slices.Equal(d.RowNames, []string{"AAA-1", "AAC-1", "AAG-1"}) ||
		!slices.Equal(d.Columns, []string{"TP53", "MYC"}) || !strings.Contains(d.Source, "turned") {
		t.Errorf("%v %v %v %s", mat.Formatted(d.X), d.RowNames, d.Columns, d.Source)
	}
	put("s1_barcodes.tsv", "AAA-1\n")
	if _, err := Read(filepath.Join(folder, "s1_matrix.mtx")); err == nil || !strings.Contains(err.Error(), "barcodes.tsv") {
		t.Errorf("a barcode for three columns: %v", err)
	}
}

func FuzzMTX(f *testing.F) {
	f.Add([]byte("%%MatrixMarket matrix coordinate real general\n2 3 2\n1 1 1.5\n2 3 -2\n"))
	f.Add([]byte("%%MatrixMarket matrix array real general\n2 2\n1\n2\n3\n4\n"))
	f.Add([]byte("%%MatrixMarket matrix coordinate pattern symmetric\n2 2 1\n2 1\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		x, err := readMTX(inMemory(b))
		if err != nil {
			return
		}
		if n, p := x.Dims(); n < 1 || p < 1 {
			t.Fatalf("read without error, but %d x %d", n, p)
		}
	})
}
