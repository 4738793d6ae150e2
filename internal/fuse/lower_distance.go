package fuse

// differences are the coordinates of the points of two ends apart, plane by plane, in registers.
type differences struct {
	of      *expr // the distance
	d       []int // difference of each coordinate; -1: not yet
	squares []int // sum of squares up to and with each plane, and the floor; -1: not yet
}

// distanceAndConstant is the distance in a sum that has nothing but it and a constant; nil: it is none.
func (e *expr) distanceAndConstant() *expr {
	if e.op == opDistance {
		return e
	}
	if e.op == opSum && len(e.args) == 1 && e.coef[0] == 1 && e.args[0].op == opDistance {
		return e.args[0]
	}
	return nil
}

// distance is the register of a squared distance and a constant.
func (c *lowerer) distance(e *expr, constant float64) int {
	s := c.differences(e)
	all := c.plane(s, len(s.squares)-1)
	if more := constant - c.floors[e]; more != 0 {
		return c.scaled("affine", all, -1, c.number(1), c.number(more))
	}
	return all
}

func (c *lowerer) differences(e *expr) *differences {
	s, ok := c.apart[e]
	if !ok {
		n := e.args[0].in.len / c.in.on.Points[e.a]
		s = &differences{of: e, d: make([]int, n), squares: make([]int, (n+1)/2)}
		for k := range s.squares {
			s.squares[k] = -1
		}
		c.apart[e] = s
	}
	return s
}

// plane emits a plane and those before it; it gives the register of the squares.
func (c *lowerer) plane(s *differences, p int) int {
	if s.squares[p] >= 0 {
		return s.squares[p]
	}
	i := none()
	i.do, i.ends = "differences", [2]int{s.of.a, s.of.b}
	if p > 0 {
		i.c = c.plane(s, p-1)
	} else {
		i.t = c.scalarSlot(c.number(c.floors[s.of]))
	}
	kind := points
	if c.in.on.All() {
		kind = byColumn
	}
	for k, m := range s.of.args {
		i.tables[k] = c.load(table{array: m, kind: kind, plane: p, columns: len(s.d)})
	}
	i.dst, i.more[0] = c.fresh(), c.fresh()
	s.squares[p], s.d[2*p] = i.dst, i.more[0]
	if width(len(s.d), p) == 2 {
		i.more[1] = c.fresh()
		s.d[2*p+1] = i.more[1]
	}
	c.emit(i)
	return i.dst
}

// coordinates are the registers of all differences of the matrices of a pull.
func (c *lowerer) coordinates(e *expr) []int {
	s := c.differences(c.apartOf(e.args[1], e.args[2], e.a, e.b))
	c.plane(s, len(s.squares)-1)
	return s.d
}

func (c *lowerer) apartOf(a, b *expr, endA, endB int) *expr {
	return c.al.intern(expr{op: opDistance, in: c.in, args: []*expr{a, b}, a: endA, b: endB, least: 0})
}

// coordinate is the register of a sum that is the difference of one column of points at two ends: it comes with its plane.
func (c *lowerer) coordinate(e *expr) (r int, ok bool) {
	if len(e.args) != 2 || e.c != 0 || e.coef[0]*e.coef[1] != -1 || e.coef[0]*e.coef[0] != 1 {
		return 0, false
	}
	i, j := e.args[0], e.args[1]
	if i.op != opSpread || j.op != opSpread || i.a == j.a {
		return 0, false
	}
	x, y := i.args[0], j.args[0]
	if x.op != opColumn || y.op != opColumn || x.k != y.k || x.d != y.d {
		return 0, false
	}
	first := e.coef[0] // of i
	if i.a > j.a {
		i, j, x, y, first = j, i, y, x, -first
	}
	s := c.differences(c.apartOf(x.args[0], y.args[0], i.a, j.a))
	c.plane(s, x.k/2)
	if first < 0 {
		return c.scaled("affine", s.d[x.k], -1, c.number(-1), c.number(0)), true
	}
	return s.d[x.k], true
}
