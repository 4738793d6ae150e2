package fuse

import (
	"unsafe"

	"affmatch/internal/lanes"
	"affmatch/internal/team"
)

// tableData is an array in the form that passes read.
type tableData[T lanes.Float] struct {
	flat     []T
	run      int  // at which it was filled
	constant bool // and stays as it is
}

// key says what a table's data are: an array, and how it is taken; or, of a stream, the set whose lanes it lies in.
type key struct {
	table
	layout *layout // of streams, and of tables by its numbers, or of all points, padded to whole slots
}

// load brings scalars and arrays into the pass's precision.
func (m *Machine[T]) load(p *pass[T]) error {
	for i, e := range p.scalars {
		v, err := m.scalarValue(e)
		if err != nil {
			return err
		}
		for s := range p.frames {
			p.frames[s].Scalars[i] = T(v)
		}
	}
	for i, t := range p.tables {
		d, err := m.data(p, t)
		if err != nil {
			return err
		}
		for s := range p.frames {
			p.frames[s].Tables[i] = d.flat[p.layout.from(s, t)*t.wide:]
		}
	}
	p.entries = p.entries[:0]
	for i, e := range p.streams {
		if p.on.All() {
			v, err := m.arrayValue(e)
			if err != nil {
				return err
			}
			p.entries = append(p.entries, v)
			continue
		}
		d, err := m.stream(p, e)
		if err != nil {
			return err
		}
		for s := range p.frames {
			p.frames[s].Streams[i] = d.flat
		}
	}
	heads, err := m.heads(p)
	for s := range p.frames {
		p.frames[s].Heads = heads
	}
	return err
}

// heads are the heads of each place, or of each row of all points.
func (m *Machine[T]) heads(p *pass[T]) ([]int32, error) {
	if p.shifted {
		return nil, nil
	}
	if p.draws {
		if err := p.on.DrawHeads(m.step()); err != nil {
			return nil, err
		}
	}
	h, ok := m.headsOf[p.layout]
	if ok && (p.on.Batch == nil || !p.draws) {
		return h, nil
	}
	if !ok {
		h = make([]int32, p.layout.first[p.layout.parts()])
		m.headsOf[p.layout] = h
	}
	for s := range p.frames {
		for k := p.layout.first[s]; k < p.layout.first[s+1]; k++ {
			if p.on.All() {
				h[k] = int32(p.on.Head(k))
			} else if row := p.layout.row[k]; row >= 0 {
				h[k] = p.layout.within(s, p.on.Head(int(row)))
			}
		}
	}
	return h, nil
}

// held are the data under a key; filled says that they need not be filled again in this run.
func (m *Machine[T]) held(k key) (d *tableData[T], filled bool) {
	d, ok := m.tables[k]
	if !ok {
		d = &tableData[T]{}
		m.tables[k] = d
	}
	filled = d.run == m.runs || d.run > 0 && d.constant
	d.run = m.runs
	d.constant = k.array.op == opInput && m.options.Constant != nil && m.options.Constant(k.array.node)
	return d, filled
}

// data is an array of points in the form that a pass reads, filled at most once a run, and once for all where it is
// constant.
func (m *Machine[T]) data(p *pass[T], t table) (*tableData[T], error) {
	t.heads = false
	if p.layout.order != nil {
		return m.numbered(p.layout, t)
	}
	return m.inOrder(p.layout, t)
}

// numbered is a table by the numbers of its points. It is taken from the one in order, which is half as wide as the array;
// each member of a team takes its part.
func (m *Machine[T]) numbered(l *layout, t table) (*tableData[T], error) {
	from, err := m.inOrder(l, t)
	if err != nil {
		return nil, err
	}
	d, filled := m.held(key{t, l})
	if filled {
		return d, nil
	}
	if d.flat == nil {
		d.flat = make([]T, len(from.flat)+l.beyond())
	}
	n := len(l.order.point)
	first, end := m.own(n)
	m.entries(end-first, func(lo, hi int) {
		points, to := l.order.point[first+lo:first+hi], d.flat[(first+lo)*t.wide:]
		if t.wide == 1 {
			for k, i := range points {
				to[k] = from.flat[i]
			}
			return
		}
		all, some := inPairs(from.flat), inPairs(to)[:len(points)]
		for k, i := range points {
			some[k] = all[i]
		}
	})
	if m.options.Team != nil {
		return d, m.options.Team.Gather(team.Bytes(d.flat[:n*t.wide]), m.ends(n, team.BytesOf[T](t.wide)))
	}
	return d, nil
}

// inPairs is a plane of two columns, point by point.
func inPairs[T lanes.Float](plane []T) [][2]T {
	return unsafe.Slice((*[2]T)(unsafe.Pointer(unsafe.SliceData(plane))), len(plane)/2)
}

// inOrder is a table in the user's order, of all points padded to whole slots.
func (m *Machine[T]) inOrder(l *layout, t table) (*tableData[T], error) {
	v, err := m.arrayValue(t.array)
	if err != nil {
		return nil, err
	}
	at := key{table: t}
	if l.on.All() {
		at.layout = l
	}
	d, filled := m.held(at)
	if filled {
		return d, nil
	}
	columns := max(1, t.columns)
	n := len(v) / columns
	if same, ok := any(v).([]T); ok && !l.on.All() && t.wide == columns {
		d.flat = same
		return d, nil
	}
	if d.flat == nil {
		size := n * t.wide
		if l.on.All() {
			size = padded(n)
		}
		d.flat = make([]T, size)
	}
	m.entries(n, func(lo, hi int) {
		if t.wide == columns {
			from := v[lo*columns : hi*columns]
			to := d.flat[lo*columns:][:len(from)]
			for k, x := range from {
				to[k] = T(x)
			}
			return
		}
		if t.wide == 1 {
			for i := lo; i < hi; i++ {
				d.flat[i] = T(v[i*columns+t.first])
			}
			return
		}
		for i := lo; i < hi; i++ {
			for c, x := range v[i*columns+t.first:][:t.wide] {
				d.flat[i*t.wide+c] = T(x)
			}
		}
	})
	return d, nil
}

// stream is an array of entries in their lanes.
func (m *Machine[T]) stream(p *pass[T], e *expr) (*tableData[T], error) {
	v, err := m.arrayValue(e)
	if err != nil {
		return nil, err
	}
	d, filled := m.held(key{table{array: e}, p.layout})
	if filled {
		return d, nil
	}
	if d.flat == nil {
		d.flat = make([]T, p.layout.size)
	}
	m.each(len(p.frames), func(_ *worker[T], s int) {
		arrange(p.layout, d.flat, v, func(x float64) T { return T(x) }, p.layout.first[s], p.layout.first[s+1])
	})
	return d, nil
}
