// Package cookbook is research ideas as a researcher would write them, a file each: a kernel with a learned tail, labels,
// triplets, input affinities, hyperbolic space, weights, optimizers, spectral methods, encoders and new points.
//
// Each is run on real data by the package's tests, on both engines where it is small, and its lines are counted. Copy what
// is near your own idea.
package cookbook
