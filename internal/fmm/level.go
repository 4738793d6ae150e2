package fmm

import (
	"math"
	"slices"
)

// reach is how far apart boxes may be that meet, in sides: boxes up to within apart may be too close to meet by polynomials,
// and so their children, up to 2 within + 1 apart, meet.
const (
	within = 3
	reach  = 2*within + 1
	row    = 2*reach + 1
)

// level is what boxes of one side do to each other, by the offset of the source from the target.
type level struct {
	half      float64   // of the side
	largest   []float64 // of each sum: the kernel's largest value
	meetings  map[[3]int]*meeting
	closeness []closeness
	tables    []tables
}

// tables are those of one offset: of each charge what takes moments to coefficients.
type tables struct {
	known bool
	of    []*matrix // nil: nothing to speak of
}

// offsetOf is the number of an offset.
func offsetOf(target, source *box, dim int) int {
	n := 0
	for k := dim - 1; k >= 0; k-- {
		n = n*row + int(source.cell[k]-target.cell[k]) + reach
	}
	return n
}

// offsets is how many there are.
func offsets(dim int) int {
	n := 1
	for range dim {
		n *= row
	}
	return n
}

// vector is the offset of that number.
func vector(n, dim int) (d [3]int) {
	for k := range dim {
		d[k] = n%row - reach
		n /= row
	}
	return d
}

// at is the level of boxes with side 2^side.
func (o *Operators) at(side int) *level {
	if l := o.levels[side]; l != nil {
		return l
	}
	half, n := math.Ldexp(0.5, side), offsets(o.dim)
	l := &level{half, o.profile(half), map[[3]int]*meeting{}, make([]closeness, n), make([]tables, n)}
	o.levels[side] = l
	for n := range l.closeness {
		if apart(vector(n, o.dim)) > within {
			l.closeness[n] = far
		}
	}
	return l
}

// closeness says whether boxes may meet at an offset.
type closeness uint8

const (
	unknown closeness = iota // nobody has asked yet
	far
	tooClose // too close to meet by polynomials
)

// know finds out how close boxes are at an offset.
func (o *Operators) know(l *level, offset int) {
	l.closeness[offset] = far
	for s, err := range o.meeting(l, vector(offset, o.dim)).errors {
		if !(err <= o.tolerance*l.largest[s]) {
			l.closeness[offset] = tooClose
		}
	}
}

// apart is the largest distance along an axis.
func apart(d [3]int) int { return max(d[0], -d[0], d[1], -d[1], d[2], -d[2]) }

// meeting is that of an offset, with the axes turned and in the order that make it the one which is computed.
func (o *Operators) meeting(l *level, d [3]int) *meeting {
	c := d
	for k := range c {
		c[k] = max(c[k], -c[k])
	}
	slices.SortFunc(c[:o.dim], func(a, b int) int { return b - a })
	if l.meetings[c] == nil {
		l.meetings[c] = o.meet(l.half, c)
	}
	return l.meetings[c]
}

// negligible is the part of a kernel's largest value that is taken for nothing: far below what float32 adds to it.
const negligible = 0x1p-100

// table makes the matrices of an offset. Moments of a charge come with the sum of its absolute values, which becomes the
// bound of each value sum's error.
func (o *Operators) table(l *level, offset int) {
	t := &l.tables[offset]
	if t.known {
		return
	}
	d := vector(offset, o.dim)
	m := o.meeting(l, d)
	t.known, t.of = true, make([]*matrix, len(o.charges))
	turned := o.turn(d)
	for c, g := range o.charges {
		some := false
		for _, s := range g.sums {
			some = some || !(m.most[s] <= negligible*l.largest[s])
		}
		if !some {
			continue
		}
		t.of[c] = newMatrix(len(o.basis.terms)+1, g.width, func(from, to int) float64 { return o.entry(m, turned, g, from, to) })
	}
}

// rounding is how many units in the last place of float32 a bound allows for.
const rounding = 0x1p-21

// entry is what moment from does to column to of a charge's.
func (o *Operators) entry(m *meeting, t turned, g charge, from, to int) float64 {
	terms := len(o.basis.terms)
	for _, s := range g.sums {
		at := g.at + to - o.columns[s].at
		switch {
		case g.at+to == o.columns[s].bound && from == terms:
			return m.errors[s] + float64(rounding*m.most[s])
		case from == terms || at < 0 || at >= o.columns[s].numbers*terms:
			continue
		}
		number, k := at/terms, at%terms
		v := t.sign[k] * t.sign[from]
		if o.sums[s].Pull {
			v *= t.axisSign[number]
			number = t.axis[number]
		}
		return v * m.tables[s][number][t.term[from]*terms+t.term[k]]
	}
	return 0
}

// turned is what mirrors and exchanged axes make of terms and axes.
type turned struct {
	axis     [3]int // of each axis, the one of the meeting
	axisSign [3]float64
	term     []int // of each term, the one of the meeting
	sign     []float64
}

// turn finds what makes of an offset the one whose meeting is computed: with no negative entry, and descending.
func (o *Operators) turn(d [3]int) (t turned) {
	order := []int{0, 1, 2}[:o.dim]
	slices.SortStableFunc(order, func(a, b int) int { return max(d[b], -d[b]) - max(d[a], -d[a]) })
	for k, axis := range order {
		t.axis[axis] = k
		if t.axisSign[axis] = 1; d[axis] < 0 {
			t.axisSign[axis] = -1
		}
	}
	which := map[[3]int]int{}
	for n, k := range o.basis.terms {
		which[k] = n
	}
	for _, k := range o.basis.terms {
		var to [3]int
		sign := 1.0
		for axis := range o.dim {
			to[t.axis[axis]] = k[axis]
			if k[axis]%2 != 0 {
				sign *= t.axisSign[axis]
			}
		}
		t.term, t.sign = append(t.term, which[to]), append(t.sign, sign)
	}
	return t
}
