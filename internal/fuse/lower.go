package fuse

import (
	"slices"
)

// lowerer turns the reductions of one set and level into a program.
type lowerer struct {
	*program
	al     *algebra
	views  map[int]bool // registers that point at memory: whole columns, streams
	reg    map[*expr]int
	scalar map[*expr]int
	apart  map[*expr]*differences // by distance
	floors map[*expr]float64      // the constant that a distance holds, of those that the pass needs the nearest to zero
	powers map[*expr][]float64    // fractional exponents of each base in this pass, ascending
}

func newLowerer(al *algebra, in space, level int) *lowerer {
	return &lowerer{
		program: &program{in: in, level: level}, al: al, views: map[int]bool{}, reg: map[*expr]int{}, scalar: map[*expr]int{},
		apart: map[*expr]*differences{}, floors: map[*expr]float64{}, powers: map[*expr][]float64{},
	}
}

func (c *lowerer) emit(i instr) int {
	c.instrs = append(c.instrs, i)
	return i.dst
}

func (c *lowerer) fresh() int { c.regs++; return c.regs - 1 }

func none() instr {
	return instr{dst: -1, a: -1, b: -1, c: -1, s: -1, t: -1, tables: [2]int{-1, -1}, slot: -1, more: [2]int{-1, -1}}
}

func (c *lowerer) op(do string, a, b, d int) int {
	i := none()
	i.do, i.dst, i.a, i.b, i.c = do, c.fresh(), a, b, d
	return c.emit(i)
}

func (c *lowerer) scaled(do string, a, b int, s, t *expr) int {
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

func (c *lowerer) scalarSlot(e *expr) int {
	s, ok := c.scalar[e]
	if !ok {
		s = len(c.scalars)
		c.scalar[e] = s
		c.scalars = append(c.scalars, e)
		if e.op == opSpread {
			c.rowScalars = append(c.rowScalars, rowScalar{s, c.load(table{array: e.args[0]})})
		}
	}
	return s
}

// uniform says that e is one value for a whole tile: a scalar or, where a tile is a part of one row, a value of its head.
func (c *lowerer) uniform(e *expr) bool {
	return e.in.scalar() || e.op == opSpread && e.a == 0 && c.in.on.All()
}

func (c *lowerer) number(v float64) *expr { return c.al.constant(v) }

func (c *lowerer) load(want table) int {
	if t := slices.Index(c.tables, want); t >= 0 {
		return t
	}
	c.tables = append(c.tables, want)
	return len(c.tables) - 1
}

// lower gives the register that holds e, emitting what computes it.
func (c *lowerer) lower(e *expr) int {
	if r, ok := c.reg[e]; ok {
		return r
	}
	r := c.compute(e)
	c.reg[e] = r
	return r
}

func (c *lowerer) compute(e *expr) int {
	if c.uniform(e) {
		return c.scaled("fill", -1, -1, e, nil)
	}
	switch e.op {
	case opOnes:
		return c.scaled("fill", -1, -1, c.number(1), nil)
	case opSpread, opStream:
		return c.leaf(e)
	case opDistance:
		return c.distance(e, 0)
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

func (c *lowerer) leaf(e *expr) int {
	i, from := none(), table{array: e.args[0]}
	if e.op == opStream {
		from.kind = lanes
	}
	i.do, i.dst, i.tables[0], i.ends[0] = string(e.op), c.fresh(), c.load(from), e.a
	if e.op == opStream || c.in.on.All() {
		c.views[i.dst] = true
	}
	return c.emit(i)
}
