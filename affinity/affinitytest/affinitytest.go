package affinitytest

import (
	"math"
	"math/rand/v2"

	"affmatch/affinity"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// T is what the kit needs of a *testing.T.
type T interface {
	Helper()
	Errorf(format string, args ...any)
}

// place is where an affinity is looked at: n points of d coordinates.
type place struct {
	name string
	n, d int
	z    []float64
	step float64 // first step of the differences; 0: values and gradients need only be finite
}

// places are points at ordinary, small and large distances, and degenerate ones. None has a coordinate 0, and each has
// pairs of either direction.
func places(d int) []place {
	const n = 6
	rng := rand.New(rand.NewPCG(7, uint64(d)))
	ordinary := make([]float64, n*d)
	for i := range ordinary {
		ordinary[i] = 1 + rng.Float64()*1.5
	}
	scaled := func(f float64) []float64 {
		z := make([]float64, len(ordinary))
		for i, v := range ordinary {
			z[i] = f * v
		}
		return z
	}
	coincident := scaled(1)
	for c := range d {
		coincident[d+c], coincident[3*d+c], coincident[4*d+c] = coincident[c], coincident[2*d+c], coincident[2*d+c]
	}
	one := make([]float64, n*d)
	for i := range one {
		one[i] = 0.75 + float64(i%d)/5
	}
	return []place{
		{"ordinary points", n, d, ordinary, 0.02},
		{"points close together", n, d, scaled(1e-4), 2e-6},
		{"points far apart", n, d, scaled(300), 1},
		{"some points coincident", n, d, coincident, 0},
		{"all points coincident", n, d, one, 0},
		{"points out of all proportion", n, d, scaled(1e9), 0},
	}
}

// nodeOn builds a node on the pairs of a set.
type nodeOn func(on *affinity.Pairs) (*G.Node, error)

// on is a graph builder: the node at the points of p, which are its parameter "Z".
func (p place) on(set affinity.PairSet, node nodeOn) builder {
	return func(s *affinity.Scope) (*G.Node, int, error) {
		z, err := s.Param("Z", tensor.New(tensor.WithShape(p.n, p.d), tensor.WithBacking(append([]float64(nil), p.z...))))
		if err != nil {
			return nil, 0, err
		}
		pairs, err := s.Open(set, nil, 0, z)
		if err != nil {
			return nil, 0, err
		}
		out, err := node(pairs)
		return out, pairs.Len(), err
	}
}

// between is a graph builder on triplets, seen as pairs of two of their ends.
func (p place) between(a, b int, node nodeOn) builder {
	return p.on(triplets{}, func(on *affinity.Pairs) (*G.Node, error) {
		view, err := on.Between(a, b)
		if err != nil {
			return nil, err
		}
		return node(view)
	})
}

// across is a graph builder on the pairs of the points of p with other points, which are the parameter "Y".
func (p place) across(node nodeOn) builder {
	return func(s *affinity.Scope) (*G.Node, int, error) {
		var ends G.Nodes
		for k, name := range []string{"Z", "Y"} {
			z := make([]float64, (p.n-k)*p.d) // one point less
			for i := range z {
				z[i] = p.z[i] * (1 + 0.3*float64(k)*(1+float64(i%3)/7))
			}
			n, err := s.Param(name, tensor.New(tensor.WithShape(p.n-k, p.d), tensor.WithBacking(z)))
			if err != nil {
				return nil, 0, err
			}
			ends = append(ends, n)
		}
		pairs, err := s.Open(affinity.All{}, nil, 0, ends...)
		if err != nil {
			return nil, 0, err
		}
		out, err := node(pairs)
		return out, pairs.Len(), err
	}
}

// triplets are entries of three of the 6 points of places, coincident ones among them.
type triplets struct{}

func (triplets) Open(affinity.Opening) (affinity.Indices, error) {
	return affinity.Indices{
		Heads: []int32{0, 2, 5}, K: 2, Tail: []int32{1, 3, 4, 0, 2, 4}, More: [][]int32{{3, 0, 1, 3, 4, 3}},
	}, nil
}

// listed is a pair set of given pairs, rows of different lengths.
type listed struct {
	start []int
	tail  []int32
}

func (l *listed) Open(affinity.Opening) (affinity.Indices, error) {
	return affinity.Indices{Start: l.start, Tail: l.tail}, nil
}

func (l *listed) String() string { return "some pairs" }

// some are pairs of the 6 points of places; each point has one, point 2 alone has three, and coincident ones are there.
func some() *listed {
	return &listed{start: []int{0, 2, 3, 6, 7, 8, 9}, tail: []int32{1, 3, 0, 3, 4, 5, 2, 5, 4}}
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
