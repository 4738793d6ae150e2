package fmm

import "errors"

// Span is the places from Lo to Hi, without Hi. Points of a clump are one place to the tree: see the package comment.
type Span struct {
	Lo, Hi int32
	Clump  bool
}

// Field is one evaluation's memory: expansions and lists of near pairs. It stays from one Run to the next.
type Field struct{}

// Run computes the far part of each sum into out, in the order of the points: n numbers, or n x dim of a pull, which are
// overwritten. Charges are in the order of the points, nil for ones. Bits depend neither on workers nor on the machine.
func (f *Field) Run(t *Tree, o *Operators, charges, out [][]float64, workers int) error {
	return errors.New("fmm: not yet")
}

// Leaves is how many leaves the field has.
func (f *Field) Leaves() int { return 0 }

// Leaf gives the targets of a leaf, and the sources whose pairs with them are not in out, ascending. Spans that touch are
// merged, but for clumps. The leaves' targets are all places, ascending and each once.
func (f *Field) Leaf(l int) (targets Span, near []Span) { return Span{}, nil }

// Bound is of each leaf an estimate of the absolute error of value sum s in its rows: what trial pairs showed, added up over
// the absolute charges of the sources that came by polynomials. Errors of different signs are not balanced: it is pessimistic.
func (f *Field) Bound(s int) []float64 { return nil }
