package fuse

import (
	"fmt"
	"math"

	"affmatch/internal/lanes"
	"affmatch/internal/pairs"
	"affmatch/internal/same"

	G "gorgonia.org/gorgonia"
)

// scalarValue computes a scalar from inputs and from reductions that have run, once a run.
func (m *Machine[T]) scalarValue(e *expr) (float64, error) {
	if e.isConst() {
		return e.c, nil
	}
	if v, ok := m.scalars[e]; ok {
		return v, nil
	}
	if e.op == opInput {
		v, err := inputScalar(e.node)
		if err == nil {
			m.scalars[e] = v
		}
		return v, err
	}
	if e.op == opEntry {
		v, err := m.arrayValue(e.args[0])
		if err != nil {
			return 0, err
		}
		m.scalars[e] = v[e.k]
		return v[e.k], nil
	}
	args := make([]float64, len(e.args))
	for i, a := range e.args {
		var err error
		if args[i], err = m.scalarValue(a); err != nil {
			return 0, err
		}
	}
	var v float64
	switch {
	case e.op == opSum:
		v = e.c
		for i, a := range args {
			v += float64(e.coef[i] * a)
		}
	case e.op == opProd:
		v = 1
		for i, a := range args {
			v *= power(a, e.coef[i])
		}
	case functions[e.op].of != nil:
		v = functions[e.op].of(args[0])
	case binaries[e.op].of != nil:
		v = binaries[e.op].of(args[0], args[1])
	default:
		return 0, fmt.Errorf("scalar %v read before it was computed", e)
	}
	m.scalars[e] = v
	return v, nil
}

func inputScalar(n *G.Node) (float64, error) {
	if v := n.Value(); v != nil {
		switch x := v.Data().(type) {
		case float64:
			return x, nil
		case []float64:
			if len(x) == 1 {
				return x[0], nil
			}
		}
	}
	return 0, fmt.Errorf("input %s: value = %v, want a float64", n.Name(), n.Value())
}

// power avoids same.Pow where a product does.
func power(a, p float64) float64 {
	switch p {
	case 1:
		return a
	case -1:
		return 1 / a
	case 2:
		return a * a
	case 0.5:
		return math.Sqrt(a)
	}
	return same.Pow(a, p)
}

// arrayValue is an array that has been computed.
func (m *Machine[T]) arrayValue(e *expr) ([]float64, error) {
	if e.op == opInput {
		if e.node.Value() == nil {
			return nil, fmt.Errorf("input %s has no value", e.node.Name())
		}
		v, ok := e.node.Value().Data().([]float64)
		if !ok || len(v) != e.in.len {
			if one, scalar := e.node.Value().Data().(float64); scalar && e.in.len == 1 {
				return []float64{one}, nil
			}
			return nil, fmt.Errorf("input %s: %d values wanted, of type []float64", e.node.Name(), e.in.len)
		}
		return v, nil
	}
	if err := m.whole(e); err != nil {
		return nil, err
	}
	v, ok := m.arrays[e]
	switch {
	case !ok && e.op == opOnes:
		fill(m.array(e), 1)
		return m.arrays[e], nil
	case !ok:
		return nil, fmt.Errorf("array %v read before it was computed", e)
	}
	return v, nil
}

// array is the memory for the result of e.
func (m *Machine[T]) array(e *expr) []float64 {
	v, ok := m.arrays[e]
	if !ok {
		v = make([]float64, e.in.len)
		m.arrays[e] = v
	}
	return v
}

// do runs one step of the plan.
func (m *Machine[T]) do(s step) error {
	switch s.do {
	case runPasses:
		return m.runLevel(s)
	case runOpaque:
		return m.runOpaque(s.of)
	case makeProduct:
		return m.makeProduct(s.of)
	case makeColumns:
		return m.makeColumns(s.of, s.parts)
	case makeArray:
		return m.makeArray(s.of, s.reads)
	}
	in, err := m.arrayValue(s.of.args[0])
	if err != nil {
		return err
	}
	switch s.do {
	case makeTotal:
		m.scalars[s.of] = sum(in)
	case makeVecLSE:
		m.scalars[s.of] = pairs.LogSumExp(in)
	case makeScaled:
		w, err := m.arrayValue(s.of.args[1])
		if err != nil {
			return err
		}
		out := m.array(s.of)
		m.entries(len(out)/s.of.d, func(lo, hi int) {
			for i := lo; i < hi; i++ {
				for c, k := range w {
					out[i*s.of.d+c] = in[i*s.of.d+c] * k
				}
			}
		})
	case makeColumn:
		out := m.array(s.of)
		for i := range out {
			out[i] = in[i*s.of.d+s.of.k]
		}
	}
	return nil
}

func (m *Machine[T]) step() int {
	if m.options.Step == nil {
		return 0
	}
	return m.options.Step()
}

// sum adds up in sixteen lanes.
func sum(v []float64) float64 {
	var s [lanes.Width]float64
	for i, x := range v {
		s[i%lanes.Width] += x
	}
	return halved(s[:])
}
