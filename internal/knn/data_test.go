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
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
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

// pca is the first dim principal components of x, in float32.
func pca(x Rows, dim int) Rows {
	a := mat.NewDense(x.N, x.Dim, nil)
	for i := range x.N {
		x.Wide(i, a.RawRowView(i))
	}
	var c mat.SymDense
	stat.CovarianceMatrix(&c, a, nil)
	var eigen mat.EigenSym
	if !eigen.Factorize(&c, true) {
		panic("no eigenvectors")
	}
	var v, z mat.Dense
	eigen.VectorsTo(&v)
	z.Mul(a, v.Slice(0, x.Dim, x.Dim-dim, x.Dim))
	y := Rows{N: x.N, Dim: dim}
	for _, v := range z.RawMatrix().Data {
		y.F32 = append(y.F32, float32(v))
	}
	return y
}

// grown adds copies of each row: points between it and two of its 10 nearest, so that the data stay on the surface that
// they are on, plus noise of a twentieth of the distance to the nearest.
func grown(tb testing.TB, x Rows, times int) Rows {
	nb, err := Exact(ctx, x, 10, Options{Metric: Euclidean})
	if err != nil {
		tb.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 1))
	y := Rows{N: x.N * times, Dim: x.Dim, F32: x.F32}
	for range times - 1 {
		for i := range x.N {
			index, dist := nb.Row(i)
			a, b := x.Row32(int(index[rng.IntN(10)])), x.Row32(int(index[rng.IntN(10)]))
			s, t := rng.Float32()/2, rng.Float32()/2
			noise := dist[0] / 20 / math.Sqrt(float64(x.Dim))
			for k, v := range x.Row32(i) {
				y.F32 = append(y.F32, v+s*(a[k]-v)+t*(b[k]-v)+float32(noise*rng.NormFloat64()))
			}
		}
	}
	return y
}

// clusters is n x dim points in 20 clusters, each of 6 directions of its own, of falling spread, and a little noise.
func clusters(n, dim int, seed uint64, narrow bool) Rows {
	const count, inner = 20, 6
	rng := rand.New(rand.NewPCG(seed, 2))
	center, basis := normal(count, dim, seed, false), normal(count*inner, dim, seed+1, false)
	x := Rows{N: n, Dim: dim}
	for range n {
		c := rng.IntN(count)
		row := slices.Clone(center.Row64(c))
		for b := range inner {
			w := rng.NormFloat64() / float64(2+b)
			for k, v := range basis.Row64(c*inner + b) {
				row[k] += w * v
			}
		}
		for _, v := range row {
			if v += rng.NormFloat64() / 50; narrow {
				x.F32 = append(x.F32, float32(v))
			} else {
				x.F64 = append(x.F64, v)
			}
		}
	}
	return x
}
