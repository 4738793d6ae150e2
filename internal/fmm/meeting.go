package fmm

import (
	"math"

	"affmatch/internal/random"
	"affmatch/internal/same"
)

// meeting is what boxes of one side do to others at an offset, of which those that mirrors and exchanged axes make of it
// have the same: each sum by its coefficients, and how good they are.
type meeting struct {
	tables [][][]float64 // of each sum, of its one number or of each axis of a pull: see expander
	errors []float64     // of each sum: the largest error seen, of one source with charge 1
	most   []float64     // the largest value seen
}

// trials is how many pairs of points are tried. Half of them are anywhere. Those of the other half are close, at all
// distances down to 2^-scales of a side: a kernel that is narrow beside the boxes is seen only there.
const (
	trials = 128
	scales = 40
)

// profile is the largest value of each sum for one source, at distances from some sides of a box down to 2^-scales of one,
// where a singular kernel is as large as one likes.
func (o *Operators) profile(half float64) []float64 {
	var d2 []float64
	for k := range 2 * (scales + 2) {
		r := 4 * half * math.Ldexp([]float64{1, math.Sqrt2}[k%2], 1-k/2)
		d2 = append(d2, r*r)
	}
	k := make([]float64, len(d2))
	largest := make([]float64, len(o.sums))
	for s, sum := range o.sums {
		sum.Kernel(d2, k)
		for n, v := range k {
			if sum.Pull {
				v *= math.Sqrt(d2[n])
			}
			if v = math.Abs(v); finite(v) {
				largest[s] = max(largest[s], v)
			}
		}
	}
	return largest
}

// meet expands the sums for boxes of that half side at an offset, source less target, and tries how good that is.
func (o *Operators) meet(m *meeting, half float64, offset [3]int) {
	e := o.expander
	m.errors, m.most = make([]float64, len(o.sums)), make([]float64, len(o.sums))
	n := e.grid()
	d2, k := make([]float64, n), make([]float64, n)
	r := make([][]float64, o.dim) // z_i - z_j along each axis
	for axis := range r {
		r[axis] = make([]float64, n)
		for i := range n {
			d := half * (e.differences[e.along(i, axis)] - float64(2*offset[axis]))
			r[axis][i] = d
			d2[i] += float64(d * d)
		}
	}
	points := o.pairs(half, offset)
	for s, sum := range o.sums {
		o.values(sum, d2, k)
		var tables [][]float64
		if !sum.Pull {
			tables = append(tables, e.expand(k))
		} else {
			for axis := range o.dim {
				pull := make([]float64, n)
				for i := range pull {
					pull[i] = k[i] * r[axis][i]
				}
				tables = append(tables, e.expand(pull))
			}
		}
		m.tables = append(m.tables, tables)
		o.try(m, s, points)
		for i, v := range k {
			if sum.Pull {
				v *= math.Sqrt(d2[i])
			}
			m.most[s] = larger(m.most[s], math.Abs(v))
		}
	}
}

// pairsOfPoints are the pairs that are tried: the bases at both, z_i - z_j and its square.
type pairsOfPoints struct {
	target, source [][]float64
	r              [][3]float64
	d2             []float64
}

func (o *Operators) pairs(half float64, offset [3]int) (p pairsOfPoints) {
	family := random.Keys(0, random.Name("fmm trials"), 0)
	for try := range trials {
		draw := family.At(uint64(try))
		var x, y [3]float64
		near := same.Exp(-math.Ln2 * scales * (float64(try/2) + draw.Float64(0)) / (trials / 2))
		for axis := range o.dim {
			a, b := 2*draw.Float64(uint64(2*axis+1)), 2*draw.Float64(uint64(2*axis+2))
			switch {
			case try%2 == 0:
				x[axis], y[axis] = a-1, b-1
			case offset[axis] > 0:
				x[axis], y[axis] = 1-float64(near*a), float64(near*b)-1
			default:
				x[axis] = a - 1
				y[axis] = min(1, max(-1, x[axis]+float64(near*(b-1))))
			}
		}
		var r [3]float64
		var d2 float64
		for axis := range o.dim {
			r[axis] = half * (x[axis] - y[axis] - float64(2*offset[axis]))
			d2 += float64(r[axis] * r[axis])
		}
		p.target, p.source = append(p.target, o.basis.at(x)), append(p.source, o.basis.at(y))
		p.r, p.d2 = append(p.r, r), append(p.d2, d2)
	}
	return p
}

// try compares a sum's tables with its kernel.
func (o *Operators) try(m *meeting, s int, p pairsOfPoints) {
	sum, k := o.sums[s], make([]float64, len(p.d2))
	o.values(sum, p.d2, k)
	for n, v := range k {
		var err2 float64
		for axis, table := range m.tables[s] {
			want := v
			if sum.Pull {
				want *= p.r[n][axis]
			}
			d := o.expander.apply(table, p.target[n], p.source[n]) - want
			err2 += float64(d * d)
		}
		if sum.Pull {
			v *= math.Sqrt(p.d2[n])
		}
		m.errors[s], m.most[s] = larger(m.errors[s], math.Sqrt(err2)), larger(m.most[s], math.Abs(v))
	}
}

// values are the kernel's: asked for by one goroutine at a time.
func (o *Operators) values(s Sum, d2, k []float64) {
	o.asking.Lock()
	defer o.asking.Unlock()
	s.Kernel(d2, k)
}

// larger is the larger number, NaN where either is.
func larger(a, b float64) float64 {
	if a != a || a > b {
		return a
	}
	return b
}
