// Package handwritten is two methods, written out: their loss in the plane, its gradient and the step of gradient descent,
// by hand, in float32. They are the yardstick of the engine (internal/fuse), for benchmarks and tests only: no model uses
// them. Both begin with
//
//	c = |z_i - z_j|^2 + floor,  u = a c^b
//
// UMAP is models.UMAP's:
//
//	Q = 1/(1+u)
//	loss = sum over the entries of P of -P log(Q/(1+Q))  =  sum P log(2+u)
//	     + sum over the samples of -log(1 - Q/(1+Q))     =  sum log((2+u)/(1+u))
//
//	dloss/dz_i = 2ab P c^(b-1)/(2+u) (z_i - z_j)            of an entry of P, z_j the negative of it
//	           = -2ab c^(b-1)/((1+u)(2+u)) (z_i - z_j)      of a sample
//
// Cauchy is a researcher's own, with a generalized Cauchy kernel:
//
//	Q = (1+u)^-g
//	loss = sum over the entries of P of P (1-Q)^2
//	     + sum over the samples of log(1+2Q)
//
//	dloss/dz_i = 4gab P c^(b-1) (1-Q) Q/(1+u) (z_i - z_j)       of an entry of P
//	           = -4gab c^(b-1) Q/((1+u)(1+2Q)) (z_i - z_j)      of a sample
//
// Read [Embedding] first. Its kernels do 16 pairs at a time with AVX-512, some 16 sixteens in turn, in three loops: gather,
// compute (all in registers), scatter. The module in ./asm writes them. What makes them fast, nearly all of it knowledge
// of one loss that an engine does not have:
//
//   - A point and its gradient lie side by side, so a pair's tail costs one cache line, not two.
//   - c^b is c c^(b-1), and one reciprocal serves the loss and the gradient of UMAP's sample; Q is (1+u) Q/(1+u), and no
//     entry of Cauchy's needs a reciprocal.
//   - Cauchy's logarithms of the samples of a row are one, of their product.
//   - Logarithms are right to 1e-7 absolutely, which a power and a sum need, not relatively.
//   - The rows of P are filled up to whole sixteens once for all, so no loop has a rest.
//   - The samples of 16 rows are drawn in registers and stand in the 16 lanes: no sum across lanes.
//   - There are as many shards as cores, and the descent sums them up, moves the points and clears the gradients in one
//     pass.
package handwritten

//go:generate sh -c "cd asm && go run ."
