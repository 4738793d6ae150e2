package pairs

import (
	"fmt"
	"hash"
	"hash/fnv"

	"github.com/chewxy/hm"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Part names an operation on differences of points: of d = z_i - z_j, z_i a row of the matrix at end A, z_j at end B.
type Part int

// The operations on differences, and what they need to be closed under differentiation. (z) is one matrix for both ends, or
// one for each; w a vector with one entry a column; g has one entry a pair.
//
// A pair at the same place, all of whose differences are exactly 0, pulls by 0 whatever its g, Inf and NaN included: the
// slope of a function of the distance may be infinite there, its direction is none.
const (
	Distance Part = iota // (z), w where Weighted -> pairs: sum_c w_c d_c^2
	Pull                 // g, (z) -> one matrix for both ends: the sum of g d, at the points i, less that at the points j
	PullA                // g, (z) -> matrix at A: the sum of g d
	PullB                // g, (z) -> matrix at B: less the sum of g d
	Widths               // g, (z) -> vector: sum over all pairs of g d_c^2
)

var parts = [...]string{"Distance", "Pull", "PullA", "PullB", "Widths"}

func (p Part) String() string { return parts[p] }

// Difference is such an operation as a gorgonia.SDOp.
type Difference struct {
	Part     Part
	On       *Index
	A, B     int  // ends, A < B
	Two      bool // each end has a matrix of its own
	Weighted bool // of Distance
}

var _ G.SDOp = Difference{}

// Between is the Distance on the ends a and b, in either order, with the matrices a node each.
func Between(on *Index, a, b int, za, zb, w *G.Node) (*G.Node, error) {
	if a > b { // it is symmetric
		a, b, za, zb = b, a, zb, za
	}
	o := Difference{Part: Distance, On: on, A: a, B: b, Two: za != zb, Weighted: w != nil}
	in := G.Nodes{za}
	if o.Two {
		in = append(in, zb)
	}
	if w != nil {
		in = append(in, w)
	}
	return G.ApplyOp(o, in...)
}

// IndexOf is the index of an operation of this package; nil: it has none.
func IndexOf(o G.Op) *Index {
	switch o := o.(type) {
	case Op:
		return o.On
	case Difference:
		return o.On
	}
	return nil
}

// Matrices is how many matrices the operation takes.
func (o Difference) Matrices() int {
	if o.Two {
		return 2
	}
	return 1
}

// first is the place of the first matrix among the arguments.
func (o Difference) first() int {
	if o.Part == Distance {
		return 0
	}
	return 1
}

// Arity counts g, the matrices and w.
func (o Difference) Arity() int {
	n := o.first() + o.Matrices()
	if o.Weighted {
		n++
	}
	return n
}

// Type is the operation's type.
func (o Difference) Type() hm.Type {
	a := hm.TypeVariable('a')
	vector, matrix := G.TensorType{Dims: 1, Of: a}, G.TensorType{Dims: 2, Of: a}
	var types []hm.Type
	if o.Part != Distance {
		types = append(types, vector)
	}
	for range o.Matrices() {
		types = append(types, matrix)
	}
	if o.Weighted {
		types = append(types, vector)
	}
	if o.Part == Distance || o.Part == Widths {
		return hm.NewFnType(append(types, vector)...)
	}
	return hm.NewFnType(append(types, matrix)...)
}

// InferShape is the shape of the result.
func (o Difference) InferShape(in ...G.DimSizer) (tensor.Shape, error) {
	shapes := make([]tensor.Shape, len(in))
	for k, s := range in {
		x, ok := s.(tensor.Shape)
		if !ok {
			return nil, fmt.Errorf("pairs: %v: shape = %v, want a tensor.Shape", o, s)
		}
		shapes[k] = x
	}
	za := shapes[o.first()]
	zb := shapes[o.first()+o.Matrices()-1]
	for k, z := range []tensor.Shape{za, zb} {
		if n := o.On.Points[[]int{o.A, o.B}[k]]; z.Dims() != 2 || z[0] != n || z[1] != za[1] {
			return nil, fmt.Errorf("pairs: %v: shape = %v, want a matrix of %d rows and %d columns", o, z, n, za[1])
		}
	}
	if g := shapes[0]; o.Part != Distance && (g.Dims() != 1 || g[0] != o.On.Len()) {
		return nil, fmt.Errorf("pairs: %v: shape = %v, want a vector of %d, one entry a pair of %s", o, g, o.On.Len(), o.On.Name)
	}
	if w := shapes[len(shapes)-1]; o.Weighted && (w.Dims() != 1 || w[0] != za[1]) {
		return nil, fmt.Errorf("pairs: %v: shape of the weights = %v, want a vector of %d, one a column", o, w, za[1])
	}
	switch o.Part {
	case Distance:
		return tensor.Shape{o.On.Len()}, nil
	case Widths:
		return tensor.Shape{za[1]}, nil
	case PullB:
		return zb.Clone(), nil
	}
	return za.Clone(), nil
}

// ReturnsPtr is false: the result is fresh memory.
func (o Difference) ReturnsPtr() bool { return false }

// CallsExtern is false.
func (o Difference) CallsExtern() bool { return false }

// OverwritesInput is -1: no input is overwritten.
func (o Difference) OverwritesInput() int { return -1 }

// WriteHash writes what tells two operations apart.
func (o Difference) WriteHash(h hash.Hash) { fmt.Fprintf(h, "%v%v%v", o, o.Two, o.Weighted) }

// Hashcode is the hash of the operation.
func (o Difference) Hashcode() uint32 {
	h := fnv.New32a()
	o.WriteHash(h)
	return h.Sum32()
}

func (o Difference) String() string {
	return fmt.Sprintf("%v(%s, ends %d and %d)", o.Part, o.On.Name, o.A, o.B)
}

// DiffWRT says that a gradient passes to all arguments.
func (o Difference) DiffWRT(n int) []bool {
	all := make([]bool, n)
	for k := range all {
		all[k] = true
	}
	return all
}

// Do computes the result in float64.
func (o Difference) Do(in ...G.Value) (G.Value, error) {
	data := make([][]float64, len(in))
	for k, v := range in {
		var err error
		if data[k], err = numbers(v); err != nil {
			return nil, fmt.Errorf("pairs: %v: %w", o, err)
		}
	}
	za, zb := data[o.first()], data[o.first()+o.Matrices()-1]
	d := len(za) / o.On.Points[o.A]
	if o.Part == Distance {
		y := make([]float64, o.On.Len())
		o.On.Each(o.A, o.B, func(e, i, j int) {
			for c := range d {
				x := za[i*d+c] - zb[j*d+c]
				if o.Weighted {
					y[e] += float64(data[len(data)-1][c] * x * x)
				} else {
					y[e] += float64(x * x)
				}
			}
		})
		return vector(y), nil
	}
	return o.gather(d, data[0], za, zb), nil
}

// gather brings g times differences back to points, or their squares to columns.
func (o Difference) gather(d int, g, za, zb []float64) G.Value {
	size := map[Part]int{Pull: len(za), PullA: len(za), PullB: len(zb), Widths: d}[o.Part]
	y, diff := make([]float64, size), make([]float64, d)
	o.On.Each(o.A, o.B, func(e, i, j int) {
		together := true
		for c := range d {
			diff[c] = za[i*d+c] - zb[j*d+c]
			together = together && diff[c] == 0
		}
		if together {
			return
		}
		for c, x := range diff {
			if o.Part == Widths {
				y[c] += float64(g[e] * x * x)
			}
			if o.Part == Pull || o.Part == PullA {
				y[i*d+c] += float64(g[e] * x)
			}
			if o.Part == Pull || o.Part == PullB {
				y[j*d+c] -= float64(g[e] * x)
			}
		}
	})
	if o.Part == Widths {
		return vector(y)
	}
	return tensor.New(tensor.WithShape(size/d, d), tensor.WithBacking(y))
}
