package laplacian

import "math"

// wide is how many columns of a block the kernel takes at once. Blocks of vectors have a multiple of it.
const wide = 4

// An operator is L = I - A with A = D^-1/2 W D^-1/2 in compressed rows, of a connected graph with at least one edge.
// L has eigenvalues from 0 to 2, and 0 only for the trivial eigenvector, root = D^1/2 1.
type operator struct {
	n     int
	start []int
	tail  []int32
	value []float64 // of A
	root  []float64 // of norm 1
	diag  []float64 // of L: less than 1 where the graph has a loop; at least rounding
}

// normalize makes the operator of a graph, whose Start and Tail it keeps.
func normalize(t team, g Graph) (*operator, error) {
	a := &operator{
		n: g.N, start: g.Start, tail: g.Tail, value: make([]float64, len(g.Tail)),
		root: make([]float64, g.N), diag: make([]float64, g.N),
	}
	total, err := t.sumAlone(g.N, 1, func(into []float64, lo, hi int) {
		for i := lo; i < hi; i++ {
			degree := 0.0
			for _, w := range g.Weight[g.Start[i]:g.Start[i+1]] {
				degree += w
			}
			a.root[i] = math.Sqrt(degree)
			into[0] += degree
		}
	})
	if err != nil {
		return nil, err
	}
	err = t.rows(g.N, func(_, lo, hi int) {
		for i := lo; i < hi; i++ {
			for k := g.Start[i]; k < g.Start[i+1]; k++ {
				// In this order: the product of two roots may underflow.
				a.value[k] = g.Weight[k] / a.root[i] / a.root[g.Tail[k]]
			}
		}
	})
	norm := math.Sqrt(total[0])
	for i := range a.root {
		a.root[i] /= norm
	}
	if err != nil {
		return nil, err
	}
	return a, a.findDiagonal(t)
}

// findDiagonal uses L root = 0: one less the loop would lose a group that hangs on the others by a thread.
func (a *operator) findDiagonal(t team) error {
	return t.rows(a.n, func(_, lo, hi int) {
		for i := lo; i < hi; i++ {
			others := 0.0
			for k := a.start[i]; k < a.start[i+1]; k++ {
				if j := a.tail[k]; int(j) != i {
					others += float64(a.value[k] * (a.root[j] / a.root[i]))
				}
			}
			a.diag[i] = max(others, rounding)
		}
	})
}

// apply sets y = L x. A block of b vectors is n x b with a point's b numbers side by side, so that a neighbor is
// fetched once for all of them.
func (a *operator) apply(t team, y, x []float64, b int) error {
	return t.rows(a.n, func(_, lo, hi int) {
		for i := lo; i < hi; i++ {
			tail, value := a.tail[a.start[i]:a.start[i+1]], a.value[a.start[i]:a.start[i+1]]
			for c := 0; c < b; c += wide {
				own := (*[wide]float64)(x[i*b+c:])
				s0, s1, s2, s3 := own[0], own[1], own[2], own[3]
				for k, j := range tail {
					v, u := value[k], (*[wide]float64)(x[int(j)*b+c:])
					s0 -= float64(v * u[0])
					s1 -= float64(v * u[1])
					s2 -= float64(v * u[2])
					s3 -= float64(v * u[3])
				}
				*(*[wide]float64)(y[i*b+c:]) = [wide]float64{s0, s1, s2, s3}
			}
		}
	})
}

// project takes the trivial eigenvector out of x.
func (a *operator) project(t team, x []float64, b int) error {
	return deflate(t, x, a.root, b, 1)
}

// deflate takes the part in the span of the m orthonormal columns of v out of the b columns of x.
func deflate(t team, x, v []float64, b, m int) error {
	n := len(x) / b
	dot, err := t.sum(n, m*b, func(into []float64, lo, hi int) {
		for i := lo; i < hi; i++ {
			row := x[i*b : i*b+b]
			for q, f := range v[i*m : i*m+m] {
				to := into[q*b : q*b+b]
				for c, u := range row {
					to[c] += float64(f * u)
				}
			}
		}
	})
	if err != nil {
		return err
	}
	return t.rows(n, func(_, lo, hi int) {
		for i := lo; i < hi; i++ {
			row := x[i*b : i*b+b]
			for q, f := range v[i*m : i*m+m] {
				for c, d := range dot[q*b : q*b+b] {
					row[c] -= float64(f * d)
				}
			}
		}
	})
}
