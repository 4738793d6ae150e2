package tile

import (
	"unsafe"

	"affmatch/internal/machine"
	"affmatch/internal/same"
)

// inGo is the set in Go: what the assembly must agree with, and all there is on other processors. Only accumulate may round
// differently: products that are rounded take a third of the time here. The conversions
// to float32 keep the compiler from fusing multiplication and addition, which some processors have and others not.
var inGo = set{
	name:       machine.Go,
	accumulate: [ops]func(*[Rows * Cols]float32, *[Rows]*float32, *float32, int){accumulateGo(Dot), accumulateGo(Square), accumulateGo(Abs), accumulateGo(Max)},
	score:      [ops]func(*[Rows * Cols]float32, *[Rows]*float32, *float32, int){scoreGo(Dot), scoreGo(Square), scoreGo(Abs), scoreGo(Max)},
	sift:       siftGo,
	pair:       [ops]func(*float32, *float32, int) float32{pairGo(Dot), pairGo(Square), pairGo(Abs), pairGo(Max)},
	lanes32:    [ops]func(*float32, *float32, int) [lanes]float64{lanesGo[float32](Dot), lanesGo[float32](Square), lanesGo[float32](Abs), lanesGo[float32](Max)},
	lanes64:    [ops]func(*float64, *float64, int) [lanes]float64{lanesGo[float64](Dot), lanesGo[float64](Square), lanesGo[float64](Abs), lanesGo[float64](Max)},
}

func accumulateGo(op Op) func(*[Rows * Cols]float32, *[Rows]*float32, *float32, int) {
	return func(acc *[Rows * Cols]float32, x *[Rows]*float32, panel *float32, d int) {
		y := unsafe.Slice(panel, d*Cols)
		for r := range Rows {
			row, sum := unsafe.Slice(x[r], d), (*[Cols]float32)(acc[r*Cols:])
			for k, v := range row {
				run(op, sum, v, (*[Cols]float32)(y[k*Cols:]))
			}
		}
	}
}

// run adds one column: an entry of a row against the 32 of a panel.
func run(op Op, sum *[Cols]float32, x float32, y *[Cols]float32) {
	switch op {
	case Dot:
		for c, y := range y {
			sum[c] -= float32(x * y)
		}
	case Square:
		for c, y := range y {
			sum[c] += float32((x - y) * (x - y))
		}
	case Abs:
		for c, y := range y {
			sum[c] += abs(x - y)
		}
	case Max:
		for c, y := range y {
			sum[c] = max(sum[c], abs(x-y))
		}
	}
}

func siftGo(acc *[Rows * Cols]float32, rowBias, rowLimit, colBias, colLimit *[Cols]float32, hits *[Rows]uint32) {
	for r := range Rows {
		var bits uint32
		score := (*[Cols]float32)(acc[r*Cols:])
		for c := range score {
			score[c] = score[c] + colBias[c] + rowBias[r]
			if score[c] <= max(rowLimit[r], colLimit[c]) {
				bits |= 1 << c
			}
		}
		hits[r] = bits
	}
}

// step adds a term to a sum as the assembly does: with one rounding where there is a product.
func step(op Op, sum, x, y float32) float32 {
	switch op {
	case Dot:
		return same.FMA32(-x, y, sum)
	case Square:
		return same.FMA32(x-y, x-y, sum)
	case Abs:
		return sum + abs(x-y)
	}
	return max(sum, abs(x-y))
}

func scoreGo(op Op) func(*[Rows * Cols]float32, *[Rows]*float32, *float32, int) {
	return func(acc *[Rows * Cols]float32, x *[Rows]*float32, panel *float32, d int) {
		y := unsafe.Slice(panel, d*Cols)
		for r := range Rows {
			row, sum := unsafe.Slice(x[r], d), (*[Cols]float32)(acc[r*Cols:])
			for k, v := range row {
				for c, w := range (*[Cols]float32)(y[k*Cols:]) {
					sum[c] = step(op, sum[c], v, w)
				}
			}
		}
	}
}

// pairGo has four lines of sixteen sums, one for each of four lines of columns; single lines go to the first, the rest to
// the second, and the lines are added up by halves.
func pairGo(op Op) func(x, y *float32, d int) float32 {
	return func(px, py *float32, d int) float32 {
		x, y := unsafe.Slice(px, d), unsafe.Slice(py, d)
		var s [64]float32
		four, one := d/64*64, d/16*16
		for k, v := range x {
			at := k % 64
			switch {
			case k >= one:
				at = 16 + k%16
			case k >= four:
				at = k % 16
			}
			s[at] = step(op, s[at], v, y[k])
		}
		fold := func(to, from, n int) {
			for l := range n {
				if op == Max {
					s[to+l] = max(s[to+l], s[from+l])
				} else {
					s[to+l] += s[from+l]
				}
			}
		}
		fold(0, 16, 16)
		fold(32, 48, 16)
		fold(0, 32, 16)
		for n := 8; n > 0; n /= 2 {
			fold(0, n, n)
		}
		return s[0]
	}
}

func abs(x float32) float32 { return max(x, -x) }
