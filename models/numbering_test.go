package models

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"affmatch/affinity"
	"affmatch/optim"

	"gonum.org/v1/gonum/mat"
)

// byName draws the others of a point by names, which points keep in any order.
type byName struct {
	of []int // the name of each point
	at []int // the point of each name
}

func (s byName) Open(affinity.Opening) (affinity.Indices, error) {
	sampler := affinity.SamplerFunc(func(step, _, head int, tails [][]int32) {
		for k := range tails[0] {
			tails[0][k] = int32(s.at[(s.of[head]+1+7919*(k+5*step))%len(s.at)])
		}
	})
	return affinity.Indices{K: 5, Sample: sampler}, nil
}

// onRing is UMAP on points on a ring, each with three neighbors; point i is the one that has the name of[i].
func onRing(of []int) SampledNeighborEmbedding {
	n := len(of)
	s := byName{of, make([]int, n)}
	for i, name := range of {
		s.at[name] = i
	}
	p := &affinity.Matrix{N: n, Start: make([]int, 1, n+1)}
	z := mat.NewDense(n, 2, nil)
	for i, name := range of {
		for k, apart := range []int{1, 2, 40} {
			p.Tail = append(p.Tail, int32(s.at[(name+apart)%n]))
			p.Values = append(p.Values, 1+math.Sin(float64(name+k)))
		}
		p.Start = append(p.Start, len(p.Tail))
		turn := 2 * math.Pi * float64(name) / float64(n)
		z.SetRow(i, []float64{9*math.Cos(turn) + math.Sin(float64(5*name)), 9*math.Sin(turn) + math.Cos(float64(3*name))})
	}
	m := UMAP()
	m.In, m.Against, m.Init, m.Steps = affinity.Precomputed{P: p}, s, StartAt{z}, 3
	m.Optimizer = optim.SGD{LearnRate: 0.1}
	return m
}

// TestRowsInAnotherOrderGiveTheSamePoints: whether the engine numbers points anew, which only many are worth, or not.
func TestRowsInAnotherOrderGiveTheSamePoints(t *testing.T) {
	ctx := context.Background()
	for _, n := range []int{1000, 140000} {
		fit := func(of []int) *mat.Dense {
			r, err := onRing(of).Start(ctx, nil)
			if err != nil {
				t.Fatal(err)
			}
			if numbered := strings.Contains(r.Program().Listing, "numbered"); numbered != (n > 1000) {
				t.Fatalf("%d points are numbered: %v", n, numbered)
			}
			for r.Status() == Running {
				if _, err := r.Step(ctx); err != nil {
					t.Fatal(err)
				}
			}
			return r.Embedding()
		}
		names := make([]int, n)
		for i := range names {
			names[i] = i
		}
		want, of := fit(names), rand.New(rand.NewPCG(3, 3)).Perm(n)
		got, again := fit(of), fit(slices.Clone(of))
		for i, name := range of {
			for c := range 2 {
				if g, w := got.At(i, c), want.At(name, c); math.Abs(g-w) > 1e-5 || g != again.At(i, c) {
					t.Fatalf("%d points: row %d, column %d = %v, and %v in a second fit; want %v", n, i, c, g, again.At(i, c), w)
				}
			}
		}
	}
}
