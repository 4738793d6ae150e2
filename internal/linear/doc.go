// Package linear is dense linear algebra in a specified order of operations: products of matrices, orthonormal vectors, and
// the symmetric eigenproblem, as principal components and spectral embeddings need them. The same numbers give the same
// bits on every processor, and with any number of cores.
//
// Libraries do not promise that. Their kernels add up in an order that depends on the machine, and Go itself may round
// x*y + z once instead of twice where the processor can (arm64 always, amd64 with GOAMD64=v3). Here the order of each sum
// is written down, and each product that is added to something is converted first, float64(x*y) + z, which the language
// specification defines as a rounding. Besides the four operations only math.Sqrt, Abs, Frexp and Ldexp are used, which
// are the same everywhere. Tests compare the bits of whole results with recorded ones.
//
// Everything runs on the caller's goroutine but for products in single precision (single.go).
//
// Read matrix.go first, then product.go and eigen.go.
package linear
