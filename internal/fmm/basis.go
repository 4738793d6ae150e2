package fmm

import (
	"math"

	"affmatch/internal/same"
)

// basis are the products of Chebyshev polynomials, T_k(x) T_l(y) T_m(z) with k + l + m < order, on the cube from -1 to 1.
// Moments in it hold what the points of a box do to others: sums of t_j times a function of the basis at z_j. Coefficients
// in it hold what others do to the points of a box: a polynomial. The functions of a child are such functions of its
// parent, and the other way round, so that taking moments up and polynomials down is exact.
type basis struct {
	dim, order int
	terms      [][3]int       // the degrees of each function along the axes
	number     map[[3]int]int // of those degrees, which term
	nodes      []float64
	weights    [][]float64 // weights[k][a] of node a: sum_a f(node a) weights[k][a] is f's coefficient at T_k
}

func newBasis(dim, order int) *basis {
	b := &basis{dim: dim, order: order, number: map[[3]int]int{}}
	last := [3]int{}
	for k := range dim {
		last[k] = order - 1
	}
	for k := 0; k <= last[0]; k++ {
		for l := 0; l <= last[1] && k+l < order; l++ {
			for m := 0; m <= last[2] && k+l+m < order; m++ {
				b.number[[3]int{k, l, m}] = len(b.terms)
				b.terms = append(b.terms, [3]int{k, l, m})
			}
		}
	}
	b.nodes, b.weights = chebyshev(order)
	return b
}

// chebyshev gives p Chebyshev nodes, which are symmetric to the last bit, and the weights of the discrete transform.
func chebyshev(p int) (nodes []float64, weights [][]float64) {
	nodes = make([]float64, p)
	for a := range p / 2 {
		nodes[a] = same.Cos(math.Pi * (float64(a) + 0.5) / float64(p))
		nodes[p-1-a] = -nodes[a]
	}
	weights = make([][]float64, p)
	for k := range weights {
		weights[k] = make([]float64, p)
	}
	for a, x := range nodes {
		t := polynomials(x, p)
		for k, v := range t {
			weights[k][a] = 2 * v / float64(p)
		}
		weights[0][a] = 1 / float64(p)
	}
	return nodes, weights
}

// polynomials are T_0(x) to T_{p-1}(x).
func polynomials(x float64, p int) []float64 {
	t := make([]float64, max(p, 2))
	t[0], t[1] = 1, x
	for k := 2; k < p; k++ {
		t[k] = float64(2*x*t[k-1]) - t[k-2]
	}
	return t[:p]
}

// at is every function of the basis at a point.
func (b *basis) at(x [3]float64) []float64 {
	var t [3][]float64
	for k := range x {
		t[k] = polynomials(x[k], b.order)
	}
	f := make([]float64, len(b.terms))
	for n, k := range b.terms {
		f[n] = float64(t[0][k[0]]*t[1][k[1]]) * t[2][k[2]]
	}
	return f
}

// moves are, by octants of a child, what takes moments of a child to the parent's (up), and the parent's polynomials to the
// child's (down): the parent's T_k at a point of the child is sum_m c[k][m] T_m at that point. The row behind the moments,
// see table, goes up as it is.
func (b *basis) moves() (up, down []*matrix) {
	var c [2][][]float64
	for upper := range c {
		c[upper] = make([][]float64, b.order)
		for k := range c[upper] {
			c[upper][k] = make([]float64, b.order)
		}
		for a, x := range b.nodes {
			for k, t := range polynomials(float64((x+float64(2*upper-1))/2), b.order) {
				for m := range c[upper][k] {
					c[upper][k][m] += float64(b.weights[m][a] * t)
				}
			}
		}
	}
	n := len(b.terms)
	for q := range 1 << b.dim {
		u, d := newMatrix(n+1, n+1), newMatrix(n, n)
		for parent, k := range b.terms {
			for child, m := range b.terms {
				e := 1.0
				for axis := range b.dim {
					if m[axis] > k[axis] { // no function of the parent's has a higher one of the child's
						e = 0
						break
					}
					e *= c[q>>axis&1][k[axis]][m[axis]]
				}
				u.set(child, parent, e)
				d.set(parent, child, e)
			}
		}
		u.set(n, n, 1)
		up, down = append(up, u), append(down, d)
	}
	return up, down
}
