package linear

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

func random(rows, cols int) Matrix {
	m := Zeros(rows, cols)
	draw := rand.New(rand.NewPCG(uint64(rows), uint64(cols)))
	for i := range m.Data {
		m.Data[i] = draw.NormFloat64()
	}
	return m
}

// plain is the sum as AddProduct promises it.
func plain(c float64, a, b Matrix, i, j int) float64 {
	for k := 0; k < a.Cols; k += depth {
		sum := 0.0
		for q := k; q < min(k+depth, a.Cols); q++ {
			sum += float64(a.At(i, q) * b.At(q, j))
		}
		c += sum
	}
	return c
}

func TestProductsAreTheSumsPromised(t *testing.T) {
	for _, size := range [][3]int{{1, 1, 1}, {4, 4, 4}, {3, 5, 7}, {66, 1, 70}, {65, 193, 67}, {5, 400, 130}, {130, 7, 3}, {0, 3, 2}, {3, 0, 2}} {
		m, k, n := size[0], size[1], size[2]
		for form := range 8 {
			a, b, c := random(m, k), random(k, n), random(m, n)
			if form&1 > 0 {
				a = random(k, m).T()
			}
			if form&2 > 0 {
				b = random(n, k).T()
			}
			if form&4 > 0 {
				c = random(n, m).T()
			}
			before := slices.Clone(c.Data)
			AddProduct(c, a, b)
			old := c
			old.Data = before
			for i := range m {
				for j := range n {
					if got, want := c.At(i, j), plain(old.At(i, j), a, b, i, j); got != want {
						t.Fatalf("%v, form %d: entry %d, %d = %v, want %v", size, form, i, j, got, want)
					}
				}
			}
		}
	}
}

func TestAddGramIsTheUpperTriangleOfTheProduct(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {10, 3}, {200, 64}, {193, 65}, {5, 150}} {
		a := random(size[0], size[1])
		n := a.Cols
		got, want := random(n, n), random(n, n)
		AddGram(got, a)
		AddProduct(want, a.T(), a)
		for i := range n {
			for j := i; j < n; j++ {
				if got.At(i, j) != want.At(i, j) {
					t.Fatalf("%v: entry %d, %d = %v, want %v", size, i, j, got.At(i, j), want.At(i, j))
				}
			}
		}
	}
}

func TestPartsOfMatrices(t *testing.T) {
	a, b := random(20, 30), random(30, 20)
	c := Zeros(10, 10)
	AddProduct(c.Part(2, 3, 5, 4), a.Part(1, 2, 5, 6), b.Part(7, 8, 6, 4))
	for i := range 10 {
		for j := range 10 {
			want := 0.0
			if i >= 2 && i < 7 && j >= 3 && j < 7 {
				want = plain(0, a.Part(1, 2, 5, 6), b.Part(7, 8, 6, 4), i-2, j-3)
			}
			if c.At(i, j) != want {
				t.Fatalf("entry %d, %d = %v, want %v", i, j, c.At(i, j), want)
			}
		}
	}
	if p := a.Part(20, 0, 0, 30); p.Rows != 0 || len(p.Data) != 0 {
		t.Errorf("a part of no rows has %d rows and %d numbers", p.Rows, len(p.Data))
	}
}

func TestNormsStandAnyScale(t *testing.T) {
	for _, scale := range []float64{1, 1e-160, 1e-300, 1e200, 1e307} {
		x := []float64{3 * scale, 0, -4 * scale, 0, 12 * scale}
		if got := Norm(x); math.Abs(got/scale-13) > 1e-12 {
			t.Errorf("norm of (3, 0, -4, 0, 12) %g = %g", scale, got)
		}
		if got := Hypot(-5*scale, 12*scale); math.Abs(got/scale-13) > 1e-12 {
			t.Errorf("hypot of (5, 12) %g = %g", scale, got)
		}
	}
	if Norm(nil) != 0 || Norm([]float64{0}) != 0 || Hypot(0, 0) != 0 || Hypot(0, -2) != 2 {
		t.Error("norms of nothing are not zero")
	}
	if !math.IsInf(Norm([]float64{1, math.Inf(-1)}), 1) || !math.IsNaN(Norm([]float64{1, math.NaN()})) || !math.IsInf(Hypot(1, math.Inf(-1)), 1) {
		t.Error("norms of infinities and NaN are numbers")
	}
}

func TestOrthonormalSaysWhereNothingIsLeft(t *testing.T) {
	known := []float64{0.6, 0.8, 0, -0.8, 0.6, 0}
	v := []float64{3, 4, 1e-9}
	if !Orthonormal(v, 1e-12, known[:3], known[3:]) || math.Abs(v[0])+math.Abs(v[1]) > 1e-15 || math.Abs(v[2]-1) > 1e-15 {
		t.Errorf("(3, 4, 1e-9) less the plane = %v, want (0, 0, 1)", v)
	}
	if Orthonormal([]float64{3, 4, 1e-14}, 1e-12, known) || Orthonormal([]float64{0, 0, 0}, 0, known) {
		t.Error("a vector in the plane of the others has a direction of its own")
	}
}

// The shapes of principal components: a panel's Gram matrix, and its products with a few vectors.
func BenchmarkProduct(b *testing.B) {
	rate := func(b *testing.B, terms int) {
		b.ReportMetric(float64(terms)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "terms/ns")
	}
	a := random(192, 784)
	g := Zeros(784, 784)
	b.Run("gram", func(b *testing.B) {
		for b.Loop() {
			AddGram(g, a)
		}
		rate(b, 192*784*784/2)
	})
	b.Run("gram/gonum", func(b *testing.B) {
		for b.Loop() {
			for i := 0; i < 784; i += 64 {
				for j := i; j < 784; j += 64 {
					h, w := min(64, 784-i), min(64, 784-j)
					blas64.Gemm(blas.Trans, blas.NoTrans, 1,
						blas64.General{Rows: 192, Cols: h, Stride: 784, Data: a.Data[i:]},
						blas64.General{Rows: 192, Cols: w, Stride: 784, Data: a.Data[j:]}, 1,
						blas64.General{Rows: h, Cols: w, Stride: 784, Data: g.Data[i*784+j:]})
				}
			}
		}
		rate(b, 192*784*784/2)
	})
	for _, l := range []int{12, 60} {
		v, y := random(l, 784), Zeros(192, l)
		gv, gy := blas64.General{Rows: l, Cols: 784, Stride: 784, Data: v.Data}, blas64.General{Rows: 192, Cols: l, Stride: l, Data: y.Data}
		ga := blas64.General{Rows: 192, Cols: 784, Stride: 784, Data: a.Data}
		b.Run(fmt.Sprint("panel by vectors/", l), func(b *testing.B) {
			for b.Loop() {
				AddProduct(y, a, v.T())
			}
			rate(b, 192*784*l)
		})
		b.Run(fmt.Sprint("panel by vectors/", l, "/gonum"), func(b *testing.B) {
			for b.Loop() {
				blas64.Gemm(blas.NoTrans, blas.Trans, 1, ga, gv, 0, gy)
			}
			rate(b, 192*784*l)
		})
		b.Run(fmt.Sprint("back/", l), func(b *testing.B) {
			for b.Loop() {
				AddProduct(v, y.T(), a)
			}
			rate(b, 192*784*l)
		})
		b.Run(fmt.Sprint("back/", l, "/gonum"), func(b *testing.B) {
			for b.Loop() {
				for j := 0; j < 784; j += 192 {
					w := min(192, 784-j)
					blas64.Gemm(blas.Trans, blas.NoTrans, 1, gy, blas64.General{Rows: 192, Cols: w, Stride: 784, Data: a.Data[j:]}, 1,
						blas64.General{Rows: l, Cols: w, Stride: 784, Data: v.Data[j:]})
				}
			}
			rate(b, 192*784*l)
		})
	}
	// A strip of a search with four vectors, and its new ones.
	s, w, out := random(192, 12), random(12, 8), Zeros(192, 8)
	small := Zeros(12, 12)
	b.Run("strip", func(b *testing.B) {
		for b.Loop() {
			AddProduct(small, s.T(), s)
			AddProduct(out, s, w)
		}
		rate(b, 192*12*(12+8))
	})
	gs := blas64.General{Rows: 192, Cols: 12, Stride: 12, Data: s.Data}
	b.Run("strip/gonum", func(b *testing.B) {
		for b.Loop() {
			blas64.Gemm(blas.Trans, blas.NoTrans, 1, gs, gs, 1, blas64.General{Rows: 12, Cols: 12, Stride: 12, Data: small.Data})
			blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, gs, blas64.General{Rows: 12, Cols: 8, Stride: 8, Data: w.Data}, 0,
				blas64.General{Rows: 192, Cols: 8, Stride: 8, Data: out.Data})
		}
		rate(b, 192*12*(12+8))
	})
}
