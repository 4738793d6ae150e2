package optim

import (
	"errors"
	"fmt"
	"unsafe"

	"affmatch/internal/fault"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Param is a parameter outside of any graph: a gorgonia.ValueGrad on two plain slices. An engine that holds its own
// buffers makes it once and hands it to Step in every iteration; nothing is copied.
type Param struct {
	name        string
	value, grad *tensor.Dense
}

// NewParam is the parameter x with the gradient grad, of equal length. The slices are used in place.
func NewParam[T float32 | float64](name string, x, grad []T) (*Param, error) {
	if len(x) != len(grad) {
		return nil, fault.Field(
			fmt.Sprintf("optim: NewParam: gradient of %q: length", name),
			len(grad),
			fmt.Sprintf("%d, the value's", len(x)),
		)
	}
	return &Param{name, vector(x), vector(grad)}, nil
}

// Name is the name that errors use.
func (p *Param) Name() string { return p.name }

// Value is the parameter as a vector.
func (p *Param) Value() gorgonia.Value { return p.value }

// Grad is the gradient as a vector.
func (p *Param) Grad() (gorgonia.Value, error) { return p.grad, nil }

func vector[T float32 | float64](x []T) *tensor.Dense {
	return tensor.New(tensor.WithShape(len(x)), tensor.WithBacking(x))
}

// flat is the entries of a gorgonia value, in place and in its own precision: one of the two is set.
type flat struct {
	f64 []float64
	f32 []float32
}

// part is the entries lo:hi.
func (f flat) part(lo, hi int) flat {
	if f.f64 != nil {
		return flat{f64: f.f64[lo:hi]}
	}
	return flat{f32: f.f32[lo:hi]}
}

func flatten(v gorgonia.Value) (flat, error) {
	switch v := v.(type) {
	case *gorgonia.F64:
		return flat{f64: unsafe.Slice((*float64)(v), 1)}, nil
	case *gorgonia.F32:
		return flat{f32: unsafe.Slice((*float32)(v), 1)}, nil
	case *tensor.Dense:
		switch {
		case v.RequiresIterator() || v.DataOrder().IsColMajor():
			return flat{}, errors.New("a tensor that is transposed, column-major, masked or a view with gaps, want contiguous rows")
		case v.Dtype() == tensor.Float64:
			return flat{f64: v.Float64s()}, nil
		case v.Dtype() == tensor.Float32:
			return flat{f32: v.Float32s()}, nil
		}
		return flat{}, fmt.Errorf("a tensor of %v, want float64 or float32", v.Dtype())
	}
	return flat{}, fmt.Errorf("%T, want *tensor.Dense, *gorgonia.F64 or *gorgonia.F32", v)
}

// gather gives the entries of the i-th parameter and of its gradient, which must fit each other.
func gather(i int, p gorgonia.ValueGrad) (x, g flat, err error) {
	value := p.Value()
	if x, err = flatten(value); err != nil {
		return x, g, fmt.Errorf("optim: value of %s: %w", label(i, p), err)
	}
	grad, err := p.Grad()
	if err != nil {
		return x, g, fmt.Errorf("optim: gradient of %s: %w", label(i, p), err)
	}
	if g, err = flatten(grad); err != nil {
		return x, g, fmt.Errorf("optim: gradient of %s: %w", label(i, p), err)
	}
	switch {
	case grad.Dtype() != value.Dtype():
		return x, g, mismatch(i, p, "gradient", "type", grad.Dtype(), value.Dtype(), "the value's")
	case !grad.Shape().Eq(value.Shape()):
		return x, g, mismatch(i, p, "gradient", "shape", grad.Shape(), value.Shape(), "the value's")
	}
	return x, g, nil
}

func mismatch(i int, p gorgonia.ValueGrad, part, what string, got, want any, whose string) error {
	return fault.Field(fmt.Sprintf("optim: %s of %s: %s", part, label(i, p), what), got, fmt.Sprintf("%v, %s", want, whose))
}

// label names a parameter in an error: by its own name, if it has one, and by its place in the model.
func label(i int, p gorgonia.ValueGrad) string {
	if n, ok := p.(gorgonia.Namer); ok {
		return fmt.Sprintf("%q (parameter %d)", n.Name(), i)
	}
	return fmt.Sprintf("parameter %d", i)
}
