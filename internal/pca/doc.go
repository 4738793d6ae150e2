// Package pca computes principal component scores: the first d columns of U S, where U S Vᵀ is the singular value
// decomposition of X less its column means.
//
// Both forms work on panels of the centered data, made on the fly, so X is neither copied nor converted as a whole and
// float32 data stay float32, sparse data sparse. A panel runs along the longer side of X and is as wide as its shorter side,
// so that all small matrices have the size of the shorter side, whichever that is.
//
//   - exact (gram.go): the leading eigenpairs of the Gram matrix of the shorter side, by a full reduction of it;
//   - randomized (krylov.go): the leading eigenpairs of the same matrix, never formed, in the block Krylov space of a
//     Gaussian start.
//
// A Gram matrix squares the singular values and so loses those below 1e-8 of the largest. Therefore only components
// within a factor of the largest are taken at once; their part is then taken out of the panels and the rest is
// decomposed anew (pca.go). The scores of small components come out as precisely as from a decomposition of X itself.
//
// Sums run over fixed shards added in order (shards.go), in the order of package linear: the same bits for any number of
// workers, on every processor.
//
// Read pca.go first.
package pca
