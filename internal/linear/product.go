package linear

import "sync"

// The blocks of a product: they fill a good part of a second-level cache.
const (
	side  = 72  // rows of a block of the first factor, columns of one of the second
	depth = 192 // terms of a sum
)

// A room is one block of each factor, packed into strips: entry k, r of a strip is entry k of its row (or column) r. So the
// innermost loop reads one number after another, whatever the strides are.
type room struct {
	a [side / 3 * depth][3]float64
	b [side / 2 * depth][2]float64
}

var rooms = sync.Pool{New: func() any { return new(room) }}

// AddProduct adds A B to C: c_ij += sum over k of a_ik b_kj. The terms are added in order from zero, and each 192 of them
// then to c_ij. C must not overlap A or B.
func AddProduct(c, a, b Matrix) { add(c, a, b, false) }

// AddGram adds the upper triangle of AᵀA to that of C, in the order of AddProduct. What is below it is left undefined.
func AddGram(c, a Matrix) { add(c, a.T(), a, true) }

// add is a product in blocks (Goto and van de Geijn, Anatomy of high-performance matrix multiplication, ACM Trans. Math.
// Softw. 34, 2008), or of it only the tiles that reach into the upper triangle.
func add(c, a, b Matrix, upper bool) {
	r := rooms.Get().(*room)
	defer rooms.Put(r)
	for k := 0; k < a.Cols; k += depth {
		terms := min(depth, a.Cols-k)
		for j := 0; j < c.Cols; j += side {
			cols := min(side, c.Cols-j)
			pack(r.b[:], b.Part(k, j, terms, cols).T())
			last := c.Rows
			if upper {
				last = min(last, j+cols)
			}
			for i := 0; i < last; i += side {
				rows := min(side, last-i)
				pack(r.a[:], a.Part(i, k, rows, terms))
				r.tiles(c.Part(i, j, rows, cols), terms, upper && i == j)
			}
		}
	}
}

// pack copies the rows of m into strips; what is missing from the last strip is zero.
func pack[S [2]float64 | [3]float64](to []S, m Matrix) {
	var none S
	for i := 0; i < m.Rows; i += len(none) {
		strip := to[:m.Cols]
		to = to[m.Cols:]
		count := min(len(none), m.Rows-i)
		switch {
		case count == len(none) && m.down == 1: // side by side already
			at := i
			for k := range strip {
				strip[k] = S(m.Data[at:])
				at += m.right
			}
		case m.right == 1:
			clear(strip)
			for r := range count {
				for k, v := range m.Data[(i+r)*m.down:][:m.Cols] {
					strip[k][r] = v
				}
			}
		default:
			clear(strip)
			for k := range strip {
				for r := range count {
					strip[k][r] = m.At(i+r, k)
				}
			}
		}
	}
}

// tiles adds the product of the packed blocks to c, or of it only the tiles that reach to the diagonal or beyond.
func (r *room) tiles(c Matrix, terms int, upper bool) {
	var t [3][2]float64
	for i := 0; i < c.Rows; i += 3 {
		a := r.a[i/3*terms:][:terms]
		first := 0
		if upper {
			first = i / 2 * 2
		}
		for j := first; j < c.Cols; j += 2 {
			multiply(&t, a, r.b[j/2*terms:][:terms])
			rows, cols := min(3, c.Rows-i), min(2, c.Cols-j)
			at := i*c.down + j*c.right
			for p := range rows {
				c.Data[at] += t[p][0]
				if cols == 2 {
					c.Data[at+c.right] += t[p][1]
				}
				at += c.down
			}
		}
	}
}

// multiply sets t to the product of two strips. Six sums and the six products on their way fit into 15 registers.
func multiply(t *[3][2]float64, a [][3]float64, b [][2]float64) {
	var s00, s01, s10, s11, s20, s21 float64
	a = a[:len(b)]
	for k := range b {
		p, q := &a[k], &b[k]
		q0, q1 := q[0], q[1]
		s00 += float64(p[0] * q0)
		s01 += float64(p[0] * q1)
		s10 += float64(p[1] * q0)
		s11 += float64(p[1] * q1)
		s20 += float64(p[2] * q0)
		s21 += float64(p[2] * q1)
	}
	t[0][0], t[0][1], t[1][0], t[1][1], t[2][0], t[2][1] = s00, s01, s10, s11, s20, s21
}
