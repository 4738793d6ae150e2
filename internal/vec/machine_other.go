//go:build !amd64 || purego

package vec

func machineSets32() []*Set[float32] { return nil }
func machineSets64() []*Set[float64] { return nil }
