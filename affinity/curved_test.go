package affinity

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// slopesOf are the distances of all pairs of z, and the gradient of their sum by z.
func slopesOf(t *testing.T, m Metric, z *mat.Dense) (c, slope []float64) {
	t.Helper()
	n, d := z.Dims()
	s := NewScope(n)
	node, err := s.Param("Z", tensor.New(tensor.WithShape(n, d), tensor.WithBacking(mat.DenseCopyOf(z).RawMatrix().Data)))
	if err != nil {
		t.Fatal(err)
	}
	on, err := s.Open(All{}, nil, 0, node)
	if err != nil {
		t.Fatal(err)
	}
	dist, err := m.Distance(on)
	if err != nil {
		t.Fatal(err)
	}
	grads, err := G.Grad(G.Must(G.Sum(dist)), node)
	if err != nil {
		t.Fatal(err)
	}
	if c, err = evaluate(s, dist); err != nil {
		t.Fatal(err)
	}
	slope, err = evaluate(s, grads[0])
	if err != nil {
		t.Fatal(err)
	}
	return c, slope
}

// TestPoincareIsTheDistanceOfTheBall, up to its rim: for points on a ray it is the difference of 2 artanh |x|.
func TestPoincareIsTheDistanceOfTheBall(t *testing.T) {
	radii := []float64{0, 1e-9, 0.1, 0.5, 0.9, 0.999, math.Sqrt(1 - 1.1*rim)}
	z := mat.NewDense(len(radii), 2, nil)
	for i, r := range radii {
		z.SetRow(i, []float64{0.6 * r, -0.8 * r})
	}
	c, slope := slopesOf(t, Poincare, z)
	e := 0
	want := make([]float64, len(radii)) // the slope along the ray
	for i, r := range radii {
		for j, q := range radii {
			if i == j {
				continue
			}
			d := 2*math.Atanh(r) - 2*math.Atanh(q)
			if math.Abs(c[e]-d*d) > 1e-9*d*d {
				t.Errorf("from %v to %v: %v, want %v", r, q, c[e], d*d)
			}
			if b := Poincare.Between(z.RawRowView(i), z.RawRowView(j)); math.Abs(b-d*d) > 1e-9*d*d {
				t.Errorf("from %v to %v on X: %v, want %v", r, q, b, d*d)
			}
			want[i] += 2 * 2 * d * 2 / (1 - r*r) // there and back
			e++
		}
	}
	for i, w := range want {
		along := 0.6*slope[2*i] - 0.8*slope[2*i+1]
		if across := 0.8*slope[2*i] + 0.6*slope[2*i+1]; math.Abs(along-w) > 1e-6*math.Abs(w) || math.Abs(across) > 1e-6*math.Abs(w) {
			t.Errorf("radius %v: slope %v along the ray and %v across, want %v and 0", radii[i], along, across, w)
		}
	}
}

// TestCurvedMetricsHaveSlopesAtTheirEdges: points at one place, at the origin, at the rim and beyond it.
func TestCurvedMetricsHaveSlopesAtTheirEdges(t *testing.T) {
	z := mat.NewDense(8, 2, []float64{0, 0, 0, 0, 0.3, 0.4, 0.3, 0.4, 1, 0, 3, 4, 3, 4, 1e-200, 0})
	for _, m := range []Metric{Poincare, Cosine} {
		c, slope := slopesOf(t, m, z)
		for _, v := range append(c, slope...) {
			if v-v != 0 {
				t.Fatalf("%v: distances %v, slopes %v", m, c, slope)
			}
		}
		e := 0
		for i := range 8 {
			for j := range 8 {
				if i == j {
					continue
				}
				if b := m.(BuiltinMetric).Between(z.RawRowView(i), z.RawRowView(j)); math.Abs(b-c[e]) > 1e-12*math.Max(1, b) {
					t.Errorf("%v of %d and %d: %v, on X %v", m, i, j, c[e], b)
				}
				e++
			}
		}
	}
	_, slope := slopesOf(t, Cosine, z)
	if slope[0] != 0 || slope[1] != 0 {
		t.Errorf("Cosine moves a point at the origin: %v", slope[:2])
	}
}

// TestGreatCircleIsTheAngle between directions, of whatever lengths: from coincident to opposite ones. The slope of its square is twice
// the angle, across the direction, over the length; opposite points do not pull.
func TestGreatCircleIsTheAngle(t *testing.T) {
	for _, angle := range []float64{0, 1e-9, 1e-4, 0.1, 0.5, math.Pi / 2, 2, 3, math.Pi - 1e-4, math.Pi} {
		for _, length := range []float64{1, 0.3, 70} {
			z := mat.NewDense(2, 2, []float64{2, 0, length * math.Cos(angle), length * math.Sin(angle)})
			c, slope := slopesOf(t, GreatCircle, z)
			want := angle * angle
			if math.Abs(c[0]-want) > 1e-14+4e-15*want {
				t.Errorf("angle %v, length %v: %v, want %v", angle, length, c[0], want)
			}
			if got := GreatCircle.Between(z.RawRowView(0), z.RawRowView(1)); math.Abs(got-c[0]) > 1e-13*(1+want) {
				t.Errorf("angle %v of two rows: %v, of two points %v", angle, got, c[0])
			}
			across := -slope[2]*math.Sin(angle) + slope[3]*math.Cos(angle)
			if angle < math.Pi-1e-3 && math.Abs(across-4*angle/length) > 1e-7*(1+angle)/length { // of two pairs
				t.Errorf("angle %v, length %v: slope %v, want %v", angle, length, across, 4*angle/length)
			}
			for _, g := range slope {
				if math.IsNaN(g) || math.IsInf(g, 0) {
					t.Errorf("angle %v: slope %v", angle, slope)
				}
			}
		}
	}
	c, slope := slopesOf(t, GreatCircle, mat.NewDense(2, 2, []float64{0, 0, 3, 4})) // the origin is at a right angle to all
	if math.Abs(c[0]-math.Pi*math.Pi/4) > 1e-14 || slope[0] != 0 || math.Abs(slope[2])+math.Abs(slope[3]) > 1e-15 {
		t.Errorf("from the origin: %v, slope %v", c[0], slope)
	}
}
