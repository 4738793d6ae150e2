package models

import (
	"context"
	"fmt"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/internal/gradient"
	"affmatch/internal/random"
	"affmatch/optim"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// encoding is an encoder beside the graph of the loss, for minibatches: that graph's Z is a parameter which nobody moves but
// the encoder, by so many rows a step.
//
//	rows of the step ──► encoder ──► their Z, beside those of all others as they were last ──► loss, dLoss/dZ, exact
//	dLoss/dZ of the rows ──► back through the encoder ──► the slope of its weights ──► optim.Solver
type encoding struct {
	scope   *affinity.Scope // of the rows of a step
	n, m    int             // rows of X, and of a step
	z       *G.Node         // m x Dim: the encoder's output
	slope   *G.Node         // m x Dim: the slopes of the loss by it, fed
	grads   map[*G.Node]*G.Node
	feeds   map[string]feed
	forward Machine // to z
	back    Machine // from slope to the parameters
	seed    uint64
	step    []int // the rows of a step
	fed     int   // the step whose rows are in, counted from 1; 0: of none
	warm    bool  // learn has been: rows come without noise
}

// newEncoding builds an encoder on m rows at a time of the builder's n.
func newEncoding(b *Builder, m int) (*encoding, error) {
	e := &encoding{n: b.Points, m: m, feeds: map[string]feed{}, seed: b.Seed, step: make([]int, m)}
	b.Points, b.feeds = m, e.feeds
	if err := b.place(); err != nil {
		return nil, err
	}
	e.scope, e.z = b.Scope, b.Z
	if len(e.feeds) == 0 && m < e.n {
		return nil, fault.Field("models: Encoder", fmt.Sprintf("%T", b.descent.Encoder),
			"one of the rows of X (Builder.Data, Builder.Standardized), to take some of them at a time")
	}
	var err error
	e.forward, err = b.descent.engine().Compile(e.scope, e.z)
	if err != nil {
		return nil, fmt.Errorf("models: encoder: %w", err)
	}
	return e, nil
}

// train adds the way back.
func (e *encoding) train(engine Engine) error {
	params := e.scope.Params()
	if len(params) == 0 {
		return fault.Field("models: encoder", "no parameters", "a Z that something moves (Builder.Param)")
	}
	for _, s := range e.scope.States() {
		if s.Next != s.Node {
			return fault.Field("models: encoder: state "+s.Node.Name(), "carried from step to step", "none, with a Batch")
		}
	}
	var err error
	e.slope, err = e.scope.Fed("encoder.slope", tensor.New(tensor.WithShape(e.z.Shape()...), tensor.Of(tensor.Float64)))
	if err != nil {
		return err
	}
	pulled, err := affinity.Try(func() affinity.Expr { return affinity.E(e.z).Mul(e.slope).Sum() })
	if err != nil {
		return err
	}
	grads, err := gradient.Of(pulled, params...)
	if err != nil {
		return fmt.Errorf("models: gradient of the encoder: %w", err)
	}
	e.grads = map[*G.Node]*G.Node{}
	for i, p := range params {
		e.grads[p] = grads[i]
	}
	e.back, err = engine.Compile(e.scope, grads...)
	if err != nil {
		return fmt.Errorf("models: encoder: %w", err)
	}
	return nil
}

// model is the parameters as solvers take them.
func (e *encoding) model() []G.ValueGrad {
	var all []G.ValueGrad
	for _, p := range e.scope.Params() {
		all = append(all, &param{e.back, p, e.grads[p]})
	}
	return all
}

// rowsOf are the rows of a step: X is gone through in an order that is drawn anew for each pass.
func (e *encoding) rowsOf(step int) []int {
	for k := range e.step {
		at, n := uint64(step*e.m+k), uint64(e.n)
		e.step[k] = int(random.Key(e.seed, random.Batches, 0, at/n).Permuted(at%n, n))
	}
	return e.step
}

// clean is no step: rows come as they are.
const clean = -1

// encode brings what the encoder makes of some rows, m at most, to theirs of z.
func (e *encoding) encode(rows []int, step int, z []float64) error {
	e.feed(rows, step)
	err := guarded("models: encoder", nil, e.forward.RunAll)
	if err != nil {
		return err
	}
	out, err := arrayOf(e.forward, e.z)
	if err != nil {
		return err
	}
	d := len(out) / e.m
	for k, i := range rows {
		copy(z[i*d:(i+1)*d], out[k*d:(k+1)*d])
	}
	return nil
}

// feed takes the rows in, with the noise of a step; where there are fewer than m, the last fills up.
func (e *encoding) feed(rows []int, step int) {
	if e.fed == step+1 && step != clean { // what went forward goes back
		return
	}
	e.fed = step + 1
	for k := range e.m {
		i := rows[min(k, len(rows)-1)]
		for _, f := range e.feeds {
			row := f.put(k, i)
			if step != clean && !e.warm {
				f.blur(row, random.Key(e.seed, random.Noise, uint64(step), uint64(i)))
			}
		}
	}
}

// all is what the encoder makes of all rows.
func (e *encoding) all(ctx context.Context) (*mat.Dense, error) {
	z := mat.NewDense(e.n, e.z.Shape()[1], nil)
	rows := make([]int, 0, e.m)
	for i := range e.n {
		rows = append(rows, i)
		if len(rows) < e.m && i+1 < e.n {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("models: encoder: %w", err)
		}
		if err := e.encode(rows, clean, z.RawMatrix().Data); err != nil {
			return nil, err
		}
		rows = rows[:0]
	}
	return z, nil
}

// advance moves the weights by the slopes of a step's rows, as if these were all rows, and encodes those of the next.
func (e *encoding) advance(step int, solver optim.Solver, model []G.ValueGrad, z, slopes []float64) error {
	rows := e.rowsOf(step)
	e.feed(rows, step)
	into, share := numbers(e.slope.Value()), float64(e.n)/float64(e.m)
	d := len(into) / e.m
	for k, i := range rows {
		for c, v := range slopes[i*d : (i+1)*d] {
			into[k*d+c] = v * share
		}
	}
	if err := e.back.RunAll(); err != nil {
		return fmt.Errorf("encoder: %w", err)
	}
	if err := solver.Step(model); err != nil {
		return err
	}
	return e.encode(e.rowsOf(step+1), step+1, z)
}

// warmRate is Adam's for the steps of learn, from which it falls to zero: ordinary for least squares.
const warmRate = 0.003

// learn moves the weights, in so many steps, toward an encoder that makes z of the rows: by least squares.
func (e *encoding) learn(ctx context.Context, z *mat.Dense, steps int) error {
	solver, model := optim.Adam{LearnRate: warmRate}.Start(), e.model()
	n, d := z.Dims()
	at, slopes := make([]float64, n*d), make([]float64, n*d)
	if err := e.encode(e.rowsOf(0), 0, at); err != nil {
		return err
	}
	for step := range steps {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("models: encoder: %w", err)
		}
		for _, i := range e.rowsOf(step) {
			for c, v := range z.RawRowView(i) {
				slopes[i*d+c] = at[i*d+c] - v
			}
		}
		solver.SetLearnRate(warmRate * (1 - float64(step)/float64(steps)))
		if err := e.advance(step, solver, model, at, slopes); err != nil {
			return err
		}
	}
	e.warm = true
	return nil
}
