package npz

import (
	"archive/zip"
	"bytes"
	"math"
	"reflect"
	"strings"
	"testing"
)

func file(t *testing.T, fill func(w *Writer)) []byte {
	t.Helper()
	var b bytes.Buffer
	w := NewWriter(&b)
	fill(w)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestArraysComeBackToTheLastBit(t *testing.T) {
	arrays := map[string]Array{
		"wide": {Shape: []int{2, 3}, Data: []float64{1, -0.5, math.Pi, math.Copysign(0, -1), math.Inf(1), 5e-324}}, "single": {Shape: []int{3}, Data: []float32{1, 2.5, -3}},
		"small": {Shape: []int{1, 2, 2}, Data: []uint8{0, 1, 255, 7}}, "index": {Shape: []int{2}, Data: []int32{-1, 1 << 30}}, "long": {Shape: []int{1}, Data: []int64{1 << 60}},
		"none": {Shape: []int{0, 4}, Data: []float64{}}, "of/parts": {Shape: []int{1}, Data: []float64{2}},
	}
	sums := map[string]string{}
	b := file(t, func(w *Writer) {
		for name, a := range arrays {
			sum, err := w.Array(name, a)
			if err != nil {
				t.Fatal(err)
			}
			sums[name] = sum
		}
		if err := w.Bytes("head.json", []byte("{}")); err != nil {
			t.Fatal(err)
		}
	})
	r, err := NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range arrays {
		got, err := r.Array(name, sums[name])
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v (error %v), want %v", name, got, err, want)
		}
		if v, ok := got.Data.([]float64); ok && name == "wide" && !math.Signbit(v[3]) {
			t.Error("-0 has lost its sign")
		}
	}
	if head, err := r.Bytes("head.json"); err != nil || string(head) != "{}" {
		t.Errorf("%q, error %v", head, err)
	}
	if n := len(r.Arrays()); n != len(arrays) {
		t.Errorf("%d arrays, want %d", n, len(arrays))
	}
}

func TestWhatIsNoArrayIsRefused(t *testing.T) {
	for want, a := range map[string]Array{
		"[]float64 of shape [3]": {Shape: []int{3}, Data: []float64{1, 2}}, "[]int of shape [1]": {Shape: []int{1}, Data: []int{1}}, "of shape []": {Data: []float64{1}},
	} {
		if _, err := NewWriter(&bytes.Buffer{}).Array("a", a); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	header := func(text string) []byte {
		b := append([]byte(Magic+"\x01\x00"), byte(len(text)), 0)
		return append(append(b, text...), 0, 0, 0, 0, 0, 0, 0, 0)
	}
	for want, b := range map[string][]byte{
		"npy version 4.0":          []byte("\x93NUMPY\x04\x00...."),
		"more, for the npy header": append([]byte(Magic+"\x01\x00"), 0x0f, 0x27, 1, 2),
		"want rows, of a shape":    header("{'descr': '<f8', 'fortran_order': True, 'shape': (1,), }\n"),
		"no more than its":         header("{'descr': '<f8', 'fortran_order': False, 'shape': (999999999999999999, 999999999999999999), }\n"),
		"8 bytes, want 0":          header("{'descr': '<f8', 'fortran_order': False, 'shape': (0,), }\n"),
		"type = <u4":               header("{'descr': '<u4', 'fortran_order': False, 'shape': (2,), }\n"),
	} {
		in := file(t, func(w *Writer) {
			if err := w.Bytes("a.npy", b); err != nil {
				t.Fatal(err)
			}
		})
		r, err := NewReader(bytes.NewReader(in), int64(len(in)))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Array("a", ""); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
		if _, err := r.Array("a", strings.Repeat("0", 64)); err == nil || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("another sum: error %v", err)
		}
		if _, err := r.Array("b", ""); err == nil || !strings.Contains(err.Error(), "b.npy = missing") {
			t.Errorf("no member: error %v", err)
		}
	}
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	if m, err := z.Create("a.npy"); err != nil {
		t.Fatal(err)
	} else if _, err := m.Write(make([]byte, 1<<16)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := NewReader(bytes.NewReader(packed.Bytes()), int64(packed.Len())); err == nil || !strings.Contains(err.Error(), "packed") {
		t.Errorf("packed: error %v", err)
	}
	twice := file(t, func(w *Writer) {
		for range 2 {
			if err := w.Bytes("a", nil); err != nil {
				t.Fatal(err)
			}
		}
	})
	if _, err := NewReader(bytes.NewReader(twice), int64(len(twice))); err == nil || !strings.Contains(err.Error(), "two members") {
		t.Errorf("two of a name: error %v", err)
	}
}
