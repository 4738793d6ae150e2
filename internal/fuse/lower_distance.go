package fuse

import "affmatch/internal/lanes"

// differences are the coordinates of the points of two ends apart, and the sum of their squares.
type differences struct {
	of      *expr         // the distance
	d       []lanes.Value // difference of each coordinate
	squares lanes.Value   // with the floor
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

// distance is a squared distance and a constant.
func (c *lowerer) distance(e *expr, constant float64) lanes.Value {
	s := c.differences(e)
	if more := constant - c.floors[e]; more != 0 {
		return c.Add(s.squares, c.constant(more))
	}
	return s.squares
}

func (c *lowerer) differences(e *expr) *differences {
	s, ok := c.apart[e]
	if ok {
		return s
	}
	n := e.args[0].in.len / c.in.on.Points[e.a]
	s = &differences{of: e, d: make([]lanes.Value, n), squares: lanes.None}
	if floor := c.floors[e]; floor != 0 {
		s.squares = c.constant(floor)
	}
	for k := range s.d {
		d := c.Sub(c.coordinateOf(e.args[0], e.a, n, k), c.coordinateOf(e.args[1], e.b, n, k))
		if s.d[k] = d; s.squares == lanes.None {
			s.squares = c.Mul(d, d)
		} else {
			s.squares = c.FMA(d, d, s.squares)
		}
	}
	c.apart[e] = s
	return s
}

// coordinateOf is coordinate k of the points of an end, of so many: of a plane with its neighbour where they are looked up
// one by one, of a column where they come in order.
func (c *lowerer) coordinateOf(points *expr, end, columns, k int) lanes.Value {
	if c.inOrder() {
		return c.read(end, table{array: points, columns: columns, first: k, wide: 1}, 0)
	}
	return c.read(end, table{array: points, columns: columns, first: k &^ 1, wide: width(columns, k/2)}, k&1)
}

// coordinates are the differences of all coordinates of the matrices of a pull.
func (c *lowerer) coordinates(e *expr) []lanes.Value {
	return c.differences(c.apartOf(e.args[1], e.args[2], e.a, e.b)).d
}

func (c *lowerer) apartOf(a, b *expr, endA, endB int) *expr {
	return c.al.intern(expr{op: opDistance, in: c.in, args: []*expr{a, b}, a: endA, b: endB, least: 0})
}

// coordinate is a sum that is the difference of one column of points at two ends: it is computed for the distance too.
func (c *lowerer) coordinate(e *expr) (v lanes.Value, ok bool) {
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
	d := c.differences(c.apartOf(x.args[0], y.args[0], i.a, j.a)).d[x.k]
	if first < 0 {
		return c.Neg(d), true
	}
	return d, true
}
