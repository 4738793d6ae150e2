package models

// Builtin are this package's parts, each with the numbers that are customary for it, as command lines and files can name
// them.
func Builtin() []any {
	return []any{
		SampledNeighborEmbedding{}, AffinityMatcher{},
		PCA{}, Spectral{}, Normal{},
		AutoRate{Floor: 50}, SpringRate{},
		GradNorm{Below: 1e-7}, Plateau{}, TimeLimit{Seconds: 60},
		Fused{}, Tape{},
		MLP{}, ReLU{}, Tanh{}, Sigmoid{}, Softplus{},

		Problem{}, ClosedForm{}, Terms{},
		PairTerm{}, TripletTerm{}, InfoNCE{}, MeanField{}, Density{Lambda: 2, Last: 0.3, VarShift: 0.1}, HyperbolicNorms{Weight: 0.01},
		ClassMeans{Weight: 0.1}, Classifier{Weight: 0.1},
		KernelPCA{}, IncrementalPCA{}, ClassicalMDS{}, Isomap{}, Eigenmaps{},
	}
}
