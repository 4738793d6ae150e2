// Package golden reads the numbers that the project is held to and compares ours with them. Only tests import it.
//
// The files lie in testdata, once for all packages, each a gzipped JSON object whose "what" says formula, inputs and
// parameters; testdata/README.md says where they come from.
package golden
