package fuse

import (
	"math"

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
	front  int  // lanes of all points
	tails  bool // those with a tail alone among the points are theirs too
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

// run goes through the pairs whose head is one of few and, with tails, those whose tail alone is. give gets the sums of each
// head, lane by lane, or the logarithms of sums of exponentials, one by one.
func (x *exactPairs[T]) run(m *Machine[T], few *flagged, give func(o output, head int32, lane []float64)) error {
	if err := x.load(m, few.list); err != nil {
		return err
	}
	n := x.in.on.Points[0]
	var others []int32
	for i := range int32(n) {
		if x.tails && !few.has(i) {
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
	var one [1]float64
	for _, o := range x.outputs {
		switch {
		case o.kind == rows:
			for row, head := range heads {
				give(o, head, f.Rows[o.index][row*lanes.Width:][:lanes.Width])
			}
		case o.kind == parts && o.index%2 == 0: // the sum belongs to the maximum before it
			for k := range tiles {
				most, rest := f.Parts[o.index][tiles[k].Part:], f.Parts[o.index+1][tiles[k].Part:]
				one[0] = logOfSum(most[:lanes.Width], rest[:lanes.Width])
				give(o, int32(tiles[k].Head), one[:])
			}
		}
	}
}

// add gives sinks the pairs of flagged points. Where sinks have them too, as those of the level in which a tree flags
// points, only what they have for these points is taken, in the place of what they have.
func (x *exactPairs[T]) add(m *Machine[T], sinks []*expr, few *flagged, replace bool) error {
	for _, sink := range sinks {
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
			addLog(&out[head], lane[0], few.has(head))
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
				if v := halved(x.frames[s].Totals[o.index]); o.sink.op == opTotal {
					m.scalars[o.sink] += v
				} else {
					m.array(o.sink)[o.column] += v
				}
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

// logOfSum is the logarithm of a sum over lanes, each of exponentials relative to a maximum.
func logOfSum[T lanes.Float](most, rest []T) float64 {
	m := math.Inf(-1)
	for l, r := range rest {
		if r != 0 { // else there was nothing but -Inf
			m = math.Max(m, float64(most[l]))
		}
	}
	if math.IsInf(m, 0) {
		return m
	}
	var sum float64
	for l, r := range rest {
		if r != 0 {
			sum += float64(float64(r) * same.Exp(float64(most[l])-m))
		}
	}
	return m + same.Log(sum)
}

// addLog adds an exponential to a sum of exponentials, which of flagged points is a logarithm: it may be too small for a
// number.
func addLog(sum *float64, log float64, logarithm bool) {
	if logarithm {
		*sum = pairs.LogSumExp([]float64{*sum, log})
	} else {
		*sum += same.Exp(log)
	}
}
