package affinity

import (
	"fmt"
	"math"
	"strings"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

func parameter(t *testing.T, s *Scope, name string, n, d int) *G.Node {
	t.Helper()
	z, err := s.Param(name, tensor.New(tensor.WithShape(n, d), tensor.Of(tensor.Float64)))
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// three joins a point to two others.
type three struct{ indices Indices }

func (s *three) Open(Opening) (Indices, error) { return s.indices, nil }

func TestTheSameSetOnTheSameOpensOnce(t *testing.T) {
	s := NewScope(5)
	z, y := parameter(t, s, "Z", 5, 2), parameter(t, s, "Y", 5, 2)
	p := &Matrix{N: 5, Start: []int{0, 1, 2, 3, 4, 5}, Tail: []int32{1, 2, 3, 4, 0}, Values: []float64{1, 1, 1, 1, 1}}
	u := Uniform{Count: 2}
	open := func(set PairSet, p *Matrix, seed uint64, ends ...*G.Node) *Pairs {
		on, err := s.Open(set, p, seed, ends...)
		if err != nil {
			t.Fatal(err)
		}
		return on
	}
	first := open(u, nil, 1, z)
	if again := open(u, nil, 1, z); again != first {
		t.Error("the same set opened twice")
	}
	for what, other := range map[string]*Pairs{
		"another seed": open(u, nil, 2, z), "another P": open(u, p, 1, z), "another matrix": open(u, nil, 1, y), "two matrices": open(u, nil, 1, z, y),
		"another set": open(Uniform{Count: 3}, nil, 1, z),
	} {
		if other == first || other.index.Name == first.index.Name {
			t.Errorf("%s gives the pairs of the first, %s", what, other.index.Name)
		}
	}
	set := &three{Indices{Heads: []int32{2, 0}, K: 1, Tail: []int32{1, 2}, More: [][]int32{{3, 4}}}}
	on := open(set, nil, 0, z)
	if on.index.Name != "three" || open(set, nil, 0, z) != on {
		t.Errorf("a pointer set is named %q, want three, and opens once", on.index.Name)
	}
}

func TestWrongSetsAndViewsAreNamed(t *testing.T) {
	s := NewScope(5)
	z, y, w := parameter(t, s, "Z", 5, 2), parameter(t, s, "Y", 4, 2), parameter(t, s, "W", 4, 3)
	tail := []int32{0, 1, 2, 3, 0}
	for want, open := range map[string]func() (*Pairs, error){
		"columns of end 1 = 3": func() (*Pairs, error) { return s.Open(All{}, nil, 0, z, w) },
		"pair set = nil":       func() (*Pairs, error) { return s.Open(nil, nil, 0, z) },
		"ends = 2, want 3":     func() (*Pairs, error) { return s.Open(All{}, nil, 0, z, z, y) },
		"More[0] = 2 tails, want 5": func() (*Pairs, error) {
			return s.Open(&three{Indices{K: 1, Tail: tail, More: [][]int32{{0, 1}}}}, nil, 0, z)
		},
		"More[0][3] = 7": func() (*Pairs, error) {
			return s.Open(&three{Indices{K: 1, Tail: tail, More: [][]int32{{0, 1, 2, 7, 3}}}}, nil, 0, z)
		},
		"Tail[4] = 4, want a point from 0": func() (*Pairs, error) {
			return s.Open(&three{Indices{K: 1, Tail: []int32{0, 1, 2, 3, 4}}}, nil, 0, z, y)
		},
		"Diagonal = false": func() (*Pairs, error) { return s.Open(&three{}, nil, 0, z, y) },
		"few enough for the entries": func() (*Pairs, error) {
			return s.Open(&three{Indices{K: math.MaxInt / 2, Sample: Any{Points: 5}}}, nil, 0, z)
		},
		"Rows = 0": func() (*Pairs, error) {
			return s.Open(&three{Indices{K: 1, Batch: AnyHeads{Points: 5}, Tail: tail}}, nil, 0, z)
		},
		"Tail = \"nil\", want the points at": func() (*Pairs, error) { return s.Open(&three{Indices{More: [][]int32{tail}}}, nil, 0, z) },
		"end = 2, want 0 to 1": func() (*Pairs, error) {
			on, err := s.Open(All{}, nil, 0, z)
			if err != nil {
				return nil, err
			}
			return on.Between(0, 2)
		},
		"want two different ends": func() (*Pairs, error) {
			on, err := s.Open(All{}, nil, 0, z)
			if err != nil {
				return nil, err
			}
			return on.Between(1, 1)
		},
	} {
		if _, err := open(); err == nil || !strings.Contains(strings.ReplaceAll(err.Error(), `"nil"`, "nil"), strings.ReplaceAll(want, `"nil"`, "nil")) {
			t.Errorf("error %v, want one that says %s", err, want)
		}
	}
}

func TestViewsNameTheirEnds(t *testing.T) {
	s := NewScope(5)
	z, y := parameter(t, s, "Z", 5, 2), parameter(t, s, "Y", 3, 2)
	set := &three{Indices{K: 2, Ends: 3, Sample: SamplerFunc(func(step, _, head int, tails [][]int32) {
		for end, tail := range tails {
			for k := range tail {
				tail[k] = int32((head + step + k + end) % 3)
			}
		}
	})}}
	on, err := s.Open(set, nil, 0, z, y, z)
	if err != nil {
		t.Fatal(err)
	}
	view, err := on.Between(1, 2)
	if err != nil {
		t.Fatal(err)
	}
	if on.Ends() != 3 || on.Z != z || on.TailZ != y || view.Z != y || view.TailZ != z || view.Len() != 10 || view.Heads() != 3 || view.Tails() != 5 {
		t.Errorf("%d ends, matrices %v and %v, of the view %v and %v, %d entries", on.Ends(), on.Z, on.TailZ, view.Z, view.TailZ, view.Len())
	}
	ones, err := s.Constant("ones", tensor.New(tensor.WithBacking([]float64{1, 1, 1})))
	if err != nil {
		t.Fatal(err)
	}
	if n, err := view.Head(ones); err != nil || n.Shape()[0] != 10 {
		t.Errorf("Head of a vector of end 1: %v, %v", n, err)
	}
	if _, err := on.Head(ones); err == nil {
		t.Error("Head took a vector of another end's points")
	}
}

func ExampleOthers() {
	fmt.Printf("%+v\n", Indices{K: 3, Sample: Others{Points: 100, Seed: 7}}.Sample)
	// Output: {Points:100 Seed:7}
}

func TestSamplersArePureAndInRange(t *testing.T) {
	for _, s := range []Sampler{Others{Points: 5, Seed: 3}, Any{Points: 5, Seed: 3}} {
		seen := map[int32]bool{}
		for step := range 40 {
			a, b := [][]int32{make([]int32, 3), make([]int32, 3)}, [][]int32{make([]int32, 3), make([]int32, 3)}
			s.Sample(step, 2, 4, a)
			s.Sample(step, 2, 4, b)
			if fmt.Sprint(a) != fmt.Sprint(b) {
				t.Errorf("%T: %v, then %v", s, a, b)
			}
			for _, tail := range a {
				for _, j := range tail {
					seen[j] = true
				}
			}
		}
		if _, others := s.(Others); seen[4] == others || len(seen) < 4 {
			t.Errorf("%T around point 4 of 5 draws %v", s, seen)
		}
	}
	heads := make([]int32, 200)
	AnyHeads{Points: 5, Seed: 3}.SampleHeads(1, heads)
	for _, i := range heads {
		if i < 0 || i >= 5 {
			t.Fatalf("head %d", i)
		}
	}
}
