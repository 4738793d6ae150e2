package optimtest

import (
	"fmt"
	"math"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// leaf is one parameter of a test problem. As in gorgonia its gradient is added up until the solver zeroes it.
type leaf struct {
	name        string
	value, grad gorgonia.Value

	n        int
	get      func(i int) float64
	set      func(i int, x float64)
	gradient func(i int) float64
	put      func(i int, g float64) // the gradient
}

func (l leaf) Name() string                  { return l.name }
func (l leaf) Value() gorgonia.Value         { return l.value }
func (l leaf) Grad() (gorgonia.Value, error) { return l.grad, nil }

// add adds to the gradient, as a machine of gorgonia does in each of its runs.
func (l leaf) add(i int, g float64) { l.put(i, l.gradient(i)+g) }

type model []leaf

func (m model) valueGrads() []gorgonia.ValueGrad {
	v := make([]gorgonia.ValueGrad, len(m))
	for i, l := range m {
		v[i] = l
	}
	return v
}

func dense[T float32 | float64](x ...T) *tensor.Dense {
	return tensor.New(tensor.WithShape(len(x)), tensor.WithBacking(x))
}

// array is a leaf of the given shape that starts at x.
func array[T float32 | float64](name string, shape tensor.Shape, x ...T) leaf {
	g := make([]T, len(x))
	return leaf{
		name:     name,
		value:    tensor.New(tensor.WithShape(shape...), tensor.WithBacking(x)),
		grad:     tensor.New(tensor.WithShape(shape...), tensor.WithBacking(g)),
		n:        len(x),
		get:      func(i int) float64 { return float64(x[i]) },
		set:      func(i int, v float64) { x[i] = T(v) },
		gradient: func(i int) float64 { return float64(g[i]) },
		put:      func(i int, v float64) { g[i] = T(v) },
	}
}

func scalar64(name string, start float64) leaf {
	x, g := gorgonia.NewF64(start), gorgonia.NewF64(0)
	return leaf{
		name: name, value: x, grad: g, n: 1,
		get:      func(int) float64 { return float64(*x) },
		set:      func(_ int, v float64) { *x = gorgonia.F64(v) },
		gradient: func(int) float64 { return float64(*g) },
		put:      func(_ int, v float64) { *g = gorgonia.F64(v) },
	}
}

func scalar32(name string, start float32) leaf {
	x, g := gorgonia.NewF32(start), gorgonia.NewF32(0)
	return leaf{
		name: name, value: x, grad: g, n: 1,
		get:      func(int) float64 { return float64(*x) },
		set:      func(_ int, v float64) { *x = gorgonia.F32(v) },
		gradient: func(int) float64 { return float64(*g) },
		put:      func(_ int, v float64) { *g = gorgonia.F32(v) },
	}
}

// mixed has a parameter of each kind that a solver meets.
func mixed() model {
	return model{
		array("points", tensor.Shape{3, 2}, 1.5, -0.25, 0.75, 2.25, -1.75, 3.5),
		array[float32]("weights", tensor.Shape{4}, 0.5, -1.25, 2.75, -3.5),
		scalar64("nu", 2.5),
		scalar32("sigma", -1.5),
	}
}

// plane is the usual start on Rosenbrock's function.
func plane[T float32 | float64]() model {
	return model{array[T]("x", tensor.Shape{2}, -1.2, 1)}
}

func (m model) copy() model {
	c := mixed()
	for k, l := range m {
		for i := range l.n {
			c[k].set(i, l.get(i))
		}
	}
	return c
}

// parabola is sum_i a_i (x_i - 1)^2 / 2 with a_i = 1, 1.5, 2, ... over all entries; it adds its gradient.
func parabola(m model) (value float64) {
	a := 1.0
	for _, l := range m {
		for i := range l.n {
			d := l.get(i) - 1
			value += a * d * d / 2
			l.add(i, a*d)
			a += 0.5
		}
	}
	return value
}

// rosenbrock is (1-x)^2 + 100 (y-x^2)^2; it adds its gradient.
func rosenbrock(m model) float64 {
	x, y := m[0].get(0), m[0].get(1)
	d := y - x*x
	m[0].add(0, -2*(1-x)-400*x*d)
	m[0].add(1, 200*d)
	return (1-x)*(1-x) + 100*d*d
}

// same says whether two models are equal in every bit.
func same(got, want model) error {
	for k, l := range want {
		for i := range l.n {
			if g, w := got[k].get(i), l.get(i); math.Float64bits(g) != math.Float64bits(w) {
				return fmt.Errorf("%s: entry %d = %v, want %v", l.name, i, g, w)
			}
		}
	}
	return nil
}

func copies(state []*tensor.Dense) []*tensor.Dense {
	c := make([]*tensor.Dense, len(state))
	for i, t := range state {
		c[i] = t.Clone().(*tensor.Dense)
	}
	return c
}

func sameState(got, want []*tensor.Dense) error {
	if len(got) != len(want) {
		return fmt.Errorf("%d tensors of state, want %d", len(got), len(want))
	}
	for i := range want {
		if !got[i].Eq(want[i]) {
			return fmt.Errorf("tensor %d of the state = %v, want %v", i, got[i], want[i])
		}
	}
	return nil
}
