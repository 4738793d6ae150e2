package fuse

import (
	"math"
	"slices"
)

// Half of all pairs is enough for sums in which (i, j) and (j, i) have the same kernel. A total, and a pull at both ends, of
//
//	w_ij = sum over terms of h_i t_j k_ij,    k_ij = k_ji
//
// need no more than w_ij + w_ji, in which k_ij is computed once. Rows of exponentials that are at most 1 are added up as
// they are, with no maximum running along; their log-sum-exp is the logarithm of that. What is divided by such a sum,
// exp(x_ij - lse_i), comes apart into exp(x_ij), of both, and exp(-lse_i), of the head.
//
// A row far from all others loses its digits so, or everything. Its log-sum-exp tells, which is below least: its head counts
// as zero in half of the pairs, and the row is gone through again as it is written (again.go).

// half is a set with what its sinks add up over half of its pairs.
type half struct {
	*onSet
	alone *alone // nil: no row has to be gone through again
}

// halfOf is nil where all pairs have to be gone through. Of two points, each is all of the other's row: exp(x - lse) is 1 as it
// is written, and exp(x) exp(-lse) may not be, which is a slope where there is none.
func (p *plan) halfOf(s *onSet) *half {
	if p.options.whole || s.on.Points[1] < 3 || !s.on.All() || s.on.Diagonal || !mirrored(s.on) {
		return nil
	}
	h := halving{al: p.al, terms: map[*expr][]term{}, turned: map[*expr]*expr{}}
	for _, sink := range s.sinks {
		for _, e := range s.of[sink] {
			if !h.take(e) {
				return nil
			}
		}
	}
	var rows *alone
	switch n := s.on.Points[1]; {
	case len(h.divided) > 0 && (h.oneEnd || len(h.sums) > 0):
		return nil
	case len(h.divided) > 0:
		rows = &alone{sums: h.divided, least: leastSumOf(n, p.double, h.power()), sinks: newOnSet(s.on)}
		for _, sink := range s.sinks {
			for _, e := range s.of[sink] {
				if t := h.turned[e]; t != nil {
					e = t
				}
				rows.sinks.add(sink, e)
			}
		}
	case len(h.sums) > 0:
		rows = &alone{sums: h.sums, least: leastSumOf(n, p.double, 1), sinks: newOnSet(s.on)}
		for _, e := range h.sums {
			rows.sinks.add(e, e)
		}
	}
	if rows != nil && h.streams { // which nothing but a whole pass reads
		return nil
	}
	to := &half{newOnSet(s.on), rows}
	for _, sink := range s.sinks {
		for _, e := range s.of[sink] {
			to.add(sink, h.even(e, rows))
		}
	}
	return to
}

// halving finds out whether half of the pairs are enough.
type halving struct {
	al      *algebra
	terms   map[*expr][]term // of totals and pulls
	turned  map[*expr]*expr  // those that are divided by sums of tails: with the ends changed over
	sums    []*expr          // log-sum-exps
	divided []*expr          // those of earlier levels by which terms are divided
	oneEnd  bool             // there are other sums at one end
	streams bool             // a number of each pair is read
}

// take says whether half of the pairs are enough for what a sink adds up.
func (h *halving) take(e *expr) bool {
	w := e.args[0]
	w.walk(func(x *expr) { h.streams = h.streams || x.op == opStream })
	switch e.op {
	case opLSEAt:
		h.sums = append(h.sums, e)
		return w.nonpos() && h.kernel(w)
	case opSumAt:
		h.oneEnd = true
		return h.kernel(w)
	case opPull, opWidths:
		if e.args[1] != e.args[2] {
			return false
		}
	case opTotal:
	default:
		return false
	}
	if e.op == opPull && e.side != sideA|sideB {
		h.oneEnd = true
		return h.kernel(w)
	}
	sep := newSeparation(h.al)
	sep.even = h.kernel
	terms, err := sep.terms(w)
	if err != nil {
		return false
	}
	h.terms[e] = sep.collected(terms)
	if dividedAt(terms, 1) { // by the tails' sums alone: w_ji in the place of w_ij is by the heads'
		t := h.al.transposed(w, map[*expr]*expr{})
		if t == nil || dividedAt(terms, 0) {
			return false
		}
		h.turned[e] = with(h.al, e, t)
		for k := range h.terms[e] {
			own := &h.terms[e][k].own
			own[0], own[1] = own[1], own[0]
		}
	}
	for _, t := range terms {
		for _, l := range append(logSumExps(t.own[0]), logSumExps(t.own[1])...) {
			if !slices.Contains(h.divided, l) {
				h.divided = append(h.divided, l)
			}
		}
	}
	return true
}

// with is e of another value on pairs.
func with(al *algebra, e, w *expr) *expr {
	to := *e
	to.args = append([]*expr{w}, e.args[1:]...)
	return al.intern(to)
}

// kernel says that a value on pairs is the same for (i, j) and (j, i), and that no log-sum-exp of rows is in it.
func (h *halving) kernel(e *expr) bool {
	free := true
	e.walk(func(x *expr) { free = free && (x.op != opSpread || len(logSumExps(x.args[0])) == 0) })
	return free && h.al.symmetric(e)
}

// logSumExps are those of rows that an array of points is computed from, entry by entry.
func logSumExps(e *expr) (of []*expr) {
	if e.op == opLSEAt {
		return []*expr{e}
	}
	if e.in.array() && e.elementwise() {
		for _, a := range e.args {
			of = append(of, logSumExps(a)...)
		}
	}
	return of
}

// evenApart says that the exponential of what depends on a pair alike from both sides, on one point or on none is a number,
// beside others that it is multiplied by: that it is at most 1, or what log-sum-exps are taken care of by.
func evenApart(exponent *expr) bool {
	switch {
	case exponent.in.scalar():
		return exponent.isConst() && math.Abs(exponent.c) <= mildExponent
	case exponent.onPairs():
		return exponent.nonpos()
	}
	if exponent.op != opSum || math.Abs(exponent.c) > mildExponent {
		return false
	}
	for i, a := range exponent.args {
		if a.op != opLSEAt || exponent.coef[i] > 0 {
			return false
		}
	}
	return true
}

// mildExponent is of a number that anything may be multiplied by.
const mildExponent = 16

// dividedAt says that terms are divided by sums of rows, of the points at an end.
func dividedAt(terms []term, end int) bool {
	return slices.ContainsFunc(terms, func(t term) bool { return len(logSumExps(t.own[end])) > 0 })
}

// power is the largest p of the factors exp(-p lse) of heads.
func (h *halving) power() float64 {
	most := 1.0
	for _, terms := range h.terms {
		for _, t := range terms {
			most = max(most, steepness(t.own[0]))
		}
	}
	return most
}

func steepness(e *expr) (p float64) {
	switch {
	case e.op == "exp":
		for i, a := range e.args[0].terms() {
			if a.op == opLSEAt && e.args[0].op == opSum {
				p -= e.args[0].coef[i]
			}
		}
	case e.op == opProd:
		for i, a := range e.args {
			p += float64(e.coef[i] * steepness(a))
		}
	default:
		for _, a := range e.args {
			p = max(p, steepness(a))
		}
	}
	return p
}

// even is e with what is the same for both of a pair.
func (h *halving) even(e *expr, rows *alone) *expr {
	terms, ok := h.terms[e]
	if !ok {
		return e
	}
	in := e.args[0].in
	at := func(end int, a *expr) *expr { return h.al.spread(end, in.on, a) }
	var sum []*expr
	for _, t := range terms {
		i, j := t.own[0], t.own[1]
		if len(h.divided) > 0 {
			i = h.kept(i, rows.least)
		} else if i.in.scalar() {
			i, j = j, i
		}
		both := h.al.scale(t.coef, t.scalar)
		if !i.in.scalar() {
			i = h.al.mul(h.al.scale(0.5, both), i)
			both = h.al.linear([]float64{1, 1}, []*expr{h.al.mul(at(0, i), at(1, j)), h.al.mul(at(1, i), at(0, j))}, 0)
		}
		sum = append(sum, h.al.mul(both, t.kernel))
	}
	w := h.al.linear(slices.Repeat([]float64{1}, len(sum)), sum, 0)
	if w.in.scalar() {
		w = h.al.mul(w, h.al.ones(in))
	}
	return with(h.al, e, w)
}

// kept is an array that is computed from log-sum-exps of rows, 0 in rows where one of them is not at least so much.
func (h *halving) kept(e *expr, least float64) *expr {
	bound := h.al.constant(least)
	e = h.raised(e, bound)
	for _, l := range h.divided {
		e = h.al.mul(e, h.al.binary("gte", l, bound))
	}
	return e
}

// raised has the larger of each log-sum-exp and a bound in its place: nothing overflows that is multiplied by 0.
func (h *halving) raised(e, bound *expr) *expr {
	switch {
	case e.op == opLSEAt:
		return h.al.binary("max", e, bound)
	case len(logSumExps(e)) == 0:
		return e
	}
	args := make([]*expr, len(e.args))
	for i, a := range e.args {
		args[i] = h.raised(a, bound)
	}
	return h.al.rebuilt(e, args)
}
