package gradient

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"affmatch/internal/pairs"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// ops are gorgonia's operations, each as a function of one vector of six positive numbers.
var ops = map[string]func(x *G.Node) (*G.Node, error){
	"Abs": G.Abs, "Sign": G.Sign, "Ceil": G.Ceil, "Floor": G.Floor, "Sin": G.Sin, "Cos": G.Cos, "Exp": G.Exp, "Log": G.Log, "Log2": G.Log2,
	"Neg": G.Neg, "Square": G.Square, "Sqrt": G.Sqrt, "Inverse": G.Inverse, "InverseSqrt": G.InverseSqrt, "Cube": G.Cube, "Tanh": G.Tanh,
	"Sigmoid": G.Sigmoid, "Log1p": G.Log1p, "Expm1": G.Expm1, "Softplus": G.Softplus, "Rectify": G.Rectify,
	"Add": with(G.Add), "Sub": with(G.Sub), "HadamardProd": with(G.HadamardProd), "HadamardDiv": with(G.HadamardDiv), "Pow": with(G.Pow),
	"MaxBetween": with(G.MaxBetween), "MinBetween": with(G.MinBetween),
	"SubFrom": from(G.Sub), "DivInto": from(G.HadamardDiv), "PowOf": from(G.Pow), "MaxWith": from(G.MaxBetween), "MinWith": from(G.MinBetween),
	"Gt":        from(func(a, b *G.Node) (*G.Node, error) { return G.Gt(a, b, true) }),
	"Eq":        from(func(a, b *G.Node) (*G.Node, error) { return G.Eq(a, b, true) }),
	"ScalarAdd": scalar(G.Add), "ScalarSub": scalar(G.Sub), "ScalarMul": scalar(G.Mul), "ScalarDiv": scalar(G.Div), "ScalarPow": scalar(G.Pow),
	"DivScalar": func(x *G.Node) (*G.Node, error) { return G.Div(x, G.Must(G.Sum(x))) },
	"MulScalar": func(x *G.Node) (*G.Node, error) { return G.Mul(x, G.Must(G.Sum(x))) },
	"PowScalar": func(x *G.Node) (*G.Node, error) { return G.Pow(x, G.Must(G.Mean(x))) },
	"AddScalar": func(x *G.Node) (*G.Node, error) { return G.Add(x, G.Must(G.Mean(x))) },
	"SubScalar": func(x *G.Node) (*G.Node, error) { return G.Sub(x, G.Must(G.Mean(x))) },
	"PowConst":  func(x *G.Node) (*G.Node, error) { return G.Pow(x, G.NewConstant(1.7)) },
	"Sum":       func(x *G.Node) (*G.Node, error) { return G.Sum(x) },
	"Mean":      func(x *G.Node) (*G.Node, error) { return G.Mean(x) },
	"Max":       func(x *G.Node) (*G.Node, error) { return G.Max(x) },
	"Norm":      func(x *G.Node) (*G.Node, error) { return G.Norm(x, 0, 2) },
	"SoftMax":   func(x *G.Node) (*G.Node, error) { return G.SoftMax(x) },
	"Dot":       with(G.Mul), "OuterProd": with(G.OuterProd), "OuterProdWith": from(G.OuterProd),
	"Slice":     func(x *G.Node) (*G.Node, error) { return G.Slice(x, G.S(1, 4)) },
	"At":        func(x *G.Node) (*G.Node, error) { return G.Slice(x, G.S(2)) },
	"Concat":    func(x *G.Node) (*G.Node, error) { return G.Concat(0, x, G.Must(G.Square(x))) },
	"Reshape":   matrix(func(m *G.Node) (*G.Node, error) { return m, nil }),
	"Transpose": matrix(func(m *G.Node) (*G.Node, error) { return G.Transpose(m, 1, 0) }),
	"SumRows":   matrix(func(m *G.Node) (*G.Node, error) { return G.Sum(m, 1) }), "SumColumns": matrix(func(m *G.Node) (*G.Node, error) { return G.Sum(m, 0) }),
	"MeanRows": matrix(func(m *G.Node) (*G.Node, error) { return G.Mean(m, 1) }),
	"MaxRows":  matrix(func(m *G.Node) (*G.Node, error) { return G.Max(m, 1) }), "MaxColumns": matrix(func(m *G.Node) (*G.Node, error) { return G.Max(m, 0) }),
	"SoftMaxRows": matrix(func(m *G.Node) (*G.Node, error) { return G.SoftMax(m) }),
	"MatMul":      matrix(func(m *G.Node) (*G.Node, error) { return G.Mul(m, G.Must(G.Transpose(m, 1, 0))) }),
	"MatMulLeft":  matrix(func(m *G.Node) (*G.Node, error) { return G.Mul(G.Must(G.Transpose(m, 1, 0)), m) }),
	"MatVec": matrix(func(m *G.Node) (*G.Node, error) {
		return G.Mul(m, G.Must(G.Sum(m, 0)))
	}),
	"BroadcastAdd": matrix(func(m *G.Node) (*G.Node, error) { return G.BroadcastAdd(m, G.Must(G.Sum(m, 0)), nil, []byte{0}) }),
	"BroadcastSub": matrix(func(m *G.Node) (*G.Node, error) { return G.BroadcastSub(m, G.Must(G.Sum(m, 0)), nil, []byte{0}) }),
	"BroadcastHadamardProd": matrix(func(m *G.Node) (*G.Node, error) {
		return G.BroadcastHadamardProd(m, G.Must(G.Sum(m, 1)), nil, []byte{1})
	}),
	"BroadcastHadamardDiv": matrix(func(m *G.Node) (*G.Node, error) {
		return G.BroadcastHadamardDiv(m, G.Must(G.Sum(m, 1)), nil, []byte{1})
	}),
	"SliceColumn":   matrix(func(m *G.Node) (*G.Node, error) { return G.Slice(m, nil, G.S(1)) }),
	"SliceRow":      matrix(func(m *G.Node) (*G.Node, error) { return G.Slice(m, G.S(1)) }),
	"SliceRows":     matrix(func(m *G.Node) (*G.Node, error) { return G.Slice(m, G.S(0, 1)) }),
	"ConcatColumns": matrix(func(m *G.Node) (*G.Node, error) { return G.Concat(1, m, G.Must(G.Square(m))) }),
	"ByIndices": matrix(func(m *G.Node) (*G.Node, error) {
		ix := G.NewVector(m.Graph(), tensor.Int, G.WithShape(3), G.WithName("ix"), G.WithValue(tensor.New(tensor.WithBacking([]int{1, 0, 1}))))
		return G.ByIndices(m, ix, 0)
	}),
	"LeakyRelu": func(x *G.Node) (*G.Node, error) { return G.LeakyRelu(x, 0.1) },
	"LogSumExp": func(x *G.Node) (*G.Node, error) { return G.LogSumExp(x, 0) },
	"Mish":      G.Mish,
}

// wrongs are those that gorgonia differentiates wrongly, and flat those that have no slope.
var (
	wrongs = []string{"Log2", "InverseSqrt", "OuterProd", "OuterProdWith", "Max", "MaxRows", "MaxColumns", "LogSumExp"}
	flat   = []string{"Sign", "Ceil", "Floor", "Gt", "Eq"}
)

// with is an operation on x and on 1.3 + sin(3 x).
func with(f func(a, b *G.Node) (*G.Node, error)) func(x *G.Node) (*G.Node, error) {
	return func(x *G.Node) (*G.Node, error) { return f(x, other(x)) }
}

func from(f func(a, b *G.Node) (*G.Node, error)) func(x *G.Node) (*G.Node, error) {
	return func(x *G.Node) (*G.Node, error) { return f(other(x), x) }
}

func other(x *G.Node) *G.Node {
	return G.Must(G.Add(G.Must(G.Sin(G.Must(G.Mul(x, G.NewConstant(3.0))))), G.NewConstant(1.3)))
}

// scalar is an operation on a scalar and x.
func scalar(f func(a, b *G.Node) (*G.Node, error)) func(x *G.Node) (*G.Node, error) {
	return func(x *G.Node) (*G.Node, error) { return f(G.Must(G.Mean(x)), x) }
}

func matrix(f func(m *G.Node) (*G.Node, error)) func(x *G.Node) (*G.Node, error) {
	return func(x *G.Node) (*G.Node, error) { return f(G.Must(G.Reshape(x, tensor.Shape{2, 3}))) }
}

var start = []float64{0.31, 1.7, 0.83, 2.4, 0.57, 1.19}

// loss is a weighted sum of the squares of what an operation gives, so that no entry's slope is like another's.
func loss(op func(x *G.Node) (*G.Node, error), x *G.Node) (*G.Node, error) {
	y, err := op(x)
	if err != nil {
		return nil, err
	}
	if y.IsScalar() {
		return G.Square(y)
	}
	w := make([]float64, y.Shape().TotalSize())
	for i := range w {
		w[i] = 1 + 0.37*float64(i)
	}
	weights := G.NewTensor(x.Graph(), tensor.Float64, y.Dims(), G.WithShape(y.Shape()...), G.WithName("weights"),
		G.WithValue(tensor.New(tensor.WithShape(y.Shape()...), tensor.WithBacking(w))))
	s, err := G.HadamardProd(weights, G.Must(G.Square(y)))
	if err != nil {
		return nil, err
	}
	return G.Sum(s)
}

func run(op func(x *G.Node) (*G.Node, error), at []float64, differentiate bool) (value float64, grad []float64, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	g := G.NewGraph()
	x := G.NewVector(g, tensor.Float64, G.WithShape(len(at)), G.WithName("x"), G.WithValue(tensor.New(tensor.WithBacking(append([]float64(nil), at...)))))
	l, err := loss(op, x)
	if err != nil {
		return 0, nil, err
	}
	var v, dv G.Value
	G.Read(l, &v)
	if differentiate {
		d, err := Of(l, x)
		if err != nil {
			return 0, nil, err
		}
		G.Read(d[0], &dv)
	}
	vm := G.NewTapeMachine(g)
	defer vm.Close()
	if err := vm.RunAll(); err != nil {
		return 0, nil, err
	}
	if differentiate {
		grad = append(grad, dv.Data().([]float64)...)
	}
	return v.Data().(float64), grad, nil
}

// TestEveryOperationIsDifferentiatedRightOrRefused holds the symbolic gradient of each to central differences.
func TestEveryOperationIsDifferentiatedRightOrRefused(t *testing.T) {
	for name, op := range ops {
		if _, _, err := run(op, start, false); err != nil {
			t.Errorf("%s does not run: %v", name, err)
			continue
		}
		_, got, err := run(op, start, true)
		if refused := slices.Contains(wrongs, name) || slices.Contains(flat, name); refused != (err != nil) {
			t.Errorf("%s: error %v; refused: want %v", name, err, refused)
		}
		if err != nil {
			if slices.Contains(wrongs, name) && !strings.Contains(err.Error(), "an operation that gorgonia differentiates wrongly, want ") {
				t.Errorf("%s: %v, want what to write instead", name, err)
			}
			continue
		}
		for i := range start {
			const h = 1e-6
			at := func(d float64) float64 {
				x := append([]float64(nil), start...)
				x[i] += d
				v, _, err := run(op, x, false)
				if err != nil {
					t.Fatal(err)
				}
				return v
			}
			want := (at(h) - at(-h)) / (2 * h)
			if !(math.Abs(got[i]-want) <= 1e-6*(1+math.Abs(want))) {
				t.Errorf("%s: slope %d = %v, central difference %v", name, i, got[i], want)
				break
			}
		}
	}
}

// TestWhatIsDetachedMayBeAnything: a maximum that only keeps an exponential from overflowing has no say in the gradient.
func TestWhatIsDetachedMayBeAnything(t *testing.T) {
	stable := func(x *G.Node) (*G.Node, error) {
		m := G.Must(pairs.Op{Kind: pairs.Detach}.Apply(G.Must(G.Max(x))))
		return G.Add(G.Must(G.Log(G.Must(G.Sum(G.Must(G.Exp(G.Must(G.Sub(x, m)))))))), m)
	}
	_, got, err := run(stable, start, true)
	if err != nil {
		t.Fatal(err)
	}
	_, want, err := run(func(x *G.Node) (*G.Node, error) { return pairs.Op{Kind: pairs.VecLSE}.Apply(x) }, start, true)
	if err != nil {
		t.Fatal(err)
	}
	for i := range want {
		if math.Abs(got[i]-want[i]) > 1e-12 {
			t.Errorf("slope %d = %v, want %v", i, got[i], want[i])
		}
	}
}
