package laplacian

import (
	"math/rand/v2"
	"testing"

	"affmatch/internal/golden"
)

// net is a grid of n x n points with uniform weights and some edges across, the same everywhere.
func net(n int) Graph {
	draw := rand.New(rand.NewPCG(uint64(n), 7))
	met := make(map[[2]int]bool)
	var edges []edge
	add := func(i, j int) {
		if key := [2]int{min(i, j), max(i, j)}; i != j && !met[key] {
			met[key] = true
			edges = append(edges, edge{i, j, draw.Float64() + 0.01})
		}
	}
	for i := range n {
		for j := range n {
			add(i*n+j, i*n+(j+1)%n)
			add(i*n+j, min(i+1, n-1)*n+j)
			add(i*n+j, min(i+draw.IntN(4), n-1)*n+(j+draw.IntN(4))%n)
		}
	}
	return join(n*n, edges...)
}

func TestBitsAreTheRecordedOnes(t *testing.T) {
	for _, c := range []struct {
		what string
		g    Graph
		d    int
		want string
	}{
		{"100 points, decomposed in full", net(10), 2, "a93ea023854ebb90"},
		{"400 points", net(20), 2, "8054df44cfbb481b"},
		{"4,900 points", net(70), 2, "ecc31f98c11e50d6"},
		{"4,900 points, in six dimensions", net(70), 6, "6038009b2347169d"},
		{"components", union(net(5), net(30), path(7), isolated(3)), 2, "6e17f7a5add2090d"},
	} {
		r := embed(t, c.g, c.d, Defaults())
		if got := golden.Bits(r.Z, r.Values); got != c.want {
			t.Errorf("%s: bits %s after %d steps, want %s", c.what, got, r.Steps, c.want)
		}
	}
}
