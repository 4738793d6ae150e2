package affinity

import (
	"fmt"
	"reflect"

	"affmatch/internal/fault"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// entries refuses what a part of a model must not give where one entry a pair is wanted, naming the part.
func (on *Pairs) entries(kind string, part any, n *G.Node, err error) (*G.Node, error) {
	name := fmt.Sprintf("affinity: %s %s", kind, nameOf(part))
	const remedy = " (computed from what it is given, entry by entry)"
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", name, err)
	case n == nil:
		return nil, fault.Field(name, "nil", "a node with one entry a pair"+remedy)
	case n.Dtype() != tensor.Float64:
		return nil, fault.Field(name+": type", n.Dtype(), "float64 (a number in a formula is written as NewConstant(2.0))")
	case n.Dims() != 1 || n.Shape()[0] != on.Len():
		return nil, fault.Field(name+": shape", n.Shape(), fmt.Sprintf("(%d), one entry a pair%s", on.Len(), remedy))
	}
	return n, nil
}

// nameOf is what a part prints as: by its own String, else its type.
func nameOf(part any) string {
	if s, ok := part.(fmt.Stringer); ok {
		if v := reflect.ValueOf(part); v.Kind() != reflect.Pointer || !v.IsNil() {
			return s.String()
		}
	}
	return fmt.Sprintf("%T", part)
}
