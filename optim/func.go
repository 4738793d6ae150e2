package optim

import (
	"errors"
	"fmt"

	"affmatch/internal/fault"

	"gorgonia.org/tensor"
)

// Func is an optimizer of one's own: one function, and this package does the rest (several parameters, both
// precisions, checks, zeroed gradients, saved state). Sign descent with momentum is
//
//	optim.Func{Name: "Signum", Arrays: 1, Update: func(t int, rate float64, x, g []float64, state [][]float64) {
//		for i := range x {
//			state[0][i] = 0.9*state[0][i] + 0.1*g[i]
//			x[i] -= rate * math.Copysign(1, state[0][i])
//		}
//	}}
type Func struct {
	Name      string  // printed with the value
	LearnRate float64 // 0: 0.1
	Arrays    int     // arrays of state for each parameter; 0: none

	// Update moves one parameter x by its gradient g in step t = 1, 2, ... state holds Arrays slices as long as x, zero
	// at first, which it may change; it keeps nothing else, and none of the slices, for itself. A float32 parameter and
	// its state are widened for it and rounded after it.
	Update func(t int, rate float64, x, g []float64, state [][]float64)

	// Row is Update for what moves each row of a matrix, a point of Z, by itself: it is called with one row of x, g and state
	// after the other. A vector is one row, a number a row of one. It takes the place of Update, which must then be nil.
	Row func(t int, rate float64, x, g []float64, state [][]float64)
}

// Validate gives all faults at once.
func (o Func) Validate() error {
	errs := []error{
		nonNegative("optim: Func: LearnRate", o.LearnRate),
		atLeast("optim: Func: Arrays", o.Arrays, 0),
	}
	if (o.Update == nil) == (o.Row == nil) {
		errs = append(errs, fault.Field("optim: Func: Update, Row", map[bool]string{true: "none", false: "both"}[o.Update == nil], "one function"))
	}
	return errors.Join(errs...)
}

// RateGiven says whether LearnRate is set.
func (o Func) RateGiven() bool { return o.LearnRate != 0 }

// Start begins a run.
func (o Func) Start() Solver {
	o.LearnRate = or(o.LearnRate, 0.1)
	return start(&own{Func: o}, o.LearnRate, o.Validate())
}

func (o Func) String() string {
	return fmt.Sprintf("Func{Name:%s LearnRate:%v Arrays:%d}", o.Name, or(o.LearnRate, 0.1), o.Arrays)
}

// own calls a Func, through wide copies where the parameter is float32.
type own struct {
	Func
	t     int
	rate  float64
	x, g  []float64
	state [][]float64

	columns int // of the parameter
	row     [][]float64
}

func (r *own) shape(s tensor.Shape) { r.columns = s[len(s)-1] }

// call is the function on one parameter.
func (r *own) call(x, g []float64, state [][]float64) {
	if r.Row == nil {
		r.Update(r.t, r.rate, x, g, state)
		return
	}
	for len(r.row) < len(state) {
		r.row = append(r.row, nil)
	}
	for lo := 0; lo < len(x); lo += r.columns {
		hi := lo + r.columns
		for j, s := range state {
			r.row[j] = s[lo:hi]
		}
		r.Row(r.t, r.rate, x[lo:hi], g[lo:hi], r.row)
	}
}

func (r *own) sizes() (numbers, arrays int) { return 0, r.Arrays }

func (r *own) begin(t int, rate float64, _ []float64) error {
	r.t, r.rate = t, rate
	return nil
}

func (r *own) update64(x, g []float64, arrays [][]float64) {
	r.call(x, g, arrays)
	clear(g)
}

func (r *own) update32(x, g []float32, arrays [][]float32) {
	if r.state == nil {
		r.state = make([][]float64, len(arrays))
	}
	r.x, r.g = widen(r.x, x), widen(r.g, g)
	for j, a := range arrays {
		r.state[j] = widen(r.state[j], a)
	}
	r.call(r.x, r.g, r.state)
	round(x, r.x)
	for j, a := range arrays {
		round(a, r.state[j])
	}
	clear(g)
}

// widen copies into the memory of wide, if that is large enough.
func widen(wide []float64, narrow []float32) []float64 {
	wide = wide[:0]
	for _, v := range narrow {
		wide = append(wide, float64(v))
	}
	return wide
}

func round(narrow []float32, wide []float64) {
	for i, v := range wide {
		narrow[i] = float32(v)
	}
}
