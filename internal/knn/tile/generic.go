package tile

import "unsafe"

// inGo is the set in Go: what the assembly must agree with, and all there is on other processors. The conversions
// to float32 keep the compiler from fusing multiplication and addition, which some processors have and others not.
var inGo = set{
	name:       "Go",
	accumulate: [ops]func(*[Rows * Cols]float32, *[Rows]*float32, *float32, int){accumulateGo(Dot), accumulateGo(Square), accumulateGo(Abs), accumulateGo(Max)},
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

func pairGo(op Op) func(x, y *float32, d int) float32 {
	return func(px, py *float32, d int) float32 {
		x, y := unsafe.Slice(px, d), unsafe.Slice(py, d)
		var s float32
		for k, x := range x {
			switch y := y[k]; op {
			case Dot:
				s -= float32(x * y)
			case Square:
				s += float32((x - y) * (x - y))
			case Abs:
				s += abs(x - y)
			case Max:
				s = max(s, abs(x-y))
			}
		}
		return s
	}
}

func abs(x float32) float32 { return max(x, -x) }
