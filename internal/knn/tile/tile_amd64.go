//go:build amd64 && !purego

package tile

import "affmatch/internal/machine"

// assembled are the sets in assembly, by name.
var assembled = map[string]set{
	machine.AVX2: {
		accumulate: [ops]func(*[Rows * Cols]float32, *[Rows]*float32, *float32, int){accumulateDot256, accumulateSquare256, accumulateAbs256, accumulateMax256},
		sift:       sift256,
		pair:       [ops]func(*float32, *float32, int) float32{pairDot256, pairSquare256, pairAbs256, pairMax256},
		lanes32:    [ops]func(*float32, *float32, int) [lanes]float64{lanesDot32x256, lanesSquare32x256, lanesAbs32x256, lanesMax32x256},
		lanes64:    [ops]func(*float64, *float64, int) [lanes]float64{lanesDot64x256, lanesSquare64x256, lanesAbs64x256, lanesMax64x256},
	},
	machine.AVX512: {
		accumulate: [ops]func(*[Rows * Cols]float32, *[Rows]*float32, *float32, int){accumulateDot512, accumulateSquare512, accumulateAbs512, accumulateMax512},
		sift:       sift512,
		pair:       [ops]func(*float32, *float32, int) float32{pairDot512, pairSquare512, pairAbs512, pairMax512},
		lanes32:    [ops]func(*float32, *float32, int) [lanes]float64{lanesDot32x512, lanesSquare32x512, lanesAbs32x512, lanesMax32x512},
		lanes64:    [ops]func(*float64, *float64, int) [lanes]float64{lanesDot64x512, lanesSquare64x512, lanesAbs64x512, lanesMax64x512},
	},
}
