//go:build !amd64 || purego

package handwritten

// HasKernel says whether this build and this machine run the assembly.
const HasKernel = false

func attract(f *curve, table []float32, tail []uint32, p []float32, start []int32, row, rows int) float32 {
	return attractGo(f, table, tail, p, start, row, rows)
}

func repel(f *curve, table []float32, n, row, rows, count int, seed, step uint64) float32 {
	return repelGo(f, table, n, row, rows, count, seed, step)
}
