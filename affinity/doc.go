// Package affinity holds the similarities between points: P of the data X, computed once, and Q of the embedding Z, as
// nodes of a gorgonia graph.
//
// Notation: C is the distance of a pair, n the number of points, log the natural logarithm.
//
// # P: input affinities
//
//	name                     P_ij                                            symmetric      source
//	EntropicAffinity         exp(-C_ij/eps_i) / row sum / n                  by Symmetrize  SNE (Hinton, Roweis 2002); t-SNE
//	MultiscaleAffinity       the mean of it at several perplexities          by Symmetrize  Lee et al. 2015
//	UniformAffinity          1/(n k) for the k nearest                       by Symmetrize  Böhm, Berens and Kobak 2022
//	RankAffinity             exp(1/rank) / total for the k nearest           by Symmetrize  NOMAD (Duderstadt et al. 2025)
//	UMAPAffinityIn           exp(-(C_ij - rho_i)/sigma_i)                    by Symmetrize  UMAP (McInnes et al. 2018)
//	SharedNeighborsAffinity  the share of neighbors in common / total        yes            Jarvis, Patrick 1973; PhenoGraph
//	SelfTuningAffinity       exp(-C_ij/(s_i s_j)) / total                    yes            Zelnik-Manor, Perona 2004
//	MAGICAffinity            exp(-C_ij/sigma_i), symmetrized, / row sum      no             MAGIC (van Dijk et al. 2018)
//	PHATEAffinity            -|log A^t_i - log A^t_j|, A a diffusion         yes            PHATE (Moon et al. 2019)
//	HeatKernel               exp(-C_ij/(s mean C)), all pairs                yes            kernel PCA
//	PACMAPAffinity           1/(n k) for the k nearest by C_ij/(rho_i rho_j) no             PaCMAP (Wang et al. 2021)
//
// Doubly stochastic, rows and columns of the sum 1/n:
//
//	SymmetricEntropicAffinity          exp((mu_i + mu_j - 2C_ij)/(e_i + e_j))/n, of one perplexity  Van Assel et al. 2023
//	SinkhornAffinity                   exp(f_i + f_j - C_ij/Eps)/n                                  Marshall, Coifman 2019
//	DoublyStochasticQuadraticAffinity  max(0, f_i + f_j - C_ij)/(n Eps), sparse                     Zhang et al. 2023
//
// Made of others:
//
//	Intersection, Union  two P of the same rows, both at once or either: UMAP's * and +
//	Average              a weighted mean of two P
//	Supervised           P with the classes that the data come with, known for all rows or some (UMAP)
//	Measured             another's on some columns of X, or on a matrix of its own
//	OnData               an output affinity of the rows of X
//
// One's own: ByRow, a formula of each row's distances; InputFunc, a function of X; Precomputed, a P that is given.
//
// Fit gives P, a matrix or a formula of pairs (Pairwise), and what it was made of: neighbors, bandwidths, and the affinities
// of new rows (Fitted.Extend). Compute gives
// the matrix alone.
//
// X is dense, a Float32 or a CSR (sparse), which are read as they are, or Data: any of these with labels and weights of
// its rows. Distances come from its rows under a metric, found Automatic, Exactly, Approximate (Search) or by a Finder of
// one's own (package faiss is one), or are Known:
// lists of nearest Neighbors or a matrix of Distances in Search.Known and OnData.Known, with which X may be nil.
//
// A P of one's own is a formula of a row's distances (ByRow) or any function of X (InputFunc). Search.Nearest, All and
// Index give distances and neighbors, Calibrate a bandwidth for any target, Entropy and Softmin the usual formulas,
// Neighbors.Matrix and Distances.Matrix a P by pairs, Symmetrized and Normalized its forms; Random is for samplers.
//
// # Distances
//
//	on X and on Z     SquaredEuclidean, Euclidean, Manhattan, Angular, Hyperbolic, Cosine, Poincare, GreatCircle
//	on X alone        Chebyshev, Correlation
//
// One's own: a DataMetricFunc on X; on Z a MetricFunc or MetricExpr, from coordinates or from SquaredDistance.
//
// # Q: output affinities
//
//	name              log Q_ij                                  source
//	Gaussian          -C/sigma                                  SNE
//	Student           -(nu+1)/2 log(1 + C/nu)                   t-SNE (van der Maaten, Hinton 2008)
//	UMAPAffinityOut   -log(1 + a C^b)                           UMAP
//	Cauchy            log(gamma/(C + gamma^2))                  CO-SNE (Guo, Guo and Yu 2022)
//	Laplacian         -sqrt(C)/sigma
//	Odds              log K - log(1 + K)                        TorchDR's UMAP and LargeVis
//	Over              log K - log Z, Z given or learned         contrastive learning (Damrich et al. 2022)
//	Of                log K of a metric's distances
//	Normalized        log K - LSE(log K), OverAll, OverRows or OverColumns
//	Sinkhorn          log K + f_i + f_j - log n, doubly stochastic  TSNEkhorn (Van Assel et al. 2023)
//	ScalarProduct     Q = z_i . z_j (no logarithm)              PCA
//	Distance          Q = the distance (no logarithm)           multidimensional scaling
//	Within            another's, under names of its own
//
// A Kernel is a function of the distance alone, so it can be evaluated on samples; an Output sees the whole pair set. A
// kernel, metric or affinity of one's own is one function: of gorgonia nodes (KernelFunc, MetricFunc, OutputFunc), or a
// formula (KernelExpr, LearnedKernel, MetricExpr, OutputExpr): c.Sqrt().Mul(-0.5).
//
// # Pairs
//
// A node on pairs is a vector with one entry a pair (i,j). Which pairs is data of a PairSet: the entries of P (Edges),
// All, samples (Uniform, Replay), tails that stay (Listed; Far, MidNear and Triplets, drawn by the data), a part of any
// of these in each step (Minibatch). Weights of terms follow a Schedule: Fixed, Knots. Pairs combine entry by entry
// with stock gorgonia; they meet vectors of points through Head (v_i), Tail (v_j) and their transposes RowSum and
// ColSum, so every gradient is symbolic. SquaredDistance and WeightedSquaredDistance are operations of their own, as
// fast in any dimension as in the plane.
//
// A set may join more than two points: an entry of triplets has three ends, and Between shows the same entries as pairs
// of any two of them. Ends may hold rows of different matrices (Scope.Open): new points and old ones, points and
// centers. Tails are drawn by a Sampler, heads by a HeadSampler: both are values. A scope may be Frozen: what a fit has
// learned, carried and scheduled then stays as the fit has left it, and draws for new rows go by what these hold.
//
// Read affinity.go first, then scope.go and pairs.go. Package affinitytest checks affinities of one's own.
package affinity
