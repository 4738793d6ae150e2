// Package runs makes a fit and keeps it in a folder:
//
//	config.json      method, data, seed, program: enough to make the run again, to the bit
//	history.jsonl    one object a step, written as the run goes on
//	embedding.npy    n x Dim, float64; of a run that was cut short, what was reached
//	status.json      how the run ended, when, and the time of each stage
//	metrics.json     the scores; only of a finished run
//	map.html         the embedding as a page, where it was asked for
//
// Each file but history.jsonl appears whole or not at all.
//
// Read fit.go first.
package runs
