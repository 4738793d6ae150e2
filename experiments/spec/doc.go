// Package spec is where names and values meet: a method is a value in Go, a name on a command line, and a JSON object in
// a run's folder, and this package goes from each to the others.
//
//	Lookup("umap")           a method's name        -> its value
//	Encode(m) <-> Decode(b)  a value               <-> JSON, all of it: a fit from it gives the same bits
//	Set(m, "min-dist", "0")  a parameter's name     -> the value with that parameter changed
//	Parameters(m)            the names, meanings and settings of all that can be changed in a value
//
// In JSON, fields have the names that they have in Go, parts are written as their name and their fields, and a part
// without fields is its name alone:
//
//	{"version":1, "type":"SampledNeighborEmbedding",
//	 "In":{"type":"UMAPAffinityIn", "Neighbors":30, "Metric":null, ...}, "Attraction":"CrossEntropy", ...}
//
// Fields that are left out have the number that is customary for the part (the one in the table), and names may be
// written in any case, with hyphens, or shortened as long as they are clear: "umap-affinity-in", "entropic". A
// function cannot be written down: a researcher's own part is recorded by the name and version that it is registered
// under (own.go), or as {"custom":"affinity.KernelFunc"}, and Decode answers with ErrCustom, because the value needs the
// program that it came from.
//
// A new built-in part costs no line here (its package lists it in Builtin), a new preset one line in methods.go.
//
// Read parts.go first.
package spec

//go:generate go run ./gen
