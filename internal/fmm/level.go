package fmm

import (
	"math"
	"slices"

	"affmatch/internal/parallel"
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

// apart is the largest distance along an axis.
func apart(d [3]int) int { return max(d[0], -d[0], d[1], -d[1], d[2], -d[2]) }

// know finds out how close boxes are at offsets where nobody knows.
func (o *Operators) know(l *level, offsets []int32, workers int) {
	o.meetAt(l, offsets, workers)
	for _, n := range offsets {
		l.closeness[n] = far
		for s, err := range l.meetings[canonical(vector(int(n), o.dim))].errors {
			if !(err <= o.tolerance*l.largest[s]) {
				l.closeness[n] = tooClose
			}
		}
	}
}

// meetAt computes the meetings of offsets, if they are not known.
func (o *Operators) meetAt(l *level, offsets []int32, workers int) {
	var missing [][3]int
	for _, n := range offsets {
		if c := canonical(vector(int(n), o.dim)); l.meetings[c] == nil {
			l.meetings[c] = &meeting{}
			missing = append(missing, c)
		}
	}
	parallel.Each(workers, len(missing), func(_, n int) { o.meet(l.meetings[missing[n]], l.half, missing[n]) })
}

// canonical is what mirrors and exchanged axes make of an offset: no entry negative, and descending.
func canonical(d [3]int) [3]int {
	for k := range d {
		d[k] = max(d[k], -d[k])
	}
	slices.SortFunc(d[:], func(a, b int) int { return b - a })
	return d
}

// negligible is the part of a kernel's largest value that is taken for nothing: far below what float32 adds to it.
const negligible = 0x1p-100

// A source's part of a bound is so many times the largest error that was tried, and, for what float32 rounds, so much of the
// kernel's largest value at the offset. Of other pairs than those tried, errors up to 1.4 times as large were seen.
const (
	untried  = 2
	rounding = 0x1p-21
)

// tabulate makes the matrices of offsets that have none.
func (o *Operators) tabulate(l *level, offsets []int32, workers int) {
	var missing []int32
	for _, n := range offsets {
		if t := &l.tables[n]; !t.known {
			t.known = true
			missing = append(missing, n)
		}
	}
	o.meetAt(l, missing, workers)
	parallel.Each(workers, len(missing), func(_, n int) {
		d := vector(int(missing[n]), o.dim)
		m, turned := l.meetings[canonical(d)], o.turn(d)
		of := make([]*matrix, len(o.charges))
		for c, g := range o.charges {
			for _, s := range g.sums {
				if of[c] == nil && !(m.most[s] <= negligible*l.largest[s]) {
					of[c] = o.table(m, turned, g)
				}
			}
		}
		l.tables[missing[n]].of = of
	})
}

// table is what takes moments of a charge to coefficients. Behind the moments comes the sum of the absolute charges, which
// becomes the bound of each value sum's error.
func (o *Operators) table(m *meeting, t turned, g charge) *matrix {
	terms := len(o.basis.terms)
	a := newMatrix(terms+1, g.width)
	for _, s := range g.sums {
		c := o.columns[s]
		for number := range c.numbers {
			table, sign := m.tables[s][0], 1.0
			if o.sums[s].Pull {
				table, sign = m.tables[s][t.axis[number]], t.axisSign[number]
			}
			for from := range terms {
				row := table[t.term[from]*terms:][:terms]
				for k, turned := range t.term {
					a.set(from, c.at-g.at+number*terms+k, sign*t.sign[from]*t.sign[k]*row[turned])
				}
			}
		}
		if c.bound >= 0 {
			a.set(terms, c.bound-g.at, float64(untried*m.errors[s])+float64(rounding*m.most[s]))
		}
	}
	return a
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
	for _, k := range o.basis.terms {
		var to [3]int
		sign := 1.0
		for axis := range o.dim {
			to[t.axis[axis]] = k[axis]
			if k[axis]%2 != 0 {
				sign *= t.axisSign[axis]
			}
		}
		t.term, t.sign = append(t.term, o.basis.number[to]), append(t.sign, sign)
	}
	return t
}
