package affinity

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"affmatch/internal/golden"

	"gonum.org/v1/gonum/mat"
)

// nearbyCase is a golden case of an affinity that is scaled by a neighbor's distance.
type nearbyCase struct {
	Affinity string
	Params   struct {
		K, T       int
		Alpha      float64
		Metric     string
		Over       string `json:"normalization_dim"`
		Neighbors  int    `json:"n_neighbors"`
		Small      int    `json:"k"`
		Duplicated string `json:"input"`
	}
	Sigma, Rho golden.Vector
	Indices    [][]int32
	P          golden.Matrix
}

// fit is what in makes of x.
func (c *nearbyCase) fit(t *testing.T, x *mat.Dense, in Input) *Fitted {
	t.Helper()
	f, err := Fit(context.Background(), in, x)
	if err != nil {
		t.Fatalf("%+v: %v", in, err)
	}
	return f
}

func TestGoldenAffinitiesScaledByNeighborsEqualTheReference(t *testing.T) {
	seen := map[string]int{}
	for _, name := range []string{"aff_normalized", "head_affinities"} {
		var file struct{ Cases []nearbyCase }
		golden.Load(t, name, &file)
		x := points(load(t).X)
		for _, c := range file.Cases {
			k := max(c.Params.K, c.Params.Small)
			what := fmt.Sprintf("%s %+v", c.Affinity, c.Params)
			switch c.Affinity {
			case "SelfTuning":
				a := SelfTuningAffinity{Neighbor: k, Metric: params{Metric: c.Params.Metric}.metric(t), Reference: true}
				scale := 1.0 // the reference's rows and columns sum to 1
				switch c.Params.Over {
				case "None":
					a.Unnormalized = true
				case "0":
					a.Over, scale = OverColumns, float64(len(c.P))
				case "1":
					a.Over, scale = OverRows, float64(len(c.P))
				}
				f := c.fit(t, x, a)
				for e := range f.P.Values {
					f.P.Values[e] *= scale
				}
				golden.Close(t, what+": sigma", f.Widths, c.Sigma, 1e-10)
				closeTo(t, what, f.P, c.P, nil, 1e-10)
			case "MAGIC":
				f := c.fit(t, x, MAGICAffinity{Neighbor: k})
				golden.Close(t, what+": sigma", f.Widths, c.Sigma, 1e-10)
				closeTo(t, what, f.P, c.P, nil, 1e-10)
			case "PHATEAffinity(HEAD)":
				for i := range c.P {
					c.P[i][i] = 0 // the reference's is the root of its rounding
				}
				f := c.fit(t, x, PHATEAffinity{Neighbor: k, Alpha: c.Params.Alpha, Time: c.Params.T})
				tol := 1e-10
				if c.Params.T == 100 { // it takes distances of about 0.01 from the difference of squares of 3e4
					tol = 1e-6
				}
				closeTo(t, what, f.P, c.P, nil, tol)
			case "PACMAPAffinity(HEAD)":
				n, d := x.Dims()
				twice := mat.NewDense(2*n, d, nil)
				twice.Apply(func(i, j int, _ float64) float64 { return x.At(i%n, j) + float64(10*(i/n)) }, twice)
				f := c.fit(t, twice, PACMAPAffinity{Neighbors: c.Params.Neighbors})
				golden.Close(t, what+": rho", f.Widths, c.Rho, 1e-10)
				if !slices.Equal(f.P.Tail, slices.Concat(c.Indices...)) {
					t.Errorf("%s: neighbors %v, want %v", what, f.P.Tail[:10], c.Indices[:2])
				}
			default:
				continue
			}
			seen[c.Affinity]++
		}
	}
	if len(seen) != len(elsewhere) && !golden.Other() {
		t.Errorf("cases of %v, want some of each of %v", seen, elsewhere)
	}
}
