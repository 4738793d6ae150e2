package affinity

import (
	"fmt"

	"affmatch/internal/fault"

	G "gorgonia.org/gorgonia"
)

// Expr is a node in formulas that read as such: c.Sqrt().Mul(-0.5) for a node c = E(...). Arguments of type any are an
// Expr, a *gorgonia.Node or a number. A method that fails panics with its error, as gorgonia.Must does, and the
// adapters of this project (KernelExpr, loss.Expr, ...) return that error; where there is none around, Try returns it.
type Expr struct{ node *G.Node }

// E is a node as an Expr.
func E(n *G.Node) Expr { return Expr{n} }

// Must is v, or a panic with the error, for what gives a node and an error inside an adapter's function.
func Must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Try calls f and returns the error that a formula in it panicked with.
func Try(f func() Expr) (n *G.Node, err error) {
	defer fault.Guard(&err)
	return f().node, nil
}

// Node is the node.
func (e Expr) Node() *G.Node { return e.node }

// node is an argument as a node.
func node(x any) *G.Node {
	switch x := x.(type) {
	case Expr:
		return present(x.node)
	case *G.Node:
		return present(x)
	case float64:
		return G.NewConstant(x)
	case int:
		return G.NewConstant(float64(x))
	}
	panic(fault.Field("affinity: Expr: argument", fmt.Sprintf("%T", x), "an Expr, a *gorgonia.Node, a float64 or an int"))
}

func present(n *G.Node) *G.Node {
	if n == nil {
		panic(fault.Field("affinity: Expr", "nil", "a node (p is nil on pairs without weights)"))
	}
	return n
}

func (e Expr) unary(f func(*G.Node) (*G.Node, error)) Expr { return Expr{Must(f(present(e.node)))} }

func (e Expr) binary(f func(a, b *G.Node) (*G.Node, error), x any) Expr {
	return Expr{Must(f(present(e.node), node(x)))}
}

// Add is e + x.
func (e Expr) Add(x any) Expr { return e.binary(G.Add, x) }

// Sub is e - x.
func (e Expr) Sub(x any) Expr { return e.binary(G.Sub, x) }

// Mul is e*x, entry by entry.
func (e Expr) Mul(x any) Expr {
	b := node(x)
	if present(e.node).IsScalar() || b.IsScalar() {
		return e.binary(G.Mul, b)
	}
	return e.binary(G.HadamardProd, b)
}

// Div is e/x, entry by entry.
func (e Expr) Div(x any) Expr {
	b := node(x)
	if present(e.node).IsScalar() || b.IsScalar() {
		return e.binary(G.Div, b)
	}
	return e.binary(G.HadamardDiv, b)
}

// Pow is e^x.
func (e Expr) Pow(x any) Expr { return e.binary(G.Pow, x) }

// Max is the larger of e and x, entry by entry.
func (e Expr) Max(x any) Expr { return e.binary(G.MaxBetween, x) }

// Min is the smaller of e and x, entry by entry.
func (e Expr) Min(x any) Expr { return e.binary(G.MinBetween, x) }

// Is is 1 where e = x, else 0, entry by entry.
func (e Expr) Is(x any) Expr {
	return e.binary(func(a, b *G.Node) (*G.Node, error) { return G.Eq(a, b, true) }, x)
}

// Above is 1 where e > x, else 0, entry by entry.
func (e Expr) Above(x any) Expr {
	return e.binary(func(a, b *G.Node) (*G.Node, error) { return G.Gt(a, b, true) }, x)
}

// Dot is the matrix product of e and x.
func (e Expr) Dot(x any) Expr { return e.binary(G.Mul, x) }

// T is the transpose of a matrix.
func (e Expr) T() Expr {
	return e.unary(func(n *G.Node) (*G.Node, error) { return G.Transpose(n, 1, 0) })
}

// Neg is -e.
func (e Expr) Neg() Expr { return e.unary(G.Neg) }

// Exp is exp e.
func (e Expr) Exp() Expr { return e.unary(G.Exp) }

// Expm1 is exp(e) - 1.
func (e Expr) Expm1() Expr { return e.unary(G.Expm1) }

// Log is log e.
func (e Expr) Log() Expr { return e.unary(G.Log) }

// Log1p is log(1 + e).
func (e Expr) Log1p() Expr { return e.unary(G.Log1p) }

// Sqrt is the root of e. Its slope at 0 is infinite: add a small number to what can be 0.
func (e Expr) Sqrt() Expr { return e.unary(G.Sqrt) }

// Square is e^2.
func (e Expr) Square() Expr { return e.unary(G.Square) }

// Inv is 1/e.
func (e Expr) Inv() Expr { return e.unary(G.Inverse) }

// Abs is |e|.
func (e Expr) Abs() Expr { return e.unary(G.Abs) }

// Tanh is tanh e.
func (e Expr) Tanh() Expr { return e.unary(G.Tanh) }

// Sigmoid is 1/(1 + exp(-e)).
func (e Expr) Sigmoid() Expr { return e.unary(G.Sigmoid) }

// Softplus is log(1 + exp e).
func (e Expr) Softplus() Expr { return e.unary(G.Softplus) }

// Sum is the sum of all entries, or along axes.
func (e Expr) Sum(along ...int) Expr {
	return e.unary(func(n *G.Node) (*G.Node, error) {
		if n.IsScalar() {
			return n, nil
		}
		return G.Sum(n, along...)
	})
}

// Mean is the mean of all entries.
func (e Expr) Mean() Expr {
	if e.node.Dims() == 1 { // which knows the size as one: see models.Model
		return e.unary(func(n *G.Node) (*G.Node, error) { return G.Mean(n) })
	}
	return e.Sum().Div(max(1, e.node.Shape().TotalSize()))
}

// Head is e_i on each pair (i,j), of an n-vector.
func (e Expr) Head(on *Pairs) Expr { return e.unary(on.Head) }

// Tail is e_j on each pair (i,j).
func (e Expr) Tail(on *Pairs) Expr { return e.unary(on.Tail) }

// RowSum is the n-vector sum_j e_ij.
func (e Expr) RowSum(on *Pairs) Expr { return e.unary(on.RowSum) }

// ColSum is the n-vector sum_i e_ij.
func (e Expr) ColSum(on *Pairs) Expr { return e.unary(on.ColSum) }

// RowLogSumExp is the n-vector log sum_j exp e_ij.
func (e Expr) RowLogSumExp(on *Pairs) Expr { return e.unary(on.RowLogSumExp) }

// LogSumExp is the scalar log sum_ij exp e_ij.
func (e Expr) LogSumExp(on *Pairs) Expr { return e.unary(on.LogSumExp) }
