package optim

import (
	"fmt"
	"slices"

	"affmatch/internal/fault"
	"affmatch/internal/parallel"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// rule is the arithmetic of one method: all that distinguishes one solver of this package from another.
type rule interface {
	// sizes says what is carried from step to step: numbers, and arrays of each parameter's size. They start at zero.
	sizes() (numbers, arrays int)

	// begin prepares step t = 1, 2, ... of all parameters; an error changes nothing.
	begin(t int, rate float64, numbers []float64) error

	// update moves x by the gradient g and zeroes g, in one pass: entry by entry, so that parts may be moved side by side.
	update64(x, g []float64, arrays [][]float64)
	update32(x, g []float32, arrays [][]float32)
}

// shaped is a rule that moves a whole parameter at once, and wants to know its shape.
type shaped interface{ shape(tensor.Shape) }

// The solver's own numbers in head; the rule's follow.
const (
	headRate = iota
	headSteps
	headRule
)

// solver is what all methods share: checks, memory, state.
type solver struct {
	rule  rule
	wrong error // of the configuration: every Step returns it

	head  []float64       // rate, steps taken, the rule's numbers
	state []*tensor.Dense // views of head and of the parameters' arrays
	model []memory        // one a parameter; nil until the first Step or a Restore
	views []flats         // see vector
}

// memory is what is known of one parameter.
type memory struct {
	x, g     flat // of the present step
	dtype    tensor.Dtype
	shape    tensor.Shape
	arrays64 [][]float64
	arrays32 [][]float32
}

func start(r rule, rate float64, wrong error) Solver {
	numbers, _ := r.sizes()
	s := &solver{rule: r, wrong: wrong, head: make([]float64, headRule+numbers)}
	s.head[headRate] = rate
	s.state = []*tensor.Dense{vector(s.head)}
	return s
}

func (s *solver) LearnRate() float64        { return s.head[headRate] }
func (s *solver) SetLearnRate(rate float64) { s.head[headRate] = rate }

func (s *solver) Step(model []gorgonia.ValueGrad) error {
	if s.wrong != nil {
		return s.wrong
	}
	rate := s.head[headRate]
	if err := nonNegative("optim: learning rate", rate); err != nil {
		return err
	}
	if err := s.bind(model); err != nil {
		return err
	}
	t := int(s.head[headSteps]) + 1
	if err := s.rule.begin(t, rate, s.head[headRule:]); err != nil {
		return err
	}
	for i := range s.model {
		p := &s.model[i]
		r, whole := s.rule.(shaped)
		if whole {
			r.shape(p.shape)
		}
		if n := max(len(p.x.f64), len(p.x.f32)); whole || n <= stretch {
			p.update(s.rule, 0, n)
		} else {
			parallel.Stretches(0, n, stretch, func(lo, hi int) { p.update(s.rule, lo, hi) })
		}
	}
	s.head[headSteps] = float64(t)
	return nil
}

// stretch is how many entries are moved at a time: the parts of a larger parameter side by side.
const stretch = 1 << 15

// update moves some entries.
func (m *memory) update(r rule, lo, hi int) {
	if m.dtype == tensor.Float64 {
		r.update64(m.x.f64[lo:hi], m.g.f64[lo:hi], part(m.arrays64, lo, hi))
		return
	}
	r.update32(m.x.f32[lo:hi], m.g.f32[lo:hi], part(m.arrays32, lo, hi))
}

// part is those entries of each array.
func part[T float32 | float64](arrays [][]T, lo, hi int) [][]T {
	if len(arrays) == 0 || hi-lo == len(arrays[0]) {
		return arrays
	}
	some := make([][]T, len(arrays))
	for k, a := range arrays {
		some[k] = a[lo:hi]
	}
	return some
}

// bind checks the whole model before anything moves, and makes the memory where there is none yet.
func (s *solver) bind(model []gorgonia.ValueGrad) error {
	known := s.model
	if known == nil {
		known = make([]memory, len(model))
	}
	if len(model) != len(known) || len(model) == 0 {
		return fault.Field("optim: parameters of the model", len(model), wantParameters(len(known)))
	}
	for i, p := range model {
		x, g, err := gather(i, p)
		if err != nil {
			return err
		}
		m := &known[i]
		dtype, shape := p.Value().Dtype(), p.Value().Shape()
		switch {
		case s.model == nil:
			m.dtype, m.shape = dtype, stateShape(shape)
		case dtype != m.dtype:
			return mismatch(i, p, "value", "type", dtype, m.dtype, "as before")
		case !sameShape(shape, m.shape):
			return mismatch(i, p, "value", "shape", shape, m.shape, "as before")
		}
		m.x, m.g = x, g
	}
	if s.model == nil {
		for i := range known {
			s.state = append(s.state, s.remember(&known[i])...)
		}
		s.model = known
	}
	return nil
}

func wantParameters(known int) string {
	if known == 0 {
		return "at least 1"
	}
	return fmt.Sprintf("%d, as before", known)
}

// remember makes the arrays of one parameter and returns their views.
func (s *solver) remember(m *memory) []*tensor.Dense {
	_, arrays := s.rule.sizes()
	views := make([]*tensor.Dense, arrays)
	for j := range views {
		views[j] = tensor.New(tensor.WithShape(m.shape...), tensor.Of(m.dtype))
		if m.dtype == tensor.Float64 {
			m.arrays64 = append(m.arrays64, views[j].Float64s())
		} else {
			m.arrays32 = append(m.arrays32, views[j].Float32s())
		}
	}
	return views
}

// stateShape is the shape of a parameter's arrays: its own, and (1) for a scalar.
func stateShape(s tensor.Shape) tensor.Shape {
	if len(s) == 0 {
		return tensor.Shape{1}
	}
	return slices.Clone(s)
}

func sameShape(shape, known tensor.Shape) bool {
	if len(shape) == 0 {
		return len(known) == 1 && known[0] == 1
	}
	return slices.Equal(shape, known)
}
