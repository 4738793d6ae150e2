// Package laplacian computes the spectral embedding of a weighted graph: the eigenvectors 2 .. d+1 of its symmetric
// normalized Laplacian
//
//	L = I - D^-1/2 W D^-1/2,  D = the diagonal matrix of the row sums of W,
//
// each of norm 1, the start that umap-learn uses too (Belkin and Niyogi, Laplacian eigenmaps for dimensionality reduction
// and data representation, Neural Computation 15, 2003; Ng, Jordan and Weiss, On spectral clustering, NIPS 2001).
//
// Graphs of nearest neighbors have eigenvalues of 1e-4 and less, whose gaps are as small, and plain iterations crawl or
// hang on them. Here the points are gathered into groups, the groups into groups of groups, until few are left
// (coarsen.go): each level is again the normalized Laplacian of a graph. The coarsest is decomposed in full; its
// eigenvectors start the next finer level, and so on (embed.go). On each level LOBPCG improves them (lobpcg.go; Knyazev,
// Toward the optimal preconditioned eigensolver, SIAM J. Sci. Comput. 23, 2001), preconditioned by one multigrid cycle
// over the coarser levels (cycle.go), so that the number of steps, some ten, hardly depends on the graph's size or on
// its eigenvalues.
//
// Components are embedded one by one and laid out side by side (apart.go).
//
// All loops over points run over fixed blocks (team.go), in an order of operations that is written down, so the result has
// the same bits for any number of workers, on every processor.
//
// Read embed.go first.
package laplacian
