package fuse

import (
	"slices"
)

// gather rewrites the gradients by points in the plane: in a sum of columns, k*Uncolumn_c(RowSum(w d_c)) and
// -k*Uncolumn_c(ColSum(w d_c)) for both columns c become one pull, and the pulls of one level one gradient in one buffer.
// What does not fit the pattern stays as it is.
func (al *algebra) gather(e *expr) *expr {
	if e.op != opSum || !e.in.array() {
		return e
	}
	type part struct {
		at     int   // term
		factor *expr // scalar, without the constant
		sum    *expr // RowSum or ColSum
		column int
	}
	var parts []part
	for i, t := range e.args {
		factor, u := al.scalarFactor(t)
		if u.op != opUncolumn || u.d != 2 {
			continue
		}
		if s := u.args[0]; s.op == opRowSum || s.op == opColSum {
			parts = append(parts, part{i, factor, s, u.k})
		}
	}
	used := map[int]bool{}
	pulls := map[int][]*expr{} // by level
	var scaled []*expr
	var scaledCoef []float64
	for _, p := range parts {
		if used[p.at] || p.sum.op != opRowSum || p.column != 0 {
			continue
		}
		m, d0, w := al.pulled(p.sum.args[0], 0)
		if m == nil {
			continue
		}
		d1 := al.coordinateDifference(d0, 1)
		at := []int{p.at}
		k := e.coef[p.at]
		for _, want := range []struct {
			of     op
			column int
			sign   float64
		}{{opRowSum, 1, 1}, {opColSum, 0, -1}, {opColSum, 1, -1}} {
			d := d0
			if want.column == 1 {
				d = d1
			}
			x := al.mul(w, d)
			for _, q := range parts {
				if !used[q.at] && q.sum.op == want.of && q.column == want.column && q.factor == p.factor && q.sum.args[0] == x && e.coef[q.at] == want.sign*k {
					at = append(at, q.at)
					break
				}
			}
		}
		if len(at) != 4 {
			continue
		}
		for _, i := range at {
			used[i] = true
		}
		level := max(d0.level, w.level)
		to := space{len: e.in.len}
		if p.factor.level <= level {
			pull := al.intern(expr{op: opPull, in: to, args: []*expr{d0, d1, al.prod([]*expr{al.constant(k), p.factor, w}, []float64{1, 1, 1})}, least: unknown})
			pulls[pull.level] = append(pulls[pull.level], pull)
		} else {
			pull := al.intern(expr{op: opPull, in: to, args: []*expr{d0, d1, w}, least: unknown})
			g := al.intern(expr{op: opGradient, in: to, args: []*expr{pull}, least: unknown})
			scaled, scaledCoef = append(scaled, al.mul(p.factor, g)), append(scaledCoef, k)
		}
	}
	if len(used) == 0 {
		return e
	}
	args, coef := scaled, scaledCoef
	for i, t := range e.args {
		if !used[i] {
			args, coef = append(args, t), append(coef, e.coef[i])
		}
	}
	levels := make([]int, 0, len(pulls))
	for l := range pulls {
		levels = append(levels, l)
	}
	slices.Sort(levels)
	for _, l := range levels {
		args, coef = append(args, al.intern(expr{op: opGradient, in: e.in, args: pulls[l], least: unknown})), append(coef, 1)
	}
	return al.linear(coef, args, e.c)
}

// scalarFactor splits a term into its scalar factor and the rest.
func (al *algebra) scalarFactor(t *expr) (factor, rest *expr) {
	if t.op != opProd {
		return al.constant(1), t
	}
	var scalars, others []*expr
	var p, q []float64
	for i, a := range t.args {
		if a.in.scalar() {
			scalars, p = append(scalars, a), append(p, t.coef[i])
		} else {
			others, q = append(others, a), append(q, t.coef[i])
		}
	}
	return al.prod(scalars, p), al.prod(others, q)
}

// pulled splits x = w d, d the difference of column k of the points m; w is 1 where x is the difference.
func (al *algebra) pulled(x *expr, k int) (m, d, w *expr) {
	if x.in.on.Heads != nil { // rows are not points
		return nil, nil, nil
	}
	if m, c := difference(x); m != nil && c == k {
		return m, x, al.constant(1)
	}
	if x.op != opProd {
		return nil, nil, nil
	}
	for i, a := range x.args {
		if m, c := difference(a); m != nil && c == k && x.coef[i] == 1 {
			return m, a, al.prod(slices.Delete(slices.Clone(x.args), i, i+1), slices.Delete(slices.Clone(x.coef), i, i+1))
		}
	}
	return nil, nil, nil
}

// coordinateDifference is the difference d for column k.
func (al *algebra) coordinateDifference(d *expr, k int) *expr {
	on := d.in.on
	column := d.args[0].args[0]
	other := al.intern(expr{op: opColumn, in: column.in, args: column.args, k: k, d: column.d, least: unknown})
	return al.linear([]float64{1, -1}, []*expr{al.spread(opHead, on, other), al.spread(opTail, on, other)}, 0)
}

// symmetric says that e, on all pairs, has the same value for (i,j) and (j,i): that it is e with heads and tails changed
// over.
func (al *algebra) symmetric(e *expr) bool {
	return e.in.scalar() || al.transposed(e, map[*expr]*expr{}) == e
}

// transposed is e with heads and tails changed over, nil where it reads entries.
func (al *algebra) transposed(e *expr, done map[*expr]*expr) (t *expr) {
	if !e.onPairs() {
		return e
	}
	if t, ok := done[e]; ok {
		return t
	}
	defer func() { done[e] = t }()
	switch e.op {
	case opHead:
		return al.spread(opTail, e.in.on, e.args[0])
	case opTail:
		return al.spread(opHead, e.in.on, e.args[0])
	case opStream:
		return nil
	case opOnes:
		return e
	}
	args := make([]*expr, len(e.args))
	for i, a := range e.args {
		if args[i] = al.transposed(a, done); args[i] == nil {
			return nil
		}
	}
	return al.rebuilt(e, args)
}
