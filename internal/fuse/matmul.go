package fuse

import (
	"affmatch/internal/linear"

	G "gorgonia.org/gorgonia"
)

// The factors of a product that are transposed.
const (
	turnA = 1 << iota
	turnB
)

// matrixProducts are gorgonia's operations by name.
var matrixProducts = map[string]int{"A × B": 0, "Aᵀ × B": turnA, "A × Bᵀ": turnB, "Aᵀ × Bᵀ": turnA | turnB}

// product is a product of matrices.
func (im *importer) product(n *G.Node, side int, args []*expr) *expr {
	kids := children(im.graph, n)
	for i, a := range args {
		args[i] = im.array(im.filled(a, spaceOf(kids[i])))
	}
	terms := kids[0].Shape()[1]
	if side&turnA != 0 {
		terms = kids[0].Shape()[0]
	}
	return im.intern(expr{op: opMatMul, in: spaceOf(n), args: args, k: terms, d: n.Shape()[1], side: side, least: unknown})
}

// factors are those of a product, laid out.
type factors struct {
	a     linear.Left
	b     linear.Right
	fixed [2]bool // laid out once and for all
}

// makeProduct computes a product in the machine's precision: package linear says in which order.
func (m *Machine[T]) makeProduct(e *expr) error {
	rows := e.in.len / e.d
	a, err := m.matrix(e.args[0], rows, e.k, e.side&turnA != 0)
	if err != nil {
		return err
	}
	b, err := m.matrix(e.args[1], e.k, e.d, e.side&turnB != 0)
	if err != nil {
		return err
	}
	out := m.array(e)
	switch {
	case e.k == 1: // a bias, for each row
		m.entries(rows, func(lo, hi int) {
			for i := lo; i < hi; i++ {
				v := a.Data[i]
				for j, w := range b.Data[:e.d] {
					out[i*e.d+j] = v * w
				}
			}
		})
		return nil
	case isDouble[T]():
		clear(out)
		const chunk = 64
		m.eachWorker((rows+chunk-1)/chunk, func(_, t int) {
			n := min(chunk, rows-t*chunk)
			linear.AddProduct(linear.Of(out[t*chunk*e.d:], n, e.d), a.Part(t*chunk, 0, n, e.k), b)
		})
		return nil
	}
	f := m.factors[e]
	if f == nil {
		f = &factors{}
		m.factors[e] = f
	}
	workers := len(m.workers)
	if !f.fixed[0] {
		f.a.Load(a, workers)
		f.fixed[0] = m.fixed(e.args[0])
	}
	if !f.fixed[1] {
		f.b.Load(b, workers)
		f.fixed[1] = m.fixed(e.args[1])
	}
	linear.Product(out, &f.a, &f.b, workers)
	return nil
}

// fixed says that an array keeps its value for the machine's life.
func (m *Machine[T]) fixed(e *expr) bool {
	return e.op == opInput && m.options.Constant != nil && m.options.Constant(e.node)
}

// matrix is an array as a factor of so many rows and columns.
func (m *Machine[T]) matrix(e *expr, rows, cols int, turned bool) (linear.Matrix, error) {
	v, err := m.arrayValue(e)
	switch {
	case err != nil:
		return linear.Matrix{}, err
	case turned:
		return linear.Of(v, cols, rows).T(), nil
	}
	return linear.Of(v, rows, cols), nil
}
