package losstest

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/internal/pairs"
	"affmatch/loss"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// errRefused marks that a loss answered with an error of its own.
var errRefused = errors.New("refused")

// trial is a loss on one pair set, compiled with its gradient in x.
type trial struct {
	x           []float64 // log Q or Z: live, to be changed between runs
	p           []float64 // the weights: live
	detaches    bool
	vm          G.VM
	value, grad G.Value
}

// inLogQ takes log Q itself as the variable.
func inLogQ(l loss.Loss, set pairSet, logQ []float64) (*trial, error) {
	s := affinity.NewScope(points)
	x := slices.Clone(logQ)
	at, err := s.Param("logQ", tensor.New(tensor.WithShape(len(x)), tensor.WithBacking(x)))
	if err != nil {
		return nil, err
	}
	z, err := s.Constant("Z", embedding())
	if err != nil {
		return nil, err
	}
	return build(l, s, set, z, at, x, func(*affinity.Pairs) (*G.Node, error) { return at, nil })
}

// inZ takes the points as the variable.
func inZ(l loss.Loss, set pairSet, k affinity.Kernel) (*trial, error) {
	s := affinity.NewScope(points)
	start := embedding()
	z, err := s.Param("Z", start)
	if err != nil {
		return nil, err
	}
	return build(l, s, set, z, z, start.Float64s(), affinity.Of{Kernel: k}.LogQ)
}

func embedding() *tensor.Dense {
	z := make([]float64, 2*points)
	for e := range z {
		z[e] = 1.5 * math.Sin(float64(e*e+3*e+1))
	}
	return tensor.New(tensor.WithShape(points, 2), tensor.WithBacking(z))
}

func build(l loss.Loss, s *affinity.Scope, set pairSet, z, at *G.Node, x []float64, logQ func(*affinity.Pairs) (*G.Node, error)) (_ *trial, err error) {
	set.P = slices.Clone(set.P)
	on, err := s.Open(set, nil, 0, z)
	if err != nil {
		return nil, err
	}
	q, err := logQ(on)
	if err != nil {
		return nil, err
	}
	value, err := l.Loss(on, on.P, q)
	switch {
	case err != nil && value != nil:
		return nil, fmt.Errorf("a node beside the error \"%w\", want one of them", err)
	case err != nil:
		return nil, fmt.Errorf("%w: %w", errRefused, err)
	case value == nil:
		return nil, errors.New("neither a node nor an error")
	case !value.IsScalar():
		return nil, fmt.Errorf("shape = %v, want a scalar", value.Shape())
	}
	grad, err := gradient(value, at)
	if err != nil {
		return nil, fmt.Errorf("no gradient: %w", err)
	}
	t := &trial{x: x, p: set.P}
	G.Read(value, &t.value)
	G.Read(grad, &t.grad)
	for _, n := range s.Graph.AllNodes() {
		if op, ok := n.Op().(pairs.Op); ok && op.Kind == pairs.Detach {
			t.detaches = true
		}
	}
	t.vm = G.NewTapeMachine(s.Graph)
	return t, nil
}

func gradient(value, at *G.Node) (_ *G.Node, err error) {
	defer fault.Guard(&err)
	grads, err := G.Grad(value, at)
	if err != nil {
		return nil, err
	}
	return grads[0], nil
}

// run computes value and gradient at x; what is not finite is an error.
func (t *trial) run() (value float64, grad []float64, err error) {
	t.vm.Reset()
	if err := t.vm.RunAll(); err != nil {
		return 0, nil, err
	}
	v, grad := numbers(t.value), slices.Clone(numbers(t.grad))
	if len(v) != 1 || len(grad) != len(t.x) {
		return 0, nil, fmt.Errorf("%d values and %d slopes, want 1 and %d float64", len(v), len(grad), len(t.x))
	}
	if !finite(v[0]) {
		return 0, nil, fmt.Errorf("value = %v, want a finite number", v[0])
	}
	for e, g := range grad {
		if !finite(g) {
			return 0, nil, fmt.Errorf("gradient: entry %d = %v at %v, want a finite number", e, g, t.x[e])
		}
	}
	return v[0], grad, nil
}

// slopes holds the gradient to central differences.
func (t *trial) slopes() error {
	_, grad, err := t.run()
	if err != nil || t.detaches {
		return err
	}
	const h = 1e-5
	slopes := make([]float64, len(t.x))
	for e, x := range t.x {
		var v [2]float64
		for side, step := range []float64{h, -h} {
			t.x[e] = x + step
			if v[side], _, err = t.run(); err != nil {
				return err
			}
		}
		t.x[e] = x
		slopes[e] = (v[0] - v[1]) / (2 * h)
	}
	return near("gradient", grad, slopes, 1e-6)
}

// valueAt is the value at a given log Q, if value and gradient are finite.
func valueAt(l loss.Loss, set pairSet, logQ []float64) (float64, error) {
	t, err := inLogQ(l, set, logQ)
	if err != nil {
		return 0, err
	}
	v, _, err := t.run()
	return v, err
}

func numbers(v G.Value) []float64 {
	if v == nil {
		return nil
	}
	switch x := v.Data().(type) {
	case float64:
		return []float64{x}
	case []float64:
		return x
	}
	return nil
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
