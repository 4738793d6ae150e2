package affinity

import (
	"fmt"
	"math"

	"affmatch/internal/fault"

	"gonum.org/v1/gonum/optimize"
	G "gorgonia.org/gorgonia"
)

// UMAPAffinityOut is log Q = -log(1 + a C^b); with squared Euclidean C that is Q = 1/(1 + a d^(2b)) (McInnes, Healy and
// Melville, UMAP, 2018, definition 11).
//
// Where A and B are both 0 they are fitted: least squares of Q(d) to 1 for d < MinDist and exp(-(d-MinDist)/Spread)
// beyond, at 300 equally spaced d from 0 to 3*Spread, as umap-learn does.
type UMAPAffinityOut struct {
	MinDist float64 // 0 is 0: points may lie upon each other. UMAP's custom is 0.1
	Spread  float64 // 0: 1
	A, B    float64 // both 0: fitted; else both given
}

var _ Kernel = UMAPAffinityOut{}

// LogKernel is -log(1 + a c^b).
func (k UMAPAffinityOut) LogKernel(_ *Scope, c *G.Node) (n *G.Node, err error) {
	defer fault.Guard(&err)
	a, b, err := k.Curve()
	if err != nil {
		return nil, err
	}
	power := c
	if b != 1 {
		power = G.Must(G.Pow(c, G.NewConstant(b)))
	}
	return G.Must(G.Neg(logOnePlus(power, a))), nil
}

// Validate checks the fields.
func (k UMAPAffinityOut) Validate() error {
	const at = "affinity: UMAPAffinityOut: "
	if k.A != 0 || k.B != 0 {
		if !(k.A > 0) || !(k.B > 0) || math.IsInf(k.A, 0) || math.IsInf(k.B, 0) {
			return fault.Field(at+"A, B", fmt.Sprint(k.A, ", ", k.B), "both positive, or both 0 to fit them to MinDist and Spread")
		}
		return nil
	}
	if err := positive(at+"Spread", k.Spread); err != nil {
		return err
	}
	if !(k.MinDist >= 0) || k.MinDist > orOne(k.Spread) {
		return fault.Field(at+"MinDist", k.MinDist, fmt.Sprintf("0 to Spread = %v", orOne(k.Spread)))
	}
	return nil
}

// Curve is a and b: the given ones, or those fitted to MinDist and Spread.
func (k UMAPAffinityOut) Curve() (a, b float64, err error) {
	if err := k.Validate(); err != nil {
		return 0, 0, err
	}
	if k.A != 0 {
		return k.A, k.B, nil
	}
	return fitCurve(k.MinDist, orOne(k.Spread))
}

// fitCurve minimizes sum_i (1/(1+a x_i^(2b)) - y_i)^2 over log a and log b, so that both stay positive.
func fitCurve(minDist, spread float64) (a, b float64, err error) {
	const points = 300
	var logX, y [points]float64
	for i := range points {
		x := 3 * spread * float64(i) / (points - 1)
		logX[i] = math.Log(x)
		y[i] = 1
		if x >= minDist {
			y[i] = math.Exp(-(x - minDist) / spread)
		}
	}
	// At x = 0 the curve is 1 whatever a and b, so the first point has no say.
	squares := func(v, grad []float64) (s float64) {
		a, b := math.Exp(v[0]), math.Exp(v[1])
		for i := 1; i < points; i++ {
			u := a * math.Exp(2*b*logX[i])
			q := 1 / (1 + u)
			r := q - y[i]
			s += r * r
			if grad != nil {
				slope := -2 * r * q * q * u // of r^2 with respect to log u = log a + 2 b log x
				grad[0] += slope
				grad[1] += slope * 2 * b * logX[i]
			}
		}
		return s
	}
	res, err := optimize.Minimize(optimize.Problem{
		Func: func(v []float64) float64 { return squares(v, nil) },
		Grad: func(grad, v []float64) { grad[0], grad[1] = 0, 0; squares(v, grad) },
	}, []float64{0, 0}, &optimize.Settings{GradientThreshold: 1e-10}, &optimize.BFGS{})
	if res == nil {
		return 0, 0, fmt.Errorf("affinity: UMAPAffinityOut: fit of a and b to MinDist %v and Spread %v: %w", minDist, spread, err)
	}
	var grad [2]float64
	squares(res.X, grad[:]) // the line search may give up at rounding level: the gradient decides, not the error
	if g := math.Hypot(grad[0], grad[1]); !(g < 1e-6) {
		return 0, 0, fmt.Errorf("affinity: UMAPAffinityOut: fit of a and b to MinDist %v and Spread %v: gradient = %g, want it near 0; give A and B instead", minDist, spread, g)
	}
	return math.Exp(res.X[0]), math.Exp(res.X[1]), nil
}
