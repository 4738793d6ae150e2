package datasets

import (
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// TreeConfig describes a tree of random walks: each branch sets out from a random point of those before it, as cells that
// differentiate. Labels are the branches, Values the steps from the root (pseudotime). After the diffusion-limited
// aggregation trees of Moon and others: Visualizing structure and transitions in high-dimensional biological data, Nature
// Biotechnology 37 (2019).
type TreeConfig struct {
	Points   int     // zero: 1000
	Columns  int     // zero: 50
	Branches int     // of equal length; zero: 8
	Noise    float64 // standard deviation around the walk; zero: none
	Seed     uint64  // same seed, same bits
}

// Tree gives 1000 x 50 points on eight branches with noise 2.
func Tree(seed uint64) *Data { return must(TreeConfig{Noise: 2, Seed: seed}.Data()) }

// Data draws the points, branch after branch. A walk's step is uniform in -1 .. 1 in each coordinate.
func (c TreeConfig) Data() (*Data, error) {
	if err := check(limit{"TreeConfig: Columns", &c.Columns, 50, 1}, limit{"TreeConfig: Branches", &c.Branches, 8, 1}); err != nil {
		return nil, err
	}
	if err := errors.Join(check(limit{"TreeConfig: Points", &c.Points, 1000, c.Branches}), checkNoise("TreeConfig: Noise", c.Noise)); err != nil {
		return nil, err
	}
	r := randomness(c.Seed, 0x74726565)
	labels := shares(c.Points, equal(c.Branches))
	walk, steps := mat.NewDense(c.Points, c.Columns, nil), make([]float64, c.Points)
	for i := 1; i < c.Points; i++ {
		from := i - 1
		if labels[i] != labels[i-1] {
			from = r.IntN(i)
		}
		steps[i] = steps[from] + 1
		for j := range c.Columns {
			walk.Set(i, j, walk.At(from, j)+2*float64(r.Float64())-1)
		}
	}
	walk.Apply(func(_, _ int, v float64) float64 { return v + float64(c.Noise*normal(r)) }, walk)
	return &Data{
		X: walk, Labels: labels, Names: numbered("branch", c.Branches), Values: steps, Name: "tree",
		Source: fmt.Sprintf("simulated: %d branches, noise %g, seed %d", c.Branches, c.Noise, c.Seed), License: "none needed",
	}, nil
}
