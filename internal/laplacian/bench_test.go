package laplacian

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"affmatch/internal/pca"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

func benchmark(b *testing.B, g Graph) {
	b.Helper()
	b.ReportAllocs()
	var r *Result
	for b.Loop() {
		r = embed(b, g, 2, Defaults())
	}
	if !r.Converged {
		b.Errorf("not converged: %s", r.Note)
	}
	b.ReportMetric(float64(r.Steps), "steps")
	b.ReportMetric(float64(len(g.Tail))/float64(g.N), "edges/point")
}

func BenchmarkSheet(b *testing.B) {
	for _, size := range [][2]int{{70_000, 30}, {1_000_000, 15}} {
		b.Run(fmt.Sprintf("n=%d/k=%d", size[0], size[1]), func(b *testing.B) { benchmark(b, sheet(size[0], size[1])) })
	}
}

func BenchmarkPath(b *testing.B) { benchmark(b, path(100_000)) }

// The 30 nearest of each of 10,000 digits, in their first 50 principal components, with weights that fall with the
// distance beyond the nearest, in units of the mean.
func BenchmarkMNIST(b *testing.B) {
	folder := os.Getenv("AFFMATCH_DATA")
	if folder == "" {
		b.Skip("AFFMATCH_DATA is not set: no MNIST")
	}
	f, err := os.Open(filepath.Join(folder, "mnist-t10k-images-idx3-ubyte.gz"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		b.Fatal(err)
	}
	var pixels bytes.Buffer
	if _, err := io.Copy(&pixels, z); err != nil {
		b.Fatal(err)
	}
	const n, m, k = 10_000, 50, 30
	x := pca.Rows{N: n, Dim: 784}
	for _, v := range pixels.Bytes()[16:] {
		x.F64 = append(x.F64, float64(v))
	}
	y, err := pca.Reduce(context.Background(), x, m, pca.Defaults())
	if err != nil {
		b.Fatal(err)
	}
	benchmark(b, nearest(y.F64, n, m, k))
}

// nearest is the symmetrized graph of the k nearest rows of y, n x m.
func nearest(y []float64, n, m, k int) Graph {
	var edges []edge
	all := blas64.General{Rows: n, Cols: m, Stride: m, Data: y}
	norms := make([]float64, n)
	for i := range n {
		row := blas64.Vector{N: m, Data: y[i*m:], Inc: 1}
		norms[i] = blas64.Dot(row, row)
	}
	seen := make(map[[2]int]bool)
	order := make([]int, n)
	products := blas64.General{Rows: 1, Cols: n, Stride: n, Data: make([]float64, n)}
	for i := range n {
		blas64.Gemm(blas.NoTrans, blas.Trans, -2, blas64.General{Rows: 1, Cols: m, Stride: m, Data: y[i*m:]}, all, 0, products)
		square := func(j int) float64 { return norms[i] + norms[j] + products.Data[j] }
		for j := range order {
			order[j] = j
		}
		cut := slices.Clone(products.Data)
		for j := range cut {
			cut[j] += norms[j]
		}
		slices.Sort(cut)
		near := slices.DeleteFunc(order[:n:n], func(j int) bool { return j == i || products.Data[j]+norms[j] > cut[k] })
		first, mean := math.Inf(1), 0.0
		for _, j := range near {
			first = min(first, math.Sqrt(square(j)))
			mean += math.Sqrt(square(j)) / float64(len(near))
		}
		for _, j := range near {
			if key := [2]int{min(i, j), max(i, j)}; !seen[key] {
				seen[key] = true
				edges = append(edges, edge{i, j, math.Exp(-2 * (math.Sqrt(square(j)) - first) / (mean - first))})
			}
		}
		order = order[:n]
	}
	return join(n, edges...)
}
