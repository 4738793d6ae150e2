package knn

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
	"testing"
)

// golden is testdata/golden.json.gz; testdata/README.md says where it is from.
type golden struct {
	X, Z      [][]float64
	Distances []struct {
		Input, Metric string
		C             [][]float64
	}
	UMAP          [][]int32 `json:"idx_umap"`
	Entropic      [][]int32 `json:"idx_entropic"`
	SNAREUMAP     [][]int32 `json:"snare_umap_idx"`
	SNAREEntropic [][]int32 `json:"snare_entropic_idx"`
}

func readGolden(t *testing.T) (g golden) {
	t.Helper()
	file, err := os.Open("testdata/golden.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.NewDecoder(z).Decode(&g); err != nil {
		t.Fatal(err)
	}
	return g
}

// realData reads a file of the folder AFFMATCH_DATA.
func realData(tb testing.TB, name string) []byte {
	tb.Helper()
	dir := os.Getenv("AFFMATCH_DATA")
	if dir == "" {
		if os.Getenv("AFFMATCH_REQUIRE_DATA") == "1" {
			tb.Fatal("AFFMATCH_REQUIRE_DATA=1 and AFFMATCH_DATA is not set")
		}
		tb.Skip("needs real data: set AFFMATCH_DATA to the folder that holds " + name)
	}
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func snare(tb testing.TB) Rows {
	data := realData(tb, "snare_rna.npy")
	const n, dim = 1047, 10
	x := Rows{N: n, Dim: dim, F64: make([]float64, n*dim)}
	for i := range x.F64 {
		x.F64[i] = math.Float64frombits(binary.LittleEndian.Uint64(data[len(data)-8*n*dim+8*i:]))
	}
	return x
}

func mnist(tb testing.TB) Rows {
	z, err := gzip.NewReader(bytes.NewReader(realData(tb, "mnist-t10k-images-idx3-ubyte.gz")))
	if err != nil {
		tb.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		tb.Fatal(err)
	}
	x := Rows{N: 10000, Dim: 784, F32: make([]float32, 10000*784)}
	for i := range x.F32 {
		x.F32[i] = float32(data[16+i]) / 255
	}
	return x
}

func rowsOf(x [][]float64) Rows {
	r := Rows{N: len(x), Dim: len(x[0])}
	for _, row := range x {
		r.F64 = append(r.F64, row...)
	}
	return r
}

// normal is n x dim standard normal entries, float32 where narrow.
func normal(n, dim int, seed uint64, narrow bool) Rows {
	rng := rand.New(rand.NewPCG(seed, 0))
	x := Rows{N: n, Dim: dim}
	for range n * dim {
		if v := rng.NormFloat64(); narrow {
			x.F32 = append(x.F32, float32(v))
		} else {
			x.F64 = append(x.F64, v)
		}
	}
	return x
}

// grid is whole numbers from 0 to 3: many duplicates and ties.
func grid(n, dim int, seed uint64, narrow bool) Rows {
	x := normal(n, dim, seed, narrow)
	for i := range x.F64 {
		x.F64[i] = math.Floor(math.Mod(math.Abs(x.F64[i])*2, 4))
	}
	for i, v := range x.F32 {
		x.F32[i] = float32(math.Floor(math.Mod(math.Abs(float64(v))*2, 4)))
	}
	return x
}
