package optim

import (
	"errors"
	"fmt"

	"affmatch/internal/fault"
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
}

// Validate gives all faults at once.
func (o Func) Validate() error {
	errs := []error{
		nonNegative("optim: Func: LearnRate", o.LearnRate),
		atLeast("optim: Func: Arrays", o.Arrays, 0),
	}
	if o.Update == nil {
		errs = append(errs, fault.Field("optim: Func: Update", nil, "a function"))
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
}

func (r *own) sizes() (numbers, arrays int) { return 0, r.Arrays }

func (r *own) begin(t int, rate float64, _ []float64) error {
	r.t, r.rate = t, rate
	return nil
}

func (r *own) update64(x, g []float64, arrays [][]float64) {
	r.Update(r.t, r.rate, x, g, arrays)
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
	r.Update(r.t, r.rate, r.x, r.g, r.state)
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
