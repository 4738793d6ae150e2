package laplacian

import (
	"math"
	"testing"
)

func TestArcsinIsThatOfPackageMath(t *testing.T) {
	for i := range 10_001 {
		x := float64(i) / 20_000
		if got, want := arcsin(x), math.Asin(x); math.Abs(got-want) > 1e-15 {
			t.Fatalf("arcsin(%g) = %v, want %v", x, got, want)
		}
	}
}
