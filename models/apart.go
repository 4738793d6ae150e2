package models

import (
	"fmt"
	"slices"
	"strings"

	"affmatch/internal/fault"
	"affmatch/internal/pairs"

	G "gorgonia.org/gorgonia"
)

// rowsApart takes a graph on many new rows into one in which each of them is a problem of its own, as if it were the only one: a
// sum over all becomes a sum of the row's, and what is computed of it a vector with one entry a row. So the log of t-SNE's
// partition is the log of each row's, the mean over points is the row itself, and the rows of the gradient know nothing of each
// other. What rows cannot be told apart in (a sum over columns, an operation of one's own) is an error.
//
// Nodes before the first such sum stay what they are.
type rowsApart struct {
	z       *G.Node
	n       int                     // rows
	weights map[string]*pairs.Index // sets by the names of the constants that hold their weights
	done    map[*G.Node]share
}

// share is a node in the graph of rows apart.
type share struct {
	node  *G.Node
	is    form
	on    *pairs.Index // of entries
	moves bool         // with Z
}

// form is how a value is made of rows.
type form int

const (
	whole   form = iota // no row has a part of its own: a number, a table
	rowwise             // a row of a vector or matrix for each of them
	entries             // so many entries of a vector for each of them
	alone               // a vector of what was one number for all, and is now one for each
)

// takeApart gives the sum of what an objective is for each row.
func takeApart(z, loss *G.Node) (*G.Node, error) {
	a := &rowsApart{z: z, n: z.Shape()[0], weights: map[string]*pairs.Index{}, done: map[*G.Node]share{}}
	for n := range ancestors(z.Graph(), loss) {
		if on := pairs.IndexOf(n.Op()); on != nil {
			a.weights[on.Name+".P"] = on
		}
	}
	p, err := a.of(loss)
	if err != nil {
		return nil, fmt.Errorf("models: new rows: %w", err)
	}
	if p.is != alone || !p.moves {
		return nil, fault.Field("models: new rows: objective", "the same wherever they lie", "one that depends on where")
	}
	return G.Sum(p.node)
}

func (a *rowsApart) of(n *G.Node) (share, error) {
	if p, ok := a.done[n]; ok {
		return p, nil
	}
	p, err := a.translate(n)
	if err != nil {
		return share{}, err
	}
	a.done[n] = p
	return p, nil
}

func (a *rowsApart) translate(n *G.Node) (share, error) {
	if n.Op() == nil {
		return a.leaf(n), nil
	}
	var args []share
	for _, kid := range arguments(n) {
		p, err := a.of(kid)
		if err != nil {
			return share{}, err
		}
		args = append(args, p)
	}
	switch o := n.Op().(type) {
	case pairs.Op:
		return a.onPairs(n, o, args[0])
	case pairs.Difference:
		return a.difference(n, o, args)
	}
	if !slices.ContainsFunc(args, func(p share) bool { return p.is != whole }) {
		return share{node: n}, nil
	}
	name := n.Op().String()
	switch {
	case strings.HasPrefix(name, "SizeOf"):
		return a.size(n, args[0])
	case strings.HasPrefix(name, "Σ["):
		return a.sum(n, name, args[0])
	case strings.Contains(name, " × ") && args[0].is == rowwise && args[1].is == whole:
		return share{node: n, is: rowwise, moves: args[0].moves}, nil
	case len(args) == 1 && unaries[name] != nil:
		return a.unary(n, name, args[0])
	case len(args) == 2:
		if f := binaryOf(name); f != nil {
			return a.binary(n, f, args[0], args[1])
		}
	}
	return a.joins(n)
}

// joins is the error of an operation in which rows cannot be told apart.
func (a *rowsApart) joins(n *G.Node) (share, error) {
	return share{}, fault.Field(fmt.Sprintf("node %v", n), fmt.Sprintf("%v, which joins new rows with each other", n.Op()),
		"what is known of each by itself (Placing{Mean: true} needs no objective)")
}

// leaf is Z, weights of entries, what has a row for each new one, or what has not.
func (a *rowsApart) leaf(n *G.Node) share {
	switch on := a.weights[n.Name()]; {
	case n == a.z:
		return share{node: n, is: rowwise, moves: true}
	case on != nil && n.Shape().TotalSize() == on.Len():
		return share{node: n, is: entries, on: on}
	case n.Dims() > 0 && n.Shape()[0] == a.n:
		return share{node: n, is: rowwise}
	}
	return share{node: n}
}

func (a *rowsApart) onPairs(n *G.Node, o pairs.Op, x share) (share, error) {
	switch o.Kind {
	case pairs.Detach:
		if x.is == alone {
			d, err := o.Apply(x.node)
			return share{node: d, is: alone}, err
		}
		return share{node: n, is: x.is, on: x.on}, nil
	case pairs.Column:
		return share{node: n, is: x.is, moves: x.moves}, nil
	case pairs.VecLSE:
		switch x.is {
		case whole:
			return share{node: n}, nil
		case rowwise:
			return share{node: x.node, is: alone, moves: x.moves}, nil
		case entries:
			return a.reduced(pairs.LSE, x)
		}
	case pairs.Spread:
		if o.End != 0 {
			if x.moves {
				return a.joins(n)
			}
			return share{node: n, is: entries, on: o.On}, nil
		}
		return a.again(n, o, x, share{is: entries, on: o.On, moves: x.moves})
	case pairs.Sum, pairs.Max, pairs.LSE:
		if o.End == 0 {
			return a.again(n, o, x, share{is: rowwise, moves: x.moves && o.Kind != pairs.Max})
		}
	}
	return a.joins(n)
}

// again is an operation on an argument that may be another node now.
func (a *rowsApart) again(n *G.Node, o pairs.Op, x, is share) (share, error) {
	is.node = n
	var err error
	if x.node != arguments(n)[0] {
		is.node, err = o.Apply(x.node)
	}
	return is, err
}

// reduced is one number for each row, of its entries.
func (a *rowsApart) reduced(k pairs.Kind, x share) (share, error) {
	v, err := pairs.Op{Kind: k, On: x.on}.Apply(x.node)
	return share{node: v, is: alone, moves: x.moves}, err
}

// difference is a distance, or another part of one, of a new row and a point that stays.
func (a *rowsApart) difference(n *G.Node, o pairs.Difference, args []share) (share, error) {
	moving := 0
	for _, x := range args {
		if x.moves {
			moving++
		}
	}
	if moving > 1 || moving == 1 && (!o.Two || o.A != 0) || o.Part != pairs.Distance {
		return a.joins(n)
	}
	return share{node: n, is: entries, on: o.On, moves: moving == 1}, nil
}

// size is how many there are of one row.
func (a *rowsApart) size(n *G.Node, x share) (share, error) {
	switch {
	case x.is == rowwise && x.node.Dims() == 1:
		return share{node: G.NewConstant(1.0)}, nil
	case x.is == entries && x.on.Start == nil:
		return share{node: G.NewConstant(float64(x.on.Len() / a.n))}, nil
	case x.is == entries:
		ones, err := G.Add(G.Must(G.Mul(x.node, G.NewConstant(0.0))), G.NewConstant(1.0))
		if err != nil {
			return share{}, err
		}
		p, err := a.reduced(pairs.Sum, share{node: ones, on: x.on})
		p.moves = false
		return p, err
	}
	return a.joins(n)
}

// sum is a total, or one along the columns of a matrix.
func (a *rowsApart) sum(n *G.Node, name string, x share) (share, error) {
	switch {
	case !n.IsScalar() && name[len("Σ["):][0] == '1':
		return share{node: n, is: rowwise, moves: x.moves}, nil
	case !n.IsScalar():
		return a.joins(n)
	case x.is == entries:
		return a.reduced(pairs.Sum, x)
	case x.is == rowwise && x.node.Dims() == 1:
		return share{node: x.node, is: alone, moves: x.moves}, nil
	case x.is == rowwise && x.node.Dims() == 2:
		v, err := G.Sum(x.node, 1)
		return share{node: v, is: alone, moves: x.moves}, err
	}
	return a.joins(n)
}

func (a *rowsApart) unary(n *G.Node, name string, x share) (share, error) {
	x2 := x
	x2.node = n
	var err error
	if x.node != arguments(n)[0] {
		x2.node, err = unaries[name](x.node)
	}
	return x2, err
}

// binary brings both arguments into the finer form: a number of each row goes to all of its entries.
func (a *rowsApart) binary(n *G.Node, f func(x, y *G.Node) (*G.Node, error), x, y share) (share, error) {
	is := share{is: max(x.is, y.is), moves: x.moves || y.moves}
	for _, p := range []share{x, y} {
		if p.is == entries {
			is.is, is.on = entries, p.on
		}
	}
	switch {
	case x.is == entries && y.is == entries && x.on != y.on:
		return a.joins(n)
	case is.is == alone && (x.is == rowwise && x.node.Dims() > 1 || y.is == rowwise && y.node.Dims() > 1):
		return a.joins(n)
	case is.is == alone && (x.is == rowwise || y.is == rowwise):
		is.is = rowwise
	}
	for _, p := range []*share{&x, &y} {
		if is.is == entries && p.is == alone {
			v, err := pairs.Op{Kind: pairs.Spread, On: is.on}.Apply(p.node)
			if err != nil {
				return share{}, err
			}
			p.node = v
		}
	}
	is.node = n
	if kids := arguments(n); kids[0] == x.node && kids[1] == y.node {
		return is, nil
	}
	var err error
	is.node, err = f(x.node, y.node)
	return is, err
}

// arguments are those of a node, in order.
func arguments(n *G.Node) (nodes G.Nodes) {
	for it := n.Graph().From(n.ID()); it.Next(); {
		nodes = append(nodes, it.Node().(*G.Node))
	}
	return nodes
}

// unaries are gorgonia's elementwise operations of one argument, by how they print.
var unaries = map[string]func(*G.Node) (*G.Node, error){
	"exp": G.Exp, "expm1": G.Expm1, "ln": G.Log, "log2": G.Log2, "log1p": G.Log1p, "abs": G.Abs, "sign": G.Sign, "neg": G.Neg,
	"sigmoid": G.Sigmoid, "tanh": G.Tanh, "softplus": G.Softplus, "sin": G.Sin, "cos": G.Cos, "ceil": G.Ceil, "floor": G.Floor,
	"square": G.Square, "cube": G.Cube, "inv": G.Inverse, "sqrt": G.Sqrt, "invSqrt": G.InverseSqrt,
}

// binaries are those of two.
var binaries = map[string]func(x, y *G.Node) (*G.Node, error){
	"+": G.Add, "-": G.Sub, "^": G.Pow, "MaxBetween": G.MaxBetween, "MinBetween": G.MinBetween, "⊙": times, "÷": over,
}

// comparisons give 1 or 0.
var comparisons = map[string]func(x, y *G.Node, same bool) (*G.Node, error){
	">": G.Gt, ">=": G.Gte, "<": G.Lt, "<=": G.Lte, "==": G.Eq, "!=": G.Ne,
}

// binaryOf is the operation that prints so; nil: none that is elementwise.
func binaryOf(name string) func(x, y *G.Node) (*G.Node, error) {
	symbol, same, _ := strings.Cut(name, " ")
	if f, ok := comparisons[symbol]; ok {
		return func(x, y *G.Node) (*G.Node, error) { return f(x, y, same == "true") }
	}
	return binaries[symbol]
}

func times(x, y *G.Node) (*G.Node, error) {
	if x.IsScalar() || y.IsScalar() {
		return G.Mul(x, y)
	}
	return G.HadamardProd(x, y)
}

func over(x, y *G.Node) (*G.Node, error) {
	if x.IsScalar() || y.IsScalar() {
		return G.Div(x, y)
	}
	return G.HadamardDiv(x, y)
}
