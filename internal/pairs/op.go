package pairs

import (
	"fmt"
	"hash"
	"hash/fnv"
	"math"

	"affmatch/internal/same"

	"github.com/chewxy/hm"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Kind names an operation.
type Kind int

// The operations of one argument. Those on entries carry an Index and an end of it.
const (
	Spread   Kind = iota // vector of the end's points -> entries: v at the point of each entry
	Sum                  // entries -> the end's points: sum over the entries of a point
	Max                  // entries -> the end's points: largest, -Inf for a point without entries; no gradient
	LSE                  // entries -> the end's points: log sum exp
	VecLSE               // vector -> scalar: log sum exp v
	Column               // n x d matrix -> n-vector: column C
	Uncolumn             // n-vector -> n x d matrix, zero but for column C
	Detach               // x -> x; no gradient
)

var names = [...]string{"Spread", "Sum", "Max", "LSE", "VecLSE", "Column", "Uncolumn", "Detach"}

func (k Kind) String() string { return names[k] }

// Op is one operation as a gorgonia.SDOp.
type Op struct {
	Kind Kind
	On   *Index // of the kinds on entries
	End  int    // of On
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
	case Spread:
		want, out = o.On.Points[o.End], tensor.Shape{o.On.Len()}
	default:
		want, out = o.On.Len(), tensor.Shape{o.On.Points[o.End]}
	}
	if x.Dims() != 1 || x[0] != want {
		return nil, fmt.Errorf("pairs: %v: shape = %v, want a vector of %d (%s)", o, x, want, o.takes())
	}
	return out, nil
}

func (o Op) takes() string {
	if o.Kind == Spread {
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
		return fmt.Sprintf("%v(%s, end %d)", o.Kind, o.On.Name, o.End)
	}
	return o.Kind.String()
}

// DiffWRT says whether a gradient passes.
func (o Op) DiffWRT(int) []bool {
	return []bool{o.Kind != Max && o.Kind != Detach}
}

// SymDiff is the transpose of a linear operation, and a softmax for a log-sum-exponential.
func (o Op) SymDiff(in G.Nodes, out, grad *G.Node) (G.Nodes, error) {
	transposes := map[Kind]Kind{Spread: Sum, Sum: Spread, Column: Uncolumn, Uncolumn: Column}
	if k, ok := transposes[o.Kind]; ok {
		n, err := Op{Kind: k, On: o.On, End: o.End, C: o.C, D: o.D}.Apply(grad)
		return G.Nodes{n}, err
	}
	switch o.Kind {
	case LSE:
		return o.softmax(in[0], out, grad, &Op{Kind: Spread, On: o.On, End: o.End})
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
	x, err := numbers(in[0])
	if err != nil {
		return nil, fmt.Errorf("pairs: %v: %w", o, err)
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

// numbers are the data of a value; a tensor of one entry gives them as a number.
func numbers(v G.Value) ([]float64, error) {
	switch x := v.Data().(type) {
	case []float64:
		return x, nil
	case float64:
		return []float64{x}, nil
	}
	return nil, fmt.Errorf("data are %T, want []float64", v.Data())
}

func (o Op) onPairs(x []float64) []float64 {
	size := o.On.Points[o.End]
	if o.Kind == Spread {
		size = o.On.Len()
	}
	y := make([]float64, size)
	each := func(visit func(p, e int)) { o.On.EachAt(o.End, func(e, p int) { visit(p, e) }) }
	switch o.Kind {
	case Spread:
		each(func(p, e int) { y[e] = x[p] })
	case Sum:
		each(func(p, e int) { y[p] += x[e] })
	case Max:
		largest(y, each, x)
	case LSE:
		logSumExp(y, each, x)
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
			y[p] += same.Exp(d)
		}
	})
	for p, s := range y {
		if y[p] = m[p]; !math.IsInf(m[p], 0) {
			y[p] += same.Log(s)
		}
	}
}

// LogSumExp is log sum_e exp x_e, -Inf for no entries.
func LogSumExp(x []float64) float64 {
	m := math.Inf(-1)
	for _, v := range x {
		m = math.Max(m, v)
	}
	if math.IsInf(m, 0) {
		return m
	}
	var sum float64
	for _, v := range x {
		sum += same.Exp(v - m)
	}
	return m + same.Log(sum)
}
