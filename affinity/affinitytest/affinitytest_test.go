package affinitytest

import (
	"context"
	"errors"
	"fmt"
	"hash"
	"hash/fnv"
	"math"
	"strings"
	"testing"

	"affmatch/affinity"

	"github.com/chewxy/hm"
	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// recorder takes what the kit reports.
type recorder struct{ said []string }

func (r *recorder) Helper()                   {}
func (r *recorder) Errorf(f string, a ...any) { r.said = append(r.said, fmt.Sprintf(f, a...)) }

func (r *recorder) mustSay(t *testing.T, what, want string) {
	t.Helper()
	if all := strings.Join(r.said, "\n"); !strings.Contains(all, want) {
		t.Errorf("%s: the kit says %q, want %q", what, all, want)
	}
}

// ownOp is exp(-x/2)-1 as an operation of one's own, with a given slope and a given fault.
type ownOp struct {
	name  string
	slope float64 // factor on the right derivative
	fault error   // of the gradient
	calls *int    // added to each value: an operation with a memory
}

func (o ownOp) Arity() int { return 1 }
func (o ownOp) Type() hm.Type {
	v := G.TensorType{Dims: 1, Of: hm.TypeVariable('a')}
	return hm.NewFnType(v, v)
}
func (o ownOp) InferShape(in ...G.DimSizer) (tensor.Shape, error) {
	return in[0].(tensor.Shape).Clone(), nil
}
func (o ownOp) ReturnsPtr() bool      { return false }
func (o ownOp) CallsExtern() bool     { return false }
func (o ownOp) OverwritesInput() int  { return -1 }
func (o ownOp) WriteHash(h hash.Hash) { fmt.Fprint(h, o.name) }
func (o ownOp) Hashcode() uint32      { h := fnv.New32a(); o.WriteHash(h); return h.Sum32() }
func (o ownOp) String() string        { return o.name }
func (o ownOp) DiffWRT(int) []bool    { return []bool{true} }
func (o ownOp) Do(in ...G.Value) (G.Value, error) {
	x := in[0].Data().([]float64)
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = math.Expm1(-v / 2)
		if o.calls != nil {
			y[i] += float64(*o.calls)
		}
	}
	if o.calls != nil {
		*o.calls++
	}
	return tensor.New(tensor.WithShape(len(y)), tensor.WithBacking(y)), nil
}
func (o ownOp) SymDiff(in G.Nodes, out, grad *G.Node) (G.Nodes, error) {
	if o.fault != nil {
		return nil, o.fault
	}
	e := G.Must(G.Exp(G.Must(G.Mul(in[0], G.NewConstant(-0.5)))))
	return G.Nodes{G.Must(G.HadamardProd(G.Must(G.Mul(e, G.NewConstant(-0.5*o.slope))), grad))}, nil
}

func (o ownOp) kernel(c *G.Node) *G.Node { return G.Must(G.ApplyOp(o, c)) }

func TestKernelPassesARightOperationOfOnesOwn(t *testing.T) {
	Kernel(t, affinity.KernelFunc(ownOp{name: "right", slope: 1}.kernel))
}

func TestKernelSeesWhatIsWrong(t *testing.T) {
	one := G.NewConstant(1.0)
	for _, c := range []struct {
		name string
		k    affinity.KernelFunc
		want string
	}{
		{"a gradient off by 1e-5", ownOp{name: "off", slope: 1 + 1e-5}.kernel, "but differences give"},
		{"a gradient of the wrong sign", ownOp{name: "sign", slope: -1}.kernel, "but differences give"},
		{"no gradient", ownOp{name: "none", fault: errors.New("no slope")}.kernel, "the values can be had, but with their gradient"},
		{"a memory", ownOp{name: "memory", slope: 1, calls: new(int)}.kernel, "a second run gives other values"},
		{"-Inf at coincident points", func(c *G.Node) *G.Node {
			return G.Must(G.Log(G.Must(G.Sub(one, G.Must(G.Exp(G.Must(G.Neg(c))))))))
		}, "want a finite number"},
		{"NaN at 0", func(c *G.Node) *G.Node { // 0/0 where c is too small to be told from 0
			u := G.Must(G.Log1p(c))
			return G.Must(G.Sub(G.Must(G.HadamardDiv(G.Must(G.Square(u)), G.Must(G.Square(u)))), c))
		}, "want a finite number"},
		{"an infinite slope at 0", func(c *G.Node) *G.Node { return G.Must(G.Pow(c, G.NewConstant(-0.5))) }, "want a finite number"},
		{"overflow far away", func(c *G.Node) *G.Node { return G.Must(G.Neg(G.Must(G.Exp(c)))) }, "want a finite number"},
		{"pairs that see each other", func(c *G.Node) *G.Node { return G.Must(G.Sub(c, G.Must(G.Mean(c)))) }, "then it is an Output, not a Kernel"},
		{"a scalar", func(c *G.Node) *G.Node { return G.Must(G.Sum(c)) }, "want one entry a pair"},
		{"nothing", func(c *G.Node) *G.Node { return nil }, "the node is nil"},
		{"an error", func(c *G.Node) *G.Node { panic(errors.New("wrong nu")) }, "wrong nu"},
		{"a panic", func(c *G.Node) *G.Node { var v []int; _ = v[3]; return c }, "panic: runtime error"},
	} {
		r := &recorder{}
		Kernel(r, c.k)
		r.mustSay(t, c.name, c.want)
	}
}

func TestKernelSeesAWrongSlopeOfAParameter(t *testing.T) {
	r := &recorder{}
	Kernel(r, learned{1.001})
	r.mustSay(t, "a parameter's gradient", "derivative with respect to own.scale")
	Kernel(t, learned{1})
}

// learned is -c*scale, the scale a parameter whose gradient is off by a factor.
type learned struct{ factor float64 }

func (k learned) LogKernel(s *affinity.Scope, c *G.Node) (*G.Node, error) {
	scale, err := s.Param("own.scale", tensor.New(tensor.FromScalar(-2.0)))
	if err != nil {
		return nil, err
	}
	wrong := G.Must(G.Mul(scale, G.NewConstant(k.factor)))
	fixed := G.Must(s.Detach(G.Must(G.Mul(scale, G.NewConstant(1-k.factor)))))
	return G.Mul(c, G.Must(G.Add(wrong, fixed)))
}

func TestOutputSeesWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		name string
		o    affinity.Output
		want string
	}{
		{"a maximum kept constant where it is not", affinity.OutputFunc(func(on *affinity.Pairs) *G.Node {
			k := G.Must(affinity.Of{Kernel: affinity.Student{}}.LogQ(on))
			return G.Must(G.Sub(k, G.Must(on.Head(G.Must(on.RowMax(k))))))
		}), "but differences give"},
		{"numbers of the points", affinity.OutputFunc(func(on *affinity.Pairs) *G.Node {
			w := make([]float64, on.Points)
			for i := range w {
				w[i] = float64(i)
			}
			number := G.Must(on.Constant("number", tensor.New(tensor.WithShape(len(w)), tensor.WithBacking(w))))
			return G.Must(G.HadamardProd(G.Must(on.Head(number)), G.Must(affinity.Of{Kernel: affinity.Student{}}.LogQ(on))))
		}), "with the points in another order"},
		{"no output", affinity.Of{}, "affinity: Of: Kernel = nil"},
	} {
		r := &recorder{}
		Output(r, c.o)
		r.mustSay(t, c.name, c.want)
	}
	r := &recorder{}
	checkSums(r, "", affinity.OverRows, places(2)[0], affinity.All{}, make([]float64, 30))
	r.mustSay(t, "rows that do not sum to one", "sum 0 of Q OverRows = 5, want 0.1666")
}

func TestMetricSeesWhatIsWrong(t *testing.T) {
	difference := func(on *affinity.Pairs) *G.Node {
		return G.Must(G.Sub(G.Must(on.HeadCoord(0)), G.Must(on.TailCoord(0))))
	}
	for _, c := range []struct {
		name string
		m    affinity.Metric
		want string
	}{
		{"no floor", affinity.MetricFunc(func(on *affinity.Pairs) *G.Node { return G.Must(G.Square(difference(on))) }), "root of the metric"},
		{"an infinite slope", affinity.MetricFunc(func(on *affinity.Pairs) *G.Node { return G.Must(G.Sqrt(G.Must(G.Square(difference(on))))) }), "want a finite number"},
		{"other points", affinity.MetricFunc(func(on *affinity.Pairs) *G.Node {
			c := G.Must(affinity.SquaredEuclidean.Distance(on))
			return G.Must(G.HadamardDiv(c, G.Must(on.Head(G.Must(on.RowSum(c))))))
		}), "changes when point 5 moves"},
		{"another one on X", torn{affinity.Euclidean}, "on Z, but"},
		{"a missing coordinate", affinity.MetricFunc(func(on *affinity.Pairs) *G.Node { return G.Must(on.HeadCoord(7)) }), "coordinate = 7"},
	} {
		r := &recorder{}
		Metric(r, c.m)
		r.mustSay(t, c.name, c.want)
	}
	r := &recorder{}
	ShiftInvariant(r, affinity.Angular)
	r.mustSay(t, "Angular is not shift invariant", "when all points are shifted")
}

// torn is one metric on Z and another on X.
type torn struct{ affinity.BuiltinMetric }

func (torn) Between(x, y []float64) float64 { return math.Abs(x[0] - y[0]) }

func TestDataMetricSeesWhatIsWrong(t *testing.T) {
	calls := 0.0
	for want, m := range map[string]affinity.DataMetricFunc{
		"the other way":         func(x, y []float64) float64 { return x[0] - 2*y[0] },
		"want a finite number":  func(x, y []float64) float64 { return math.Log(x[0] - y[0]) },
		"changes its arguments": func(x, y []float64) float64 { x[0] = 3; return 1 },
		"then 2":                func(x, y []float64) float64 { calls++; return math.Ceil(calls / 2) },
		"panic: ":               func(x, y []float64) float64 { return x[5] },
	} {
		r := &recorder{}
		DataMetric(r, m)
		r.mustSay(t, want, want)
	}
}

func TestInputSeesWhatIsWrong(t *testing.T) {
	right := affinity.UMAPAffinityIn{Neighbors: 5}
	calls := 0
	for want, f := range map[string]affinity.InputFunc{
		"it changes X": func(ctx context.Context, x mat.Matrix) (*affinity.Matrix, error) {
			p, err := affinity.Compute(ctx, right, x)
			if d := x.(*mat.Dense); err == nil && d.At(0, 0) != 3 { // all rows equal stay so
				d.Set(0, 0, 2.5)
			}
			return p, err
		},
		"another P at the second call": func(ctx context.Context, x mat.Matrix) (*affinity.Matrix, error) {
			p, err := affinity.Compute(ctx, right, x)
			if calls++; err == nil {
				p.Values[0] += float64(calls)
			}
			return p, err
		},
		"rows in another order": func(ctx context.Context, x mat.Matrix) (*affinity.Matrix, error) {
			p, err := affinity.Compute(ctx, right, x)
			if err == nil {
				p.Values[0] = 0.5
			}
			return p, err
		},
		"want context.Canceled": func(_ context.Context, x mat.Matrix) (*affinity.Matrix, error) {
			return affinity.Compute(context.Background(), right, x)
		},
		"input on all rows equal": func(ctx context.Context, x mat.Matrix) (*affinity.Matrix, error) {
			p, err := affinity.Compute(ctx, right, x)
			if err == nil && mat.Max(x) == mat.Min(x) {
				p.Values[0] = math.NaN()
			}
			return p, err
		},
		"panic": func(ctx context.Context, x mat.Matrix) (*affinity.Matrix, error) {
			x.At(1, 0)
			return affinity.Compute(ctx, right, x)
		},
		"input on X with NaN": func(ctx context.Context, x mat.Matrix) (*affinity.Matrix, error) {
			y := mat.DenseCopyOf(x)
			y.Apply(func(_, _ int, v float64) float64 {
				if math.IsNaN(v) {
					return 0
				}
				return v
			}, y)
			return affinity.Compute(ctx, right, y)
		},
		"P = nil, want a matrix": func(context.Context, mat.Matrix) (*affinity.Matrix, error) { return nil, nil },
		"P = 99 points, want 100, the rows of X": func(ctx context.Context, x mat.Matrix) (*affinity.Matrix, error) {
			return affinity.Compute(ctx, right, cloud().Slice(0, 99, 0, 4))
		},
	} {
		r := &recorder{}
		Input(r, f)
		r.mustSay(t, want, want)
	}
}

func TestDifferencesFindDerivativesAndTheirErrors(t *testing.T) {
	f := func(h float64) ([]float64, error) { return []float64{math.Exp(1 + h/2), math.Abs(h)}, nil }
	slope, bound, err := differentiate([]float64{unit, unit}, f)
	if err != nil || math.Abs(slope[0]-math.E/2) > 1e-11 || bound[0] > 1e-10 {
		t.Errorf("exp: %v +- %v, %v, want %v", slope[0], bound[0], err, math.E/2)
	}
}

// extended is UMAPAffinityIn with another form of its new rows.
type extended struct {
	affinity.UMAPAffinityIn
	change func(p *affinity.Matrix)
}

func (e extended) Fit(ctx context.Context, x mat.Matrix) (*affinity.Fitted, error) {
	f, err := affinity.Fit(ctx, e.UMAPAffinityIn, x)
	if err != nil {
		return nil, err
	}
	with := *f
	with.New = func(ctx context.Context, y mat.Matrix) (*affinity.Matrix, error) {
		p, err := f.New(ctx, y)
		if err == nil {
			e.change(p)
		}
		return p, err
	}
	return &with, nil
}

func TestInputSeesWrongExtensions(t *testing.T) {
	for want, change := range map[string]func(p *affinity.Matrix){
		"P = 9 x 0, want 9 x 100":     func(p *affinity.Matrix) { p.Columns = 0 },
		"= NaN, want a finite number": func(p *affinity.Matrix) { p.Values[1] = math.NaN() },
		"panic: ":                     func(p *affinity.Matrix) { p.Values[1<<20] = 0 },
		"depends on the other new rows": func(p *affinity.Matrix) {
			for e := range p.Values {
				p.Values[e] += float64(p.N * e % 7)
			}
		},
	} {
		r := &recorder{}
		Input(r, extended{affinity.UMAPAffinityIn{Neighbors: 5}, change})
		r.mustSay(t, want, want)
	}
}
