package datasets

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"affmatch/internal/npz"

	"gonum.org/v1/gonum/mat"
)

// npy makes a file by hand, so that the reader is not tested by the writer alone.
func npy(version byte, header string, numbers string) []byte {
	size := []byte{byte(len(header)), byte(len(header) >> 8)}
	if version > 1 {
		size = append(size, 0, 0)
	}
	return append(append(append([]byte(npz.Magic), version, 0), size...), header+numbers...)
}

func TestNPYReadsEveryElementTypeAndOrder(t *testing.T) {
	want := mat.NewDense(2, 3, []float64{1, 2, 3, 4, 5, 6})
	for _, c := range []struct {
		name, header, numbers string
		version               byte
	}{
		{"u1", "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }", "\x01\x02\x03\x04\x05\x06", 1},
		{"i1 of Python 2", "{'descr': '|i1', 'fortran_order': False, 'shape': (2L, 3L), }", "\x01\x02\x03\x04\x05\x06", 1},
		{"u1 Fortran", "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3)}", "\x01\x04\x02\x05\x03\x06", 1},
		{"big-endian i2, version 2", "{'descr': '>i2', 'fortran_order': False, 'shape': (2, 3), }", "\x00\x01\x00\x02\x00\x03\x00\x04\x00\x05\x00\x06", 2},
		{"little-endian u4, version 3", "{\"descr\": \"<u4\", \"fortran_order\": False, \"shape\": (2, 3), }", "\x01\x00\x00\x00\x02\x00\x00\x00\x03\x00\x00\x00\x04\x00\x00\x00\x05\x00\x00\x00\x06\x00\x00\x00", 3},
		{"f4", "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }",
			"\x00\x00\x80\x3f\x00\x00\x00\x40\x00\x00\x40\x40\x00\x00\x80\x40\x00\x00\xa0\x40\x00\x00\xc0\x40", 1},
		{"three dimensions", "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3, 1), }", "\x01\x02\x03\x04\x05\x06", 1},
	} {
		a, err := readNPY(inMemory(npy(c.version, c.header, c.numbers)))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got, err := a.matrix(); err != nil || !mat.Equal(got, want) {
			t.Errorf("%s: got %v, %v", c.name, got, err)
		}
	}
}

// python3 -c "import numpy as np; print(np.asfortranarray(np.arange(12).reshape(2,3,2)).ravel('F'))"
// is 0 6 2 8 4 10 1 7 3 9 5 11.
func TestNPYFortranOrderOfThreeDimensions(t *testing.T) {
	a, err := readNPY(inMemory(npy(1, "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3, 2), }", "\x00\x06\x02\x08\x04\x0a\x01\x07\x03\x09\x05\x0b")))
	if err != nil {
		t.Fatal(err)
	}
	for k := range 12 {
		if a.numbers.At(k) != float64(k) {
			t.Fatalf("got %v, want 0..11", a.numbers)
		}
	}
}

func TestNPYRefusesWhatItCannotRead(t *testing.T) {
	ok := "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1), }"
	numbers := strings.Repeat("\x00", 16)
	for want, file := range map[string][]byte{
		"starts with":       []byte("PK\x03\x04 something else"),
		"the npy header":    npy(1, ok, "")[:40],
		"version 9.0":       npy(9, ok, numbers),
		"Python objects":    npy(1, strings.Replace(ok, "<f8", "|O", 1), numbers),
		"element type":      npy(1, strings.Replace(ok, "<f8", "<c16", 1), numbers),
		"text of shape":     npy(1, strings.Replace(ok, "<f8", "|S8", 1), numbers),
		"text without":      npy(1, strings.Replace(ok, "<f8", "<U0", 1), numbers),
		"structured":        npy(1, strings.Replace(ok, "'<f8'", "[('a', '<f8')]", 1), numbers),
		"corrupt: header":   npy(1, "{'descr': '<f8'}", numbers),
		"file can hold":     npy(1, ok, numbers[:9]),
		"follow the array":  npy(1, ok, numbers+"x"),
		"at least one":      npy(1, strings.Replace(ok, "(2, 1)", "(0, 1)", 1), numbers),
		"shape ()":          npy(1, strings.Replace(ok, "(2, 1)", "()", 1), numbers),
		"(99999999999999)":  npy(1, strings.Replace(ok, "(2, 1)", "(99999999999999999999,)", 1), numbers),
		"more than the":     npy(1, strings.Replace(ok, "(2, 1)", "(4611686018427387904, 4)", 1), numbers),
		"header of 4294967": npy(2, "", "")[:8:8],
	} {
		if strings.HasPrefix(want, "header of") {
			file = append(file, 0xff, 0xff, 0xff, 0xff)
			want = "header of 4294967295 bytes"
		}
		if strings.HasPrefix(want, "(999") {
			want = "corrupt: shape"
		}
		a, err := readNPY(inMemory(file))
		if err == nil {
			_, err = a.matrix()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error with %q, got %v", want, err)
		}
	}
}

func TestNPYRoundTripKeepsBits(t *testing.T) {
	x := mat.NewDense(3, 2, []float64{0, math.Copysign(0, -1), math.MaxFloat64, 5e-324, math.Inf(1), math.NaN()})
	path := filepath.Join(t.TempDir(), "x.npy")
	if err := WriteNPY(path, x.T()); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if at := bytes.IndexByte(b, '\n') + 1; at%64 != 0 || len(b) != at+48 {
		t.Errorf("numbers start at byte %d of %d, want a multiple of 64 with 48 after", at, len(b))
	}
	a, err := readNPY(inMemory(b))
	if err != nil {
		t.Fatal(err)
	}
	for k := range 6 {
		v := a.numbers.At(k)
		if want := x.At(k%3, k/3); math.Float64bits(v) != math.Float64bits(want) {
			t.Errorf("number %d: got %v, want %v", k, v, want)
		}
	}
}

func TestWriteLeavesNoPartBehind(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "x.npy")
	if err := WriteNPY(path, mat.NewDense(1, 1, []float64{1})); err != nil {
		t.Fatal(err)
	}
	if err := WriteNPY(filepath.Join(folder, "missing", "x.npy"), mat.NewDense(1, 1, nil)); err == nil {
		t.Error("wrote into a folder that does not exist")
	}
	if err := Write(filepath.Join(folder, "y.npz"), &Data{X: mat.NewDense(1, 1, []float64{math.NaN()})}); err == nil {
		t.Error("wrote a NaN")
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 1 || entries[0].Name() != "x.npy" {
		t.Errorf("the folder holds %v, %v; want x.npy alone", entries, err)
	}
}

func FuzzNPY(f *testing.F) {
	f.Add(npy(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1), }", "\x00\x00\x00\x00\x00\x00\x00\x00"))
	f.Add(npy(2, "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }", "\x01\x04\x02\x05\x03\x06"))
	f.Add(npy(3, "{'descr': '>i2', 'fortran_order': False, 'shape': (3,), }", "\x00\x01\x00\x02\x00\x03"))
	f.Add(npy(1, "{'descr': '<U2', 'fortran_order': False, 'shape': (1,), }", "b\x00\x00\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := readNPY(inMemory(b))
		checkArray(t, a, err, len(b))
	})
}

// checkArray: an error, or an array of its shape that the file can have held.
func checkArray(t *testing.T, a *array, err error, size int) {
	if err != nil {
		return
	}
	count := 1
	for _, d := range a.shape {
		count *= d
	}
	if count != a.len() || count < 1 || count > size {
		t.Fatalf("shape %v with %d numbers from %d bytes", a.shape, a.len(), size)
	}
	if len(a.shape) > 1 {
		if _, err := a.matrix(); err != nil && a.text == nil {
			t.Fatal(err)
		}
	}
}
