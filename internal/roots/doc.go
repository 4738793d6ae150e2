// Package roots finds the roots of many increasing functions of one positive variable, one function a row: the
// bandwidths of the input affinities.
//
// FalsePosition is the reference's search (TorchDR 0.2), which advances all rows together until the worst one is within
// tolerance; Exact searches each row by itself to machine precision. Both always end, and say which rows have no root
// within reach. Rows run in parallel; the results do not depend on how many workers there are,
// nor on how many processes (package team), which search some rows each.
package roots
