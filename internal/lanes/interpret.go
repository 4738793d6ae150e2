package lanes

import "slices"

// block is how many lanes an interpreter takes at a time, a few slots: its blocks stay in the first caches.
const block = 16 * Width

// interpreter runs a kernel in plain Go: for some slots at a time what depends on no carry, then slot by slot the rest. It is
// the meaning of the kernel. It serves one goroutine. Its numbers are float64 whatever the precision: see routine.
type interpreter[T Float] struct {
	k       *Kernel
	at      [][]float64 // of each value: its block, or nil
	ports   [][]float64
	scalars [][]float64
	steps   []step
	carried []step
	slotted [][3]bool   // of carried steps: which arguments have a value for each slot
	next    [][]float64 // of each carry
}

type step struct {
	run  routine
	dst  []float64
	args [3][]float64
}

// Interpret makes a runner in plain Go.
func Interpret[T Float](k *Kernel) Runner[T] {
	in := &interpreter[T]{k: k, at: make([][]float64, len(k.Instrs)), ports: make([][]float64, k.ports)}
	depends, last := k.depends(), k.lastUses()
	var free [][]float64
	for n, i := range k.Instrs {
		if last[n] < 0 {
			continue
		}
		switch {
		case i.Op == Carried:
			in.at[n] = make([]float64, Width)
		case i.Op == Const:
			in.at[n] = filled(make([]float64, block), float64(number[T](i.Bits)))
		case i.Op == Scalar:
			in.at[n] = make([]float64, block)
			for len(in.scalars) <= int(i.Bits) {
				in.scalars = append(in.scalars, nil)
			}
			in.scalars[i.Bits] = in.at[n]
		case i.Op == Port:
			in.at[n] = make([]float64, block)
			in.ports[i.Bits] = in.at[n]
		case depends[n]:
			in.at[n] = make([]float64, Width)
			s, slotted := in.step(i, n), [3]bool{}
			for x, v := range i.operands() {
				slotted[x] = !depends[v] && !k.uniform(v)
			}
			in.carried, in.slotted = append(in.carried, s), append(in.slotted, slotted)
		default:
			if m := len(free); m > 0 {
				in.at[n], free = free[m-1], free[:m-1]
			} else {
				in.at[n] = make([]float64, block)
			}
			in.steps = append(in.steps, in.step(i, n))
			for x, v := range i.operands() {
				if last[v] == n && !k.uniform(v) && k.Instrs[v].Op != Port && !slices.Contains(i.operands()[:x], v) {
					free = append(free, in.at[v])
				}
			}
		}
	}
	for _, c := range k.Carries {
		in.next = append(in.next, in.at[c.Next])
	}
	return in
}

// step is instruction n; where it has fewer than three operands, the result stands for the others.
func (in *interpreter[T]) step(i Instr, n int) step {
	s := step{run: routineOf[T](i), dst: in.at[n], args: [3][]float64{in.at[n], in.at[n], in.at[n]}}
	for x, v := range i.operands() {
		s.args[x] = in.at[v]
	}
	return s
}

// Run goes through the tiles.
func (in *interpreter[T]) Run(f *Frame[T], tiles []Tile) {
	for n, b := range in.scalars {
		if b != nil {
			filled(b, float64(f.Scalars[n]))
		}
	}
	for n := range tiles {
		in.tile(f, &tiles[n])
	}
}

func (in *interpreter[T]) tile(f *Frame[T], t *Tile) {
	for _, c := range in.k.Carries {
		filled(in.at[c.Value], float64(T(c.Start)))
	}
	mask := t.Mask
	for at := t.At; at < t.End; at += block {
		lanes := int(min(t.End-at, block))
		entry := t.Entry + at - t.At
		for n, b := range in.ports {
			if b != nil {
				source(f, t, in.k.Sources[n], b[:lanes], at, entry)
			}
		}
		for n := range in.steps {
			s := &in.steps[n]
			s.run(s.dst[:lanes], s.args[0][:lanes], s.args[1][:lanes], s.args[2][:lanes])
		}
		for lane := 0; lane < lanes; lane += Width {
			bits := uint16(1<<Width - 1)
			if at+int64(lane) >= t.Full {
				bits = f.Masks[mask]
				mask++
			}
			in.slot(f, lane, at, entry, bits)
		}
	}
	in.flush(f, t)
}

// source fills a port for some slots.
func source[T Float](f *Frame[T], t *Tile, s Source, b []float64, at, entry int64) {
	switch s.Kind {
	case HeadLanes:
		table, heads := f.Tables[s.Array], f.Heads[t.Head:][:Width]
		for l, h := range heads {
			b[l] = float64(table[int(h)*s.Wide+s.Column])
		}
		for l := Width; l < len(b); l += Width {
			copy(b[l:], b[:Width])
		}
	case HeadAlone:
		filled(b, float64(f.Tables[s.Array][f.Heads[t.Head]]))
	case Tail:
		table := f.Tables[s.Array]
		for l, j := range f.Tails[s.End][at:][:len(b)] {
			b[l] = float64(table[int(j)*s.Wide+s.Column])
		}
	case Column:
		widen(b, f.Tables[s.Array][at:])
	case Stream:
		widen(b, f.Streams[s.Array][entry:])
	}
}

// slot does what comes slot by slot: carries, scatters, stores.
func (in *interpreter[T]) slot(f *Frame[T], lane int, at, entry int64, bits uint16) {
	for n := range in.carried {
		s, args := &in.carried[n], in.carried[n].args
		for x := range args {
			if in.slotted[n][x] {
				args[x] = args[x][lane:]
			}
		}
		s.run(s.dst, args[0], args[1], args[2])
	}
	for n, c := range in.k.Carries {
		now, next := in.at[c.Value], in.next[n]
		if bits == 1<<Width-1 {
			copy(now, next)
			continue
		}
		for l := range now {
			if bits>>l&1 != 0 {
				now[l] = next[l]
			}
		}
	}
	for _, s := range in.k.Scatters {
		scatter(f, s, in.at[s.A][lane:][:Width], in.at[max(s.B, 0)][lane:], at+int64(lane), bits)
	}
	for _, s := range in.k.Stores {
		narrow(f.Stored[s.Out][entry+int64(lane):][:Width], in.at[s.A][lane:])
	}
}

func scatter[T Float](f *Frame[T], s Scatter, a, b []float64, at int64, bits uint16) {
	out := f.Columns[s.Out]
	for l, wide := range a {
		x := T(wide)
		if bits>>l&1 == 0 {
			continue
		}
		j := int(at) + l
		if s.End >= 0 {
			j = int(f.Tails[s.End][j])
		}
		switch {
		case s.Larger:
			if x != x || !(x <= out[j]) && out[j] == out[j] {
				out[j] = x
			}
		case s.B != None:
			out[2*j] -= x
			out[2*j+1] -= T(b[l])
		default:
			out[j] -= x
		}
	}
}

// flush is the end of a tile.
func (in *interpreter[T]) flush(f *Frame[T], t *Tile) {
	for _, c := range in.k.Carries {
		now := in.at[c.Value]
		switch c.Flush {
		case AddToTotal:
			for l, x := range now {
				f.Totals[c.Out][l] += x
			}
		case AddToRows:
			to := f.Rows[c.Out][t.Row:][:Width]
			for l, x := range now {
				to[l] += x
			}
		case MaxOfRows:
			to := f.Rows[c.Out][t.Row:][:Width]
			for l, x := range now {
				if v := x; v != v || v > to[l] {
					to[l] = v
				}
			}
		case ToParts:
			narrow(f.Parts[c.Out][t.Part:][:Width], now)
		}
	}
}

// filled is b with x everywhere.
func filled(b []float64, x float64) []float64 {
	for i := range b {
		b[i] = x
	}
	return b
}

func widen[T Float](to []float64, from []T) {
	from = from[:len(to)]
	for i, x := range from {
		to[i] = float64(x)
	}
}

func narrow[T Float](to []T, from []float64) {
	from = from[:len(to)]
	for i, x := range from {
		to[i] = T(x)
	}
}
