// Package plan says, before hours of a cluster are bought, what memory and time a fit takes there: embed -plan.
//
//	embed -plan 100000000x50 -method umap -neighbors 15 -ranks 1,8,64 -bandwidth 10 -latency 2
//	mpirun -n 2 embed -plan 100000000x50    # with the network between these two processes, as measured
//
// # Memory
//
// It is models.Problem.RankMemory: arrays, without what the garbage collector lets lie. As it is each process has all of
// X, of the search, of P and of Z; of the gradients those of its own pairs, and their sum. So processes save time, not
// memory. The other half of the table is what each would have if X, the index and P were divided: Z, its gradient and the
// optimizer's arrays stay whole on each. UMAP with 15 neighbors in 50 columns of float32, peak in GB of one process:
//
//	points         as it is, on        X, index, P split, on
//	                  1      64        1       8      64
//	1 million      1.35    1.21     1.35   0.366   0.242
//	10 million     13.5    12.1     13.5    3.67    2.42
//	100 million     135     121      135    36.6    24.2
//
// # Time
//
// Steps are rehearsed here on up to a million points, whose P joins as many as that of the fit, by one member; and on
// fewer by four goroutines that take turns and exchange what processes would. Their processor time gives what is divided
// and what each member does for itself (the optimizer, the sum of all shards, the loss); the team counts the bytes.
// Beyond these points time grows in proportion (as the square, where all pairs are gone through), and bytes along the
// line through two numbers of points. A set of pairs has shards, eight of samples and up to 64 of edges, so of more
// processes some have nothing to do (models.Problem.Busiest, -shards). An exchange takes its bytes over the bandwidth and
// its messages' latency: sums go along a chain piece by piece, then to all; see Network.
//
// It knows nothing of cores that share caches and a memory bus, or of a network that others use. Steps of UMAP with 30
// neighbors, measured (the median of a fit's) and planned, on two idle cores and shared memory of 7 GB/s. The plan is 15 to
// 35 % too low:
//
//	                            one process         two processes
//	                        measured  planned    measured  planned
//	mnist, 70,000 points      9.7 ms     7 ms      6.2 ms     4 ms
//	cells1m, 1,000,000        203 ms   172 ms     125 ms    97 ms
//
// # What it says of the next step
//
// Seconds of a step of UMAP with 15 neighbors, one core a process:
//
//	                        on          1       2       8      64    of it exchange on 8
//	1 million    10 Gb/s Ethernet    0.153   0.123   0.107   0.130    0.073
//	10 million                        1.53    1.18   0.966   0.949    0.697
//	100 million                       15.2    11.9    9.73    9.34     6.94
//	100 million  10 GB/s, 2 µs        14.8    8.30    3.48    2.64    0.823
//
// Each step sends the sum of the gradients, 8 bytes a point, along the chain and then to all, and what every process does
// for itself comes on top. Both are the same on any number of processes, so a dozen is all that pays, on a fast network;
// on plain Ethernet most of the step is exchange from eight on. The chain is the price of the bits of one process.
//
// What would go further, in this order:
//
//   - X, the index and P in parts. A member keeps the lists of its own rows; its rows of P join any points, whose Z it
//     has. Nothing changes in exactness. It needs symmetrization in parts (the transpose of P, sent by columns), and the
//     products of the spectral start with it.
//   - A scatter of sums in place of the chain: each member adds up a part of the points, shard after shard, of what all
//     send it. The bits stay, each byte goes once, and the optimizer's step is divided with it.
//   - Edges local to a process: cluster the points, and give each process some clusters, with Z of them alone. Edges
//     between clusters of different processes are dropped, and negative samples of other processes' points become a mean
//     field of their cells' centers, sent once a step or less (NOMAD Projection; models.NOMAD on one process). Then a
//     process holds and sends nothing that grows with all points. It is another loss: attraction between clusters is
//     missing, repulsion by far points is that of their mean, and the result depends on the clusters. It would be a
//     method of its own, with scores beside those of UMAP, and not a way to run UMAP.
//
// Read plan.go first.
package plan
