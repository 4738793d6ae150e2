package linear

import (
	"math/rand/v2"
	"testing"

	"affmatch/internal/golden"
)

// uniform entries are the same everywhere, unlike normal ones.
func uniform(rows, cols int) Matrix {
	m := Zeros(rows, cols)
	draw := rand.New(rand.NewPCG(uint64(rows), uint64(cols)))
	for i := range m.Data {
		m.Data[i] = draw.Float64() - 0.5
	}
	return m
}

func TestBitsAreTheRecordedOnes(t *testing.T) {
	a, b := uniform(201, 97), uniform(201, 33)
	c, g := uniform(97, 33), Zeros(97, 97)
	AddProduct(c, a.T(), b)
	AddGram(g, a)
	for i := range 97 {
		for j := range i {
			g.Set(i, j, 0)
		}
	}
	values, vectors, err := Eigen(g, 90, 97)
	if err != nil {
		t.Fatal(err)
	}
	v := uniform(1, 97).Data
	if !Orthonormal(v, 0, vectors) {
		t.Fatal("nothing is left of a vector")
	}
	for _, c := range []struct {
		what      string
		got, want string
	}{
		{"product", golden.Bits(c.Data), "4cd2d2a94ed66937"},
		{"Gram matrix", golden.Bits(g.Data), "3bc50accb6c18b42"},
		{"eigenvalues", golden.Bits(values), "366e258fbbe9c052"},
		{"eigenvectors", golden.Bits(vectors), "c2f1327b03cef7fb"},
		{"orthonormal vector", golden.Bits(v), "4090fc2cfd9334e9"},
		{"norms", golden.Bits([]float64{Norm(a.Data), Hypot(a.Data[0], a.Data[1])}), "1f842ec64c4c0641"},
	} {
		if c.got != c.want {
			t.Errorf("%s: bits %s, want %s", c.what, c.got, c.want)
		}
	}
}
