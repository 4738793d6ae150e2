package fuse

import (
	"fmt"

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
		} else if i.slot >= 0 {
			b.run = runSink[T]
		} else if b.run = routine[T](i.do); b.run == nil {
			return fmt.Errorf("fuse: no routine for instruction %s", i.do)
		}
		p.bound = append(p.bound, b)
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
	case "spread":
		return runSpread[T]
	case "stream":
		return runStream[T]
	case "differences":
		return runDifferences[T]
	}
	return nil
}

func runSink[T vec.Float](p *pass[T], w *worker[T], shard int, t tile, i *bound[T]) {
	p.results[i.slot].add(p, w, shard, t, &i.instr)
}

func runSpread[T vec.Float](p *pass[T], w *worker[T], _ int, t tile, i *bound[T]) {
	v := p.data[i.tables[0]].flat
	switch end := i.ends[0]; {
	case p.on.All(): // at end 1: what is at the head is a scalar of the row
		w.regs[i.dst] = v[t.first : t.first+t.hi-t.lo]
	case end > 0:
		p.set.Gather(w.at(i.dst, t.hi-t.lo), v, p.on.Tails[end-1][t.lo:t.hi])
	case !t.whole:
		p.set.Fill(w.at(i.dst, t.hi-t.lo), v[p.on.Head(t.row)])
	case p.on.Heads == nil:
		p.set.SegFill(w.at(i.dst, t.hi-t.lo), t.start, v[t.row:t.row+t.rows])
	default:
		heads := w.rows(t.rows)
		for r := range heads {
			heads[r] = v[p.on.Heads[t.row+r]]
		}
		p.set.SegFill(w.at(i.dst, t.hi-t.lo), t.start, heads)
	}
}

func runStream[T vec.Float](p *pass[T], w *worker[T], _ int, t tile, i *bound[T]) {
	d := &p.data[i.tables[0]]
	if !d.narrow {
		w.regs[i.dst] = d.flat[t.lo:t.hi]
		return
	}
	dst := w.at(i.dst, t.hi-t.lo)
	for l, v := range d.wide[t.lo:t.hi] {
		dst[l] = T(v)
	}
}
