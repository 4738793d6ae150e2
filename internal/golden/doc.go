// Package golden reads the numbers that the project is held to and compares ours with them. Only tests import it.
//
// The files lie in testdata, once for all packages, each a gzipped JSON object whose "what" says formula, inputs and
// parameters; testdata/README.md says where they come from. AFFMATCH_GOLDEN names a folder of other files of the same names,
// plain .json, that are read in their place: the same cases of other data. A file that is not there skips its test. Tests on
// these files are named Test...Golden...; they take sizes and counts from the files.
package golden
