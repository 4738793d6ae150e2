package tile

import "affmatch/internal/machine"

//go:generate sh -c "cd asm && go run . -out ../tile_amd64.s -stubs ../stubs_amd64.go -pkg tile"

// A tile has Rows rows and Cols columns.
const (
	Rows = 8
	Cols = 32
)

// Op is what one column adds to the sum of a pair of rows.
type Op int

const (
	Dot    Op = iota // s - x*y: the negative inner product, so that a smaller score is nearer for every Op
	Square           // s + (x-y)^2
	Abs              // s + |x-y|
	Max              // max(s, |x-y|)
	ops
)

// Limits belongs to the rows (Rows entries are used) or the columns of a tile.
type Limits struct {
	Bias  [Cols]float32 // added to every score
	Limit [Cols]float32 // scores up to it are hits; -Inf: none
}

// Accumulate adds d columns to the tile: acc[r*Cols+c] op= (x[r][k], panel[k*Cols+c]) for k < d.
// Columns are added in order, so the sum of a pair has the same bits wherever in a tile the pair stands; other kernel sets
// may give other bits.
func Accumulate(op Op, acc *[Rows * Cols]float32, x *[Rows]*float32, panel []float32, d int) {
	if d > 0 {
		_ = panel[d*Cols-1]
		kernels.accumulate[op](acc, x, &panel[0], d)
	}
}

// Score is Accumulate with the same bits on all kernel sets: each product is added with one rounding.
func Score(op Op, acc *[Rows * Cols]float32, x *[Rows]*float32, panel []float32, d int) {
	if d > 0 {
		_ = panel[d*Cols-1]
		kernels.score[op](acc, x, &panel[0], d)
	}
}

// Sift adds the biases, acc[r*Cols+c] += cols.Bias[c] + rows.Bias[r], and sets bit c of hits[r] where the result is
// at most rows.Limit[r] or at most cols.Limit[c].
func Sift(acc *[Rows * Cols]float32, rows, cols *Limits, hits *[Rows]uint32) {
	kernels.sift(acc, &rows.Bias, &rows.Limit, &cols.Bias, &cols.Limit, hits)
}

// Pair is the sum over the columns of two rows of one length, with the same bits on all kernel sets.
func Pair(op Op, x, y []float32) float32 {
	if len(x) == 0 {
		return 0
	}
	_ = y[len(x)-1]
	return kernels.pair[op](&x[0], &y[0], len(x))
}

// Pack writes up to Cols rows into the columns of a panel: panel[k*Cols+c] = rows[c][k]. Columns without a row may hold
// anything. Four rows go at a time, which takes the time of two alone.
func Pack(panel []float32, rows [][]float32) {
	for c := 0; c < len(rows); c += 4 {
		last := len(rows) - 1
		w, x, y, z := rows[c], rows[min(c+1, last)], rows[min(c+2, last)], rows[min(c+3, last)]
		x, y, z = x[:len(w)], y[:len(w)], z[:len(w)]
		for k, v := range w {
			to := (*[4]float32)(panel[k*Cols+c:])
			to[0], to[1], to[2], to[3] = v, x[k], y[k], z[k]
		}
	}
}

// set is one implementation of the loops. d is at least 1.
type set struct {
	name       string
	accumulate [ops]func(acc *[Rows * Cols]float32, x *[Rows]*float32, panel *float32, d int)
	score      [ops]func(acc *[Rows * Cols]float32, x *[Rows]*float32, panel *float32, d int)
	sift       func(acc *[Rows * Cols]float32, rowBias, rowLimit, colBias, colLimit *[Cols]float32, hits *[Rows]uint32)
	pair       [ops]func(x, y *float32, d int) float32
	lanes32    [ops]func(x, y *float32, d int) [lanes]float64 // d is a multiple of lanes
	lanes64    [ops]func(x, y *float64, d int) [lanes]float64
}

var kernels = named(machine.Vector())

// named is the set of machine.Vectors of that name.
func named(name string) set {
	s, ok := assembled[name]
	if !ok {
		return inGo
	}
	s.name, s.score = name, s.accumulate
	return s
}
