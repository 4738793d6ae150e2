package optim

import (
	"errors"
	"fmt"
	"math"

	"affmatch/internal/fault"

	"gorgonia.org/gorgonia"
)

// LBFGS is the limited-memory quasi-Newton method of Nocedal (Updating quasi-Newton matrices with limited storage, 1980;
// Nocedal and Wright, Numerical optimization, 2006, algorithm 7.4) with a line search for the weak Wolfe conditions by
// bracketing (Lewis and Overton, Nonsmooth optimization via quasi-Newton methods, 2013, algorithm 2.6):
//
//	d = -H g, H from the last Memory moves s and changes y of the gradient
//	f(x + t d) <= f(x) + 1e-4 t g.d   and   g(x + t d).d >= 0.9 g.d
//
// The loss must be a function of the parameters alone: of samples drawn anew each step the y would be noise. It is a
// Searcher: its Step is an error, Search is given the loss. The rate is the first t that is tried (of the first step, which
// has no H, at most that over the gradient's norm), and zero moves nothing.
//
// State: how many pairs it has; of each parameter the moves, the changes, the last position and gradient, the direction.
type LBFGS struct {
	Memory    int     // pairs kept; 0: 10
	Trials    int     // evaluations of a line search at most; 0: 20
	LearnRate float64 // first trial of a line search; 0: 1
}

// Validate gives all faults at once.
func (o LBFGS) Validate() error {
	return errors.Join(
		atLeast("optim: LBFGS: Memory", o.Memory, 0),
		atLeast("optim: LBFGS: Trials", o.Trials, 0),
		nonNegative("optim: LBFGS: LearnRate", o.LearnRate))
}

func (o LBFGS) filled() LBFGS {
	o.Memory, o.Trials = int(or(float64(o.Memory), 10)), int(or(float64(o.Trials), 20))
	o.LearnRate = or(o.LearnRate, 1)
	return o
}

// RateGiven is true: a line search has no use for a rule of the rate.
func (o LBFGS) RateGiven() bool { return true }

// Start begins a run.
func (o LBFGS) Start() Solver {
	o = o.filled()
	s := start(pairsOf{max(o.Memory, 1)}, o.LearnRate, o.Validate()).(*solver)
	return &lbfgs{solver: s, memory: max(o.Memory, 1), trials: max(o.Trials, 1), alpha: make([]float64, max(o.Memory, 1))}
}

func (o LBFGS) String() string {
	type plain LBFGS
	return fmt.Sprintf("LBFGS%+v", plain(o.filled()))
}

// pairsOf is the memory of an LBFGS as a rule that has no update of its own.
type pairsOf struct{ memory int }

func (r pairsOf) sizes() (numbers, arrays int)             { return 1, 2*r.memory + 3 }
func (pairsOf) begin(int, float64, []float64) error        { return errNoLoss }
func (pairsOf) update64([]float64, []float64, [][]float64) {}
func (pairsOf) update32([]float32, []float32, [][]float32) {}

var errNoLoss = fault.Field("optim: LBFGS: Step", "a step without the loss", "Search, which is given it")

// lbfgs is a run. Its arrays are, by number: the moves, the changes, then position, gradient and direction.
type lbfgs struct {
	*solver
	memory, trials int
	alpha          []float64
}

// Search makes one step.
func (r *lbfgs) Search(model []gorgonia.ValueGrad, loss float64, evaluate func() (float64, error)) error {
	rate := r.head[headRate]
	if err := errors.Join(r.wrong, nonNegative("optim: learning rate", rate)); err != nil {
		return err
	}
	if err := r.bind(model); err != nil {
		return err
	}
	x, g := r.vector(value), r.vector(gradient)
	at, slope, d := r.vector(2*r.memory), r.vector(2*r.memory+1), r.vector(2*r.memory+2)
	copyVector(at, x)
	copyVector(slope, g)
	down := r.direction(d, g)
	if down >= 0 && r.count() > 0 { // no way down: forget
		r.head[headRule] = 0
		down = r.direction(d, g)
	}
	r.head[headSteps]++
	if rate == 0 || down == 0 {
		scaleVector(g, 0)
		return nil
	}
	t := rate
	if r.count() == 0 {
		t = rate * math.Min(1, 1/math.Sqrt(-down))
	}
	if math.IsNaN(down) || math.IsInf(down, 0) {
		return fault.Field("optim: LBFGS: gradient along the direction", down, "a finite number")
	}
	if err := r.line(model, t, loss, down, evaluate); err != nil {
		return err
	}
	r.learn(x, g, at, slope)
	scaleVector(g, 0)
	return nil
}

// line moves to a point that the conditions accept, or to the best that Trials found, or nowhere.
func (r *lbfgs) line(model []gorgonia.ValueGrad, t, loss, down float64, evaluate func() (float64, error)) error {
	lo, hi := 0.0, math.Inf(1)
	for range r.trials {
		f, along, err := r.try(model, t, evaluate)
		if err != nil {
			return err
		}
		switch {
		case !finite(f) || !finite(along) || f > loss+float64(1e-4*t*down):
			hi = t
			guess := -down * t * t / (2 * (f - loss - float64(t*down))) // of the parabola through what is known
			if t = (lo + hi) / 2; lo == 0 && guess > 0.1*hi && guess < 0.9*hi {
				t = guess
			}
			continue
		case along >= 0.9*down:
			return nil
		}
		if lo = t; math.IsInf(hi, 1) {
			t *= 2
		} else {
			t = (lo + hi) / 2
		}
	}
	_, _, err := r.try(model, lo, evaluate)
	return err
}

// try goes to x + t d and gives the loss and the slope along d there.
func (r *lbfgs) try(
	model []gorgonia.ValueGrad,
	t float64,
	evaluate func() (float64, error),
) (loss, along float64, err error) {
	x, g, at, d := r.vector(value), r.vector(gradient), r.vector(2*r.memory), r.vector(2*r.memory+2)
	copyVector(x, at)
	addVector(x, t, d)
	scaleVector(g, 0)
	if loss, err = evaluate(); err != nil {
		copyVector(x, at)
		return 0, 0, err
	}
	err = r.bind(model) // its gradient may lie elsewhere now
	return loss, dotVectors(r.vector(gradient), d), err
}

// direction is d = -H g and gives g.d.
func (r *lbfgs) direction(d, g flats) float64 {
	copyVector(d, g)
	scaleVector(d, -1)
	k, m := r.count(), r.memory
	for back := range min(k, m) {
		i := (k - 1 - back) % m
		s, y := r.vector(i), r.vector(m+i)
		r.alpha[i] = dotVectors(s, d) / dotVectors(s, y)
		addVector(d, -r.alpha[i], y)
	}
	if k > 0 {
		s, y := r.vector((k-1)%m), r.vector(m+(k-1)%m)
		scaleVector(d, dotVectors(s, y)/dotVectors(y, y))
	}
	for back := min(k, m) - 1; back >= 0; back-- {
		i := (k - 1 - back) % m
		s, y := r.vector(i), r.vector(m+i)
		addVector(d, r.alpha[i]-dotVectors(y, d)/dotVectors(s, y), s)
	}
	return dotVectors(g, d)
}

// learn keeps the move and the change of the gradient, if the loss curves upward along it.
func (r *lbfgs) learn(x, g, at, slope flats) {
	i := r.count() % r.memory
	s, y := r.vector(i), r.vector(r.memory+i)
	copyVector(s, x)
	addVector(s, -1, at)
	copyVector(y, g)
	addVector(y, -1, slope)
	if sy := dotVectors(s, y); sy > 1e-10*math.Sqrt(dotVectors(s, s)*dotVectors(y, y)) {
		r.head[headRule]++
	} else if r.count() > 0 && dotVectors(s, s) == 0 {
		r.head[headRule] = 0 // nothing was found along the direction: start afresh
	}
}

func (r *lbfgs) count() int { return int(r.head[headRule]) }
