package laplacian

import "math"

// The functions of package math are not the same on every processor in their last bits. Discs are few and need no haste:
// these add up series until their terms no longer count.

// arcsin is that of x from 0 to 1/2: the sum of x^(2k+1) (2k)! / (4^k k!² (2k+1)).
func arcsin(x float64) float64 {
	sum, power := 0.0, x
	for k := 1.0; ; k += 2 {
		before := sum
		sum += power / k
		if sum == before {
			return sum
		}
		power *= x * x * k / (k + 1)
	}
}

// turn gives cosine and sine of an angle from 0 to 2 pi: Taylor's series of the distance to the nearest quarter.
func turn(angle float64) (cos, sin float64) {
	quarter := math.Floor(angle/(math.Pi/2) + 0.5)
	x := angle - float64(quarter*(math.Pi/2))
	cos, sin = 1, x
	power := x
	for k := 2.0; k < 20; k += 2 {
		power = float64(power * (-x / k))
		cos += power
		power = float64(power * (x / (k + 1)))
		sin += power
	}
	switch int(quarter) % 4 {
	case 1:
		return -sin, cos
	case 2:
		return -cos, -sin
	case 3:
		return sin, -cos
	}
	return cos, sin
}
