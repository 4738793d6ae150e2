package affinity

import (
	"fmt"
	"math"

	"affmatch/internal/fault"

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
