package affinity

import (
	"errors"

	"affmatch/internal/fault"

	G "gorgonia.org/gorgonia"
)

// Within builds an output affinity under names of its own: what it learns and carries is called Name.x instead of x. So two
// Sinkhorn outputs, or two learned kernels, in one objective do not share a dual or a parameter.
type Within struct {
	Name   string
	Output Output
}

var _ Output = Within{}

// LogQ is the inner affinity's.
func (w Within) LogQ(on *Pairs) (*G.Node, error) {
	if err := w.Validate(); err != nil {
		return nil, err
	}
	return w.Output.LogQ(on.Within(w.Name))
}

// Validate wants a name and an output.
func (w Within) Validate() error {
	var faults []error
	if w.Name == "" {
		faults = append(faults, fault.Field("affinity: Within: Name", `""`, "a name"))
	}
	if fault.Nil(w.Output) {
		faults = append(faults, fault.Field("affinity: Within: Output", "nil", "an output affinity"))
	}
	return errors.Join(append(faults, validate(w.Output))...)
}

// Within is the set in a scope of its own: see Scope.Nested.
func (on *Pairs) Within(name string) *Pairs {
	inner := *on
	inner.Scope = on.Nested(name)
	return &inner
}
