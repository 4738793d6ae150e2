package plots

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"affmatch/internal/fault"
)

// Project looks at points in space along a direction, without perspective: points is n×3, flat is n×2 with what is right
// and up for the viewer, and depth is how far each point lies behind the origin, for Scatter.Depth. The viewer stands at
// the azimuth (degrees from the first axis towards the second) and the elevation (degrees above the plane of the two)
// and sees the third axis upright; 0, 0 looks along the first axis. A view that shows all three is -60, 30.
func Project(points mat.Matrix, azimuth, elevation float64) (flat *mat.Dense, depth []float64, err error) {
	if points == nil {
		return nil, nil, fault.Field("plots: Project: points", nil, "a matrix of n rows and 3 columns")
	}
	n, d := points.Dims()
	switch {
	case n == 0 || d != 3:
		return nil, nil, fault.Field("plots: Project: points", fmt.Sprintf("%d×%d", n, d), "at least one row and 3 columns")
	case math.IsNaN(azimuth) || math.IsInf(azimuth, 0):
		return nil, nil, fault.Field("plots: Project: azimuth", azimuth, "a finite number of degrees")
	case math.IsNaN(elevation) || math.IsInf(elevation, 0):
		return nil, nil, fault.Field("plots: Project: elevation", elevation, "a finite number of degrees")
	}
	sinA, cosA := math.Sincos(azimuth * math.Pi / 180)
	sinE, cosE := math.Sincos(elevation * math.Pi / 180)
	flat = mat.NewDense(n, 2, nil)
	depth = make([]float64, n)
	for i := range n {
		x, y, z := points.At(i, 0), points.At(i, 1), points.At(i, 2)
		if s := x + y + z; math.IsNaN(s) || math.IsInf(s, 0) {
			return nil, nil, fault.Field(fmt.Sprintf("plots: Project: points: row %d", i), [3]float64{x, y, z}, "finite numbers")
		}
		along := cosA*x + sinA*y
		flat.SetRow(i, []float64{cosA*y - sinA*x, cosE*z - sinE*along})
		depth[i] = -cosE*along - sinE*z
	}
	return flat, depth, nil
}
