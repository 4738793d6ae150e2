// Package spec writes a model's configuration as JSON: every field by its name, every part with the name of its type, so
// that a run's folder says completely what was run.
//
//	{"type":"models.SampledNeighborEmbedding","In":{"type":"affinity.UMAPAffinityIn","Neighbors":30,...},...}
//
// Functions cannot be written down: a researcher's own part is recorded as custom, with the name of its type.
package spec
