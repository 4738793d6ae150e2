package losstest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"affmatch/affinity"
	"affmatch/loss"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// recorder is a TB that keeps what the kit reports.
type recorder struct{ reports []string }

func (r *recorder) Helper() {}
func (r *recorder) Errorf(format string, args ...any) {
	r.reports = append(r.reports, fmt.Sprintf(format, args...))
}

func (r *recorder) want(t *testing.T, promise string) {
	t.Helper()
	if all := strings.Join(r.reports, "\n"); !strings.Contains(all, promise) {
		t.Errorf("want a report of %q, got:\n%s", promise, all)
	}
}

func TestKitPassesSoundLosses(t *testing.T) {
	Loss(t, loss.CrossEntropy)
	Loss(t, loss.MeanRowPartition)
	Loss(t, loss.On(func(on *affinity.Pairs, p, logQ *G.Node) *G.Node { // rows weighted by what they hold, which is no part of the gradient
		return G.Must(G.HadamardProd(G.Must(on.Detach(G.Must(on.RowSum(G.Must(G.Exp(logQ)))))), G.Must(on.RowLogSumExp(logQ))))
	}))
	EntryByEntry(t, loss.Func(func(p, logQ *G.Node) *G.Node { return G.Must(G.Square(logQ)) }))
}

func num(x float64) *G.Node { return G.NewConstant(x) }

// Each fault of a loss is found, by the promise it breaks.
func TestKitFindsEachFault(t *testing.T) {
	logQOnly := func(f func(logQ *G.Node) (*G.Node, error)) loss.Loss {
		return plain(func(_ *affinity.Pairs, _, logQ *G.Node) (*G.Node, error) { return f(logQ) })
	}
	calls := 0
	for _, c := range []struct {
		fault, promise string
		loss           loss.Loss
	}{
		{"gives a vector", "gives a finite scalar on pairs with weights: entries of P: shape = (", logQOnly(func(q *G.Node) (*G.Node, error) { return q, nil })},
		{"gives nothing", "neither a node nor an error", logQOnly(func(*G.Node) (*G.Node, error) { return nil, nil })},
		{"gives both", "a node beside the error", logQOnly(func(q *G.Node) (*G.Node, error) { return G.Must(G.Sum(q)), errors.New("both") })},
		{"always fails", "gives a finite scalar on pairs with weights: entries of P: refused: no", logQOnly(func(*G.Node) (*G.Node, error) { return nil, errors.New("no") })},
		{"panics", "panic: out of luck", logQOnly(func(*G.Node) (*G.Node, error) { panic("out of luck") })},
		{"panics with a sample", "gives a finite scalar or an error on pairs without weights: panic", plain(func(_ *affinity.Pairs, p, logQ *G.Node) (*G.Node, error) {
			return G.Sum(G.Must(G.HadamardProd(p, logQ)))
		})},
		{"is NaN", "gives a finite scalar on pairs with weights: entries of P: value = NaN", logQOnly(func(q *G.Node) (*G.Node, error) { return G.Sum(G.Must(G.Sqrt(q))) })},
		{"is NaN with a sample", "on pairs without weights: value = NaN", plain(func(_ *affinity.Pairs, p, logQ *G.Node) (*G.Node, error) {
			if p == nil {
				logQ = G.Must(G.Sqrt(logQ))
			}
			return G.Sum(logQ)
		})},
		{"does not depend on Q", "no gradient", plain(func(_ *affinity.Pairs, p, _ *G.Node) (*G.Node, error) { return G.Sum(p) })},
		{"wrong gradient", "its gradient in log Q is the slope of its value: entries of P: gradient: entry 0", plain(halfSlope)},
		{"wrong gradient through a kernel", "its gradient in Z, through a kernel, is the slope of its value", plain(halfSlope)},
		{"overwrites log Q", "leaves P and log Q as they were: entries of P: log Q: entry 0", logQOnly(func(q *G.Node) (*G.Node, error) {
			q.Value().(tensor.Tensor).Data().([]float64)[0] = -1
			return G.Sum(q)
		})},
		{"overwrites P", "leaves P and log Q as they were: entries of P: P: entry 2", plain(func(_ *affinity.Pairs, p, logQ *G.Node) (*G.Node, error) {
			if p != nil {
				p.Value().(tensor.Tensor).Data().([]float64)[2] = 1
			}
			return G.Sum(logQ)
		})},
		{"remembers", "gives the same bits when built or run again", logQOnly(func(q *G.Node) (*G.Node, error) {
			calls++
			return G.Mul(G.Must(G.Sum(q)), num(float64(calls)))
		})},
		{"1/Q", "stays finite where Q underflows: entries of P: log Q = -800", logQOnly(func(q *G.Node) (*G.Node, error) { return G.Sum(G.Must(G.Exp(G.Must(G.Neg(q))))) })},
		{"log of Q", "stays finite where Q underflows", logQOnly(func(q *G.Node) (*G.Node, error) { return G.Sum(G.Must(G.Log(G.Must(G.Exp(q))))) })},
		{"another loss of Q", "takes Q as it takes log Q", lopsided{loss.Square}},
	} {
		t.Run(c.fault, func(t *testing.T) {
			var r recorder
			Loss(&r, c.loss)
			r.want(t, c.promise)
		})
	}
	t.Run("mean", func(t *testing.T) {
		var r recorder
		EntryByEntry(&r, loss.Func(func(_, logQ *G.Node) *G.Node { return G.Must(G.Mean(logQ)) }))
		r.want(t, "its value is the sum over the pairs: entries of P: sum over two parts")
	})
}

// plain is a loss that has no adapter between itself and the kit.
type plain func(on *affinity.Pairs, p, logQ *G.Node) (*G.Node, error)

func (f plain) Loss(on *affinity.Pairs, p, logQ *G.Node) (*G.Node, error) { return f(on, p, logQ) }
func (plain) String() string                                              { return "plain" }

type lopsided struct{ loss.OfQ }

func (l lopsided) LossOfQ(on *affinity.Pairs, p, q *G.Node) (*G.Node, error) {
	return l.OfQ.LossOfQ(on, p, G.Must(G.Mul(q, num(2))))
}

// halfSlope is sum q plus the sum of each row's largest, of whose slope the gradient knows nothing.
func halfSlope(on *affinity.Pairs, _, logQ *G.Node) (*G.Node, error) {
	largest := G.Must(on.RowMax(logQ))
	return G.Add(G.Must(G.Sum(logQ)), G.Must(G.Sum(largest)))
}
