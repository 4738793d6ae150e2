package fuse

import (
	"fmt"
	"math"

	"affmatch/internal/vec"
)

// bound is an instruction with its routine.
type bound[T vec.Float] struct {
	instr
	run    func(p *pass[T], w *worker[T], shard int, t tile, i *bound[T])
	unary  func(dst, a []T)
	binary func(dst, a, b []T)
}

// bind resolves the instructions of a pass.
func (p *pass[T]) bind() error {
	one, two := unaryRoutines(p.set), binaryRoutines(p.set)
	for _, i := range p.instrs {
		b := bound[T]{instr: i}
		if f, ok := one[i.do]; ok {
			b.unary, b.run = f, runUnary[T]
		} else if f, ok := two[i.do]; ok {
			b.binary, b.run = f, runBinary[T]
		} else if b.run = routine[T](i.do); b.run == nil {
			return fmt.Errorf("fuse: no routine for instruction %s", i.do)
		}
		p.program = append(p.program, b)
	}
	return nil
}

func unaryRoutines[T vec.Float](s *vec.Set[T]) map[string]func(dst, a []T) {
	return map[string]func(dst, a []T){
		"square": s.Square, "inv": s.Inv, "sqrt": s.Sqrt, "rsqrt": s.Rsqrt, "exp": s.Exp, "expm1": s.Expm1, "log": s.Log,
		"log1p": s.Log1p, "abs": s.Abs, "sign": s.Sign, "sigmoid": s.Sigmoid, "tanh": s.Tanh, "softplus": s.Softplus,
		"sin": s.Sin, "cos": s.Cos, "ceil": s.Ceil, "floor": s.Floor,
	}
}

func binaryRoutines[T vec.Float](s *vec.Set[T]) map[string]func(dst, a, b []T) {
	return map[string]func(dst, a, b []T){
		"add": s.Add, "sub": s.Sub, "mul": s.Mul, "max": s.Max, "min": s.Min, "pow": s.Pow,
		"gt": s.Gt, "gte": s.Gte, "lt": s.Lt, "lte": s.Lte, "eq": s.Eq, "ne": s.Ne,
	}
}

// at is a register's lanes of the tile, for writing.
func (w *worker[T]) at(r, lanes int) []T {
	w.regs[r] = w.buffers[r][:lanes]
	return w.regs[r]
}

func runUnary[T vec.Float](_ *pass[T], w *worker[T], _ int, t tile, i *bound[T]) {
	a := w.regs[i.a]
	i.unary(w.at(i.dst, t.hi-t.lo), a)
}

func runBinary[T vec.Float](_ *pass[T], w *worker[T], _ int, t tile, i *bound[T]) {
	a, b := w.regs[i.a], w.regs[i.b]
	i.binary(w.at(i.dst, t.hi-t.lo), a, b)
}

// routine is the code of an instruction that is more than one elementwise function.
func routine[T vec.Float](do string) func(p *pass[T], w *worker[T], shard int, t tile, i *bound[T]) {
	switch do {
	case "fill":
		return func(p *pass[T], w *worker[T], _ int, t tile, i *bound[T]) {
			p.set.Fill(w.at(i.dst, t.hi-t.lo), w.scalar[i.s])
		}
	case "affine":
		return func(p *pass[T], w *worker[T], _ int, t tile, i *bound[T]) {
			a := w.regs[i.a]
			p.set.Affine(w.at(i.dst, t.hi-t.lo), a, w.scalar[i.s], w.scalar[i.t])
		}
	case "fma":
		return func(p *pass[T], w *worker[T], _ int, t tile, i *bound[T]) {
			a, b, c := w.regs[i.a], w.regs[i.b], w.regs[i.c]
			p.set.FMA(w.at(i.dst, t.hi-t.lo), a, b, c)
		}
	case "fnma":
		return func(p *pass[T], w *worker[T], _ int, t tile, i *bound[T]) {
			a, b, c := w.regs[i.a], w.regs[i.b], w.regs[i.c]
			p.set.FNMA(w.at(i.dst, t.hi-t.lo), a, b, c)
		}
	case "fmas":
		return func(p *pass[T], w *worker[T], _ int, t tile, i *bound[T]) {
			a, b := w.regs[i.a], w.regs[i.b]
			p.set.FMAS(w.at(i.dst, t.hi-t.lo), a, b, w.scalar[i.t])
		}
	case "axpy":
		return func(p *pass[T], w *worker[T], _ int, t tile, i *bound[T]) {
			a, c := w.regs[i.a], w.regs[i.c]
			p.set.AXPY(w.at(i.dst, t.hi-t.lo), a, w.scalar[i.s], c)
		}
	case "scalemul":
		return func(p *pass[T], w *worker[T], _ int, t tile, i *bound[T]) {
			a, b := w.regs[i.a], w.regs[i.b]
			p.set.ScaleMul(w.at(i.dst, t.hi-t.lo), a, b, w.scalar[i.s])
		}
	case "powc":
		return func(p *pass[T], w *worker[T], _ int, t tile, i *bound[T]) {
			a := w.regs[i.a]
			p.set.PowC(w.at(i.dst, t.hi-t.lo), a, w.scalar[i.s])
		}
	case "head":
		return runHead[T]
	case "tail":
		return runTail[T]
	case "stream":
		return runStream[T]
	case "dist2":
		return runDist2[T]
	}
	return sinkRoutine[T](do)
}

func runHead[T vec.Float](p *pass[T], w *worker[T], _ int, t tile, i *bound[T]) {
	dst, v := w.at(i.dst, t.hi-t.lo), p.data[i.table].flat
	switch {
	case !t.whole:
		p.set.Fill(dst, v[p.on.Head(t.row)])
	case p.on.Heads == nil:
		p.set.SegFill(dst, t.start, v[t.row:t.row+t.rows])
	default:
		w.rowTmp = w.rowTmp[:0]
		for r := range t.rows {
			w.rowTmp = append(w.rowTmp, v[p.on.Heads[t.row+r]])
		}
		p.set.SegFill(dst, t.start, w.rowTmp)
	}
}

func runTail[T vec.Float](p *pass[T], w *worker[T], _ int, t tile, i *bound[T]) {
	v := p.data[i.table].flat
	if p.on.All() {
		w.regs[i.dst] = v[t.first : t.first+t.hi-t.lo]
		return
	}
	p.set.Gather(w.at(i.dst, t.hi-t.lo), v, p.on.Tail[t.lo:t.hi])
}

func runStream[T vec.Float](p *pass[T], w *worker[T], _ int, t tile, i *bound[T]) {
	d := &p.data[i.table]
	if !d.narrow {
		w.regs[i.dst] = d.flat[t.lo:t.hi]
		return
	}
	dst := w.at(i.dst, t.hi-t.lo)
	for l, v := range d.wide[t.lo:t.hi] {
		dst[l] = T(v)
	}
}

func runDist2[T vec.Float](p *pass[T], w *worker[T], _ int, t tile, i *bound[T]) {
	n := t.hi - t.lo
	d0, d1, dist := w.at(i.more[0], n), w.at(i.more[1], n), w.at(i.dst, n)
	d, floor := &p.data[i.table], w.scalar[i.t]
	if p.on.All() {
		h := p.on.Head(t.row)
		p.set.DiffRow2(d0, d1, dist, d.x[h], d.y[h], d.x[t.first:t.first+n], d.y[t.first:t.first+n], floor)
		return
	}
	w.head = w.head[:0]
	for r := range t.rows {
		w.head = append(w.head, int32(p.on.Head(t.row+r)))
	}
	p.set.Diff2(d0, d1, dist, d.flat, w.head, t.start, p.on.Tail[t.lo:t.hi], floor)
}

// sinkRoutine is the code of a reduction.
func sinkRoutine[T vec.Float](do string) func(p *pass[T], w *worker[T], shard int, t tile, i *bound[T]) {
	switch op(do) {
	case opTotal:
		return func(p *pass[T], w *worker[T], shard int, _ tile, i *bound[T]) {
			if i.b >= 0 {
				p.results[i.slot].shard[shard] += p.set.Dot(w.regs[i.a], w.regs[i.b])
			} else {
				p.results[i.slot].shard[shard] += p.set.Sum(w.regs[i.a])
			}
		}
	case opRowSum:
		return runRowSum[T]
	case opRowMax:
		return runRowMax[T]
	case opRowLSE:
		return runRowLSE[T]
	case opColSum:
		return func(p *pass[T], w *worker[T], shard int, t tile, i *bound[T]) {
			buf := p.results[i.slot].columns[shard]
			if p.on.All() {
				part := buf[t.first : t.first+t.hi-t.lo]
				p.set.Add(part, part, w.regs[i.a])
			} else {
				p.set.ScatterAdd(buf, p.on.Tail[t.lo:t.hi], w.regs[i.a])
			}
		}
	case opColMax:
		return runColMax[T]
	case opStore:
		return func(p *pass[T], w *worker[T], _ int, t tile, i *bound[T]) {
			out := p.results[i.slot].entries[t.lo:t.hi]
			for l, v := range w.regs[i.a] {
				out[l] = float64(v)
			}
		}
	case opPull:
		return runPull[T]
	}
	return nil
}

// perRow gives one value a row of the tile, computed by seg on whole rows or by one on a part of a row.
func perRow[T vec.Float](w *worker[T], t tile, seg func(dst []T), use func(row int, v float64)) {
	if cap(w.rowTmp) < t.rows {
		w.rowTmp = make([]T, 2*t.rows)
	}
	tmp := w.rowTmp[:t.rows]
	seg(tmp)
	for r, v := range tmp {
		use(t.row+r, float64(v))
	}
}

func runRowSum[T vec.Float](p *pass[T], w *worker[T], _ int, t tile, i *bound[T]) {
	rows, a := p.results[i.slot].rows, w.regs[i.a]
	if !t.whole {
		rows[t.row] += p.set.Sum(a)
		return
	}
	perRow(w, t, func(dst []T) { p.set.SegSum(dst, t.start, a) }, func(r int, v float64) { rows[r] += v })
}

func runRowMax[T vec.Float](p *pass[T], w *worker[T], _ int, t tile, i *bound[T]) {
	rows, a := p.results[i.slot].rows, w.regs[i.a]
	if !t.whole {
		rows[t.row] = math.Max(rows[t.row], float64(p.set.MaxOf(a)))
		return
	}
	perRow(w, t, func(dst []T) { p.set.SegMax(dst, t.start, a) }, func(r int, v float64) { rows[r] = v })
}

// runRowLSE keeps of each row the maximum so far and the sum of exponentials relative to it.
func runRowLSE[T vec.Float](p *pass[T], w *worker[T], _ int, t tile, i *bound[T]) {
	res, a := &p.results[i.slot], w.regs[i.a]
	if !t.whole {
		old, m := res.rows[t.row], math.Max(res.rows[t.row], float64(p.set.MaxOf(a)))
		res.rows[t.row] = m
		if math.IsInf(m, -1) {
			return
		}
		s := p.set.SumExp(a, T(m))
		if !math.IsInf(old, -1) {
			s += res.rest[t.row] * math.Exp(old-m)
		}
		res.rest[t.row] = s
		return
	}
	perRow(w, t, func(dst []T) { p.set.SegMax(dst, t.start, a) }, func(r int, v float64) { res.rows[r] = v })
	tmp := w.tmp[:t.hi-t.lo]
	for r, m := range w.rowTmp[:t.rows] {
		if math.IsInf(float64(m), -1) {
			w.rowTmp[r] = 0 // exp(-Inf) is 0, not NaN
		}
	}
	p.set.SegFill(tmp, t.start, w.rowTmp[:t.rows])
	p.set.Sub(tmp, a, tmp)
	p.set.Exp(tmp, tmp)
	perRow(w, t, func(dst []T) { p.set.SegSum(dst, t.start, tmp) }, func(r int, v float64) { res.rest[r] = v })
}

func runColMax[T vec.Float](p *pass[T], w *worker[T], shard int, t tile, i *bound[T]) {
	buf, a := p.results[i.slot].columns[shard], w.regs[i.a]
	if p.on.All() {
		part := buf[t.first : t.first+t.hi-t.lo]
		p.set.Max(part, part, a)
		return
	}
	for l, j := range p.on.Tail[t.lo:t.hi] {
		if v := a[l]; v > buf[j] || v != v {
			buf[j] = v
		}
	}
}

// runPull adds w*d to the heads and takes it from the tails.
func runPull[T vec.Float](p *pass[T], w *worker[T], shard int, t tile, i *bound[T]) {
	res := &p.results[i.slot]
	g := res.grad
	weight, d0, d1 := w.regs[i.a], w.regs[i.b], w.regs[i.c]
	if !p.on.All() {
		h := p.on.Head(t.row)
		if t.whole {
			p.set.PullPush2(g.shards[shard][2*h:2*(h+t.rows)], t.start, g.shards[shard], p.on.Tail[t.lo:t.hi], weight, d0, d1)
			return
		}
		p.set.PullPush2(g.shards[shard][2*h:2*h+2], t.start, g.shards[shard], p.on.Tail[t.lo:t.hi], weight, d0, d1)
		return
	}
	h, times := p.on.Head(t.row), 1.0
	if res.sym {
		times = 2
	} else {
		n := t.hi - t.lo
		x, y := g.x[shard][t.first:t.first+n], g.y[shard][t.first:t.first+n]
		p.set.FNMA(x, weight, d0, x)
		p.set.FNMA(y, weight, d1, y)
	}
	g.rows[2*h] += times * p.set.Dot(weight, d0)
	g.rows[2*h+1] += times * p.set.Dot(weight, d1)
}
