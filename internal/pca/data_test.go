package pca

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"math"
	"math/rand/v2"
	"testing"

	"affmatch/internal/golden"
)

// reference is a golden start from PCA.
type reference struct {
	Components, Embedding golden.Matrix
	Singular              golden.Vector `json:"singular_values"`
}

// snare are the real cells.
func snare(t testing.TB) Rows {
	t.Helper()
	x := golden.Cells(t, 0)
	n, columns := x.Dims()
	return Rows{N: n, Dim: columns, F64: x.RawMatrix().Data}
}

// mnist is the test set of MNIST, 10,000 x 784, pixels 0..255 as float32.
func mnist(t testing.TB) Rows {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(golden.Data(t, "mnist-t10k-images-idx3-ubyte.gz")))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	x := Rows{N: int(binary.BigEndian.Uint32(b[4:])), Dim: 784}
	for _, v := range b[16:] {
		x.F32 = append(x.F32, float32(v))
	}
	return x
}

// decay is n x p normal entries, column j times rate^j plus j.
func decay(n, p int, rate float64) Rows {
	draw := rand.New(rand.NewPCG(uint64(n), uint64(p)))
	x := Rows{N: n, Dim: p, F64: make([]float64, n*p)}
	for i := range x.F64 {
		x.F64[i] = draw.NormFloat64()*math.Pow(rate, float64(i%p)) + float64(i%p)
	}
	return x
}

func narrow(x Rows) Rows {
	y := Rows{N: x.N, Dim: x.Dim, F32: make([]float32, len(x.F64))}
	for i, v := range x.F64 {
		y.F32[i] = float32(v)
	}
	return y
}

// near wants |got - want| <= tol * the largest |want|.
func near(t *testing.T, what string, got, want []float64, tol float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d entries, want %d", what, len(got), len(want))
	}
	scale := 0.0
	for _, w := range want {
		scale = max(scale, math.Abs(w))
	}
	for i := range want {
		if !(math.Abs(got[i]-want[i]) <= tol*scale) {
			t.Fatalf("%s[%d] = %v, want %v (to %g of %g)", what, i, got[i], want[i], tol, scale)
		}
	}
}
