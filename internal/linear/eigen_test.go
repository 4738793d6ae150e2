package linear

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// symmetric fills both triangles of an n x n matrix.
func symmetric(n int, f func(i, j int) float64) Matrix {
	a := Zeros(n, n)
	for i := range n {
		for j := i; j < n; j++ {
			v := f(i, j)
			a.Set(i, j, v)
			a.Set(j, i, v)
		}
	}
	return a
}

func normals(seed uint64) func(i, j int) float64 {
	draw := rand.New(rand.NewPCG(seed, 1))
	return func(_, _ int) float64 { return draw.NormFloat64() }
}

// withValues is a matrix with these eigenvalues and random eigenvectors.
func withValues(values ...float64) Matrix {
	n := len(values)
	q := Zeros(n, n) // vectors in rows
	draw := normals(uint64(n))
	for i := range n {
		v := q.Data[i*n:][:n]
		for j := range v {
			v[j] = draw(i, j)
		}
		Orthonormal(v, 0, q.Data[:i*n])
	}
	scaled := Zeros(n, n)
	for i, l := range values {
		for j := range n {
			scaled.Set(i, j, l*q.At(i, j))
		}
	}
	a := Zeros(n, n)
	AddProduct(a, q.T(), scaled)
	return symmetric(n, func(i, j int) float64 { return (a.At(i, j) + a.At(j, i)) / 2 })
}

// gram is that of rows normal columns, column j times rate^j: half of its eigenvalues are but rounding.
func gram(rows, n int, rate float64) Matrix {
	x := random(rows, n)
	for i := range x.Data {
		x.Data[i] *= math.Pow(rate, float64(i%n))
	}
	g := Zeros(n, n)
	AddGram(g, x)
	return symmetric(n, g.At)
}

// cases are symmetric matrices of all kinds.
func cases() map[string]Matrix {
	all := map[string]Matrix{
		"one":                            symmetric(1, func(_, _ int) float64 { return -3 }),
		"zero":                           Zeros(6, 6),
		"swap":                           symmetric(2, func(i, j int) float64 { return float64(j - i) }),
		"ones":                           symmetric(9, func(_, _ int) float64 { return 1 }),
		"identity":                       symmetric(7, func(i, j int) float64 { return float64(1 - min(1, j-i)) }),
		"diagonal":                       symmetric(5, func(i, j int) float64 { return float64(1-min(1, j-i)) * float64(i*i-5) }),
		"repeated":                       withValues(2, 2, 2, 2, -1, -1, -1, 0, 0, 5),
		"rank 2":                         withValues(append(make([]float64, 48), 3, 1)...),
		"decades":                        withValues(1, 1e-3, 1e-6, 1e-9, 1e-12, 1e-15, 1e-18, -1e-7),
		"falling grades":                 symmetric(30, func(i, j int) float64 { return math.Pow(10, -float64(i+j)) * math.Cos(float64(i*j)) }),
		"rising grades":                  symmetric(30, func(i, j int) float64 { return math.Pow(10, float64(i+j)) * math.Cos(float64(i*j)) }),
		"300 decades":                    symmetric(40, func(i, j int) float64 { return math.Pow(10, -float64(4*(i+j))) * (1 + float64(min(i, j))) }),
		"upward decades":                 symmetric(40, func(i, j int) float64 { return math.Pow(10, -300+float64(4*(i+j))) * (1 + float64(min(i, j))) }),
		"Gram matrix of falling columns": gram(3000, 200, 0.9),
		"Gram matrix of rising columns":  gram(3000, 150, 1.1),
		"Wilkinson 21": symmetric(21, func(i, j int) float64 {
			switch j - i {
			case 0:
				return math.Abs(float64(i - 10))
			case 1:
				return 1
			}
			return 0
		}),
		"subnormal row": symmetric(12, func(i, j int) float64 {
			if j == 11 && i < 11 {
				return 5e-324 * float64(i+1)
			}
			return float64(1 + i + j)
		}),
	}
	for _, n := range []int{2, 3, 4, 5, 8, 13, 65, 200} {
		all[fmt.Sprint("random ", n)] = symmetric(n, normals(uint64(n)))
	}
	for _, scale := range []float64{1e-300, 1e150, 1e307} {
		draw := rand.New(rand.NewPCG(3, 4))
		all[fmt.Sprint("scale ", scale)] = symmetric(20, func(_, _ int) float64 { return scale * (2*draw.Float64() - 1) })
	}
	return all
}

func largest(a Matrix) (top float64) {
	for _, v := range a.Data {
		top = max(top, math.Abs(v))
	}
	return top
}

func TestEigenpairsAreOrthonormalAndSolveTheProblem(t *testing.T) {
	for name, a := range cases() {
		n := a.Rows
		values, vectors, err := Eigen(a, 0, n)
		if err != nil || len(values) != n || len(vectors) != n*n {
			t.Fatalf("%s: %d values, %d entries of vectors, error %v", name, len(values), len(vectors), err)
		}
		if !slices.IsSorted(values) {
			t.Errorf("%s: values do not rise: %v", name, values)
		}
		scale, eps := max(largest(a), 5e-324), 2.3e-16*float64(n)
		v := Of(vectors, n, n)
		products := Zeros(n, n)
		AddProduct(products, v, v.T())
		for i := range n {
			for j := range n {
				want := float64(1 - min(1, max(i-j, j-i)))
				if got := products.At(i, j); !(math.Abs(got-want) <= 8*eps) {
					t.Errorf("%s: vectors %d and %d: product %g, want %g", name, i, j, got, want)
				}
			}
		}
		trace, sum := 0.0, 0.0
		for k, l := range values {
			trace, sum = trace+a.At(k, k)/scale, sum+l/scale
			for i := range n {
				left := 0.0
				for j := range n {
					left += a.At(i, j) / scale * v.At(k, j)
				}
				rest := left - l/scale*v.At(k, i)
				if !(math.Abs(rest) <= 8*eps*math.Sqrt(float64(n))) {
					t.Errorf("%s: pair %d: residual %g of the largest entry", name, k, rest)
				}
			}
		}
		if math.Abs(trace-sum) > 8*eps*float64(n) {
			t.Errorf("%s: trace %g, sum of the values %g", name, trace, sum)
		}
	}
}

func TestEigenvaluesAreGonums(t *testing.T) {
	for name, a := range cases() {
		got, _, err := Eigen(a, 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		var e mat.EigenSym
		scale := max(largest(a), math.SmallestNonzeroFloat64)
		scaled := symmetric(a.Rows, func(i, j int) float64 { return a.At(i, j) / scale }) // gonum panics at 1e-300 and 1e307
		if !e.Factorize(mat.NewSymDense(a.Rows, scaled.Data), false) {
			t.Fatalf("%s: gonum does not converge", name)
		}
		for k, want := range e.Values(nil) {
			if !(math.Abs(got[k]/scale-want) <= 1e-15*float64(a.Rows+4)) {
				t.Errorf("%s: value %d = %v, want %v of %v", name, k, got[k], want, scale)
			}
		}
	}
}

func TestPowersOfTwoChangeNothingElse(t *testing.T) {
	a := symmetric(30, normals(2))
	want, vectors, err := Eigen(a, 0, 30)
	if err != nil {
		t.Fatal(err)
	}
	for _, exp := range []int{-1000, -500, 3, 1000} {
		got, same, err := Eigen(symmetric(30, func(i, j int) float64 { return math.Ldexp(a.At(i, j), exp) }), 0, 30)
		if err != nil || !slices.Equal(same, vectors) {
			t.Errorf("A times 2^%d has other vectors (error %v)", exp, err)
		}
		for k, v := range want {
			if got[k] != math.Ldexp(v, exp) {
				t.Errorf("A times 2^%d: value %d = %v, want %v", exp, k, got[k], math.Ldexp(v, exp))
			}
		}
	}
	// The smallest numbers of all: the values of ((2, 1), (1, 2)) times 2^-1074.
	got, vectors, err := Eigen(symmetric(2, func(i, j int) float64 { return math.Ldexp(float64(2-j+i), -1074) }), 0, 2)
	if err != nil || got[0] != 0x1p-1074 || got[1] != 3*0x1p-1074 || math.Abs(math.Abs(vectors[0])-math.Sqrt(0.5)) > 1e-15 {
		t.Errorf("values %v, vectors %v, error %v", got, vectors, err)
	}
}

func TestSomeVectorsAreThoseOfAll(t *testing.T) {
	a := symmetric(37, normals(9))
	_, all, err := Eigen(a, 0, 37)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range [][2]int{{0, 0}, {0, 1}, {3, 10}, {31, 37}, {36, 37}} {
		_, some, err := Eigen(a, r[0], r[1])
		if err != nil || !slices.Equal(some, all[r[0]*37:r[1]*37]) {
			t.Errorf("vectors %v are others than among all (error %v)", r, err)
		}
	}
}

func TestEigenReadsTheUpperTriangleOnly(t *testing.T) {
	a := symmetric(20, normals(5))
	want, _, _ := Eigen(a, 0, 0)
	for i := range 20 {
		for j := range i {
			a.Set(i, j, math.NaN())
		}
	}
	if got, _, err := Eigen(a, 0, 0); err != nil || !slices.Equal(got, want) {
		t.Errorf("values %v (error %v), want %v", got, err, want)
	}
}

func TestEigenRefusesWhatIsNotFinite(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		a := symmetric(4, normals(5))
		a.Set(1, 2, v)
		if _, _, err := Eigen(a, 0, 4); err == nil {
			t.Errorf("no error for %v", v)
		}
	}
}

func BenchmarkEigen(b *testing.B) {
	for _, n := range []int{12, 128, 784} {
		a := symmetric(n, normals(1))
		for _, k := range []int{2, n} {
			b.Run(fmt.Sprintf("n=%d/vectors=%d", n, k), func(b *testing.B) {
				for b.Loop() {
					if _, _, err := Eigen(a, n-k, n); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		b.Run(fmt.Sprintf("n=%d/gonum", n), func(b *testing.B) {
			for b.Loop() {
				var e mat.EigenSym
				e.Factorize(mat.NewSymDense(n, slices.Clone(a.Data)), true)
			}
		})
	}
}
