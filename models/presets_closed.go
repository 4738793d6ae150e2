package models

import "affmatch/affinity"

// PrincipalComponents is PCA: the scores along the leading principal components (Pearson, 1901; Hotelling, 1933).
func PrincipalComponents() ClosedForm { return ClosedForm{Map: PCA{}} }

// IncrementalComponents is PCA of blocks of rows, one after the other, as scikit-learn's IncrementalPCA.
func IncrementalComponents() ClosedForm { return ClosedForm{Map: IncrementalPCA{}} }

// KernelComponents is PCA in the space of a Gaussian kernel (Schölkopf, Smola and Müller, 1998) of the width of the data.
func KernelComponents() ClosedForm {
	return ClosedForm{In: affinity.HeatKernel{Scale: 1}, Map: KernelPCA{}}
}

// ClassicalScaling is Torgerson's multidimensional scaling (1952).
func ClassicalScaling() ClosedForm { return ClosedForm{Map: ClassicalMDS{}} }

// Geodesics is Isomap (Tenenbaum, de Silva and Langford, 2000) with 5 neighbors, scikit-learn's.
func Geodesics() ClosedForm { return ClosedForm{Map: Isomap{Neighbors: 5}} }

// LaplacianEigenmaps is Belkin and Niyogi's method (2003) on the graph of 15 nearest neighbors, all of weight 1.
func LaplacianEigenmaps() ClosedForm {
	return ClosedForm{In: affinity.UniformAffinity{Neighbors: 15, Symmetrize: true}, Map: Eigenmaps{}}
}

// DiffusionMap is Coifman and Lafon's method (2006): the Gaussian kernel on the neighbors of each point, with the bandwidth
// of 30 of them, the density of the points taken out (Alpha 1), one step of the walk.
func DiffusionMap() ClosedForm {
	return ClosedForm{In: affinity.EntropicAffinity{Perplexity: 30, Symmetrize: true}, Map: Eigenmaps{Time: 1, Alpha: 1}}
}
