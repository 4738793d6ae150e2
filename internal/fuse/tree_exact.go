package fuse

import (
	"math"
	"slices"

	"affmatch/internal/lanes"
	"affmatch/internal/pairs"
	"affmatch/internal/same"
)

// exactPairs adds up the pairs of some points with all others, by the pass as it would be without a tree. In its tables all
// points come first, in their order, then those few.
type exactPairs[T lanes.Float] struct {
	*program
	frames [exactShards]lanes.Frame[T]
	tables [][]T
	heads  []int32
	front  int // lanes of all points
}

// exactShards is in how many parts the rows of exact pairs are added up, in order.
const exactShards = 8

// rowsAtOnce is how many heads are run at a time.
const rowsAtOnce = 64

// load brings scalars, points and room for results to the frames.
func (x *exactPairs[T]) load(m *Machine[T], few []int32) error {
	n := x.in.on.Points[0]
	x.front = padded(n)
	for len(x.heads) < n {
		x.heads = append(x.heads, int32(len(x.heads)))
	}
	if x.tables == nil {
		x.tables = make([][]T, len(x.program.tables))
	}
	for k, t := range x.program.tables {
		v, err := m.arrayValue(t.array)
		if err != nil {
			return err
		}
		to, columns := grown(x.tables[k], x.front+padded(len(few))), max(1, t.columns)
		clear(to[n:])
		for i := range n {
			to[i] = T(v[i*columns+t.first])
		}
		for k, i := range few {
			to[x.front+k] = to[i]
		}
		x.tables[k] = to
	}
	scalars := make([]T, len(x.scalars))
	for k, e := range x.scalars {
		v, err := m.scalarValue(e)
		if err != nil {
			return err
		}
		scalars[k] = T(v)
	}
	for s := range x.frames {
		f := &x.frames[s]
		f.Scalars, f.Tables, f.Heads, f.Masks = scalars, x.tables, x.heads, nearMasks
		if f.Rows == nil {
			f.Rows = perArray[float64](x.counts[rows], rowsAtOnce*lanes.Width)
			f.Totals = perArray[float64](x.counts[totals], lanes.Width)
			f.Columns = make([][]T, x.counts[columns])
		}
		for k := range f.Columns {
			f.Columns[k] = grown(f.Columns[k], x.front+padded(len(few)))
			clear(f.Columns[k])
		}
		for _, v := range f.Totals {
			clear(v)
		}
	}
	return nil
}

// run goes through the pairs whose head is one of few and those whose tail alone is. give gets the sums of each head, or the
// logarithms of sums of exponentials.
func (x *exactPairs[T]) run(m *Machine[T], few *flagged, give func(o output, head int32, lane []float64)) error {
	if err := x.load(m, few.list); err != nil {
		return err
	}
	n := x.in.on.Points[0]
	var others []int32
	for i := range int32(n) {
		if !few.has(i) {
			others = append(others, i)
		}
	}
	m.each(exactShards, func(w *worker[T], s int) {
		part := func(heads []int32) []int32 { return heads[s*len(heads)/exactShards : (s+1)*len(heads)/exactShards] }
		x.rows(w, w.runner(m, x.kernel), &x.frames[s], part(few.list), 0, n, give)
		x.rows(w, w.runner(m, x.kernel), &x.frames[s], part(others), x.front, len(few.list), give)
	})
	return nil
}

// rows runs some heads over so many tails from a place in the tables on.
func (x *exactPairs[T]) rows(w *worker[T], runner lanes.Runner[T], f *lanes.Frame[T], heads []int32, from, count int,
	give func(o output, head int32, lane []float64)) {
	for len(heads) > 0 {
		some := heads[:min(rowsAtOnce, len(heads))]
		heads = heads[len(some):]
		w.tiles = w.tiles[:0]
		for row, head := range some {
			at, self := len(w.tiles), -1
			if from == 0 {
				self = int(head)
			}
			w.tiles = tilesOf(w.tiles, row, from, count, self)
			for k := range w.tiles[at:] {
				w.tiles[at+k].Head, w.tiles[at+k].Part = int64(head), int64((at+k)*lanes.Width)
			}
		}
		for _, v := range f.Rows {
			clear(v)
		}
		f.Parts = f.Parts[:0]
		for k := range x.counts[parts] {
			f.Parts = append(f.Parts, w.buffer(k, len(w.tiles)*lanes.Width))
		}
		runner.Run(f, w.tiles)
		x.giveRows(f, some, w.tiles, give)
	}
}

func (x *exactPairs[T]) giveRows(f *lanes.Frame[T], heads []int32, tiles []lanes.Tile,
	give func(o output, head int32, lane []float64)) {
	var lane [lanes.Width]float64
	for _, o := range x.outputs {
		switch {
		case o.kind == rows:
			for row, head := range heads {
				give(o, head, f.Rows[o.index][row*lanes.Width:][:lanes.Width])
			}
		case o.kind == parts && o.index%2 == 0: // the sum belongs to the maximum before it
			for k := range tiles {
				most, rest := f.Parts[o.index][tiles[k].Part:], f.Parts[o.index+1][tiles[k].Part:]
				for l := range lane {
					lane[l] = math.Inf(-1)
					if rest[l] != 0 {
						lane[l] = float64(most[l]) + same.Log(float64(rest[l]))
					}
				}
				give(o, int32(tiles[k].Head), lane[:])
			}
		}
	}
}

// addExact gives the sinks the pairs of flagged points. Where the tree has them too, as that of the level in which points
// were flagged, only what the sinks have for these points is taken, in the place of the tree's.
func (r *treeRun[T]) addExact(m *Machine[T], few *flagged, replace bool) error {
	x := &r.exact
	for _, sink := range r.sinks {
		switch {
		case sink.op == opLSEAt:
			fillFew(m.array(sink), few, math.Inf(-1))
		case sink.op == opSumAt && replace:
			fillFew(m.array(sink), few, 0)
		}
	}
	err := x.run(m, few, func(o output, head int32, lane []float64) {
		out := m.arrays[o.sink]
		switch {
		case replace && (o.sink.op == opGradient || !few.has(head)):
		case o.sink.op == opLSEAt:
			addLogs(&out[head], lane, few.has(head))
		case o.sink.op == opGradient:
			out[int(head)*o.sink.d+o.column] += halved(lane)
		default:
			out[head] += halved(lane)
		}
	})
	if err != nil {
		return err
	}
	for _, o := range x.outputs {
		switch {
		case o.kind == totals && !replace:
			for s := range x.frames {
				m.scalars[o.sink] += halved(x.frames[s].Totals[o.index])
			}
		case o.kind == columns && (!replace || o.sink.op == opSumAt):
			out, d := m.array(o.sink), max(1, o.sink.d)
			for s := range x.frames {
				v := x.frames[s].Columns[o.index]
				for i := range len(out) / d {
					if !replace || few.has(int32(i)) {
						out[i*d+o.column] += float64(v[i])
					}
				}
				for k, i := range few.list {
					out[int(i)*d+o.column] += float64(v[x.front+k])
				}
			}
		}
	}
	return nil
}

// addLogs adds exponentials of numbers to a sum of exponentials, which of flagged points is a logarithm: it may be too small
// for a number.
func addLogs(sum *float64, logs []float64, logarithm bool) {
	if logarithm {
		*sum = pairs.LogSumExp(append(slices.Clone(logs), *sum))
		return
	}
	for _, v := range logs {
		*sum += same.Exp(v)
	}
}
