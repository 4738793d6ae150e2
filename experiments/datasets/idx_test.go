package datasets

import (
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

func TestIDXReadsImagesAsRows(t *testing.T) {
	a, err := readIDX(inMemory([]byte("\x00\x00\x08\x03\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00\x03" + "\x01\x02\x03\x04\x05\xff")))
	if err != nil {
		t.Fatal(err)
	}
	if x, err := a.matrix(); err != nil || !mat.Equal(x, mat.NewDense(2, 3, []float64{1, 2, 3, 4, 5, 255})) {
		t.Errorf("got %v, %v", x, err)
	}
	a, err = readIDX(inMemory([]byte("\x00\x00\x0B\x01\x00\x00\x00\x02" + "\xff\xfe\x01\x00")))
	if err != nil {
		t.Fatal(err)
	}
	if a.numbers.At(0) != -2 || a.numbers.At(1) != 256 {
		t.Errorf("shorts: got %v, want -2, 256", a.numbers)
	}
}

func TestIDXRefusesWhatItCannotRead(t *testing.T) {
	for file, want := range map[string]string{
		"\x00\x00\x08":                                     "the IDX header",
		"\x93NUMPY":                                        "not an IDX file",
		"\x00\x00\x08\x00":                                 "not an IDX file",
		"\x00\x00\x07\x01\x00\x00\x00\x01x":                "not an IDX file",
		"\x00\x00\x08\x02\x00\x00\x00\x01":                 "the IDX header",
		"\x00\x00\x08\x01\x00\x00\x00\x03ab":               "the file can hold",
		"\x00\x00\x08\x02\xff\xff\xff\xff\xff\xff\xff\xff": "the file can hold",
		"\x00\x00\x08\x01\x00\x00\x00\x01ab":               "follow the array",
	} {
		if _, err := readIDX(inMemory([]byte(file))); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: want an error with %q, got %v", file, want, err)
		}
	}
}

func FuzzIDX(f *testing.F) {
	f.Add([]byte("\x00\x00\x08\x03\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00\x03\x01\x02\x03\x04\x05\xff"))
	f.Add([]byte("\x00\x00\x0E\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := readIDX(inMemory(b))
		checkArray(t, a, err, len(b))
	})
}
