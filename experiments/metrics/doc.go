// Package metrics scores an embedding Z against the data X that it came from and against known classes.
//
//	of X and Z      Trustworthiness, Continuity, Preservation, CoRanking, DistanceCorrelation, ShepardCorrelation
//	of Z, classes   Silhouette, KNNAccuracy, KMeansAgreement (ARI, NMI)
//	the usual table Evaluate -> Report
//
// Conventions, the same for all: distances are Euclidean in float64 on the input as given (in X, Options.Metric may be
// another); neighbors of a point are looked up among all others, never the point itself; equal distances are ordered by
// index; larger is better. A function looks at all pairs of rows (O(n^2) time, O(n) memory); Evaluate samples rows of large
// data, and says how many and the standard errors. Large data of float32 numbers are compared in float32, to a few
// millionths of a squared distance (single.go). All run on every core, and give the same bits on any number of them.
//
// X and Z may be any mat.Matrix, a row a point. Errors name the input: other numbers of rows, a NaN, k too large for n.
//
// Read scan.go first: it is the one loop behind all scores of pairs.
package metrics
