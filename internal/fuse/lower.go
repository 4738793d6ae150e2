package fuse

import (
	"slices"

	"affmatch/internal/lanes"
)

// lowerer turns the reductions of one set and level into a program.
type lowerer struct {
	*program
	*lanes.Kernel
	al     *algebra
	value  map[*expr]lanes.Value
	ports  map[lanes.Source]lanes.Value
	scalar map[*expr]int
	apart  map[*expr]*differences // by distance
	survey
	tops  map[*expr]float64 // see top
	floor float64           // the smallest positive constant there may be: see Precision and the floor
}

func newLowerer(al *algebra, shared survey, in space, level int, double bool) *lowerer {
	k := &lanes.Kernel{Code: lanes.New(double)}
	return &lowerer{
		program: &program{in: in, level: level, kernel: k}, Kernel: k, al: al, value: map[*expr]lanes.Value{},
		ports: map[lanes.Source]lanes.Value{}, scalar: map[*expr]int{}, apart: map[*expr]*differences{},
		survey: shared, tops: map[*expr]float64{}, floor: floorOf(double),
	}
}

// floorOf is the smallest normal number of a precision.
func floorOf(double bool) float64 {
	if double {
		return 0x1p-1022
	}
	return 0x1p-126
}

// constant is a number in the code's precision. A positive one too small for it becomes its smallest normal number: that is
// the floor of distances.
func (c *lowerer) constant(v float64) lanes.Value {
	if v > 0 && v < c.floor {
		v = c.floor
	}
	return c.Num(v)
}

// uniform is a scalar in every lane.
func (c *lowerer) uniform(e *expr) lanes.Value {
	if e.isConst() {
		return c.constant(e.c)
	}
	s, ok := c.scalar[e]
	if !ok {
		s = len(c.scalars)
		c.scalar[e] = s
		c.scalars = append(c.scalars, e)
	}
	return c.Scalar(s)
}

func (c *lowerer) port(s lanes.Source) lanes.Value {
	v, ok := c.ports[s]
	if !ok {
		v = c.Input(s)
		c.ports[s] = v
	}
	return v
}

// read is the port of a column of a table at an end.
func (c *lowerer) read(end int, t table, column int) lanes.Value {
	t.heads = end == 0 && c.shifted
	at := slices.Index(c.tables, t)
	if at < 0 {
		at = len(c.tables)
		c.tables = append(c.tables, t)
	}
	s := lanes.Source{Array: at, Wide: t.wide, Column: column}
	switch {
	case end == 0 && c.shifted:
		s.Kind = lanes.HeadColumn
	case end == 0 && c.in.on.All():
		s.Kind = lanes.HeadAlone
	case end == 0:
		s.Kind = lanes.HeadLanes
	case c.inOrder():
		s.Kind = lanes.Column
	default:
		s.Kind, s.End = lanes.Tail, end-1
	}
	return c.port(s)
}

// lower gives the value of e, with what computes it.
func (c *lowerer) lower(e *expr) lanes.Value {
	if v, ok := c.value[e]; ok {
		return v
	}
	v := c.compute(e)
	c.value[e] = v
	return v
}

func (c *lowerer) compute(e *expr) lanes.Value {
	if e.in.scalar() {
		return c.uniform(e)
	}
	switch e.op {
	case opOnes:
		return c.constant(1)
	case opSpread:
		return c.read(e.a, table{array: e.args[0], wide: 1}, 0)
	case opStream:
		at := slices.Index(c.streams, e.args[0])
		if at < 0 {
			at = len(c.streams)
			c.streams = append(c.streams, e.args[0])
		}
		return c.port(lanes.Source{Kind: lanes.Stream, Array: at})
	case opDistance:
		return c.distance(e, 0)
	case opSum:
		return c.sum(e)
	case opProd:
		return c.product(e, nil)
	}
	if e.op == "log" && e.args[0].normal() {
		return c.LogPositive(c.lower(e.args[0]))
	}
	if f, ok := functions[e.op]; ok {
		return f.code(c.Code, c.lower(e.args[0]))
	}
	return binaries[e.op].code(c.Code, c.lower(e.args[0]), c.lower(e.args[1]))
}
