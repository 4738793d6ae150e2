package sizes

import (
	"math"
	"testing"
)

func TestProductsDoNotOverflow(t *testing.T) {
	for _, c := range []struct {
		factors []int64
		want    int64
	}{
		{nil, 1}, {[]int64{3, 4}, 12}, {[]int64{0, math.MaxInt64, math.MaxInt64}, 0}, {[]int64{math.MaxInt64, math.MaxInt64, 0}, 0},
		{[]int64{1 << 32, 1 << 32}, Most}, {[]int64{math.MaxInt64}, Most}, {[]int64{-3, 5}, 0}, {[]int64{Most, 1}, Most},
	} {
		if got := Of(c.factors...); got != c.want {
			t.Errorf("%v: %d, want %d", c.factors, got, c.want)
		}
	}
}
