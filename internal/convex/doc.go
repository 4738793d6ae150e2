// Package convex minimizes smooth convex functions of many numbers, which may have lower bounds: the duals of doubly
// stochastic affinities. The method is Newton's: directions by conjugate gradients from products with the Hessian, which is
// never formed (Dembo and Steihaug, Truncated-Newton algorithms for large-scale unconstrained optimization, 1983), on the
// numbers that are not held at their bound (Bertsekas, Projected Newton methods for optimization problems with simple
// constraints, 1982), and a line search that goes on where the values' digits end. The same input gives the same bits.
package convex
