package handwritten

import (
	"math"

	"affmatch/internal/random"
)

// Pure Go: the kernels for every machine, and what the assembly does.

// attractGo adds the gradient of a shard's attraction to its table and gives the loss in the method's unit.
func (u *Embedding) attractGo(s int) (loss float64) {
	attraction, _ := u.terms()
	for i := u.cut[s]; i < u.cut[s+1]; i++ {
		for e := u.start[i]; e < u.start[i+1]; e++ {
			loss += u.pair(u.tables[s], i, int(u.tail[e]/2), u.p[e], attraction)
		}
	}
	return loss
}

// repelGo does it for the repulsion, with the samples of a step, and gives the loss over ln 2.
func (u *Embedding) repelGo(s int, step uint64) (loss float64) {
	_, repulsion := u.terms()
	for i := u.cut[s]; i < u.cut[s+1]; i++ {
		draws := random.Key(u.seed, random.Negatives, step, uint64(i))
		for k := range u.count {
			j := int(draws.Below(uint64(k), uint64(u.n-1)))
			if j >= i {
				j++
			}
			loss += u.pair(u.tables[s], i, j, -1, repulsion)
		}
	}
	return loss
}

// pair adds the gradient of one pair of weight p.
func (f *curve) pair(table []float32, i, j int, p float32, of term) float64 {
	h, t := table[4*i:][:4], table[4*j:][:4]
	x, y := h[2]-t[2], h[3]-t[3]
	c := x*x + y*y + f.floor
	d := float32(math.Pow(float64(c), float64(f.slope))) // c^(b-1)
	l, w := of(f.a * c * d)
	w *= p * f.weight * d
	h[0] += w * x
	h[1] += w * y
	t[0] -= w * x
	t[1] -= w * y
	return math.Abs(float64(p)) * float64(l)
}

// descendGo adds up the gradients of points lo to hi over the tables, moves the points of all tables, clears the gradients
// and gives the sum of their squares.
func (u *Embedding) descendGo(lo, hi int) (squares float64) {
	for i := lo; i < hi; i++ {
		var gx, gy float32
		for _, t := range u.tables {
			gx += t[4*i]
			gy += t[4*i+1]
		}
		squares += float64(gx*gx + gy*gy)
		x, y := u.tables[0][4*i+2]-u.rate*gx, u.tables[0][4*i+3]-u.rate*gy
		for _, t := range u.tables {
			e := t[4*i:][:4]
			e[0], e[1], e[2], e[3] = 0, 0, x, y
		}
	}
	return squares
}
