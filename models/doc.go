// Package models fits embeddings: a method is a value.
//
//	X --> affinity.Input --> P                                              once
//	Z --> pair sets --> distances --> kernel --> log Q --> loss terms       a symbolic graph, built once
//	loss --> gradient --> dLoss/dZ                                          symbolic, built once
//	engine: graph --> machine; each step: machine, optim.Solver --> Z
//	new rows --> P to X --> the same terms, each row by itself --> Z             Model: by what a fit has left
//
// A method is a triple (P, Q, loss) plus how to descend:
//
//	preset                 P                         Q                         losses
//	UMAP()                 UMAPAffinityIn            Odds UMAPAffinityOut      CrossEntropy, NotNeighbor
//	UMAPLearn()            UMAPAffinityIn            UMAPAffinityOut           CrossEntropy, WeightedNotNeighbor
//	UMAPLocal()            UMAPAffinityIn            UMAPAffinityOut           CrossEntropy, WeightedNotNeighbor
//	UMAPSupervised()       Supervised UMAPAffinityIn UMAPAffinityOut           CrossEntropy, WeightedNotNeighbor
//	DensMAP()              UMAPAffinityIn            UMAPAffinityOut           CrossEntropy, WeightedNotNeighbor, Density
//	TSNE()                 EntropicAffinity          Student                   CrossEntropy, LogPartition
//	SNE()                  EntropicAffinity          Gaussian                  CrossEntropy, MeanRowPartition
//	SNEMatcher()           EntropicAffinity          Normalized Of Gaussian    CrossEntropy
//	SymmetricSNE()         EntropicAffinity          Gaussian                  CrossEntropy, LogPartition
//	TSNEkhorn()            SymmetricEntropicAffinity Sinkhorn Student          CrossEntropy
//	SNEkhorn()             SymmetricEntropicAffinity Sinkhorn Gaussian         CrossEntropy
//	COSNE()                EntropicAffinity          Cauchy of Poincare        CrossEntropy, LogPartition, HyperbolicNorms
//	InfoTSNE()             UniformAffinity           Of Student                InfoNCE
//	NOMAD()                RankAffinity              Of Student                MeanField
//	NegTSNE()              UniformAffinity           Odds Over Student         CrossEntropy, WeightedNotNeighbor
//	NCVis()                UniformAffinity           Odds Over UMAPAffinityOut CrossEntropy, WeightedNotNeighbor
//	LargeVis()             EntropicAffinity          Odds Student              CrossEntropy, WeightedNotNeighbor
//	PaCMAP()               PACMAPAffinity            Of Student                Bounded, Bounded, SumOfOdds
//	LocalMAP()             PACMAPAffinity            Of Student                Bounded, Bounded, SumOfOdds, Bounded, LocalOdds
//	TriMap()               PACMAPAffinity            Of Student                TripletTerm
//	PHATE()                PHATEAffinity             Distance                  NormalizedStress
//	MDS()                  OnData Distance           Distance                  Square
//	Sammon()               OnData Distance           Distance                  SammonStress
//	ElasticEmbedding()     EntropicAffinity          Gaussian                  CrossEntropy, Times MeanRowSum
//	NeRV()                 EntropicAffinity          Normalized Of Gaussian    NeRV
//	LaplacianEigenmaps()   UniformAffinity           in closed form: Eigenmaps
//	DiffusionMap()         EntropicAffinity          in closed form: Eigenmaps
//	PrincipalComponents()                            in closed form: PCA
//	IncrementalComponents()                           in closed form: IncrementalPCA
//	KernelComponents()     HeatKernel                in closed form: KernelPCA
//	ClassicalScaling()                               in closed form: ClassicalMDS
//	Geodesics()                                      in closed form: Isomap
//
// Most are values of SampledNeighborEmbedding: the entries of P attract, another pair set repels. Those of one loss on the
// pairs of P are an AffinityMatcher: any P, any Q, any loss. Change a field and it is another method; the library knows no
// names but those of its parts.
//
// Both are ways to fill a Problem: an Objective (any terms on any pair sets), how to descend, and an input affinity where
// there is one. PaCMAP, TriMap, InfoTSNE and NOMAD are Problems: lists of PairTerms, triplets, a loss between two sets. A
// ClosedForm has no descent: its embedding is a Mapping, computed at once, which may start any other method too.
//
// Terms that go with any method as its Extra: Density, ClassMeans, Classifier, Toward (pins, alignment), HyperbolicNorms,
// MeanField, PairTerm.
//
// A fit leaves a Model (Result.Model), which places new rows (Transform, Place), says what they are near to (Near), and
// is one file (Write, ReadModel). Terms know nothing of that: their Builder opens pairs between new rows and old, and
// what they add up over all rows is taken apart (apart.go). A term that speaks of the points of the fit alone is left
// out.
//
// What is optimized is Z, or what an Encoder makes Z of: MLP, or a graph of one's own. With a Batch the encoder stands beside
// the graph of the loss (encoding.go) and takes some rows of X at a time; Parametric is any method so. Without an encoder a
// Batch is of the entries of the pair sets: terms on some of them stand for all (minibatch.go). Terms find P and what it was made of, X and its
// labels and weights in their Builder.
//
// A Descent does what it says. Its Optimizer runs at the rate that is written into it, in every Phase that names none of its
// own; a Rate rule is for optimizers without a rate. Learned quantities other than Z have an optimizer of their own. A Stop
// has no say in an exaggerated phase, nor before anything has moved.
//
// Configurations are read-only while a fit runs, and may be fitted from several goroutines at once, unless a function in
// them says otherwise. All randomness is counter-based: the same seed gives the same bits on any number
// of cores and on every processor (bits_test.go), but for gorgonia's machine and Go functions of one's own.
//
// Fit goes to the end; Start gives a Run, which is stepped by hand, saved (Run.Checkpoint) and gone on from bit for bit. A
// model prints as its method, with the defaults that it leaves unsaid.
//
// Read sampled.go first, then problem.go and run.go; of new rows model.go, placing.go and around.go.
package models
