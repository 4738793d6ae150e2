// Package fmm adds up a kernel of the distance over all pairs of points in linear time: a fast multipole method that works
// for any kernel, because it knows the kernel only by its values (the black-box FMM of Fong and Darve, J. Comput. Phys. 228,
// 2009). For points z_i in 1, 2 or 3 dimensions and charges t_j a sum is one of
//
//	value:  R_i = sum_{j != i} t_j K(|z_i - z_j|^2)
//	pull:   G_i = sum_{j != i} t_j K(|z_i - z_j|^2) (z_i - z_j)
//
// A [Tree] sorts the points into boxes, once a step. [Operators] are tables of a set of sums, made once. A [Field] is one
// evaluation: [Field.Run] computes the far part, what boxes do to boxes by polynomials, and leaves lists of near pairs, which
// the caller adds exactly. A tree may serve several fields, with different operators.
//
// # What the caller does
//
// After Run, for each leaf l of the field, Leaf gives its targets and the spans of near sources, both as places in
// Tree.Order. To each target i the caller adds t_j K(|z_i - z_j|^2), or the pull, over the places j of all near spans but its
// own. Every other pair is in out already, exactly once; where a target's own place is in no near span, nothing of the point
// itself is left in out: Run took t_i K(0) off.
//
// A span with Clump set holds points that are one place to the tree: so close that no box could part them. A near clump is
// one source: at the place of any of its points, with the sum of their charges. A clump of targets is one target: what is
// near is added up once, for any of its points, and added to all of them. Where a clump is near itself, its own pairs are at
// distance 0: point i gets (sum of the clump's charges - t_i) K(0), and no pull.
//
// Bound says how large the error of a value sum may be in each leaf. A row whose sum is not well above it, that of a point
// alone under a narrow kernel, is for the caller to compute exactly.
package fmm
