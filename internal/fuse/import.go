package fuse

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"affmatch/internal/pairs"

	G "gorgonia.org/gorgonia"
)

// importer turns gorgonia nodes into expressions. It knows operations by their String (gorgonia v0.9.18; a golden test
// holds every one), and those of package pairs by their type. What it does not know becomes opaque: run by its own
// Op.Do, and reported.
type importer struct {
	*algebra
	graph  *G.ExprGraph
	done   map[*G.Node]*expr
	opaque []*expr
}

// unary are gorgonia's elementwise operations that are functions; powers are apart.
var unary = map[string]op{
	"exp": "exp", "expm1": "expm1", "ln": "log", "log1p": "log1p", "abs": "abs", "sign": "sign", "sigmoid": "sigmoid",
	"tanh": "tanh", "softplus": "softplus", "sin": "sin", "cos": "cos", "ceil": "ceil", "floor": "floor",
}

var powers = map[string]float64{"square": 2, "cube": 3, "inv": -1, "sqrt": 0.5, "invSqrt": -0.5}

var infix = map[string]op{"+": "add", "-": "sub", "⊙": "mul", "÷": "div", "^": "pow", "MaxBetween": "max", "MinBetween": "min"}

var compare = map[string]op{">": "gt", ">=": "gte", "<": "lt", "<=": "lte", "==": "eq", "!=": "ne"}

const ln2 = 0.693147180559945309417

// importNode gives the expression of a node. A node whose entries are all the same scalar (a splat) is that scalar.
func (im *importer) importNode(n *G.Node) (*expr, error) {
	if e, ok := im.done[n]; ok {
		return e, nil
	}
	e, err := im.translate(n)
	if err != nil {
		return nil, err
	}
	im.done[n] = e
	return e, nil
}

func (im *importer) translate(n *G.Node) (*expr, error) {
	if n.Op() == nil {
		return im.input(n, spaceOf(n)), typed(n)
	}
	name := n.Op().String()
	if strings.HasPrefix(name, "const ") {
		return im.literal(n)
	}
	args, err := im.arguments(n)
	if err := errors.Join(err, typed(n)); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(children(im.graph, n), indices) {
		return im.fallback(n, args), nil
	}
	switch o := n.Op().(type) {
	case pairs.Op:
		return im.onPairs(n, o, args[0])
	case pairs.Difference:
		return im.difference(n, o, args), nil
	case pairs.ScaleColumns:
		return im.scaleColumns(im.filled(args[0], spaceOf(n)), args[1]), nil
	}
	if e := im.elementwise(name, args); e != nil {
		return e, nil
	}
	if e := im.structural(n, name, args); e != nil {
		return e, nil
	}
	if side, ok := matrixProducts[name]; ok && n.Dims() == 2 {
		return im.product(n, side, args), nil
	}
	return im.fallback(n, args), nil
}

func spaceOf(n *G.Node) space {
	if n.IsScalar() {
		return space{}
	}
	return space{len: n.Shape().TotalSize()}
}

func (im *importer) literal(n *G.Node) (*expr, error) {
	v := n.Value()
	if v != nil {
		if x, ok := v.Data().(float64); ok {
			return im.constant(x), nil
		}
		if n.IsScalar() {
			if x, err := strconv.ParseFloat(fmt.Sprint(v.Data()), 64); err == nil { // an int, from SizeOf
				return im.constant(x), nil
			}
		}
	}
	return nil, fmt.Errorf("fuse: constant %v of shape %v: want a scalar; gorgonia merges tensor constants by their abbreviated print, so give a vector or matrix by Scope.Given", n.Name(), n.Shape())
}

// children are the arguments of a node, in order.
func children(g *G.ExprGraph, n *G.Node) G.Nodes {
	var c G.Nodes
	for it := g.From(n.ID()); it.Next(); {
		c = append(c, it.Node().(*G.Node))
	}
	return c
}

func (im *importer) arguments(n *G.Node) ([]*expr, error) {
	var args []*expr
	for _, c := range children(im.graph, n) {
		e, err := im.importNode(c)
		if err != nil {
			return nil, err
		}
		args = append(args, e)
	}
	return args, nil
}

// elementwise gives nil where the operation is not one.
func (im *importer) elementwise(name string, args []*expr) *expr {
	if len(args) == 1 {
		if f, ok := unary[name]; ok {
			return im.function(f, args[0])
		}
		if p, ok := powers[name]; ok {
			return im.pow(args[0], p)
		}
		switch name {
		case "neg":
			return im.scale(-1, args[0])
		case "log2":
			return im.scale(1/ln2, im.log(args[0]))
		}
		return nil
	}
	symbol, same, _ := strings.Cut(name, " ")
	f, known := infix[symbol], true
	if f == "" {
		f, known = compare[symbol], same == "true"
	}
	if len(args) != 2 || f == "" || !known {
		return nil
	}
	a, b := im.together(args[0], args[1])
	switch f {
	case "add":
		return im.linear([]float64{1, 1}, []*expr{a, b}, 0)
	case "sub":
		return im.linear([]float64{1, -1}, []*expr{a, b}, 0)
	case "mul":
		return im.mul(a, b)
	case "div":
		return im.prod([]*expr{a, b}, []float64{1, -1})
	}
	return im.binary(f, a, b)
}

// together brings two arguments of an elementwise operation into one space: arrays stream along pairs, and what lives on
// the pairs of another index is stored first.
func (im *importer) together(a, b *expr) (*expr, *expr) {
	switch {
	case a.in.scalar() || b.in.scalar() || a.in == b.in:
		return a, b
	case a.onPairs():
		return a, im.pairwise(a.in.on, b)
	}
	return im.pairwise(b.in.on, a), b
}

// array is e as an array: what lives on pairs is stored.
func (im *importer) array(e *expr) *expr {
	if e.onPairs() {
		return im.reduce(opStore, e, 0, space{len: e.in.len})
	}
	return im.gather(e)
}

// filled is e on a space: a splat is written out.
func (im *importer) filled(e *expr, in space) *expr {
	if e.in.scalar() {
		return im.mul(e, im.ones(in))
	}
	return e
}

// pairwise is e on the pairs of an index: another set's values are stored.
func (im *importer) pairwise(on *pairs.Index, e *expr) *expr {
	switch {
	case e.in.scalar():
		return im.mul(e, im.ones(space{on, on.Len()}))
	case e.in.on == on:
		return e
	}
	return im.stream(on, im.array(e))
}

// structural are sums, splats and sizes; nil where the operation is none.
func (im *importer) structural(n *G.Node, name string, args []*expr) *expr {
	kids := children(im.graph, n)
	size := func(k *G.Node) float64 { return float64(max(1, k.Shape().TotalSize())) }
	switch {
	case strings.HasPrefix(name, "SizeOf="):
		v, err := strconv.ParseFloat(strings.TrimPrefix(name, "SizeOf="), 64)
		if err != nil {
			return nil
		}
		return im.constant(v)
	case strings.HasPrefix(name, "SizeOf("):
		axis, err := strconv.Atoi(strings.Trim(name[len("SizeOf"):], "()"))
		if err != nil || (axis != 0 && axis >= kids[0].Dims()) {
			return nil
		}
		if kids[0].IsScalar() {
			return im.constant(1)
		}
		return im.constant(float64(kids[0].Shape()[axis]))
	case strings.HasPrefix(name, "Σ[") && n.IsScalar():
		if args[0].in.scalar() {
			return im.scale(size(kids[0]), args[0])
		}
		return im.reduce(opTotal, args[0], 0, space{})
	case strings.HasPrefix(name, "Reshape("), strings.HasPrefix(name, "Repeat"):
		if args[0].in.scalar() { // the gradient of a sum: a splat
			return args[0]
		}
	}
	return nil
}

// fallback runs the node by its own Op.Do.
func (im *importer) fallback(n *G.Node, args []*expr) *expr {
	stored := make([]*expr, len(args))
	for i, a := range args {
		stored[i] = im.array(a)
	}
	e := im.intern(expr{op: opOpaque, node: n, in: spaceOf(n), args: stored, least: unknown})
	im.opaque = append(im.opaque, e)
	return e
}
