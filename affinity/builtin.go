package affinity

// Builtin are this package's parts, each with the numbers that are customary for it: what command lines and files can name,
// what the conformance tests go through, and what doc.go has a line for. A new part is its file, a line here and that line.
func Builtin() []any {
	return []any{
		UMAPAffinityIn{Neighbors: 30},
		EntropicAffinity{Perplexity: 30},
		UniformAffinity{Neighbors: 15},
		HeatKernel{},
		OnData{Output: Normalized{Output: Of{Kernel: Gaussian{}}}},

		UMAPAffinityOut{MinDist: 0.1, Spread: 1},
		Gaussian{},
		Student{},
		Odds{Kernel: Student{}},
		Over{Kernel: Student{}},

		Of{Kernel: Student{}},
		Normalized{Output: Of{Kernel: Student{}}},
		ScalarProduct{},
		Distance{},
		OverAll, OverRows, OverColumns,

		SquaredEuclidean, Euclidean, Manhattan, Angular, Hyperbolic,
		Chebyshev, Cosine, Correlation,
		Automatic, Exactly, Approximate,

		Edges{},
		All{},
		Uniform{Count: 10},
		MidNear{Count: 5},
		Far{Count: 20},
		Triplets{Inliers: 12, Outliers: 4, Random: 3, Temper: 0.5},

		Knots{},
	}
}
