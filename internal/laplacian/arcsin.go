package laplacian

// arcsin adds up a series until its terms no longer count, since math.Asin is not the same on every processor in its last
// bits, and discs are few and need no haste. It is that of x from 0 to 1/2: the sum of x^(2k+1) (2k)! / (4^k k!² (2k+1)).
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
