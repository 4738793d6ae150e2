package handwritten

import (
	"math"

	"affmatch/internal/random"
)

// Pure Go: the kernels for every machine, and what the assembly does.

// attractGo adds the gradient of the attraction of rows from row on to a table and gives their loss over ln 2.
func attractGo(f *curve, table []float32, tail []uint32, p []float32, start []int32, row, rows int) float32 {
	var loss float32
	for i := row; i < row+rows; i++ {
		for e := start[i]; e < start[i+1]; e++ {
			loss += f.pair(table, i, int(tail[e]/2), func(u float32) (l, w float32) {
				return p[e] * log2(2+u), p[e] / (2 + u)
			})
		}
	}
	return loss
}

// repelGo does it for count samples of each row.
func repelGo(f *curve, table []float32, n, row, rows, count int, seed, step uint64) float32 {
	var loss float32
	for i := row; i < row+rows; i++ {
		draws := random.Key(seed, random.Negatives, step, uint64(i))
		for k := range count {
			j := int(draws.Below(uint64(k), uint64(n-1)))
			if j >= i {
				j++
			}
			loss += f.pair(table, i, j, func(u float32) (l, w float32) {
				return log2((2 + u) / (1 + u)), -1 / ((1 + u) * (2 + u))
			})
		}
	}
	return loss
}

// pair adds the gradient of one pair, whose loss and derivative by u are those of term.
func (f *curve) pair(table []float32, i, j int, term func(u float32) (l, w float32)) float32 {
	h, t := table[4*i:][:4], table[4*j:][:4]
	x, y := h[2]-t[2], h[3]-t[3]
	c := x*x + y*y + f.floor
	d := float32(math.Pow(float64(c), float64(f.slope))) // c^(b-1)
	l, w := term(f.a * c * d)
	w *= f.weight * d
	h[0] += w * x
	h[1] += w * y
	t[0] -= w * x
	t[1] -= w * y
	return l
}

func log2(x float32) float32 { return float32(math.Log2(float64(x))) }

// descend adds up the gradients of a stretch of the tables, moves the points of all of them, clears the gradients and
// gives the sum of their squares.
func descend(tables [][]float32, lo, hi int, rate float32) float32 {
	var squares float32
	first := tables[0][lo:hi]
	for i := 0; i+3 < len(first); i += 4 {
		gx, gy := first[i], first[i+1]
		for _, t := range tables[1:] {
			gx += t[lo+i]
			gy += t[lo+i+1]
		}
		squares += gx*gx + gy*gy
		x, y := first[i+2]-rate*gx, first[i+3]-rate*gy
		for _, t := range tables {
			e := t[lo+i:][:4]
			e[0], e[1], e[2], e[3] = 0, 0, x, y
		}
	}
	return squares
}
