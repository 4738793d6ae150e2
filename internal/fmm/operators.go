package fmm

import (
	"fmt"
	"math"
	"sync"

	"affmatch/internal/fault"
	"affmatch/internal/knn/tile"
	"affmatch/internal/lanes"
)

// Sum is one sum over all pairs.
type Sum struct {
	Kernel func(d2, k []float64) // k[i] = K(d2[i]), d2 >= 0, and 0 is possible; called from one goroutine at a time
	Pull   bool                  // G_i, dim numbers a point; else R_i
	Charge int                   // which of the charges
}

// Operators are what depends on neither points nor charges: tables by the side of the boxes, made when a side first comes
// up, and which boxes may meet by polynomials. They serve one Field.Run at a time.
type Operators struct {
	sums       []Sum
	dim, order int
	tolerance  float64

	basis    *basis
	expander *expander
	up, down []*matrix
	levels   map[int]*level // by the log2 of the side
	asking   sync.Mutex     // for values of kernels
	self     []float64      // of each sum of values: K(0)

	charges []charge
	columns []columns // of each sum, in a box's coefficients
	width   int       // of those
	few     int       // pairs of points that are cheaper one by one than by what their boxes' children do to each other
	gather  map[bool]func() lanes.Runner[float32]
	spread  func() lanes.Runner[float32]
}

// A pair of points costs as much as so many products of numbers in matrices, a box of its own as much as so many pairs of
// points. Half or twice as many pairs are no slower by more than a tenth, in each dimension and order.
const (
	perPair = 8
	perBox  = 1000
)

// charge is what goes by one of the charges: sums, and their columns of a box's coefficients.
type charge struct {
	sums      []int
	at, width int
}

// columns is where a sum's coefficients are: of each of its numbers those of the basis. Behind all of the charge's, bound is
// what a value sum's error may be; -1: a pull.
type columns struct{ at, numbers, bound int }

// NewOperators prepares sums over points of 1, 2 or 3 dimensions by polynomials of total degree below order, from 2 to 12.
// Two boxes meet by them where trial pairs have an error of at most the tolerance, relative to the kernel's largest value. set
// is the vector instructions that run them, one of machine.Vectors.
func NewOperators(sums []Sum, dim, order int, tolerance float64, set string) (*Operators, error) {
	switch {
	case len(sums) == 0:
		return nil, fault.Field("fmm: len(sums)", 0, "at least 1")
	case dim < 1 || dim > 3:
		return nil, fault.Field("fmm: dim", dim, "1, 2 or 3")
	case order < 2 || order > 12:
		return nil, fault.Field("fmm: order", order, "2 to 12")
	case !(tolerance > 0) || math.IsInf(tolerance, 1):
		return nil, fault.Field("fmm: tolerance", tolerance, "a positive number")
	}
	o := &Operators{sums: sums, dim: dim, order: order, tolerance: tolerance, levels: map[int]*level{}}
	o.basis = newBasis(dim, order)
	o.expander = newExpander(o.basis)
	o.up, o.down = o.basis.moves()
	if err := o.place(); err != nil {
		return nil, err
	}
	for _, s := range sums {
		k := []float64{0}
		s.Kernel([]float64{0}, k)
		o.self = append(o.self, k[0])
	}
	o.compile(set)
	return o, nil
}

// place says where the sums' coefficients go: those of one charge together.
func (o *Operators) place() error {
	o.columns = make([]columns, len(o.sums))
	for s, sum := range o.sums {
		switch {
		case sum.Kernel == nil:
			return fault.Field(fmt.Sprintf("fmm: sums[%d].Kernel", s), "nil", "a function")
		case sum.Charge < 0 || sum.Charge >= len(o.sums):
			return fault.Field(fmt.Sprintf("fmm: sums[%d].Charge", s), sum.Charge, fmt.Sprintf("0 to %d, as sums are", len(o.sums)-1))
		}
		for len(o.charges) <= sum.Charge {
			o.charges = append(o.charges, charge{})
		}
		o.charges[sum.Charge].sums = append(o.charges[sum.Charge].sums, s)
	}
	for c := range o.charges {
		g := &o.charges[c]
		g.at = o.width
		for _, s := range g.sums {
			numbers := 1
			if o.sums[s].Pull {
				numbers = o.dim
			}
			o.columns[s] = columns{o.width, numbers, -1}
			o.width += numbers * len(o.basis.terms)
		}
		for _, s := range g.sums {
			if !o.sums[s].Pull {
				o.columns[s].bound = o.width
				o.width++
			}
		}
		g.width = o.width - g.at
		products := (len(o.basis.terms) + 1) * ((g.width + tile.Cols - 1) / tile.Cols * tile.Cols)
		o.few += products << (2 * o.dim) / perPair
	}
	o.few += perBox
	return nil
}
