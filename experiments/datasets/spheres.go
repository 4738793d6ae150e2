package datasets

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// SpheresConfig describes small spheres, radius 5, inside a large one, radius 25: the large one, half of all points,
// encloses the others, which a good embedding shows and most do not. Moor, Horn, Rieck, Borgwardt: Topological
// autoencoders, ICML 2020.
type SpheresConfig struct {
	Points  int    // zero: 1000; half on the outer sphere
	Columns int    // dimension of space; zero: 101
	Inner   int    // small spheres; zero: 10
	Seed    uint64 // same seed, same bits
}

// Spheres gives 1000 x 101 points on ten spheres in an eleventh.
func Spheres(seed uint64) *Data { return must(SpheresConfig{Seed: seed}.Data()) }

// Data draws the points: uniform on each sphere, centers of the small ones normal with standard deviation 10/sqrt(Columns)
// in each coordinate, the outer sphere as the last class.
func (c SpheresConfig) Data() (*Data, error) {
	if err := check(limit{"SpheresConfig: Columns", &c.Columns, 101, 2}, limit{"SpheresConfig: Inner", &c.Inner, 10, 1}); err != nil {
		return nil, err
	}
	if err := check(limit{"SpheresConfig: Points", &c.Points, 1000, c.Inner + 1}); err != nil {
		return nil, err
	}
	r := randomness(c.Seed, 0x73706865)
	centers := mat.NewDense(c.Inner+1, c.Columns, nil)
	for k := range c.Inner {
		for j := range c.Columns {
			centers.Set(k, j, normal(r)*10/math.Sqrt(float64(c.Columns)))
		}
	}
	labels := shares(c.Points, append(equal(c.Inner), float64(c.Inner)))
	x, direction := mat.NewDense(c.Points, c.Columns, nil), make([]float64, c.Columns)
	for i, k := range labels {
		radius, norm := 5.0, 0.0
		if k == c.Inner {
			radius = 25
		}
		for j := range direction {
			direction[j] = normal(r)
			norm += float64(direction[j] * direction[j])
		}
		for j, v := range direction {
			x.Set(i, j, centers.At(k, j)+radius*v/math.Sqrt(norm))
		}
	}
	return &Data{
		X: x, Labels: labels, Names: append(numbered("inner", c.Inner), "outer"), Name: "spheres",
		Source: fmt.Sprintf("simulated: %d spheres in one, seed %d", c.Inner, c.Seed), License: "none needed",
	}, nil
}
