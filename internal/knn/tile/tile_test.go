package tile

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"affmatch/internal/machine"
)

// exact is the sum of a pair in float64, and the sum of its terms' sizes, which scales the error.
func exact(op Op, x, y []float32) (sum, size float64) {
	for k := range x {
		a, b := float64(x[k]), float64(y[k])
		switch op {
		case Dot:
			sum -= a * b
			size += math.Abs(a * b)
		case Square:
			sum += (a - b) * (a - b)
		case Abs:
			sum += math.Abs(a - b)
		case Max:
			sum = max(sum, math.Abs(a-b))
		}
	}
	return sum, max(size, sum)
}

func sets() (all []set) {
	for _, name := range machine.Vectors() {
		all = append(all, named(name))
	}
	return all
}

func each(t *testing.T, check func(t *testing.T, s set, op Op)) {
	for _, s := range sets() {
		for op := range ops {
			t.Run(fmt.Sprintf("%s/%d", s.name, op), func(t *testing.T) { check(t, s, op) })
		}
	}
}

func random(n int, rng *rand.Rand) []float32 {
	v := make([]float32, n)
	for i := range v {
		v[i] = float32(rng.NormFloat64())
	}
	return v
}

// The error of a chain of d float32 sums is at most (d+2) half units in the last place of the terms' total size.
func tolerance(d int, size float64) float64 { return float64(d+2) * 0x1p-24 * size }

func TestAccumulateIsTheSumOverColumns(t *testing.T) {
	each(t, func(t *testing.T, s set, op Op) {
		rng := rand.New(rand.NewPCG(1, uint64(op)))
		for _, d := range []int{1, 2, 3, 10, 33, 784} {
			var x [Rows]*float32
			var rows [Rows][]float32
			for r := range rows {
				rows[r] = random(d, rng)
				x[r] = &rows[r][0]
			}
			panel := make([]float32, d*Cols)
			var cols [Cols][]float32
			for c := range cols {
				cols[c] = random(d, rng)
			}
			Pack(panel, cols[:])
			var acc [Rows * Cols]float32
			s.accumulate[op](&acc, &x, &panel[0], d)
			for r := range rows {
				for c := range cols {
					want, size := exact(op, rows[r], cols[c])
					if got := float64(acc[r*Cols+c]); !(math.Abs(got-want) <= tolerance(d, size)) {
						t.Fatalf("d=%d: tile[%d][%d] = %g, want %g", d, r, c, got, want)
					}
				}
			}
		}
	})
}

func TestAccumulateAddsToWhatIsThere(t *testing.T) {
	each(t, func(t *testing.T, s set, op Op) {
		rng := rand.New(rand.NewPCG(2, uint64(op)))
		const d = 20
		var x, tail [Rows]*float32
		for r := range x {
			row := random(d, rng)
			x[r], tail[r] = &row[0], &row[7]
		}
		panel := random(d*Cols, rng)
		var whole, parts [Rows * Cols]float32
		s.accumulate[op](&whole, &x, &panel[0], d)
		s.accumulate[op](&parts, &x, &panel[0], 7)
		s.accumulate[op](&parts, &tail, &panel[7*Cols], d-7)
		if whole != parts {
			t.Fatal("7 columns and then 13 are not the same bits as 20 at once")
		}
	})
}

func TestPairIsTheSumOverColumns(t *testing.T) {
	each(t, func(t *testing.T, s set, op Op) {
		rng := rand.New(rand.NewPCG(3, uint64(op)))
		for d := 1; d < 200; d++ {
			x, y := random(d+1, rng)[:d], random(d+1, rng)[:d]
			x[:d+1][d], y[:d+1][d] = 1e30, -1e30
			want, size := exact(op, x, y)
			if got := float64(s.pair[op](&x[0], &y[0], d)); !(math.Abs(got-want) <= tolerance(d, size)) {
				t.Fatalf("d=%d: %g, want %g", d, got, want)
			}
		}
	})
}

func TestSiftAddsBiasesAndMarksHits(t *testing.T) {
	inf := float32(math.Inf(1))
	for _, s := range sets() {
		rng := rand.New(rand.NewPCG(4, 0))
		var acc, want [Rows * Cols]float32
		var row, col Limits
		copy(acc[:], random(len(acc), rng))
		for _, v := range [][]float32{row.Bias[:], row.Limit[:], col.Bias[:], col.Limit[:]} {
			copy(v, random(Cols, rng))
		}
		row.Limit[3], col.Limit[5], col.Bias[6] = -inf, -inf, inf
		acc[1], row.Bias[0], col.Bias[1], row.Limit[0] = 1, 2, 3, 6 // a tie is a hit
		var hits [Rows]uint32
		was := acc
		s.sift(&acc, &row.Bias, &row.Limit, &col.Bias, &col.Limit, &hits)
		for i := range want {
			r, c := i/Cols, i%Cols
			want[i] = was[i] + col.Bias[c] + row.Bias[r]
			hit := want[i] <= row.Limit[r] || want[i] <= col.Limit[c]
			if acc[i] != want[i] || hit != (hits[r]>>c&1 == 1) {
				t.Fatalf("%s: score[%d][%d] = %g, hit %t; want %g, %t", s.name, r, c, acc[i], hits[r]>>c&1 == 1, want[i], hit)
			}
		}
	}
}

func BenchmarkAccumulate(b *testing.B) {
	const d = 784
	rng := rand.New(rand.NewPCG(5, 0))
	var x [Rows]*float32
	for r := range x {
		x[r] = &random(d, rng)[0]
	}
	panel := random(d*Cols, rng)
	for _, s := range sets() {
		for op := range ops {
			b.Run(fmt.Sprintf("%s/%d", s.name, op), func(b *testing.B) {
				var acc [Rows * Cols]float32
				for b.Loop() {
					s.accumulate[op](&acc, &x, &panel[0], d)
				}
				b.ReportMetric(float64(b.N)*d*Rows*Cols/1e9/b.Elapsed().Seconds(), "Gpairs/s")
			})
		}
	}
}

func TestPackTransposes(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 0))
	for n := 1; n <= Cols; n++ {
		const d = 5
		panel := make([]float32, d*Cols)
		var rows [][]float32
		for range n {
			rows = append(rows, random(d, rng))
		}
		Pack(panel, rows)
		for c, row := range rows {
			for k, want := range row {
				if panel[k*Cols+c] != want {
					t.Fatalf("%d rows: column %d of row %d is %g, want %g", n, k, c, panel[k*Cols+c], want)
				}
			}
		}
	}
}

func BenchmarkPack(b *testing.B) {
	for _, d := range []int{50, 784} {
		b.Run(fmt.Sprintf("d=%d", d), func(b *testing.B) {
			rng := rand.New(rand.NewPCG(7, 0))
			var rows [][]float32
			for range Cols {
				rows = append(rows, random(d, rng))
			}
			panel := make([]float32, d*Cols)
			for b.Loop() {
				Pack(panel, rows)
			}
		})
	}
}

func TestSumHasTheSameBitsOnAllKernels(t *testing.T) {
	defer func(was set) { kernels = was }(kernels)
	rng := rand.New(rand.NewPCG(8, 0))
	for op := range ops {
		for d := range 70 {
			x, y := random(d, rng), random(d, rng)
			wide := make([]float64, d)
			for k, v := range x {
				wide[k] = float64(v)
			}
			y64 := make([]float64, d)
			for k, v := range y {
				y64[k] = float64(v)
			}
			want, size := exact(op, x, y)
			kernels = inGo
			first := Sum(op, x, y)
			if !(math.Abs(first-want) <= float64(d)*0x1p-53*size) {
				t.Fatalf("op %d, d=%d: %g, want %g", op, d, first, want)
			}
			for _, kernels = range sets() {
				for _, got := range []float64{Sum(op, x, y), Sum(op, wide, y64), Sum(op, x, y64), Sum(op, wide, y)} {
					if got != first {
						t.Fatalf("%s, op %d, d=%d: %g, in Go %g", kernels.name, op, d, got, first)
					}
				}
			}
		}
	}
}

// TestScoreAndPairHaveTheSameBitsOnAllKernels, at all lengths, and at sizes whose products and sums are subnormal.
func TestScoreAndPairHaveTheSameBitsOnAllKernels(t *testing.T) {
	rng := rand.New(rand.NewPCG(10, 0))
	for op := range ops {
		for d := 1; d < 200; d++ {
			scaled := func(n int) []float32 {
				v := random(n, rng)
				if d%3 == 0 {
					for k := range v {
						v[k] *= 1e-20
					}
				}
				return v
			}
			x, y := scaled(d), scaled(d)
			var rows [Rows]*float32
			for r := range rows {
				rows[r] = &scaled(d)[0]
			}
			panel := scaled(d * Cols)
			var want [Rows * Cols]float32
			inGo.score[op](&want, &rows, &panel[0], d)
			pair := inGo.pair[op](&x[0], &y[0], d)
			for _, s := range sets() {
				var got [Rows * Cols]float32
				s.score[op](&got, &rows, &panel[0], d)
				if got != want {
					t.Fatalf("%s, op %d, d=%d: other scores", s.name, op, d)
				}
				if got := s.pair[op](&x[0], &y[0], d); got != pair {
					t.Fatalf("%s, op %d, d=%d: pair %g, want %g", s.name, op, d, got, pair)
				}
			}
		}
	}
}

func BenchmarkSum(b *testing.B) {
	rng := rand.New(rand.NewPCG(9, 0))
	for _, d := range []int{10, 50, 784} {
		x, y := random(d, rng), random(d, rng)
		b.Run(fmt.Sprintf("d=%d", d), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Sum(Square, x, y)
			}
		})
	}
}
