// Package models fits embeddings: a method is a value.
//
//	X --> affinity.Input --> P                                              once
//	Z --> pair sets --> distances --> kernel --> log Q --> loss terms       a symbolic graph, built once
//	loss --> gradient --> dLoss/dZ                                          symbolic, built once
//	engine: graph --> machine; each step: machine, optim.Solver --> Z
//
// A method is a triple (P, Q, loss) plus how to descend:
//
//	UMAP()        UMAPAffinityIn     Odds{UMAPAffinityOut}    CrossEntropy, against samples NotNeighbor
//	UMAPLearn()   UMAPAffinityIn     UMAPAffinityOut          CrossEntropy, against samples WeightedNotNeighbor
//	UMAPLocal()   the same, tuned for the most faithful neighborhoods
//	TSNE()        EntropicAffinity   Student                  CrossEntropy, against all LogPartition
//	SNE()         EntropicAffinity   Gaussian                 CrossEntropy, against all MeanRowPartition
//	SNEMatcher()  EntropicAffinity   Normalized{Gaussian}     CrossEntropy on all pairs
//
// All but the last are values of SampledNeighborEmbedding: the entries of P attract, another pair set repels. The last is
// an AffinityMatcher: any P, any Q, any loss, on the pairs of P. Change a field and it is another method; the library
// knows no names but those of its parts.
//
// Both are ways to fill a Problem: an Objective (any terms on any pair sets), how to descend, and an input affinity where
// there is one. What is optimized is Z, or what an Encoder makes Z of. Terms find P and what it was made of, X and its
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
// Read sampled.go first, then problem.go and run.go.
package models
