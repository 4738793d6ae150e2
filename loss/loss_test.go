package loss_test

import (
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"affmatch/affinity"
	"affmatch/internal/golden"
	"affmatch/loss"
	"affmatch/loss/losstest"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// entropy is an own loss entry by entry: the cross entropy of P and Q both ways.
var entropy = loss.Func(func(p, logQ *G.Node) *G.Node {
	q := G.Must(G.Exp(logQ))
	return G.Must(G.Neg(G.Must(G.HadamardProd(G.Must(G.Add(p, q)), logQ))))
})

// spread is an own loss of row sums: the squared deviation of each row's sum of Q from 1.
var spread = loss.On(func(on *affinity.Pairs, _, logQ *G.Node) *G.Node {
	sums := G.Must(on.RowSum(G.Must(G.Exp(logQ))))
	return G.Must(G.Square(G.Must(G.Sub(sums, G.NewConstant(1.0)))))
})

// byHand are the losses and their formulas on rows of pairs.
type formula struct {
	loss      loss.Loss
	needsP    bool
	entrywise bool
	value     func(p, logQ [][]float64) float64
}

var byHand = slices.Concat(basic, divergences, stresses, around)

var basic = []formula{
	{loss.CrossEntropy, true, true, sum(func(p, l float64) float64 { return -p * l })},
	{loss.Square, true, true, sum(func(p, l float64) float64 { return (p - math.Exp(l)) * (p - math.Exp(l)) })},
	{loss.NotNeighbor, false, true, sum(func(_, l float64) float64 { return -math.Log1p(-math.Exp(l)) })},
	{loss.WeightedNotNeighbor, true, true, sum(func(p, l float64) float64 { return -p * math.Log1p(-math.Exp(l)) })},
	{loss.MeanNotNeighbor, false, false, func(p, logQ [][]float64) float64 {
		return sum(func(_, l float64) float64 { return -math.Log1p(-math.Exp(l)) })(p, logQ) / float64(len(logQ))
	}},
	{loss.SumOfQ, false, true, sum(func(_, l float64) float64 { return math.Exp(l) })},
	{loss.MeanRowSum, false, false, func(p, logQ [][]float64) float64 {
		return sum(func(_, l float64) float64 { return math.Exp(l) })(p, logQ) / float64(len(logQ))
	}},
	{loss.LogPartition, false, false, func(p, logQ [][]float64) float64 {
		return math.Log(sum(func(_, l float64) float64 { return math.Exp(l) })(p, logQ))
	}},
	{loss.MeanRowPartition, false, false, func(_, logQ [][]float64) float64 {
		var mean float64
		for _, row := range logQ {
			mean += math.Log(sum(func(_, l float64) float64 { return math.Exp(l) })(nil, [][]float64{row})) / float64(len(logQ))
		}
		return mean
	}},
	{entropy, true, true, sum(func(p, l float64) float64 { return -(p + math.Exp(l)) * l })},
	{spread, false, false, func(_, logQ [][]float64) (s float64) {
		for _, row := range logQ {
			d := sum(func(_, l float64) float64 { return math.Exp(l) })(nil, [][]float64{row}) - 1
			s += d * d
		}
		return s
	}},
}

func sum(f func(p, logQ float64) float64) func(p, logQ [][]float64) float64 {
	return func(p, logQ [][]float64) (s float64) {
		for r, row := range logQ {
			for k, l := range row {
				if p == nil {
					s += f(0, l)
				} else {
					s += f(p[r][k], l)
				}
			}
		}
		return s
	}
}

var (
	somePs    = [][]float64{{0.1, 0.2}, {0.3}, {0, 0.05, 0.35}}
	someLogQs = [][]float64{{-0.5, -2}, {-1e-3}, {-30, -4, -0.25}}
)

// someP has rows of unequal length; weighted: with somePs.
func someP(weighted bool) *affinity.Pairs {
	s := affinity.NewScope(3)
	z, err := s.Constant("Z", tensor.New(tensor.WithShape(3, 1), tensor.Of(tensor.Float64)))
	if err != nil {
		panic(err)
	}
	p := &affinity.Matrix{N: 3, Start: []int{0, 2, 3, 6}, Tail: []int32{1, 2, 0, 0, 1, 1}, Values: flat(somePs)}
	on, err := s.Open(affinity.Edges{}, p, 0, z)
	if err != nil {
		panic(err)
	}
	if !weighted {
		on.P = nil
	}
	return on
}

func flat(rows [][]float64) (v []float64) {
	for _, row := range rows {
		v = append(v, row...)
	}
	return v
}

func TestLossesEqualTheirFormulas(t *testing.T) {
	for _, c := range byHand {
		on := someP(c.needsP)
		logQ, err := on.Constant("logQ", tensor.New(tensor.WithShape(on.Len()), tensor.WithBacking(flat(someLogQs))))
		if err != nil {
			t.Fatal(err)
		}
		n, err := c.loss.Loss(on, on.P, logQ)
		if err != nil {
			t.Errorf("%v: %v", c.loss, err)
			continue
		}
		var v G.Value
		G.Read(n, &v)
		vm := G.NewTapeMachine(on.Graph)
		if err := errors.Join(vm.RunAll(), vm.Close()); err != nil {
			t.Errorf("%v: %v", c.loss, err)
			continue
		}
		golden.Close(t, fmt.Sprint(c.loss), []float64{v.Data().(float64)}, []float64{c.value(somePs, someLogQs)}, 1e-13)
	}
}

func TestLossesKeepTheirPromises(t *testing.T) {
	for _, c := range byHand {
		if c.entrywise {
			losstest.EntryByEntry(t, c.loss)
		} else {
			losstest.Loss(t, c.loss)
		}
	}
}

// TestEveryBuiltInLossHasItsFormula: in the test above and in the package's table.
func TestEveryBuiltInLossHasItsFormula(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range loss.Builtin() {
		name := nameOf(b)
		if !strings.Contains(string(doc), "//\t"+name+" ") {
			t.Errorf("doc.go has no line for %s", name)
		}
		if !slices.ContainsFunc(byHand, func(c formula) bool { return nameOf(c.loss) == name }) {
			t.Errorf("no formula for %s", name)
		}
	}
}

// nameOf is a loss's name in the table: that of its type where it has fields.
func nameOf(l any) string {
	if name := fmt.Sprint(l); !strings.HasPrefix(name, "{") {
		return name
	}
	return strings.TrimPrefix(fmt.Sprintf("%T", l), "loss.")
}

func TestLossesThatNeedWeightsSayWhichPairsHaveThem(t *testing.T) {
	on := someP(false)
	logQ := G.NewVector(on.Graph, tensor.Float64, G.WithShape(6), G.WithName("logQ"))
	for _, c := range []struct {
		name  string
		build func() (*G.Node, error)
	}{
		{"CrossEntropy", func() (*G.Node, error) { return loss.CrossEntropy.Loss(on, nil, logQ) }},
		{"Square", func() (*G.Node, error) { return loss.Square.Loss(on, nil, logQ) }},
		{"Square", func() (*G.Node, error) { return loss.Square.LossOfQ(on, nil, logQ) }},
	} {
		n, err := c.build()
		want := "loss: " + c.name + ": P = nil, want pairs with weights, such as affinity.Edges"
		if n != nil || err == nil || err.Error() != want {
			t.Errorf("node %v, error %q, want %q", n, err, want)
		}
	}
}

func TestOwnLossesFailWithErrors(t *testing.T) {
	on := someP(true)
	logQ := G.NewVector(on.Graph, tensor.Float64, G.WithShape(6), G.WithName("logQ"))
	short := G.NewVector(on.Graph, tensor.Float64, G.WithShape(5), G.WithName("short"))
	for what, l := range map[string]loss.Loss{
		"nil node from Func":     loss.Func(func(_, _ *G.Node) *G.Node { return nil }),
		"nil node from On":       loss.On(func(*affinity.Pairs, *G.Node, *G.Node) *G.Node { return nil }),
		"gorgonia.Must in Func":  loss.Func(func(_, logQ *G.Node) *G.Node { return G.Must(G.Add(logQ, short)) }),
		"gorgonia.Must in On":    loss.On(func(_ *affinity.Pairs, _, logQ *G.Node) *G.Node { return G.Must(G.Add(logQ, short)) }),
		"gorgonia.Must in Named": loss.Named{Name: "Mine", Term: func(_ *affinity.Pairs, _, logQ *G.Node) *G.Node { return G.Must(G.Add(logQ, short)) }},
		"no Func":                loss.Func(nil),
		"no On":                  loss.On(nil),
		"no Term":                loss.Named{Name: "Mine"},
	} {
		n, err := build(l, on, logQ)
		if n != nil || err == nil {
			t.Errorf("%s: node %v, error %v, want an error alone", what, n, err)
		}
	}
}

func build(l loss.Loss, on *affinity.Pairs, logQ *G.Node) (n *G.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			n, err = logQ, fmt.Errorf("panic: %v", r)
		}
	}()
	return l.Loss(on, on.P, logQ)
}

func TestLossesPrintTheirNames(t *testing.T) {
	for _, c := range byHand {
		if s := fmt.Sprintf("%+v", struct{ L loss.Loss }{c.loss}); strings.Contains(s, "0x") || strings.Contains(s, "{{") {
			t.Errorf("%T prints as %s, want its name", c.loss, s)
		}
	}
}

// TestLossesOfLogQRefuseNegativeWeights: they would have no lower bound; Square has one.
func TestLossesOfLogQRefuseNegativeWeights(t *testing.T) {
	for l, refused := range map[loss.Loss]bool{lossOf("CrossEntropy"): true, lossOf("WeightedNotNeighbor"): true, loss.Square: false} {
		on := someP(true)
		on.P.Value().Data().([]float64)[3] = -0.25
		logQ := G.NewVector(on.Graph, tensor.Float64, G.WithShape(6), G.WithName("logQ"))
		_, err := l.Loss(on, on.P, logQ)
		if refused != (err != nil && strings.Contains(err.Error(), "P, entry 3 = -0.25, want at least 0")) {
			t.Errorf("%v: %v", l, err)
		}
	}
}

// lossOf is a pointer to a built-in loss, which a map can hold.
func lossOf(name string) loss.Loss {
	for _, b := range loss.Builtin() {
		if l, ok := b.(loss.Named); ok && l.Name == name {
			return &l
		}
	}
	return nil
}
