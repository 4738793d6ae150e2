// Package prepare goes from a name to the data that a fit gets: it reads a file, a public set or a generator, takes a
// sample of the rows, and transforms the columns.
//
//	In ──► read ──► Subsample ──► Log1p ──► Standardize ──► PCA ──► Prepared
//
// A Recipe is part of a run's config.json; the same recipe on the same file gives the same bits, and Prepared.SHA256 says
// whether it did.
package prepare
