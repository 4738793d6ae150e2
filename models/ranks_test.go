package models

import (
	"math"
	"testing"

	"affmatch/affinity"
)

// TestRanksTakeTheirPartOfAFit: one takes what a fit takes; of several each has all but the gradients of others; split,
// all but Z falls with their number.
func TestRanksTakeTheirPartOfAFit(t *testing.T) {
	const n, columns = 1_000_000, 50
	for name, p := range map[string]Problem{
		"UMAP": UMAP().Problem(), "UMAPLearn": UMAPLearn().Problem(), "TSNE": TSNE().Problem(),
	} {
		whole, err := p.Memory(n, columns)
		if err != nil {
			t.Fatal(err)
		}
		for _, split := range []bool{false, true} {
			one, err := p.RankMemory(n, columns, Ranks{Count: 1, Split: split})
			if err != nil || one.String() != whole.String() {
				t.Errorf("%s: one process takes\n%v, want\n%v (%v)", name, one, whole, err)
			}
			before := whole
			for _, count := range []int{2, 8, 64} {
				e, err := p.RankMemory(n, columns, Ranks{Count: count, Split: split})
				if err != nil {
					t.Fatal(err)
				}
				for k, s := range e.Stages {
					whole := whole.Stages[k].Bytes
					switch steps := s.Name == "steps"; {
					case steps && (s.Bytes >= before.Stages[k].Bytes || s.Bytes < 8*8*2*n):
						t.Errorf("%s, %d: steps take %d bytes, want less than the %d before, and 8 arrays of Z at least",
							name, count, s.Bytes, before.Stages[k].Bytes)
					case !steps && !split && s.Bytes != whole:
						t.Errorf("%s, %d: %s takes %d bytes, want all of %d", name, count, s.Name, s.Bytes, whole)
					case !steps && split && s.Name != "start" && s.Bytes > whole/int64(count)+1:
						t.Errorf("%s, %d: %s takes %d bytes, want its part of %d", name, count, s.Name, s.Bytes, whole)
					}
				}
				before = e
			}
		}
	}
	if _, err := UMAP().Problem().RankMemory(n, columns, Ranks{}); err == nil {
		t.Error("no processes")
	}
}

// TestTheBusiestProcessHasWholeShards: eight of samples, 64 of the edges of many points, and any part of a tree.
func TestTheBusiestProcessHasWholeShards(t *testing.T) {
	m := UMAP()
	m.In = affinity.UMAPAffinityIn{Neighbors: 30}
	fused := m
	fused.Engine = Fused{Shards: 16}
	for _, c := range []struct {
		name  string
		p     Problem
		n     int
		ranks int
		want  float64
	}{
		{"two of few points", m.Problem(), 1000, 2, 0.5},
		{"three", m.Problem(), 1000, 3, 3. / 8},
		{"more than there are shards", m.Problem(), 1000, 64, 1. / 8},
		{"many points", m.Problem(), 1_000_000, 64, (30./64 + 10./8) / 40},
		{"shards that are asked for", fused.Problem(), 1_000_000, 64, 1. / 16},
		{"a tree", TSNE().Problem(), 1_000_000, 64, 1. / 64},
	} {
		got, err := c.p.Busiest(c.n, Ranks{Count: c.ranks})
		if err != nil || math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%s: %v, want %v (%v)", c.name, got, c.want, err)
		}
	}
}
