package fuse

import (
	"slices"

	"affmatch/internal/pairs"
)

// plan is the order of work of one run: passes over pairs level by level, and what arrays need before and after them.
type plan struct {
	al      *algebra
	double  bool
	options Options
	steps   []step
	done    map[*expr]bool
	levels  [][]*expr     // reductions over pairs and gradients, by level
	uses    map[*expr]int // how many expressions and outputs take an expression
	stored  []*expr       // values of pairs that passes read again
	exact   error         // why sums over all pairs are, though they need not be
	shared  survey
	shifted map[*pairs.Index]bool // sets that passes go through shift by shift
}

// step is one unit of work, in order. Scalars have none: they are computed where they are read.
type step struct {
	do    stepKind
	of    *expr // what it makes
	codes []*program
	trees []*byTree
	reads map[*expr]bool // arrays from which makeArray computes; what lies between is recomputed
	parts []part         // what makeColumns adds up
}

// part is one summand of makeColumns: scale*factor*of, in one column of so many or, where columns is 0, entry by entry.
type part struct {
	scale           float64
	factor, of      *expr
	column, columns int
}

type stepKind int

const (
	makeColumn  stepKind = iota // take a column out of an array
	makeColumns                 // put columns into an array and add up
	makeScaled                  // columns, each times an entry of another array
	makeArray                   // entry by entry
	makeTotal                   // sum of an array
	makeVecLSE                  // log-sum-exp of an array
	makeProduct                 // of two matrices
	runOpaque                   // a node by its own Op.Do
	runPasses                   // one level of passes over pairs
)

// newPlan orders what the outputs need.
func newPlan(al *algebra, outputs []*expr, double bool, o Options) *plan {
	p := &plan{al: al, double: double, options: o, done: map[*expr]bool{}, uses: map[*expr]int{}, shared: newSurvey()}
	seen := map[*expr]bool{}
	var find func(e *expr)
	find = func(e *expr) {
		p.uses[e]++
		if seen[e] {
			return
		}
		seen[e] = true
		for _, a := range e.args {
			find(a)
		}
		if e.sink() {
			l := e.level - 1
			for len(p.levels) <= l {
				p.levels = append(p.levels, nil)
			}
			p.levels[l] = append(p.levels[l], e)
		}
		for _, a := range e.args {
			if a.onPairs() && !e.onPairs() {
				p.shared.see(a)
			}
		}
	}
	for _, e := range outputs {
		find(e)
	}
	p.shifted = p.shiftedSets()
	for _, e := range outputs {
		p.need(e)
	}
	return p
}

// sink says that e is what a pass computes: a reduction over pairs, or a gradient, but not what is added up in one.
func (e *expr) sink() bool {
	return e.op == opGradient || e.reduction() && e.args[0].onPairs() && e.op != opPull && e.op != opPush
}

// need adds the steps after which e, a scalar or an array, can be read.
func (p *plan) need(e *expr) {
	if p.done[e] {
		return
	}
	p.done[e] = true
	if e.sink() {
		p.needLevel(e.level - 1)
		return
	}
	if e.in.array() && e.elementwise() {
		reads := map[*expr]bool{}
		p.leaves(e, reads)
		p.steps = append(p.steps, step{do: makeArray, of: e, reads: reads})
		return
	}
	if e.in.array() && (e.op == opSum || e.op == opProd || e.op == opUncolumn) { // columns put together
		parts := p.parts(e)
		for _, t := range parts {
			p.need(t.factor)
			p.need(t.of)
		}
		p.steps = append(p.steps, step{do: makeColumns, of: e, parts: parts})
		return
	}
	for _, a := range e.args {
		p.need(a)
	}
	kinds := map[op]stepKind{
		opTotal: makeTotal, opVecLSE: makeVecLSE, opOpaque: runOpaque,
		opColumn: makeColumn, opScale: makeScaled, opMatMul: makeProduct,
	}
	if k, ok := kinds[e.op]; ok {
		p.steps = append(p.steps, step{do: k, of: e})
	}
}

// parts are the summands of an array of columns.
func (p *plan) parts(e *expr) []part {
	var parts []part
	for k, t := range e.terms() {
		factor, u := p.al.scalarFactor(t)
		one := part{scale: 1, factor: factor, of: u}
		if e.op == opSum {
			one.scale = e.coef[k]
		}
		if u.op == opUncolumn {
			one.of, one.column, one.columns = u.args[0], u.k, u.d
		}
		parts = append(parts, one)
	}
	return parts
}

// leaves needs what an elementwise array is computed from: arrays that are not elementwise, or that others use too. The
// arrays in between are never stored.
func (p *plan) leaves(e *expr, reads map[*expr]bool) {
	for _, a := range e.args {
		if a.in.array() && a.elementwise() && p.uses[a] < 2 {
			p.leaves(a, reads)
		} else {
			p.need(a)
			reads[a] = true
		}
	}
}

// needLevel adds one level of passes, after what they read.
func (p *plan) needLevel(level int) {
	sinks := p.levels[level]
	if sinks == nil {
		return
	}
	p.levels[level] = nil
	var sets []*onSet
	at := func(on *pairs.Index) *onSet {
		i := slices.IndexFunc(sets, func(s *onSet) bool { return s.on == on })
		if i < 0 {
			i = len(sets)
			sets = append(sets, newOnSet(on))
		}
		return sets[i]
	}
	for _, e := range sinks {
		if e.op != opGradient {
			at(e.args[0].in.on).add(e, e)
		}
	}
	for _, e := range sinks {
		if e.op == opGradient {
			for _, c := range e.args {
				at(c.args[0].in.on).add(e, c)
			}
		}
	}
	var codes, again []*program
	var trees []*byTree
	for _, s := range sets {
		if t := p.treeOf(s, level); t != nil {
			trees = append(trees, t)
			continue
		}
		c := p.compileHalf(s, level)
		if codes = append(codes, c); c.alone != nil {
			again = append(again, c.alone.whole)
		}
	}
	for _, t := range trees {
		for _, e := range append(t.reads, t.points) {
			p.need(e)
		}
		for _, of := range t.whole.tables {
			p.need(of.array)
		}
		for _, e := range t.whole.scalars {
			p.need(e)
		}
	}
	for _, c := range append(again, codes...) {
		for _, t := range c.tables {
			p.need(t.array)
		}
		for _, e := range c.streams {
			p.need(e)
			if e.op == opStore && !slices.Contains(p.stored, e) {
				p.stored = append(p.stored, e)
			}
		}
		for _, s := range c.scalars {
			p.need(s)
		}
	}
	p.steps = append(p.steps, step{do: runPasses, codes: codes, trees: trees})
	for _, e := range sinks {
		p.done[e] = true
	}
}

// onSet is what one pass computes: sinks, and of each what is added up.
type onSet struct {
	on    *pairs.Index
	sinks []*expr
	of    map[*expr][]*expr
}

func newOnSet(on *pairs.Index) *onSet { return &onSet{on: on, of: map[*expr][]*expr{}} }

func (s *onSet) add(sink, of *expr) {
	if s.of[sink] == nil {
		s.sinks = append(s.sinks, sink)
	}
	s.of[sink] = append(s.of[sink], of)
}

// compileHalf lowers the sinks of one set and level to a pass, over one of (i, j) and (j, i) where that is enough.
func (p *plan) compileHalf(s *onSet, level int) *program {
	h := p.halfOf(s)
	if h == nil {
		return p.compile(s, level, false)
	}
	c := p.compile(h.onSet, level, true)
	if c.alone = h.alone; c.alone != nil {
		c.alone.whole = p.compile(c.alone.sinks, level, false)
	}
	return c
}

// compile lowers the sinks of one set and level to a pass, over half of the pairs if what they add up is the same for both.
func (p *plan) compile(s *onSet, level int, half bool) *program {
	c := newLowerer(p.al, p.shared, space{s.on, s.on.Len()}, level, p.double)
	c.half, c.shifted = half, p.shifted[s.on]
	for _, sink := range s.sinks {
		if sink.op == opGradient {
			c.gradient(sink, s.of[sink])
		} else {
			c.sink(sink, s.of[sink][0])
		}
	}
	return c.program
}
