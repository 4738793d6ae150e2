package affinity

import (
	"context"
	"errors"
	"math"

	"affmatch/internal/fault"
	"affmatch/internal/roots"
)

// solver is how the bandwidths of the rows are found.
type solver struct {
	exact     bool
	tolerance float64 // 0: usual
	usual     float64
	maxSteps  int // 0: 1000
}

func (s solver) validate(at string) error {
	var faults []error
	if err := positive(at+"Tolerance", s.tolerance); err != nil {
		faults = append(faults, err)
	}
	if s.maxSteps < 0 {
		faults = append(faults, fault.Field(at+"MaxSteps", s.maxSteps, "at least 1, or 0 for 1000"))
	}
	return errors.Join(faults...)
}

// bandwidths are what a search found: a width for each row, 0 or +Inf where only that limit comes nearest to the target.
type bandwidths struct {
	width       []float64
	begin, end  []float64 // the brackets that the search started from
	unconverged int
	roots.Result
}

// target is the problem of a row: f(width) increases from atZero to atInf, and its root is wanted.
type target struct {
	atZero, atInf float64
	begin, end    float64
}

// solve finds the width of each row. Rows whose f has no root take the nearer limit and stay out of the common search.
func (s solver) solve(ctx context.Context, n int, row func(i int) target, f roots.Func) (*bandwidths, error) {
	b := &bandwidths{width: make([]float64, n), begin: make([]float64, n), end: make([]float64, n)}
	limit := make([]float64, n) // f of the rows that take a limit; 0 for the others
	err := roots.Each(ctx, n, func(i int) {
		t := row(i)
		b.begin[i], b.end[i] = t.begin, t.end
		switch {
		case t.atZero >= 0:
			limit[i] = t.atZero
		case t.atInf <= 0:
			b.width[i], limit[i] = math.Inf(1), t.atInf
		default:
			b.width[i] = math.NaN()
		}
	})
	if err != nil {
		return nil, err
	}
	var open []int
	var begin, end []float64
	for i, w := range b.width {
		if math.IsNaN(w) {
			open, begin, end = append(open, i), append(begin, b.begin[i]), append(end, b.end[i])
		} else if limit[i] != 0 {
			b.unconverged++
		}
	}
	inner := func(r int, x float64) float64 { return f(open[r], x) }
	var res *roots.Result
	if s.exact {
		res, err = roots.Exact(ctx, begin, end, inner)
	} else {
		tolerance, steps := s.tolerance, s.maxSteps
		if tolerance == 0 {
			tolerance = s.usual
		}
		if steps == 0 {
			steps = 1000
		}
		res, err = roots.FalsePosition(ctx, begin, end, inner, tolerance, steps)
	}
	if err != nil {
		return nil, err
	}
	for r, i := range open {
		b.width[i] = res.X[r]
	}
	b.unconverged += res.Unconverged
	b.Result = *res
	return b, nil
}
