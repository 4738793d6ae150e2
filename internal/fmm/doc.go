// Package fmm adds up a kernel of the distance over all pairs of points in linear time: a fast multipole method for any
// kernel, which it knows by its values alone (the black-box FMM of Fong and Darve, J. Comput. Phys. 228, 2009). For points
// z_i in 1, 2 or 3 dimensions and charges t_j a [Sum] is one of
//
//	value:  R_i = sum_{j != i} t_j K(|z_i - z_j|^2)
//	pull:   G_i = sum_{j != i} t_j K(|z_i - z_j|^2) (z_i - z_j)
//
// A [Tree] sorts the points into boxes, once a step. [Operators] are tables of a set of sums, made once. A [Field] is one
// evaluation: [Field.Run] computes the far part, what boxes do to boxes by polynomials, and leaves lists of near pairs,
// which the caller adds exactly. A tree may serve several fields, with different operators: SNE's row sums and, with
// charges that are their inverses, its pulls.
//
// # What the caller does
//
// After Run, [Field.Leaf] gives of each leaf its targets and the spans of near sources, both as places in [Tree.Order]. To
// each target i the caller adds t_j K(|z_i - z_j|^2), or the pull, over the places j of all near spans but its own. Every
// other pair is in out already, once; out is in the order of the tree too. A leaf's own places are in one of its near
// spans, all of them, or in none; where they are in none, nothing of a point itself is left in out: Run took t_i K(0) off.
//
// A span with Clump set holds points that are one place: they coincide, or no box could part them. A near clump is one
// source: at the place of any of its points, with the sum of their charges. A clump of targets is one target: what is near
// is added up once, for any of its points, and added to all of them. Where a clump is near itself (a near clump has the
// targets' own places), its pairs are at distance 0: point i gets (sum of the clump's charges - t_i) K(0), and no pull.
// Fewer coincident points than a leaf has, and those that are near together with others, are points like all others.
//
// [Field.Bound] says how large the error of a value sum may be in each leaf. A row whose sum is below some ten times that,
// as the one of a point alone under a narrow kernel is, is for the caller to compute exactly. On embeddings these are a few
// in a hundred at most.
//
// # Order and tolerance
//
// The polynomials have a total degree below the order. In the plane order 6 has 21 terms and is as good as the 25 nodes of
// interpolation of order 5 along each axis: for Student's kernel some 1e-5 of the values and 1e-4 of the pulls, in the
// 2-norm. Errors of order 5 are some 2.5 times as large, those of 7 as small. The far part is float32: below some 1e-6
// nothing is gained.
//
// The tolerance says which boxes may meet by polynomials: those where a source's error, as tried, is at most this part of
// the kernel's largest value, be they neighbours or the same box. So smooth kernels need hardly any near pairs in dense
// clumps, and kernels with a kink or a pole at 0 an exact neighbourhood. 1e-3 goes with the errors above on embeddings,
// where most errors cancel; points in tight clumps, all of whose errors are alike, have errors of the size of the
// tolerance. Trials are pairs anywhere in the boxes and pairs that are close, at all scales. A kernel that is narrow
// somewhere else, a ring, is not seen by them.
//
// # How it works
//
//	points ──► boxes ──► who meets whom ──► moments ────────────────► coefficients ───────────────► out
//	           tree.go   lists.go           of leaves (P2M) and of    by tables (M2L), from         at the points (L2P)
//	           sort.go   leaves.go          their parents (M2M)       parents to children (L2L)
//	           together.go                  points.go worker.go       field.go matrix.go            points.go
//
// The root's side is a power of two, and so every box's; what boxes do to each other depends on the side and their offset
// alone and is kept (level.go). A kernel is expanded in Chebyshev polynomials on both boxes, from its values at their nodes
// (expand.go, meeting.go), for one of the up to 48 offsets that are alike. A pull is expanded as the vector K r, without
// cancellation. Points of a box act by their moments (basis.go). All translations are products with matrices, eight boxes
// at a time, which package tile computes (matrix.go); boxes that meet at the same offset are taken together. The bound of
// the errors goes the same way, as one moment and one coefficient more.
//
// A box is close to those of its size that it may not meet; its children look at their children, and so on until their
// pairs of points are few. The tree knows neither kernels nor fields: its points are in order down to boxes finer than most
// fields need, and boxes are divided as a field goes down to them. A field's leaves are boxes where nothing is left to look
// at, the root if need be.
//
// # Bits
//
// Each box is computed by one goroutine in an order that depends on the points alone, by kernels of package lanes and
// products of package tile. So neither the number of workers nor the set of instructions changes a bit. Coordinates are
// taken relative to the box in float64 and rounded then, so that how far out a box lies costs no digits.
//
// # Several processes
//
// Members of a team (Tree.Team) sort one tree: each finds the codes of its part of the points, puts those of a range of
// codes in order, and tells the others (together.go). [Field.Run] then looks at the meetings of a member's own boxes, hears
// of the others which of theirs go further, and computes the sums of its own leaves alone.
package fmm
