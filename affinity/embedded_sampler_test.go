package affinity

import (
	"testing"

	"affmatch/internal/pairs"
)

// next is a researcher's sampler made of Others, with draws of its own.
type next struct{ Others }

func (n next) Sample(_, _, head int, tails [][]int32) {
	for _, tail := range tails {
		for k := range tail {
			tail[k] = int32((head + 1 + k) % n.Points)
		}
	}
}

type nextSet struct{}

func (nextSet) Open(o Opening) (Indices, error) {
	return Indices{K: 3, Sample: next{Others{Points: o.Points, Seed: 1}}}, nil
}

// TestASamplerThatEmbedsOthersIsDrawnAsItself: neither by rows at a time nor by an engine as Others.
func TestASamplerThatEmbedsOthersIsDrawnAsItself(t *testing.T) {
	s := NewScope(8)
	on, err := s.Open(nextSet{}, nil, 5)
	if err != nil {
		t.Fatal(err)
	}
	if _, uniform := on.index.Sample.(pairs.UniformSampler); uniform {
		t.Error("an engine would draw it as Others")
	}
	if err := on.index.At(0); err != nil {
		t.Fatal(err)
	}
	for e, j := range on.index.Tails[0] {
		if want := int32((e/3 + 1 + e%3) % 8); j != want {
			t.Errorf("entry %d has the tail %d, want %d", e, j, want)
		}
	}
}
