package lanes

import "slices"

// block is how many lanes an interpreter takes at a time, a few slots: its blocks stay in the first caches.
const block = 16 * Width

// everyLane is the mask of a full slot.
const everyLane = 1<<Width - 1

// interpreter runs a kernel in plain Go: for some slots at a time what depends on no carry, then slot by slot the rest. It
// is the meaning of the kernel. It serves one goroutine. Its numbers are float64 whatever the precision: see routine.
type interpreter[T Float] struct {
	k       *Kernel
	at      [][]float64 // of each value: its block, or nil
	ports   [][]float64
	scalars [][]float64
	steps   []step
	carried []step
	carries []carryState
	places  [Width]int32 // of the lanes of a slot, where a scatter has no tails
}

type step struct {
	run     routine
	dst     []float64
	args    [3][]float64
	slotted [3]int // of a step that depends on a carry: 1 where an argument has a value for each slot, else 0
}

// carryState is a carry's memory. Where nothing reads it once what it becomes is known, that takes its place, and held is
// what it was; else held is what it becomes.
type carryState struct {
	now, held []float64
	inPlace   bool
}

// Interpret makes a runner in plain Go.
func Interpret[T Float](k *Kernel) Runner[T] {
	in := &interpreter[T]{k: k, at: make([][]float64, len(k.Instrs)), ports: make([][]float64, k.ports)}
	depends, last := k.depends(), k.lastUses()
	var free [][]float64
	inPlaceOf := map[int]Value{}
	for _, c := range k.Carries {
		if k.replaceable(c) {
			inPlaceOf[int(c.Next)] = c.Value
		}
	}
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
			if c, ok := inPlaceOf[n]; ok {
				in.at[n] = in.at[c]
			} else {
				in.at[n] = make([]float64, Width)
			}
			s := in.step(i, n)
			for x, v := range i.operands() {
				if !depends[v] && !k.uniform(v) {
					s.slotted[x] = 1
				}
			}
			in.carried = append(in.carried, s)
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
		_, inPlace := inPlaceOf[int(c.Next)]
		in.carries = append(in.carries, carryState{in.at[c.Value], make([]float64, Width), inPlace})
	}
	return in
}

// replaceable says that a carry's value is of no use once the next one is known, which is computed and no other carry's.
func (k *Kernel) replaceable(c Carry) bool {
	for n, i := range k.Instrs[c.Next:] {
		if n > 0 && slices.Contains(i.operands(), c.Value) {
			return false
		}
	}
	users := 0
	for _, other := range k.Carries {
		if other.Next == c.Next || other.Next == c.Value {
			users++
		}
	}
	goesOut := slices.ContainsFunc(k.Scatters, func(s Scatter) bool { return s.A == c.Value || s.B == c.Value }) ||
		slices.ContainsFunc(k.Stores, func(s Store) bool { return s.A == c.Value })
	return users == 1 && !goesOut && k.depends()[c.Next] && k.Instrs[c.Next].Op != Carried
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
			if s := in.k.Sources[n]; b != nil && (at == t.At || s.Kind > HeadAlone) { // those of a head stay
				source(f, t, s, b[:lanes], at, entry)
			}
		}
		for n := range in.steps {
			s := &in.steps[n]
			s.run(s.dst[:lanes], s.args[0][:lanes], s.args[1][:lanes], s.args[2][:lanes])
		}
		for lane := 0; lane < lanes; lane += Width {
			bits := uint16(everyLane)
			if at+int64(lane) >= t.Full {
				bits = f.Masks[mask]
				mask++
			}
			in.slot(f, lane, at, entry, bits)
		}
	}
	in.flush(f, t)
}

// slot does what comes slot by slot: what depends on carries, scatters, stores, carries.
func (in *interpreter[T]) slot(f *Frame[T], lane int, at, entry int64, bits uint16) {
	for _, c := range in.carries {
		if c.inPlace && bits != everyLane {
			copy(c.held, c.now)
		}
	}
	for n := range in.carried {
		s := &in.carried[n]
		s.run(s.dst, s.args[0][lane*s.slotted[0]:], s.args[1][lane*s.slotted[1]:], s.args[2][lane*s.slotted[2]:])
	}
	for _, s := range in.k.Scatters {
		places := in.places[:]
		switch from := at; {
		case s.End >= 0:
			places = f.Tails[s.End][at+int64(lane):][:Width]
		default:
			if s.End == AtEntries {
				from = entry
			}
			for l := range places {
				places[l] = int32(from) + int32(lane+l)
			}
		}
		var b []float64
		if s.B != None {
			b = in.slotOf(s.B, lane)
		}
		scatter(f.Columns[s.Out], s, places, in.slotOf(s.A, lane), b, bits)
	}
	for _, s := range in.k.Stores {
		narrow(f.Stored[s.Out][entry+int64(lane):][:Width], in.slotOf(s.A, lane))
	}
	for n, c := range in.carries { // all at the same time: one may become what another was
		if !c.inPlace {
			copy(c.held, in.slotOf(in.k.Carries[n].Next, lane))
		}
	}
	for _, c := range in.carries {
		switch {
		case bits == everyLane && !c.inPlace:
			copy(c.now, c.held)
		case bits != everyLane:
			for l, x := range c.held {
				if (bits>>l&1 != 0) != c.inPlace {
					c.now[l] = x
				}
			}
		}
	}
}

// slotOf is a value in the slot that begins at a lane of the blocks.
func (in *interpreter[T]) slotOf(v Value, lane int) []float64 {
	if b := in.at[v]; len(b) > Width {
		return b[lane:][:Width]
	}
	return in.at[v]
}
