package fuse

import "affmatch/internal/vec"

// runDifferences takes the points of two ends apart in one plane, and adds the squares to those of the planes before.
func runDifferences[T vec.Float](p *pass[T], w *worker[T], _ int, t tile, i *bound[T]) {
	n := t.hi - t.lo
	a, b := &p.data[i.tables[0]], &p.data[i.tables[1]]
	d, square := w.at(i.more[0], n), w.at(i.dst, n)
	var before []T
	var floor T
	if i.c >= 0 {
		before = w.regs[i.c]
	} else {
		floor = w.scalar[i.t]
	}
	if i.more[1] < 0 {
		p.oneColumn(w, t, i, d, a, b)
		if before != nil {
			p.set.FMA(square, d, d, before)
		} else {
			p.set.FMAS(square, d, d, floor)
		}
		return
	}
	e := w.at(i.more[1], n)
	switch {
	case p.on.All():
		h := p.on.Head(t.row)
		p.set.DiffRow2(d, e, square, a.x[h], a.y[h], b.x[t.first:t.first+n], b.y[t.first:t.first+n], floor)
	case i.ends[0] == 0:
		w.head = w.head[:0]
		for r := range t.rows {
			w.head = append(w.head, int32(p.on.Head(t.row+r)))
		}
		p.set.Diff2(d, e, square, a.flat, b.flat, w.head, t.start, p.on.Tails[i.ends[1]-1][t.lo:t.hi], floor)
	default:
		heads, tails := p.on.Tails[i.ends[0]-1][t.lo:t.hi], p.on.Tails[i.ends[1]-1][t.lo:t.hi]
		p.set.Diff2(d, e, square, a.flat, b.flat, heads, w.lane[:n+1], tails, floor)
	}
	if before != nil {
		p.set.Add(square, square, before)
	}
}

// oneColumn is the difference in a plane of one column.
func (p *pass[T]) oneColumn(w *worker[T], t tile, i *bound[T], d []T, a, b *tableData[T]) {
	if p.on.All() {
		p.set.Affine(d, b.x[t.first:t.first+len(d)], -1, a.x[p.on.Head(t.row)])
		return
	}
	from := w.tmp[0][:len(d)]
	switch {
	case i.ends[0] > 0:
		p.set.Gather(from, a.flat, p.on.Tails[i.ends[0]-1][t.lo:t.hi])
	case p.on.Heads == nil:
		p.set.SegFill(from, t.start, a.flat[t.row:t.row+t.rows])
	default:
		heads := w.rows(t.rows)
		for r := range heads {
			heads[r] = a.flat[p.on.Head(t.row+r)]
		}
		p.set.SegFill(from, t.start, heads)
	}
	p.set.Gather(d, b.flat, p.on.Tails[i.ends[1]-1][t.lo:t.hi])
	p.set.Sub(d, from, d)
}
