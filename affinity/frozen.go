package affinity

import (
	"fmt"

	"affmatch/internal/fault"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Frozen is what a fit that has ended leaves of its scope. In a scope that is made of it nothing is learned, carried on or
// scheduled: the points are new rows, each placed by itself among those of the fit.
type Frozen struct {
	Values map[string]*tensor.Dense // of parameters and states, by name; a number is a vector of one
	Step   int                      // of the fit, at which knobs stay
	Total  int                      // of its steps
	// Keys is what draws know the new rows by, in the place of their numbers, so that a row has the same draws wherever it
	// stands. nil: their numbers.
	Keys []uint64
	X    mat.Matrix // the data of the points of the fit; nil: the affinity had distances of its own
}

// NewFrozenScope starts a graph on n new rows.
func NewFrozenScope(n int, f Frozen) *Scope {
	s := NewScope(n)
	s.frozen = &f
	return s
}

// left is the value that a fit left of a parameter or a state, as a constant; nil where it has none of the name.
func (s *Scope) left(name string, start *tensor.Dense) (*G.Node, error) {
	v, ok := s.frozen.Values[s.prefix+name]
	if !ok {
		return nil, nil
	}
	if start.IsScalar() && v.Shape().TotalSize() == 1 {
		return s.Constant(name, tensor.New(tensor.FromScalar(numbersOf(v)[0])))
	}
	if !v.Shape().Eq(start.Shape()) {
		return nil, fault.Field("affinity: "+s.prefix+name+" of the fit", fmt.Sprintf("shape %v", v.Shape()),
			fmt.Sprintf("%v: what a fit learns or carries of each of its points says nothing of new rows", start.Shape()))
	}
	return s.Constant(name, v)
}

// keyed draws for the rows of a set by what they hold.
type keyed struct {
	Sampler
	keys []uint64
}

// Sample draws for the row's key.
func (k keyed) Sample(step, row, head int, tails [][]int32) {
	k.Sampler.Sample(step, int(k.keys[head]>>24), head, tails)
}

// normalized is how many heads share the total of a normalization: new rows have one each.
func (on *Pairs) normalized() int {
	if on.frozen != nil {
		return 1
	}
	return on.Heads()
}

// of is what draws know point i by.
func (o Opening) of(i int) int {
	if o.Keys == nil {
		return i
	}
	return int(o.Keys[i] >> 24)
}
