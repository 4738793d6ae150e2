package optimtest

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"affmatch/optim"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// TB is what the kit needs of a *testing.T; a recorder can stand in for one.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
}

// checks are the promises of optim.Optimizer and optim.Solver, in the order in which they are best read when broken.
var checks = []struct {
	promise string
	keeps   func(optim.Optimizer) error
}{
	{"its configuration is valid", func(o optim.Optimizer) error { return optim.Validate(o) }},
	{"runs are independent", independent},
	{"zeroes the gradient", zeroes},
	{"moves every parameter", movesAll},
	{"honors SetLearnRate", honorsRate},
	{"converges on a parabola", func(o optim.Optimizer) error { return converges(o, parabola, 0.02, 3000) }},
	{"converges on Rosenbrock's valley", func(o optim.Optimizer) error { return converges(o, rosenbrock, 0.005, 20000) }},
	{"agrees with gorgonia's tape machine", agreesWithTape},
	{"resumes bit for bit", resumes},
	{"its state is live", live},
	{"refuses a gradient that does not fit", refuses},
	{"does not swallow NaN", keepsNaN},
	{"does not allocate after the first step", doesNotAllocate},
}

// Optimizer reports each promise of optim.Optimizer and optim.Solver that o breaks. Convergence is asked for at the best
// of several rates, so o's own rate does not matter; strong weight decay, which moves the minimum, does.
//
// Do not call it from a parallel test: it counts allocations, and testing.AllocsPerRun panics there.
func Optimizer(t TB, o optim.Optimizer) {
	t.Helper()
	for _, c := range checks {
		if err := try(c.keeps, o); err != nil {
			t.Errorf("optimtest: %+v: broken promise: %s: %v", o, c.promise, err)
		}
	}
}

// try runs one check; a panic breaks its promise but leaves the others to be checked.
func try(check func(optim.Optimizer) error, o optim.Optimizer) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return check(o)
}

func independent(o optim.Optimizer) error {
	alone, beside := mixed(), mixed()
	printed := fmt.Sprintf("%+v", o)
	first := o.Start()
	if err := run(first, alone, 4); err != nil {
		return err
	}
	if err := run(o.Start(), beside, 4); err != nil {
		return err
	}
	if err := same(beside, alone); err != nil {
		return fmt.Errorf("a second run differs from the first: %w", err)
	}
	if now := fmt.Sprintf("%+v", o); now != printed {
		return fmt.Errorf("a run changed the optimizer: it prints as %s, was %s", now, printed)
	}
	return nil
}

func zeroes(o optim.Optimizer) error {
	m, s := mixed(), o.Start()
	for step := range 3 {
		if err := run(s, m, 1); err != nil {
			return err
		}
		for _, p := range m {
			for i := range p.n {
				if g := p.gradient(i); g != 0 {
					return fmt.Errorf("step %d: %s: gradient %d = %v, want 0: gorgonia adds the next one to it", step, p.name, i, g)
				}
			}
		}
	}
	return nil
}

func movesAll(o optim.Optimizer) error {
	m, start := mixed(), mixed()
	s := o.Start()
	s.SetLearnRate(0.01)
	if err := run(s, m, 3); err != nil {
		return err
	}
	for k, p := range m {
		for i := range p.n {
			if p.get(i) == start[k].get(i) {
				return fmt.Errorf("%s: entry %d is where it was after 3 steps", p.name, i)
			}
		}
	}
	return nil
}

func honorsRate(o optim.Optimizer) error {
	slow, fast := mixed(), mixed()
	for rate, m := range map[float64]model{0.001: slow, 0.01: fast} {
		s := o.Start()
		s.SetLearnRate(rate)
		if got := s.LearnRate(); got != rate {
			return fmt.Errorf("LearnRate() = %v after SetLearnRate(%v)", got, rate)
		}
		if err := run(s, m, 2); err != nil {
			return err
		}
		before := m.copy()
		s.SetLearnRate(0)
		if err := run(s, m, 1); err != nil {
			return err
		}
		if err := same(m, before); err != nil {
			return fmt.Errorf("a step at rate 0 moved: %w", err)
		}
	}
	if same(slow, fast) == nil {
		return errors.New("rates 0.001 and 0.01 lead to the same place")
	}
	return nil
}

// converges asks that the best of several rates brings the value down to a share of what it was, in both precisions.
func converges(o optim.Optimizer, f func(model) float64, share float64, steps int) error {
	for precision, start := range map[string]func() model{"float64": plane[float64], "float32": plane[float32]} {
		best := math.Inf(1)
		for _, rate := range []float64{1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 0.0003} {
			if best = min(best, descend(o, rate, f, start(), share, steps)); best < share {
				break
			}
		}
		if !(best < share) {
			return fmt.Errorf("%s: at the best of several rates %.3g of the first value is left after %d steps, want below %v", precision, best, steps, share)
		}
	}
	return nil
}

// descend gives the lowest value of a run, as a share of the first; it stops below share, or where the run diverges.
func descend(o optim.Optimizer, rate float64, f func(model) float64, m model, share float64, steps int) float64 {
	s, v := o.Start(), m.valueGrads()
	s.SetLearnRate(rate)
	first := f(m)
	best := 1.0
	for value := first; best >= share && value < 1e6*first && steps > 0; steps-- {
		if step(s, v, value, func() (float64, error) { return f(m), nil }) != nil {
			break // the clipper of a diverging run may refuse
		}
		value = f(m) // adds to the gradient, as gorgonia does
		best = min(best, value/first)
	}
	return best
}

func resumes(o optim.Optimizer) error {
	whole, s := mixed(), o.Start()
	s.SetLearnRate(0.003)
	fresh := o.Start()
	if err := fresh.Restore(s.State()); err != nil {
		return fmt.Errorf("a state from before the first step: %w", err)
	}
	beside := mixed()
	if err := errors.Join(run(s, whole, 5), run(fresh, beside, 5)); err != nil {
		return err
	}
	if err := same(beside, whole); err != nil {
		return fmt.Errorf("restored before the first step: %w", err)
	}
	saved, resumed := copies(s.State()), whole.copy()
	if last := len(saved) - 1; last > 0 {
		short := o.Start()
		if short.Restore(saved[:last]) == nil && run(short, whole.copy(), 1) == nil {
			return errors.New("neither Restore nor the next step minds that the last tensor of the state is missing")
		}
	}
	used := o.Start()
	if err := run(used, mixed(), 3); err != nil {
		return err
	}
	fresh = o.Start()
	if err := errors.Join(fresh.Restore(saved), used.Restore(saved)); err != nil {
		return err
	}
	for _, t := range saved {
		t.Zero()
	}
	again := resumed.copy()
	if err := errors.Join(run(s, whole, 5), run(fresh, resumed, 5), run(used, again, 5)); err != nil {
		return err
	}
	if err := errors.Join(same(resumed, whole), sameState(fresh.State(), s.State())); err != nil {
		return fmt.Errorf("saved after 5 steps and resumed for 5, against 10 steps: %w", err)
	}
	if err := errors.Join(same(again, whole), sameState(used.State(), s.State())); err != nil {
		return fmt.Errorf("restored over another run: %w", err)
	}
	return nil
}

func live(o optim.Optimizer) error {
	m, s := mixed(), o.Start()
	if err := run(s, m, 2); err != nil {
		return err
	}
	views, saved, x := s.State(), copies(s.State()), m.copy()
	if err := run(s, m, 3); err != nil {
		return err
	}
	if err := sameState(views, s.State()); err != nil {
		return fmt.Errorf("views from before a step: %w", err)
	}
	for i, v := range views {
		if err := tensor.Copy(v, saved[i]); err != nil {
			return err
		}
	}
	if err := run(s, x, 3); err != nil {
		return err
	}
	if err := same(x, m); err != nil {
		return fmt.Errorf("repeated after copying into State: %w", err)
	}
	return nil
}

func refuses(o optim.Optimizer) error {
	for name, wrong := range map[string]leaf{
		"shape": {name: "w", value: dense(1.0, 2, 3), grad: dense(4.0, 5)},
		"type":  {name: "w", value: dense(1.0, 2, 3), grad: dense[float32](4, 5, 6)},
	} {
		if step(o.Start(), model{wrong}.valueGrads(), 1, func() (float64, error) { return 1, nil }) == nil {
			return fmt.Errorf("a gradient of another %s than its value's gives no error", name)
		}
		if x := wrong.value.Data().([]float64); !slices.Equal(x, []float64{1, 2, 3}) {
			return fmt.Errorf("a gradient of another %s than its value's: the step failed, but moved the value to %v", name, x)
		}
	}
	return nil
}

func keepsNaN(o optim.Optimizer) error {
	m, s := mixed(), o.Start()
	for k := range 2 {
		loss := parabola(m)
		if k == 1 {
			m[0].add(0, math.NaN())
		}
		if err := step(s, m.valueGrads(), loss, func() (float64, error) { return parabola(m), nil }); err != nil {
			if k == 1 {
				return nil
			}
			return err
		}
	}
	if x := m[0].get(0); !math.IsNaN(x) {
		return fmt.Errorf("after a NaN gradient the value is %v, want NaN or an error", x)
	}
	return nil
}

func doesNotAllocate(o optim.Optimizer) error {
	m, s := mixed(), o.Start()
	s.SetLearnRate(0.001)
	v := m.valueGrads()
	var err error
	again := func() (float64, error) { return parabola(m), nil }
	once := func() { err = errors.Join(err, step(s, v, parabola(m), again)) }
	once()
	if n := testing.AllocsPerRun(20, once); n > 0 && err == nil {
		return fmt.Errorf("%v allocations a step", n)
	}
	return err
}

// run takes steps on the parabola.
func run(s optim.Solver, m model, steps int) error {
	for range steps {
		if err := step(s, m.valueGrads(), parabola(m), func() (float64, error) { return parabola(m), nil }); err != nil {
			return err
		}
	}
	return nil
}

// step is Search where the solver wants the loss, else Step. loss is that at the model's values; evaluate gives it at those
// they then have, and adds its gradient.
func step(s optim.Solver, model []gorgonia.ValueGrad, loss float64, evaluate func() (float64, error)) error {
	if search, ok := s.(optim.Searcher); ok {
		return search.Search(model, loss, evaluate)
	}
	return s.Step(model)
}
