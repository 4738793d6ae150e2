package linear

import "sync"

// The blocks of a product: they fill a good part of a second-level cache.
const (
	side  = 64  // rows of a block of the first factor, columns of one of the second
	depth = 192 // terms of a sum
	lanes = 4   // rows, or columns, that lie side by side in a packed strip
)

// A packed block is strips of four rows: entry k, r of a strip is entry r, k of the rows. So the innermost loop reads
// both factors one number after another, whatever their strides are.
type packed [side / lanes * depth][lanes]float64

// A room is what one product needs.
type room struct{ a, b packed }

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
	b = b.T() // so that both are packed alike
	for k := 0; k < a.Cols; k += depth {
		terms := min(depth, a.Cols-k)
		for j := 0; j < c.Cols; j += side {
			cols := min(side, c.Cols-j)
			r.b.pack(b.Part(j, k, cols, terms))
			last := c.Rows
			if upper {
				last = min(last, j+cols)
			}
			for i := 0; i < last; i += side {
				rows := min(side, last-i)
				r.a.pack(a.Part(i, k, rows, terms))
				r.tiles(c.Part(i, j, rows, cols), terms, upper && i == j)
			}
		}
	}
}

// pack copies the rows of m into strips; what is missing from the last strip is zero.
func (p *packed) pack(m Matrix) {
	for i := 0; i < m.Rows; i += lanes {
		strip := p[i/lanes*m.Cols:][:m.Cols]
		switch rows := min(lanes, m.Rows-i); {
		case rows == lanes && m.right == 1:
			r0, r1 := m.Data[i*m.down:][:m.Cols], m.Data[(i+1)*m.down:][:m.Cols]
			r2, r3 := m.Data[(i+2)*m.down:][:m.Cols], m.Data[(i+3)*m.down:][:m.Cols]
			for k := range strip {
				strip[k] = [lanes]float64{r0[k], r1[k], r2[k], r3[k]}
			}
		case rows == lanes && m.down == 1:
			for k := range strip {
				strip[k] = [lanes]float64(m.Data[i+k*m.right:])
			}
		default:
			for k := range strip {
				strip[k] = [lanes]float64{}
				for r := range rows {
					strip[k][r] = m.At(i+r, k)
				}
			}
		}
	}
}

// tiles adds the product of the packed blocks to c, or of it only the tiles that reach to the diagonal or beyond.
func (r *room) tiles(c Matrix, terms int, upper bool) {
	var t tile
	for i := 0; i < c.Rows; i += lanes {
		a := r.a[i/lanes*terms:][:terms]
		first := 0
		if upper {
			first = i
		}
		for j := first; j < c.Cols; j += lanes {
			t.multiply(a, r.b[j/lanes*terms:][:terms])
			rows, cols := min(lanes, c.Rows-i), min(lanes, c.Cols-j)
			for p := range rows {
				at := (i+p)*c.down + j*c.right
				for q := range cols {
					c.Data[at+q*c.right] += t[p][q]
				}
			}
		}
	}
}

// A tile is 4 x 4 entries of a product.
type tile [lanes][lanes]float64

// multiply sets the tile to the product of two strips, half of its columns after the other: eight sums are as many as the
// registers of all processors hold.
func (t *tile) multiply(a, b [][lanes]float64) {
	a = a[:len(b)]
	var s00, s01, s10, s11, s20, s21, s30, s31 float64
	for k := range b {
		p, q := &a[k], &b[k]
		q0, q1 := q[0], q[1]
		s00 += float64(p[0] * q0)
		s01 += float64(p[0] * q1)
		s10 += float64(p[1] * q0)
		s11 += float64(p[1] * q1)
		s20 += float64(p[2] * q0)
		s21 += float64(p[2] * q1)
		s30 += float64(p[3] * q0)
		s31 += float64(p[3] * q1)
	}
	t[0][0], t[0][1], t[1][0], t[1][1] = s00, s01, s10, s11
	t[2][0], t[2][1], t[3][0], t[3][1] = s20, s21, s30, s31
	s00, s01, s10, s11, s20, s21, s30, s31 = 0, 0, 0, 0, 0, 0, 0, 0
	for k := range b {
		p, q := &a[k], &b[k]
		q0, q1 := q[2], q[3]
		s00 += float64(p[0] * q0)
		s01 += float64(p[0] * q1)
		s10 += float64(p[1] * q0)
		s11 += float64(p[1] * q1)
		s20 += float64(p[2] * q0)
		s21 += float64(p[2] * q1)
		s30 += float64(p[3] * q0)
		s31 += float64(p[3] * q1)
	}
	t[0][2], t[0][3], t[1][2], t[1][3] = s00, s01, s10, s11
	t[2][2], t[2][3], t[3][2], t[3][3] = s20, s21, s30, s31
}
