package affinity

import (
	"fmt"
	"math"
	"slices"

	"affmatch/internal/fault"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// named is what a scope remembers of a name.
type named struct {
	node  *G.Node
	kind  kind
	start []float64 // the numbers that it was made with
}

// kind is what a name stands for.
type kind string

const (
	kindParam    kind = "a parameter"
	kindConstant kind = "a constant"
	kindFed      kind = "an input that is fed"
	kindState    kind = "a state"
	kindKnob     kind = "a knob"
)

func fieldOf(name string, got any, want string) error {
	return fault.Field("affinity: "+name, got, want)
}

// once makes the node of a name, or gives that made before of the same kind and start.
func (s *Scope) once(name string, k kind, v *tensor.Dense) (n *G.Node, again bool, err error) {
	name = s.prefix + name
	switch {
	case v == nil:
		return nil, false, fieldOf(name, "nil", "a float64 tensor")
	case v.Dtype() != tensor.Float64:
		return nil, false, fieldOf(name+": type", v.Dtype(), "float64 (the precision of a run is its engine's)")
	}
	if old, ok := s.named[name]; ok {
		return old.node, true, old.same(name, k, v)
	}
	if v.IsScalar() {
		n = G.NewScalar(s.Graph, tensor.Float64, G.WithName(name), G.WithValue(v.ScalarValue()))
	} else {
		n = G.NewTensor(s.Graph, tensor.Float64, v.Dims(), G.WithShape(v.Shape()...), G.WithName(name), G.WithValue(v))
	}
	start := numbersOf(v)
	if k != kindConstant { // which moves
		start = slices.Clone(start)
	}
	s.named[name] = &named{n, k, start}
	return n, false, nil
}

// same refuses what the name does not stand for.
func (old *named) same(name string, k kind, v *tensor.Dense) error {
	const want = ", as when the name was first used (a part may have names of its own: Nested)"
	switch shape := old.node.Shape(); {
	case old.kind != k:
		return fieldOf(name, k, string(old.kind)+want)
	case !shape.Eq(v.Shape()) && !(shape.IsScalar() && v.IsScalar()):
		return fieldOf(name+": shape", v.Shape(), fmt.Sprint(shape)+want)
	case k == kindKnob: // its rule says more
		return nil
	case !slices.EqualFunc(old.start, numbersOf(v), func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }):
		return fieldOf(name, "other values", "the same"+want)
	}
	return nil
}

func numbersOf(v *tensor.Dense) []float64 {
	switch x := v.Data().(type) {
	case float64:
		return []float64{x}
	case []float64:
		return x
	}
	return nil
}
