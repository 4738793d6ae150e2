// Package faiss finds neighbors by Meta's library faiss (Johnson, Douze and Jégou, Billion-scale similarity search
// with GPUs, 2017; the reference's backend "faiss"), on the processor:
//
//	m.In = affinity.UMAPAffinityIn{Neighbors: 15, Search: affinity.Search{Finder: faiss.HNSW{}}}
//
// Programs have it with the build tag faiss, cgo, a C++ compiler and the library (Debian: libfaiss-dev):
//
//	go build -tags faiss ./experiments/embed
//
// and the command line then knows -search-finder flat, ivf and hnsw. Without the tag all is there and answers
// ErrAbsent, so that a program builds either way.
//
//	Flat   all pairs, in float32: exact but for its rounding
//	IVF    rows in cells of k-means, of which a few are searched
//	HNSW   a hierarchy of graphs that are walked (Malkov and Yashunin, 2016)
//
// The library rounds as the machine's instructions do: neighbors, and so embeddings, are the same each time on one
// machine, and need not be on another. affinity's own searches promise that.
//
// Read faiss.go first; shim.cpp is what the library looks like from C.
package faiss
