package affinity

import (
	"context"
	"errors"
	"fmt"

	"affmatch/internal/fault"
	"affmatch/internal/fuse"
	"affmatch/internal/rows"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Precomputed is a P that the user brings: Fit checks it and hands it on. It cannot be extended to new rows.
type Precomputed struct{ P *Matrix }

var _ Input = Precomputed{}

// Fit is P. X may be nil; where it is given, its rows must be as many as P's points.
func (p Precomputed) Fit(_ context.Context, x mat.Matrix) (*Fitted, error) {
	if p.P == nil {
		return nil, p.Validate()
	}
	if x != nil {
		if n, _ := x.Dims(); n != p.P.N {
			return nil, fault.Field("affinity: Precomputed: P", fmt.Sprintf("%d points", p.P.N), fmt.Sprintf("%d, the rows of X", n))
		}
	}
	own, err := p.P.checkedOwn()
	if err != nil {
		return nil, err
	}
	return &Fitted{P: own, checked: true, fixed: "it is Precomputed, and nothing is known of where it comes from"}, nil
}

// Validate checks the form of P.
func (p Precomputed) Validate() error {
	if p.P == nil {
		return fault.Field("affinity: Precomputed: P", "nil", "a matrix")
	}
	return p.P.usable()
}

func (p Precomputed) String() string {
	if p.P == nil {
		return "{P:nil}"
	}
	return fmt.Sprintf("{P:%d points, %d entries}", p.P.N, len(p.P.Values))
}

// FromDense is a dense matrix of affinities (n x n) as a Matrix. Without diagonal its diagonal entries are ignored.
func FromDense(p mat.Matrix, diagonal bool) (*Matrix, error) {
	if rows.Nil(p) {
		return nil, fault.Field("affinity: FromDense: matrix", "nil", "a matrix")
	}
	n, c := p.Dims()
	if n != c {
		return nil, fault.Field("affinity: FromDense: matrix", fmt.Sprintf("%d x %d", n, c), "as many columns as rows")
	}
	m := &Matrix{N: n, Diagonal: diagonal, Values: make([]float64, 0, n*n)}
	for i := range n {
		for j := range n {
			if i != j || diagonal {
				m.Values = append(m.Values, p.At(i, j))
			}
		}
	}
	return m, m.Validate()
}

// OnData is an output affinity evaluated on the data, as P: a Gaussian, Student or scalar-product P, normalized or not,
// or a researcher's own. P is dense; two n x n matrices beside it are held while it is computed.
type OnData struct {
	Output   Output // a Signed output is taken as it is, any other is exp(log Q)
	Diagonal bool   // the pairs (i,i) count too
	// Known are distances that take the place of X, which may then be nil: they are what the Output's metric gives, which
	// must be the usual SquaredEuclidean, and there are no coordinates. nil: the rows of X.
	Known *Distances
}

var _ Input = OnData{}

// Fit evaluates Q on all pairs of rows of x.
func (o OnData) Fit(ctx context.Context, x mat.Matrix) (*Fitted, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	on, err := o.pairs(ctx, x)
	if err != nil {
		return nil, err
	}
	q, err := logOrSigned(o.Output, on)
	if err != nil {
		return nil, fmt.Errorf("affinity: OnData: %w", err)
	}
	values, err := evaluate(on.Scope, q)
	if err != nil {
		return nil, fmt.Errorf("affinity: OnData: %w", err)
	}
	p := &Matrix{N: on.Points, Diagonal: o.Diagonal, Values: values}
	return &Fitted{P: p, checked: true, fixed: "an output affinity may see all pairs of its points (OnData)"}, p.Validate()
}

// pairs are all pairs of rows of x, or of the given distances, whose Z is nil.
func (o OnData) pairs(ctx context.Context, x mat.Matrix) (*Pairs, error) {
	if o.Known != nil {
		from, err := Search{Known: *o.Known}.source(x, nil, false)
		if err != nil {
			return nil, err
		}
		c, err := from.all(ctx, o.Diagonal)
		if err != nil {
			return nil, err
		}
		s := NewScope(from.points())
		on, err := s.Open(All{Diagonal: o.Diagonal}, nil, 0)
		if err != nil {
			return nil, err
		}
		on.data = func(m DataMetric) (*G.Node, error) {
			if m != SquaredEuclidean {
				return nil, fault.Field("affinity: OnData: metric of Output", m, "none where distances are Known")
			}
			return s.Constant("distances", tensor.New(tensor.WithShape(len(c)), tensor.WithBacking(c)))
		}
		return on, nil
	}
	from, err := Search{}.source(x, nil, false)
	if err != nil {
		return nil, err
	}
	x64 := from.(*data).Dense()
	s := NewScope(x64.N)
	z, err := s.Constant("X", tensor.New(tensor.WithShape(x64.N, x64.Dim), tensor.WithBacking(x64.F64)))
	if err != nil {
		return nil, err
	}
	on, err := s.Open(All{Diagonal: o.Diagonal}, nil, 0, z)
	if err != nil {
		return nil, err
	}
	on.data = func(m DataMetric) (*G.Node, error) {
		c, err := (&data{Rows: x64, metric: m}).all(ctx, o.Diagonal)
		if err != nil {
			return nil, err
		}
		return s.Constant(fmt.Sprintf("distances %v", m), tensor.New(tensor.WithShape(len(c)), tensor.WithBacking(c)))
	}
	return on, nil
}

// Validate checks the output.
func (o OnData) Validate() error {
	if fault.Nil(o.Output) {
		return fault.Field("affinity: OnData: Output", "nil", "an output affinity")
	}
	if o.Known != nil {
		return errors.Join(validate(o.Output), o.Known.validate())
	}
	return validate(o.Output)
}

func logOrSigned(o Output, on *Pairs) (*G.Node, error) {
	if signed, ok := o.(Signed); ok {
		return signed.Q(on)
	}
	logQ, err := o.LogQ(on)
	if err != nil {
		return nil, err
	}
	return G.Exp(logQ)
}

// evaluate runs the graph by the compiler, which stores no value of a pair but those of the output, whoever wrote it; and
// what the compiler cannot take on gorgonia's own machine.
func evaluate(s *Scope, node *G.Node) ([]float64, error) {
	value, err := compiled(s, node)
	if err != nil {
		if value, err = taped(s, node); err != nil {
			return nil, err
		}
	}
	if value == nil {
		return nil, errors.New("the output has no value, want one number a pair")
	}
	v, ok := value.Data().([]float64)
	if !ok {
		return nil, fmt.Errorf("data of the output are %T, want one float64 a pair", value.Data())
	}
	return v, nil
}

func compiled(s *Scope, node *G.Node) (G.Value, error) {
	m, err := fuse.Compile[float64](s.Graph, G.Nodes{node}, fuse.Options{})
	if err != nil {
		return nil, err
	}
	defer m.Close() //nolint:errcheck // a machine holds memory only
	if err := m.RunAll(); err != nil {
		return nil, err
	}
	return m.Value(node)
}

func taped(s *Scope, node *G.Node) (value G.Value, err error) {
	defer fault.Guard(&err) // NewTapeMachine panics where a graph does not compile
	G.Read(node, &value)
	vm := G.NewTapeMachine(s.Graph)
	defer vm.Close() //nolint:errcheck // a machine holds memory only
	err = vm.RunAll()
	return value, err
}
