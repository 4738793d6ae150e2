package datasets

import (
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// BlobsConfig describes Gaussian blobs around centers that are uniform in a cube of side 20, as scikit-learn's make_blobs.
type BlobsConfig struct {
	Points  int     // zero: 1000
	Columns int     // zero: 10
	Blobs   int     // classes, of equal size; zero: 5
	Spread  float64 // standard deviation of each coordinate around the center; zero: all points on their center
	Seed    uint64  // same seed, same bits
}

// Blobs gives 1000 x 10 points in five blobs of spread 1.
func Blobs(seed uint64) *Data { return must(BlobsConfig{Spread: 1, Seed: seed}.Data()) }

// Data draws the points, rows of one blob together.
func (c BlobsConfig) Data() (*Data, error) {
	if err := check(limit{"BlobsConfig: Columns", &c.Columns, 10, 1}, limit{"BlobsConfig: Blobs", &c.Blobs, 5, 1}); err != nil {
		return nil, err
	}
	if err := errors.Join(check(limit{"BlobsConfig: Points", &c.Points, 1000, c.Blobs}), checkNoise("BlobsConfig: Spread", c.Spread)); err != nil {
		return nil, err
	}
	r := randomness(c.Seed, 0x626c6f6273)
	centers := mat.NewDense(c.Blobs, c.Columns, nil)
	centers.Apply(func(_, _ int, _ float64) float64 { return float64(20*r.Float64()) - 10 }, centers)
	d := &Data{Labels: shares(c.Points, equal(c.Blobs)), Name: "blobs", Source: fmt.Sprintf("simulated: %d blobs of spread %g, seed %d", c.Blobs, c.Spread, c.Seed), License: "none needed"}
	x := mat.NewDense(c.Points, c.Columns, nil)
	x.Apply(func(i, j int, _ float64) float64 {
		return centers.At(d.Labels[i], j) + float64(c.Spread*normal(r))
	}, x)
	d.X, d.Names = x, numbered("blob", c.Blobs)
	return d, nil
}
