package roots

import (
	"context"
	"math"

	"affmatch/internal/team"
)

// FalsePosition refines the brackets begin..end by plain false position, all rows together, until |f| < tolerance in the
// worst row or maxSteps are done. Rows that are within the tolerance go on being refined, as the reference has it: so the
// root of a row depends, within the tolerance, on the other rows.
//
// Brackets need not hold their root: begin is halved while f(begin) > 0, then end doubled while f(end) < 0, the other
// side following. Ends that are not positive and finite start as 1.
func FalsePosition(ctx context.Context, begin, end []float64, f Func, tolerance float64, maxSteps int) (*Result, error) {
	n := len(begin)
	res := &Result{X: make([]float64, n), F: make([]float64, n)}
	t := among(ctx, n)
	lo, hi := team.Part(t, n)
	rows := make([]bracket, hi-lo)
	err := own(ctx, t, n, func(i int) {
		rows[i-lo] = bracket{a: orOne(begin[i]), b: orOne(end[i])}
		rows[i-lo].repair(i, f)
	})
	if err != nil {
		return nil, err
	}
	repairs := []float64{0, 0} // halvings, doublings
	for _, r := range rows {
		repairs[0], repairs[1] = max(repairs[0], float64(r.halved)), max(repairs[1], float64(r.doubled))
	}
	if err := team.Largest(t, repairs); err != nil {
		return nil, err
	}
	res.Repairs = int(repairs[0] + repairs[1])
	for res.Steps < maxSteps {
		if err := own(ctx, t, n, func(i int) { rows[i-lo].step(i, f) }); err != nil {
			return nil, err
		}
		res.Steps++
		left := []float64{0, 0} // the worst, and 1 where a row still moves
		for _, r := range rows {
			left[0] = math.Max(left[0], math.Abs(r.f))
			if !r.still {
				left[1] = 1
			}
		}
		if err := team.Largest(t, left); err != nil {
			return nil, err
		}
		if left[0] < tolerance || left[1] == 0 { // where no row moves any more, neither would it in the remaining steps
			break
		}
	}
	for k, r := range rows {
		res.X[lo+k], res.F[lo+k] = r.x, r.f
	}
	if err := team.Rows(t, n, res.X, res.F); err != nil {
		return nil, err
	}
	for _, v := range res.F {
		if !(math.Abs(v) < tolerance) {
			res.Unconverged++
		}
	}
	return res, nil
}

// bracket is a row's search: f(a) <= 0 <= f(b), and the last point x tried between them.
type bracket struct {
	a, b, x         float64
	fa, fb, f       float64
	halved, doubled int
	still           bool // x is a or b: the next steps would change nothing
}

func (r *bracket) repair(i int, f Func) {
	for r.fa = f(i, r.a); r.fa > 0 && r.a > math.SmallestNonzeroFloat64; r.fa = f(i, r.a) {
		r.b = math.Min(r.a, r.b)
		r.a = math.Max(r.a/2, math.SmallestNonzeroFloat64)
		r.halved++
	}
	for r.fb = f(i, r.b); r.fb < 0 && r.b < math.MaxFloat64; r.fb = f(i, r.b) {
		r.a, r.fa = math.Max(r.a, r.b), r.fb
		r.b = math.Min(2*r.b, math.MaxFloat64)
		r.doubled++
	}
	r.x, r.f, r.still = r.a, r.fa, !(r.fa <= 0) // no root above the smallest number
	if r.fb < 0 {                               // none below the largest
		r.x, r.f, r.still = r.b, r.fb, true
	}
}

func (r *bracket) step(i int, f Func) {
	if r.still {
		return
	}
	if r.x = r.a - float64((r.a-r.b)/(r.fa-r.fb)*r.fa); !(r.x <= math.MaxFloat64) {
		r.x = float64(r.a/2) + float64(r.b/2)
	}
	switch {
	case r.fa == r.fb: // both are roots
		r.x, r.f, r.still = r.a, r.fa, true
		return
	case r.x == r.a:
		r.f, r.still = r.fa, true
		return
	case r.x == r.b:
		r.f, r.still = r.fb, true
		return
	}
	if r.f = f(i, r.x); r.f*r.fa > 0 {
		r.a, r.fa = r.x, r.f
	} else {
		r.b, r.fb = r.x, r.f
	}
}

func orOne(x float64) float64 {
	if x > 0 && !math.IsInf(x, 0) {
		return x
	}
	return 1
}
