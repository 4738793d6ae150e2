package lanes

import (
	"slices"

	"affmatch/internal/native"
)

// Two operations that are one instruction: a product, or such, that is kept where a mask is set (AVX-512), and -|a|. The
// first of them is taken back where nothing else needs its value.

// usesOf counts how often the slot's operations and what becomes of them need each value.
func (k *Kernel) usesOf(last []int) []int {
	uses := make([]int, len(k.Instrs))
	use := func(vs ...Value) {
		for _, v := range vs {
			if v != None {
				uses[v]++
			}
		}
	}
	for n, i := range k.Instrs {
		if last[n] >= 0 {
			use(i.operands()...)
		}
	}
	for _, c := range k.Carries {
		use(c.Next)
	}
	for _, s := range k.Scatters {
		use(s.A, s.B)
	}
	for _, s := range k.Stores {
		use(s.A)
	}
	return uses
}

// takeBack takes back the instruction of v, if that is one of the operations and has one use.
func (x *expansion) takeBack(v Value, operations ...Op) (o machineOp, ok bool) {
	if x.uses[v] != 1 || !slices.Contains(operations, x.k.Instrs[v].Op) {
		return o, false
	}
	at := slices.IndexFunc(x.ops, func(o machineOp) bool { return o.dst == x.of[v].v })
	o = x.ops[at]
	x.ops = slices.Delete(x.ops, at, at+1)
	return o, true
}

// kept is Keep of b where the mask is set.
func (x *expansion) kept(m ref, b Value) ref {
	if x.avx512 {
		if o, ok := x.takeBack(b, Add, Sub, Mul, Div); ok {
			o.mask, o.zero = m.v, true
			return x.put(o)
		}
	}
	return x.keep(m, x.of[b])
}

// negated is Neg of a.
func (x *expansion) negated(a Value) ref {
	if _, ok := x.takeBack(a, Abs); ok {
		return x.commuted(native.ORPS, x.of[x.k.Instrs[a].A], x.signs())
	}
	return x.commuted(native.XORPS, x.of[a], x.signs())
}
