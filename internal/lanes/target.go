package lanes

import "affmatch/internal/native"

// target is what code is compiled for: a set of vector instructions and a precision.
type target struct {
	avx512, double bool
}

func (t target) width() native.Width {
	if t.avx512 {
		return native.W512
	}
	return native.W256
}

// size is that of a lane, vector that of a register, in bytes.
func (t target) size() int {
	if t.double {
		return 8
	}
	return 4
}

func (t target) vector() int {
	if t.avx512 {
		return 64
	}
	return 32
}

// lanes is how many a register holds, parts how many registers hold all.
func (t target) lanes() int { return t.vector() / t.size() }
func (t target) parts() int { return Width / t.lanes() }

// registers are those for vectors.
func (t target) registers() int {
	if t.avx512 {
		return 32
	}
	return 16
}

// op is the instruction in the target's precision.
func (t target) op(single native.Op) native.Op {
	if t.double {
		return single + 1
	}
	return single
}
