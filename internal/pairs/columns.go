package pairs

import (
	"fmt"
	"hash"
	"hash/fnv"

	"github.com/chewxy/hm"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// ScaleColumns is an n x d matrix with column c times w_c.
type ScaleColumns struct{ noExtern }

// ColumnDots is the vector of the scalar products of the columns of two n x d matrices: what the gradient of ScaleColumns
// by w needs.
type ColumnDots struct{ noExtern }

var _, _ G.SDOp = ScaleColumns{}, ColumnDots{}

// noExtern is what operations of two arguments and fresh memory have in common.
type noExtern struct{}

func (noExtern) Arity() int           { return 2 }
func (noExtern) ReturnsPtr() bool     { return false }
func (noExtern) CallsExtern() bool    { return false }
func (noExtern) OverwritesInput() int { return -1 }
func (noExtern) DiffWRT(int) []bool   { return []bool{true, true} }

func (ScaleColumns) String() string          { return "ScaleColumns" }
func (ColumnDots) String() string            { return "ColumnDots" }
func (o ScaleColumns) WriteHash(h hash.Hash) { fmt.Fprint(h, o) }
func (o ColumnDots) WriteHash(h hash.Hash)   { fmt.Fprint(h, o) }
func (o ScaleColumns) Hashcode() uint32      { return hashOf(o) }
func (o ColumnDots) Hashcode() uint32        { return hashOf(o) }

func hashOf(o fmt.Stringer) uint32 {
	h := fnv.New32a()
	fmt.Fprint(h, o)
	return h.Sum32()
}

// Type is matrix, vector -> matrix.
func (ScaleColumns) Type() hm.Type {
	a := hm.TypeVariable('a')
	m := G.TensorType{Dims: 2, Of: a}
	return hm.NewFnType(m, G.TensorType{Dims: 1, Of: a}, m)
}

// Type is matrix, matrix -> vector.
func (ColumnDots) Type() hm.Type {
	a := hm.TypeVariable('a')
	m := G.TensorType{Dims: 2, Of: a}
	return hm.NewFnType(m, m, G.TensorType{Dims: 1, Of: a})
}

// InferShape is that of the matrix.
func (o ScaleColumns) InferShape(in ...G.DimSizer) (tensor.Shape, error) {
	m, okM := in[0].(tensor.Shape)
	w, okW := in[1].(tensor.Shape)
	if !okM || !okW || m.Dims() != 2 || w.Dims() != 1 || w[0] != m[1] {
		return nil, fmt.Errorf("pairs: %v: shapes = %v, want a matrix and a vector with one entry a column", o, in)
	}
	return m.Clone(), nil
}

// InferShape is one entry a column.
func (o ColumnDots) InferShape(in ...G.DimSizer) (tensor.Shape, error) {
	a, okA := in[0].(tensor.Shape)
	b, okB := in[1].(tensor.Shape)
	if !okA || !okB || a.Dims() != 2 || !a.Eq(b) {
		return nil, fmt.Errorf("pairs: %v: shapes = %v, want two matrices of one shape", o, in)
	}
	return tensor.Shape{a[1]}, nil
}

// Do computes the matrix.
func (o ScaleColumns) Do(in ...G.Value) (G.Value, error) {
	m, w, err := both(o, in)
	if err != nil {
		return nil, err
	}
	y := make([]float64, len(m))
	for i, x := range m {
		y[i] = x * w[i%len(w)]
	}
	return tensor.New(tensor.WithShape(in[0].Shape()...), tensor.WithBacking(y)), nil
}

// Do computes the products.
func (o ColumnDots) Do(in ...G.Value) (G.Value, error) {
	a, b, err := both(o, in)
	if err != nil {
		return nil, err
	}
	y := make([]float64, in[0].Shape()[1])
	for i, x := range a {
		y[i%len(y)] += float64(x * b[i])
	}
	return vector(y), nil
}

func both(o fmt.Stringer, in []G.Value) (a, b []float64, err error) {
	if a, err = numbers(in[0]); err == nil {
		b, err = numbers(in[1])
	}
	if err != nil {
		err = fmt.Errorf("pairs: %v: %w", o, err)
	}
	return a, b, err
}

// SymDiff scales the gradient; by w it is column by column.
func (o ScaleColumns) SymDiff(in G.Nodes, _, grad *G.Node) (G.Nodes, error) {
	var b builder
	return G.Nodes{b.apply(o, grad, in[1]), b.apply(ColumnDots{}, grad, in[0])}, b.err
}

// SymDiff scales the other matrix.
func (ColumnDots) SymDiff(in G.Nodes, _, grad *G.Node) (G.Nodes, error) {
	var b builder
	return G.Nodes{b.apply(ScaleColumns{}, in[1], grad), b.apply(ScaleColumns{}, in[0], grad)}, b.err
}
