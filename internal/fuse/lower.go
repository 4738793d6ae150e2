package fuse

import (
	"math"
	"slices"
)

// instr is one vector instruction of a pass, on registers that hold one tile.
type instr struct {
	do      string // the routine; see exec.go
	dst     int    // register; -1: none
	a, b, c int    // registers; -1: none
	s, t    int    // scalars of the pass; -1: none
	table   int    // of loads
	slot    int    // of sinks
	more    [2]int // further destinations of dist2: the coordinate differences
}

// code is a pass as instructions.
type code struct {
	in      space
	level   int
	instrs  []instr
	regs    int
	buffers int          // registers with memory of their own; the others are views
	views   map[int]bool // registers that point at memory: whole columns, streams
	tables  []table
	scalars []*expr
	sinks   []*expr // reductions in the order of their slots

	rowScalars []rowScalar // scalars that change from row to row

	al     *algebra
	reg    map[*expr]int
	scalar map[*expr]int
	dists  map[*expr][3]int    // squared distance of each matrix: registers of the differences and of the distance
	floors map[*expr]float64   // the constant that it holds, of those that the pass needs the nearest to zero
	powers map[*expr][]float64 // fractional exponents of each base in this pass, ascending
}

// rowScalar is a scalar that holds the head's value of a table.
type rowScalar struct{ slot, table int }

// table is an array that a pass reads: by head, by tail, entry by entry, or as points of the plane.
type table struct {
	array *expr
	kind  tableKind
}

type tableKind int

const (
	plain   tableKind = iota // one entry a point
	lanes                    // one entry a pair
	points                   // interleaved x y
	columns                  // x and y apart
)

func newCode(al *algebra, in space, level int) *code {
	return &code{in: in, level: level, al: al, reg: map[*expr]int{}, scalar: map[*expr]int{}, dists: map[*expr][3]int{}, floors: map[*expr]float64{}, powers: map[*expr][]float64{}, views: map[int]bool{}}
}

func (c *code) emit(i instr) int {
	c.instrs = append(c.instrs, i)
	return i.dst
}

func (c *code) fresh() int { c.regs++; return c.regs - 1 }

func none() instr {
	return instr{dst: -1, a: -1, b: -1, c: -1, s: -1, t: -1, table: -1, slot: -1, more: [2]int{-1, -1}}
}

func (c *code) op(do string, a, b, d int) int {
	i := none()
	i.do, i.dst, i.a, i.b, i.c = do, c.fresh(), a, b, d
	return c.emit(i)
}

func (c *code) scaled(do string, a, b int, s, t *expr) int {
	i := none()
	i.do, i.dst, i.a, i.b = do, c.fresh(), a, b
	if s != nil {
		i.s = c.scalarSlot(s)
	}
	if t != nil {
		i.t = c.scalarSlot(t)
	}
	return c.emit(i)
}

func (c *code) scalarSlot(e *expr) int {
	s, ok := c.scalar[e]
	if !ok {
		s = len(c.scalars)
		c.scalar[e] = s
		c.scalars = append(c.scalars, e)
		if e.op == opHead {
			c.rowScalars = append(c.rowScalars, rowScalar{s, c.load(e.args[0], plain)})
		}
	}
	return s
}

// uniform says that e is one value for a whole tile: a scalar or, where a tile is a part of one row, a value of its head.
func (c *code) uniform(e *expr) bool { return e.in.scalar() || e.op == opHead && c.in.on.All() }

func (c *code) number(v float64) *expr { return c.al.constant(v) }

func (c *code) load(e *expr, kind tableKind) int {
	for t, have := range c.tables {
		if have.array == e && have.kind == kind {
			return t
		}
	}
	c.tables = append(c.tables, table{e, kind})
	return len(c.tables) - 1
}

// lower gives the register that holds e, emitting what computes it.
func (c *code) lower(e *expr) int {
	if r, ok := c.reg[e]; ok {
		return r
	}
	r := c.compute(e)
	c.reg[e] = r
	return r
}

func (c *code) compute(e *expr) int {
	if c.uniform(e) {
		return c.scaled("fill", -1, -1, e, nil)
	}
	switch e.op {
	case opOnes:
		return c.scaled("fill", -1, -1, c.number(1), nil)
	case opHead, opTail, opStream:
		return c.leaf(string(e.op), e.args[0])
	case opSum:
		return c.sum(e)
	case opProd:
		return c.product(e, nil)
	}
	if _, ok := functions[e.op]; ok {
		return c.op(string(e.op), c.lower(e.args[0]), -1, -1)
	}
	return c.op(string(e.op), c.lower(e.args[0]), c.lower(e.args[1]), -1)
}

func (c *code) leaf(do string, array *expr) int {
	i, kind := none(), plain
	if do == string(opStream) {
		kind = lanes
	}
	i.do, i.dst, i.table = do, c.fresh(), c.load(array, kind)
	if kind == lanes || do == string(opTail) && c.in.on.All() {
		c.views[i.dst] = true
	}
	return c.emit(i)
}

// sum is one affine instruction a term, fused with a product where that is used for nothing else.
func (c *code) sum(e *expr) int {
	if r, ok := c.distance(e); ok {
		return r
	}
	coef, terms, rest := c.lanes(e)
	if combined, ok := c.oneLog(coef, terms, rest); ok {
		return c.lower(combined)
	}
	plus := rest
	if rest.is(0) {
		plus = nil
	}
	if len(terms) == 1 && plus == nil && terms[0].op == opProd && c.unlowered(terms[0]) {
		return c.product(terms[0], c.number(coef[0]))
	}
	acc := -1
	for i, t := range terms {
		a, b, single := c.factors(t)
		switch {
		case acc < 0 && single && plus != nil && coef[i] == 1:
			acc = c.scaled("fmas", c.lower(a), c.lower(b), nil, plus)
		case acc < 0 && coef[i] == 1 && plus == nil:
			acc = c.lower(t)
		case acc < 0:
			add := plus
			if add == nil {
				add = c.number(0)
			}
			acc = c.scaled("affine", c.lower(t), -1, c.number(coef[i]), add)
		case single && coef[i] == 1:
			acc = c.op("fma", c.lower(a), c.lower(b), acc)
		case single && coef[i] == -1:
			acc = c.op("fnma", c.lower(a), c.lower(b), acc)
		case coef[i] == 1:
			acc = c.op("add", acc, c.lower(t), -1)
		case coef[i] == -1:
			acc = c.op("sub", acc, c.lower(t), -1)
		default:
			i2 := none()
			i2.do, i2.dst, i2.a, i2.c, i2.s = "axpy", -1, c.lower(t), acc, c.scalarSlot(c.number(coef[i]))
			i2.dst = c.fresh()
			acc = c.emit(i2)
		}
	}
	return acc
}

func (c *code) unlowered(e *expr) bool { _, done := c.reg[e]; return !done }

// lanes splits a sum into its terms that vary by lane and the scalar rest.
func (c *code) lanes(e *expr) (coef []float64, terms []*expr, rest *expr) {
	var k []float64
	var scalars []*expr
	for i, a := range e.args {
		if c.uniform(a) {
			k, scalars = append(k, e.coef[i]), append(scalars, a)
		} else {
			coef, terms = append(coef, e.coef[i]), append(terms, a)
		}
	}
	// A term that can start the sum as it is comes first.
	if i := slices.Index(coef, 1); i > 0 {
		coef[0], coef[i], terms[0], terms[i] = coef[i], coef[0], terms[i], terms[0]
	}
	return coef, terms, c.al.linear(k, scalars, e.c)
}

// factors says that t is a product of two registers that nothing else needs as a product.
func (c *code) factors(t *expr) (a, b *expr, ok bool) {
	if !c.unlowered(t) || t.op != opProd || slices.ContainsFunc(t.args, c.uniform) {
		return nil, nil, false
	}
	switch {
	case len(t.args) == 1 && t.coef[0] == 2:
		return t.args[0], t.args[0], true
	case len(t.args) == 2 && t.coef[0] == 1 && t.coef[1] == 1:
		return t.args[0], t.args[1], true
	}
	return nil, nil, false
}

// oneLog turns two logarithms of a sum into one: log u - log v = log(u/v) for a positive u and v >= 1, so that the
// quotient overflows nowhere where u does not.
func (c *code) oneLog(coef []float64, terms []*expr, rest *expr) (*expr, bool) {
	for i, u := range terms {
		for j, v := range terms {
			if coef[i] != -coef[j] || u.op != "log" || v.op != "log" || u.args[0].least <= 0 || v.args[0].least < 1 {
				continue
			}
			quotient := c.al.prod([]*expr{u.args[0], v.args[0]}, []float64{1, -1})
			one := c.al.intern(expr{op: "log", in: c.in, args: []*expr{quotient}, least: unknown, d: 1}) // d: not split again
			args, coefs := []*expr{one, rest}, []float64{coef[i], 1}
			for k, t := range terms {
				if k != i && k != j {
					args, coefs = append(args, t), append(coefs, coef[k])
				}
			}
			return c.al.linear(coefs, args, 0), true
		}
	}
	return nil, false
}

// product multiplies powers; extra is a scalar factor.
func (c *code) product(e *expr, extra *expr) int {
	factors, scalar := c.split(e)
	if extra != nil {
		scalar = c.al.mul(scalar, extra)
	}
	acc := -1
	for i, f := range factors {
		r := c.power(f.base, f.exponent)
		switch {
		case acc < 0:
			acc = r
		case i == len(factors)-1 && !scalar.is(1):
			acc, scalar = c.scaled("scalemul", acc, r, scalar, nil), c.number(1)
		default:
			acc = c.op("mul", acc, r, -1)
		}
	}
	if !scalar.is(1) {
		acc = c.scaled("affine", acc, -1, scalar, c.number(0))
	}
	return acc
}

type factor struct {
	base     *expr
	exponent float64
}

// split gives the factors of a product that vary by lane, and the product of its scalars.
func (c *code) split(e *expr) (factors []factor, scalar *expr) {
	if e.op != opProd {
		return []factor{{e, 1}}, c.number(1)
	}
	var scalars []*expr
	var exps []float64
	for i, a := range e.args {
		if c.uniform(a) {
			scalars, exps = append(scalars, a), append(exps, e.coef[i])
		} else {
			factors = append(factors, factor{a, e.coef[i]})
		}
	}
	return factors, c.al.prod(scalars, exps)
}

// power gives base^p. Fractional powers of one base in a pass share one logarithm and, where they differ by an integer,
// one exponential.
func (c *code) power(base *expr, p float64) int {
	if p == 1 {
		return c.lower(base)
	}
	e := c.al.intern(expr{op: opProd, in: base.in, args: []*expr{base}, coef: []float64{p}, least: unknown, d: 1})
	if r, ok := c.reg[e]; ok {
		return r
	}
	r := c.powerOf(base, p)
	c.reg[e] = r
	return r
}

func (c *code) powerOf(base *expr, p float64) int {
	switch p {
	case 2:
		return c.op("square", c.lower(base), -1, -1)
	case -1:
		return c.op("inv", c.lower(base), -1, -1)
	case 0.5:
		return c.op("sqrt", c.lower(base), -1, -1)
	case -0.5:
		return c.op("rsqrt", c.lower(base), -1, -1)
	}
	if p == math.Trunc(p) && math.Abs(p) <= 8 {
		if math.Mod(p, 2) == 0 {
			return c.op("square", c.power(base, p/2), -1, -1)
		}
		one := math.Copysign(1, p)
		return c.op("mul", c.power(base, p-one), c.power(base, one), -1)
	}
	if !base.nonneg() {
		return c.scaled("powc", c.lower(base), -1, c.number(p), nil)
	}
	for _, q := range c.powers[base] { // the smallest first: base^p = base^q * base^k
		if k := p - q; k > 0.5 && k < 2.5 && math.Abs(k-math.Round(k)) < 1e-12 {
			return c.op("mul", c.power(base, q), c.power(base, math.Round(k)), -1)
		}
	}
	log := c.lower(c.al.log(base))
	return c.op("exp", c.scaled("affine", log, -1, c.number(p), c.number(0)), -1, -1)
}

// survey notes what the instructions share: the fractional exponents of each base, smallest first, and the constant of
// each squared distance that is nearest to zero: the others are made from it, so none loses the digits of a small distance.
func (c *code) survey(e *expr) {
	e.walk(func(x *expr) {
		if x.op == opSum {
			if m := c.planar(x); m != nil {
				nearest, ok := c.floors[m]
				if !ok || math.Abs(x.c) < math.Abs(nearest) {
					c.floors[m] = x.c
				}
			}
		}
		if x.op != opProd {
			return
		}
		for i, a := range x.args {
			if a.least <= 0 { // 0^q * 0^-k is not 0^(q-k)
				continue
			}
			if p := x.coef[i]; p != math.Trunc(p) && math.Abs(p) != 0.5 && !slices.Contains(c.powers[a], p) {
				c.powers[a] = append(c.powers[a], p)
				slices.Sort(c.powers[a])
			}
		}
	})
}

// distance recognizes c + (x_i-x_j)^2 + (y_i-y_j)^2 for points in the plane: one instruction.
func (c *code) distance(e *expr) (int, bool) {
	m0 := c.planar(e)
	if m0 == nil {
		return 0, false
	}
	d := c.differences(m0, e)
	if more := e.c - c.floors[m0]; more != 0 {
		return c.scaled("affine", d[2], -1, c.number(1), c.number(more)), true
	}
	return d[2], true
}

// differences emits the squared distance of the points of m, once a pass; e is one with the two differences.
func (c *code) differences(m, e *expr) [3]int {
	if d, ok := c.dists[m]; ok {
		return d
	}
	i, kind := none(), points
	if c.in.on.All() {
		kind = columns
	}
	d := [3]int{c.fresh(), c.fresh(), c.fresh()}
	i.do, i.dst, i.more, i.table, i.t = "dist2", d[2], [2]int{d[0], d[1]}, c.load(m, kind), c.scalarSlot(c.number(c.floors[m]))
	c.emit(i)
	c.dists[m] = d
	for _, square := range e.args {
		_, k := difference(square.args[0])
		c.reg[square.args[0]] = d[k]
	}
	return d
}

// planar says that e is a squared distance of points in the plane, with the matrix of the points.
func (c *code) planar(e *expr) *expr {
	if len(e.args) != 2 || !e.squares() || e.in.on == nil {
		return nil
	}
	m0, k0 := difference(e.args[0].args[0])
	m1, k1 := difference(e.args[1].args[0])
	if m0 == nil || m0 != m1 || k0 == k1 || m0.in.len != 2*e.in.on.N {
		return nil
	}
	return m0
}

// difference says that e is Head(column k of m) - Tail(column k of m) of a matrix of two columns.
func difference(e *expr) (m *expr, k int) {
	if e.op != opSum || len(e.args) != 2 || e.c != 0 {
		return nil, 0
	}
	h, t := e.args[0], e.args[1]
	kh, kt := e.coef[0], e.coef[1]
	if h.op == opTail {
		h, t, kh, kt = t, h, kt, kh
	}
	if h.op != opHead || t.op != opTail || kh != 1 || kt != -1 || h.args[0] != t.args[0] || h.args[0].op != opColumn || h.args[0].d != 2 {
		return nil, 0
	}
	return h.args[0].args[0], h.args[0].k
}

// sink emits a reduction of this pass into the next slot.
func (c *code) sink(e *expr) {
	i := none()
	i.do, i.slot = string(e.op), len(c.sinks)
	c.sinks = append(c.sinks, e)
	switch e.op {
	case opTotal:
		i.a, i.b = c.dotted(e.args[0])
	case opPull:
		i.a, i.b, i.c = c.lower(e.args[2]), c.lower(e.args[0]), c.lower(e.args[1])
	default:
		i.a = c.lower(e.args[0])
	}
	c.emit(i)
}

// dotted gives two registers whose products sum to the total of e, or one and -1.
func (c *code) dotted(e *expr) (a, b int) {
	factors, scalar := c.split(e)
	n := len(factors)
	switch {
	case !c.unlowered(e) || !scalar.is(1):
		return c.lower(e), -1
	case n == 1 && factors[0].exponent == 2:
		r := c.lower(factors[0].base)
		return r, r
	case n < 2:
		return c.lower(e), -1
	}
	var bases []*expr
	var exps []float64
	for _, f := range factors[:n-1] {
		bases, exps = append(bases, f.base), append(exps, f.exponent)
	}
	return c.lower(c.al.prod(bases, exps)), c.power(factors[n-1].base, factors[n-1].exponent)
}
