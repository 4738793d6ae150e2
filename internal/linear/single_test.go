package linear

import (
	"fmt"
	"math"
	"testing"

	"affmatch/internal/golden"
)

// product32 is A B by the package's sentence, one number at a time.
func product32(a, b Matrix) []float64 {
	c := make([]float64, a.Rows*b.Cols)
	for i := range a.Rows {
		for j := range b.Cols {
			for k := 0; k < a.Cols; k += singleTerms {
				var s float32
				for q := k; q < min(k+singleTerms, a.Cols); q++ {
					s = float32(math.FMA(float64(float32(a.At(i, q))), float64(float32(b.At(q, j))), float64(s)))
				}
				c[i*b.Cols+j] += float64(s)
			}
		}
	}
	return c
}

func TestSingleProductsAreSumsInTheirOrder(t *testing.T) {
	for _, s := range [][3]int{{1, 1, 1}, {8, 5, 32}, {9, 257, 33}, {65, 1100, 100}, {3, 0, 2}} {
		for flip := range 4 {
			a, b := uniform(s[0], s[1]), uniform(s[1], s[2])
			if flip&1 > 0 {
				a = uniform(s[1], s[0]).T()
			}
			if flip&2 > 0 {
				b = uniform(s[2], s[1]).T()
			}
			want := product32(a, b)
			for _, workers := range []int{1, 3} {
				var l Left
				var r Right
				for range 2 { // memory is used again
					l.Load(a, workers)
					r.Load(b, workers)
				}
				c := uniform(s[0], s[2]).Data
				Product(c, &l, &r, workers)
				// Rounded to float64 on the way to float32, the sums of the test may differ in a last digit.
				for e, v := range c {
					if math.Abs(v-want[e]) > 1e-7*math.Sqrt(float64(s[1]+1)) {
						t.Fatalf("%v, flipped %d: entry %d is %v, want %v", s, flip, e, v, want[e])
					}
				}
			}
		}
	}
}

func TestSingleProductsHaveTheRecordedBits(t *testing.T) {
	var l Left
	var r Right
	l.Load(uniform(97, 700), 0)
	r.Load(uniform(700, 45), 0)
	c := make([]float64, 97*45)
	Product(c, &l, &r, 0)
	if got := golden.Bits(c); got != "b57cbed925f2017a" {
		t.Errorf("bits %s", got)
	}
}

func BenchmarkSingleProduct(b *testing.B) {
	for _, s := range [][3]int{{10000, 784, 100}, {784, 10000, 100}, {1000, 784, 100}, {1000, 100, 100}, {100, 1000, 100}} {
		b.Run(fmt.Sprintf("%dx%dx%d", s[0], s[1], s[2]), func(b *testing.B) {
			x, y := uniform(s[0], s[1]), uniform(s[1], s[2])
			var l Left
			var r Right
			l.Load(x, 1)
			r.Load(y, 1)
			c := make([]float64, s[0]*s[2])
			for b.Loop() {
				Product(c, &l, &r, 1)
			}
			b.ReportMetric(2*float64(s[0]*s[1]*s[2])*float64(b.N)/b.Elapsed().Seconds()/1e9, "GF/s")
		})
		b.Run(fmt.Sprintf("load/%dx%dx%d", s[0], s[1], s[2]), func(b *testing.B) {
			x, y := uniform(s[1], s[0]).T(), uniform(s[1], s[2])
			var l Left
			var r Right
			for b.Loop() {
				l.Load(x, 1)
				r.Load(y, 1)
			}
		})
	}
}
