package affinity

import (
	"affmatch/internal/fault"
	"affmatch/internal/same"

	G "gorgonia.org/gorgonia"
)

// Cauchy is log K = log(gamma/(C + gamma^2)), the density of Cauchy's distribution up to a factor pi: the kernel of CO-SNE
// (Guo, Guo and Yu, CO-SNE: dimensionality reduction and visualization for hyperbolic data, 2022, equation 7). With gamma =
// 1 it is Student's of one degree of freedom; a wide one lets near points be.
type Cauchy struct {
	Gamma float64 // 0: 1. CO-SNE's is 2
}

var _ Kernel = Cauchy{}

// LogKernel is -log(1 + c/gamma^2) - log gamma.
func (k Cauchy) LogKernel(_ *Scope, c *G.Node) (n *G.Node, err error) {
	defer fault.Guard(&err)
	if err := k.Validate(); err != nil {
		return nil, err
	}
	gamma := orOne(k.Gamma)
	logK := G.Must(G.Neg(logOnePlus(c, 1/(gamma*gamma))))
	if gamma == 1 {
		return logK, nil
	}
	return G.Sub(logK, G.NewConstant(same.Log(gamma)))
}

// Validate checks Gamma.
func (k Cauchy) Validate() error { return scale("affinity: Cauchy: Gamma", k.Gamma) }

// Laplacian is log K = -sqrt(C)/sigma: with squared distances exp(-d/sigma), which falls from coincident points at once and
// reaches farther than Gaussian.
type Laplacian struct {
	Sigma float64 // 0: 1
}

var _ Kernel = Laplacian{}

// LogKernel is -sqrt(c)/sigma.
func (k Laplacian) LogKernel(_ *Scope, c *G.Node) (n *G.Node, err error) {
	defer fault.Guard(&err)
	if err := k.Validate(); err != nil {
		return nil, err
	}
	return G.Mul(G.Must(G.Sqrt(c)), G.NewConstant(-1/orOne(k.Sigma)))
}

// Validate checks Sigma.
func (k Laplacian) Validate() error { return scale("affinity: Laplacian: Sigma", k.Sigma) }

// scale refuses what is negative or whose square leaves the range of numbers; zero means the default.
func scale(field string, v float64) error {
	if v != 0 && !(v >= 1e-150 && v <= 1e150) {
		return fault.Field(field, v, "1e-150 to 1e150, or 0 for the default")
	}
	return nil
}
