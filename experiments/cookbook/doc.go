// Package cookbook is research ideas as a researcher would write them, a file each: a kernel with a learned tail, the
// spectrum between t-SNE and UMAP, labels, triplets, input affinities, densities, hyperbolic space, weights and anchors,
// divergences, optimizers, stresses, spectral methods, encoders and new points, doubly stochastic affinities.
//
// Each is run on real data by the package's tests, on both engines where it is small, and its lines are counted. Copy what
// is near your own idea.
package cookbook
