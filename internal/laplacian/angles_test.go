package laplacian

import (
	"math"
	"testing"
)

func TestAnglesAreThoseOfPackageMath(t *testing.T) {
	for i := range 10_001 {
		x := float64(i) / 20_000
		if got, want := arcsin(x), math.Asin(x); math.Abs(got-want) > 1e-15 {
			t.Fatalf("arcsin(%g) = %v, want %v", x, got, want)
		}
		angle := float64(i) / 10_000 * 2 * math.Pi
		cos, sin := turn(angle)
		if math.Abs(cos-math.Cos(angle)) > 1e-15 || math.Abs(sin-math.Sin(angle)) > 1e-15 {
			t.Fatalf("turn(%v) = %v, %v, want %v, %v", angle, cos, sin, math.Cos(angle), math.Sin(angle))
		}
	}
}
