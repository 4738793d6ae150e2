package faiss_test

import (
	"testing"

	"affmatch/affinity"
	"affmatch/affinity/faiss"
	"affmatch/experiments/spec"
	"affmatch/models"
)

// TestCommandLinesKnowTheNames, where the program has the library.
func TestCommandLinesKnowTheNames(t *testing.T) {
	settings := []spec.Setting{{Name: "search-finder", Text: "hnsw"}, {Name: "search-finder-walk", Text: "99"}}
	m, err := spec.Apply(models.UMAPLearn(), settings)
	if !faiss.Present {
		if err == nil {
			t.Error("a name that the program cannot use")
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	in := m.(models.SampledNeighborEmbedding).In.(affinity.UMAPAffinityIn)
	if f, ok := in.Search.Finder.(faiss.HNSW); !ok || f.Walk != 99 {
		t.Errorf("%+v", in.Search.Finder)
	}
}
