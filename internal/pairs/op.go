package pairs

import (
	"fmt"
	"hash"
	"hash/fnv"
	"math"

	"github.com/chewxy/hm"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Kind names an operation.
type Kind int

// The operations. Those on pairs carry an Index; VecLSE, Detach and the column operations do not need one.
const (
	Head     Kind = iota // n-vector -> pairs: v_i
	Tail                 // n-vector -> pairs: v_j
	RowSum               // pairs -> n-vector: sum_j x_ij
	ColSum               // pairs -> n-vector: sum_i x_ij
	RowMax               // pairs -> n-vector: max_j x_ij, -Inf for a point without pairs; no gradient
	ColMax               // pairs -> n-vector: max_i x_ij; no gradient
	RowLSE               // pairs -> n-vector: log sum_j exp x_ij
	ColLSE               // pairs -> n-vector: log sum_i exp x_ij
	VecLSE               // vector -> scalar: log sum exp v
	Column               // n x d matrix -> n-vector: column C
	Uncolumn             // n-vector -> n x d matrix, zero but for column C
	Detach               // x -> x; no gradient
)

var names = [...]string{"Head", "Tail", "RowSum", "ColSum", "RowMax", "ColMax", "RowLSE", "ColLSE", "VecLSE", "Column", "Uncolumn", "Detach"}

func (k Kind) String() string { return names[k] }

// Op is one operation as a gorgonia.SDOp.
type Op struct {
	Kind Kind
	On   *Index // of the kinds on pairs
	C, D int    // column and number of columns, of Column and Uncolumn
}

var _ G.SDOp = Op{}

// Apply adds the operation on x to x's graph.
func (o Op) Apply(x *G.Node) (*G.Node, error) { return G.ApplyOp(o, x) }

// Arity is 1 for all kinds.
func (o Op) Arity() int { return 1 }

// Type is the operation's type. (gorgonia's inference uses the variable 'b' itself.)
func (o Op) Type() hm.Type {
	a := hm.TypeVariable('a')
	vector, matrix := G.TensorType{Dims: 1, Of: a}, G.TensorType{Dims: 2, Of: a}
	switch o.Kind {
	case Detach:
		return hm.NewFnType(a, a)
	case VecLSE:
		return hm.NewFnType(vector, a)
	case Column:
		return hm.NewFnType(matrix, vector)
	case Uncolumn:
		return hm.NewFnType(vector, matrix)
	}
	return hm.NewFnType(vector, vector)
}

// InferShape is the shape of the result.
func (o Op) InferShape(in ...G.DimSizer) (tensor.Shape, error) {
	x, ok := in[0].(tensor.Shape)
	if !ok {
		return nil, fmt.Errorf("pairs: %v: shape = %v, want a tensor.Shape", o, in[0])
	}
	var want int
	var out tensor.Shape
	switch o.Kind {
	case Detach:
		return x.Clone(), nil
	case VecLSE:
		return tensor.ScalarShape(), nil
	case Column:
		if x.Dims() != 2 || o.C >= x[1] {
			return nil, fmt.Errorf("pairs: %v: shape = %v, want a matrix with more than %d columns", o, x, o.C)
		}
		return tensor.Shape{x[0]}, nil
	case Uncolumn:
		return tensor.Shape{x[0], o.D}, nil
	case Head, Tail:
		want, out = o.On.N, tensor.Shape{o.On.Len()}
	default:
		want, out = o.On.Len(), tensor.Shape{o.On.N}
	}
	if x.Dims() != 1 || x[0] != want {
		return nil, fmt.Errorf("pairs: %v: shape = %v, want a vector of %d (%s)", o, x, want, o.takes())
	}
	return out, nil
}

func (o Op) takes() string {
	if o.Kind == Head || o.Kind == Tail {
		return "one entry a point"
	}
	return "one entry a pair of " + o.On.Name
}

// ReturnsPtr is false: the result is fresh memory.
func (o Op) ReturnsPtr() bool { return false }

// CallsExtern is false.
func (o Op) CallsExtern() bool { return false }

// OverwritesInput is -1: no input is overwritten.
func (o Op) OverwritesInput() int { return -1 }

// WriteHash writes what tells two operations apart.
func (o Op) WriteHash(h hash.Hash) { fmt.Fprint(h, o.String()) }

// Hashcode is the hash of the operation.
func (o Op) Hashcode() uint32 {
	h := fnv.New32a()
	o.WriteHash(h)
	return h.Sum32()
}

func (o Op) String() string {
	switch {
	case o.Kind == Column || o.Kind == Uncolumn:
		return fmt.Sprintf("%v(%d of %d)", o.Kind, o.C, o.D)
	case o.On != nil:
		return fmt.Sprintf("%v(%s)", o.Kind, o.On.Name)
	}
	return o.Kind.String()
}

// DiffWRT says whether a gradient passes.
func (o Op) DiffWRT(int) []bool {
	return []bool{o.Kind != RowMax && o.Kind != ColMax && o.Kind != Detach}
}

// SymDiff is the transpose of a linear operation, and a softmax for a log-sum-exponential.
func (o Op) SymDiff(in G.Nodes, out, grad *G.Node) (G.Nodes, error) {
	transpose := func(k Kind) (G.Nodes, error) {
		n, err := Op{Kind: k, On: o.On, C: o.C, D: o.D}.Apply(grad)
		return G.Nodes{n}, err
	}
	switch o.Kind {
	case Head:
		return transpose(RowSum)
	case Tail:
		return transpose(ColSum)
	case RowSum:
		return transpose(Head)
	case ColSum:
		return transpose(Tail)
	case Column:
		return transpose(Uncolumn)
	case Uncolumn:
		return transpose(Column)
	case RowLSE:
		return o.softmax(in[0], out, grad, &Op{Kind: Head, On: o.On})
	case ColLSE:
		return o.softmax(in[0], out, grad, &Op{Kind: Tail, On: o.On})
	case VecLSE:
		return o.softmax(in[0], out, grad, nil)
	}
	return G.Nodes{nil}, nil
}

// softmax is grad * exp(x - out), with out and grad spread over the entries that they summarise.
func (o Op) softmax(x, out, grad *G.Node, spread *Op) (G.Nodes, error) {
	var err error
	if spread != nil {
		if out, err = spread.Apply(out); err != nil {
			return nil, err
		}
		if grad, err = spread.Apply(grad); err != nil {
			return nil, err
		}
	}
	d, err := G.Sub(x, out)
	if err != nil {
		return nil, err
	}
	if d, err = G.Exp(d); err != nil {
		return nil, err
	}
	d, err = G.HadamardProd(d, grad)
	return G.Nodes{d}, err
}

// Do computes the result in float64.
func (o Op) Do(in ...G.Value) (G.Value, error) {
	if len(in) != 1 {
		return nil, fmt.Errorf("pairs: %v: %d inputs, want 1", o, len(in))
	}
	if o.Kind == Detach {
		return G.CloneValue(in[0])
	}
	x, ok := in[0].Data().([]float64)
	if !ok {
		one, ok := in[0].Data().(float64) // a tensor of one entry gives its data as a number
		if !ok {
			return nil, fmt.Errorf("pairs: %v: data are %T, want []float64", o, in[0].Data())
		}
		x = []float64{one}
	}
	switch o.Kind {
	case VecLSE:
		return G.NewF64(LogSumExp(x)), nil
	case Column:
		y := make([]float64, len(x)/o.D)
		for i := range y {
			y[i] = x[i*o.D+o.C]
		}
		return vector(y), nil
	case Uncolumn:
		y := make([]float64, len(x)*o.D)
		for i, v := range x {
			y[i*o.D+o.C] = v
		}
		return tensor.New(tensor.WithShape(len(x), o.D), tensor.WithBacking(y)), nil
	}
	return vector(o.onPairs(x)), nil
}

func vector(y []float64) G.Value {
	return tensor.New(tensor.WithShape(len(y)), tensor.WithBacking(y))
}

func (o Op) onPairs(x []float64) []float64 {
	size := o.On.N
	if o.Kind == Head || o.Kind == Tail {
		size = o.On.Len()
	}
	y := make([]float64, size)
	switch o.Kind {
	case Head:
		o.On.Each(func(e, i, _ int) { y[e] = x[i] })
	case Tail:
		o.On.Each(func(e, _, j int) { y[e] = x[j] })
	case RowSum:
		o.On.Each(func(e, i, _ int) { y[i] += x[e] })
	case ColSum:
		o.On.Each(func(e, _, j int) { y[j] += x[e] })
	case RowMax:
		largest(y, func(max func(p, e int)) { o.On.Each(func(e, i, _ int) { max(i, e) }) }, x)
	case ColMax:
		largest(y, func(max func(p, e int)) { o.On.Each(func(e, _, j int) { max(j, e) }) }, x)
	case RowLSE:
		logSumExp(y, func(visit func(p, e int)) { o.On.Each(func(e, i, _ int) { visit(i, e) }) }, x)
	case ColLSE:
		logSumExp(y, func(visit func(p, e int)) { o.On.Each(func(e, _, j int) { visit(j, e) }) }, x)
	}
	return y
}

// largest sets y[p] to the largest x[e] of those visited for p, -Inf where there are none.
func largest(y []float64, each func(visit func(p, e int)), x []float64) {
	for p := range y {
		y[p] = math.Inf(-1)
	}
	each(func(p, e int) { y[p] = math.Max(y[p], x[e]) })
}

// logSumExp sets y[p] to the log of the sum of exp x[e] over those visited for p, -Inf where there are none.
func logSumExp(y []float64, each func(visit func(p, e int)), x []float64) {
	m := make([]float64, len(y))
	largest(m, each, x)
	each(func(p, e int) {
		if d := x[e] - m[p]; !math.IsInf(m[p], 0) {
			y[p] += math.Exp(d)
		}
	})
	for p, s := range y {
		if y[p] = m[p]; !math.IsInf(m[p], 0) {
			y[p] += math.Log(s)
		}
	}
}

// LogSumExp is log sum_e exp x_e, -Inf for no entries.
func LogSumExp(x []float64) float64 {
	y := []float64{0}
	logSumExp(y, func(visit func(p, e int)) {
		for e := range x {
			visit(0, e)
		}
	}, x)
	return y[0]
}
