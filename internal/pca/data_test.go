package pca

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

// golden decodes testdata/name.json.gz; testdata/README.md says where it comes from.
func golden(t *testing.T, name string) (g struct {
	X, Components, Embedding [][]float64
	Singular                 []float64 `json:"singular_values"`
}) {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name+".json.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.NewDecoder(z).Decode(&g); err != nil {
		t.Fatal(err)
	}
	return g
}

// realData reads a file of the folder AFFMATCH_DATA.
func realData(t testing.TB, name string) []byte {
	t.Helper()
	folder := os.Getenv("AFFMATCH_DATA")
	if folder == "" {
		if os.Getenv("AFFMATCH_REQUIRE_DATA") == "1" {
			t.Fatalf("AFFMATCH_DATA is not set: no %s", name)
		}
		t.Skipf("AFFMATCH_DATA is not set: no %s", name)
	}
	b, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// snare is snare_rna.npy: version 1, little-endian float64, C order.
func snare(t testing.TB) Rows {
	t.Helper()
	b := realData(t, "snare_rna.npy")
	start := 10 + int(binary.LittleEndian.Uint16(b[8:]))
	shape := regexp.MustCompile(`'<f8'.*False.*\((\d+), (\d+)\)`).FindSubmatch(b[:start])
	if shape == nil {
		t.Fatalf("unexpected header %q", b[:start])
	}
	x := Rows{F64: make([]float64, (len(b)-start)/8)}
	x.N, _ = strconv.Atoi(string(shape[1]))
	x.Dim, _ = strconv.Atoi(string(shape[2]))
	if err := binary.Read(bytes.NewReader(b[start:]), binary.LittleEndian, x.F64); err != nil {
		t.Fatal(err)
	}
	return x
}

// mnist is the test set of MNIST, 10,000 x 784, pixels 0..255 as float32.
func mnist(t testing.TB) Rows {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(realData(t, "mnist-t10k-images-idx3-ubyte.gz")))
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

func flat(rows [][]float64) (v []float64) {
	for _, r := range rows {
		v = append(v, r...)
	}
	return v
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
