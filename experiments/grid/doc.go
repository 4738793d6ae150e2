// Package grid runs every combination of methods, parameters, seeds and data, and compares what comes of them.
//
//	{"data":    ["digits", {"in": "points.csv", "pca": 50}],
//	 "methods": ["umap", {"name": "fuzzy", "method": "umap", "set": {"symmetrize": true}}],
//	 "set":     {"affinity-out": ["student", "gaussian"], "steps": 300},
//	 "seeds":   [0, 1, 2]}
//
//	Grid ──Cells──► cells ──Run──► a folder each (package runs) ──Collect──► Results ──► tables, figures
//
// Parameters have the names of the command embed's flags. A parameter with a list of values is an axis of the grid; one
// with a single value is the same in all cells. Those that stand with a method are that method's alone.
//
// A cell that is finished is not run again: a sweep that was interrupted, or whose grid grew, goes on where it was. A
// cell that fails is recorded, and the others go on.
//
// Read grid.go first.
package grid
