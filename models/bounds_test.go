package models

import (
	"math"
	"strings"
	"testing"

	"affmatch/affinity"

	"gonum.org/v1/gonum/mat"
)

// TestSizesHaveBounds: what would take more than the machine has is an error before any work, with no limit set.
func TestSizesHaveBounds(t *testing.T) {
	for want, change := range map[string]func(m *SampledNeighborEmbedding){
		"models: Dim = 9223372036854775807, want at most 65536": func(m *SampledNeighborEmbedding) { m.Dim = math.MaxInt },
		"Fused: Workers = 1000000, want":                        func(m *SampledNeighborEmbedding) { m.Engine = Fused{Workers: 1e6} },
		"Fused: Shards = -1, want":                              func(m *SampledNeighborEmbedding) { m.Engine = Fused{Shards: -1} },
		"this machine's memory":                                 func(m *SampledNeighborEmbedding) { m.Engine, m.Dim = Fused{Shards: 1 << 16}, 1<<16 },
		"GB, most of it for the steps":                          func(m *SampledNeighborEmbedding) { m.Engine, m.Dim = Fused{Shards: 1 << 16}, 1<<16 },
		"Count = 4294967296, want at most":                      func(m *SampledNeighborEmbedding) { m.Against = affinity.Uniform{Count: 1 << 32} },
	} {
		m := umap(Descent{Steps: 2})
		change(&m)
		if _, err := m.Fit(background, blobs(30)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	m := SNEMatcher()
	if _, err := m.Fit(background, mat.NewDense(10_000_000, 1, nil)); err == nil || !strings.Contains(err.Error(), "about 800 TB") {
		t.Errorf("ten million points of all pairs: %v", err)
	}
	if e, err := m.Memory(math.MaxInt32, 3); err != nil || e.Resident() < 1<<50 {
		t.Errorf("the most points: %v, %v", e, err)
	}
	if _, err := m.Memory(math.MaxInt, 3); err == nil {
		t.Error("more points than can be counted: no error")
	}
}
