package same

// EachOfTables visits the entries of logs and powers with their arguments.
func EachOfTables(visit func(name string, hi, lo, x float64)) {
	for j, v := range logs {
		visit("logs", v[0], v[1], float64(j+23)/32)
	}
	for j, v := range powers {
		visit("powers", v[0], v[1], float64(j)/32)
	}
}
