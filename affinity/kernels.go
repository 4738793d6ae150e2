package affinity

import (
	"fmt"
	"math"

	"affmatch/internal/fault"
	"affmatch/internal/same"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Gaussian is log K = -C/sigma (TorchDR's form: sigma, not 2 sigma^2).
type Gaussian struct {
	Sigma float64 // 0: 1
}

var _ Kernel = Gaussian{}

// LogKernel is -c/sigma.
func (k Gaussian) LogKernel(_ *Scope, c *G.Node) (*G.Node, error) {
	if err := k.Validate(); err != nil {
		return nil, err
	}
	return G.Mul(c, G.NewConstant(-1/orOne(k.Sigma)))
}

// Validate checks Sigma.
func (k Gaussian) Validate() error { return positive("affinity: Gaussian: Sigma", k.Sigma) }

// Student is log K = -(nu+1)/2 log(1 + C/nu), the kernel of Student's t distribution with nu degrees of freedom
// (van der Maaten and Hinton, Visualizing Data using t-SNE, 2008, equation 4, for nu = 1).
type Student struct {
	Nu    float64 // degrees of freedom; 0: 1
	Learn bool    // nu starts at Nu and is optimized together with Z, as exp of the parameter student.lognu
}

var _ Kernel = Student{}

// LogKernel is -(nu+1)/2 log(1 + c/nu).
func (k Student) LogKernel(s *Scope, c *G.Node) (n *G.Node, err error) {
	defer fault.Guard(&err)
	if err := k.Validate(); err != nil {
		return nil, err
	}
	nu0 := orOne(k.Nu)
	if !k.Learn {
		return G.Must(G.Mul(logOnePlus(c, 1/nu0), G.NewConstant(-(nu0+1)/2))), nil
	}
	nu := G.Must(G.Exp(G.Must(s.Param("student.lognu", tensor.New(tensor.FromScalar(same.Log(nu0)))))))
	power := G.Must(G.Mul(G.Must(G.Add(nu, G.NewConstant(1.0))), G.NewConstant(-0.5)))
	return G.Must(G.Mul(G.Must(G.Log(G.Must(G.Add(G.Must(G.Div(c, nu)), G.NewConstant(1.0))))), power)), nil
}

// Validate checks Nu.
func (k Student) Validate() error { return positive("affinity: Student: Nu", k.Nu) }

// logOnePlus is log(1 + scale*c).
func logOnePlus(c *G.Node, scale float64) *G.Node {
	if scale != 1 {
		c = G.Must(G.Mul(c, G.NewConstant(scale)))
	}
	return G.Must(G.Log(G.Must(G.Add(c, G.NewConstant(1.0)))))
}

// Odds is K/(1+K) of a kernel: log K - log(1+K). TorchDR's UMAP and LargeVis use it, out of sight, so that the largest
// affinity is 1/2 and the repulsion's log(1-Q) stays finite at coincident points.
type Odds struct{ Kernel Kernel }

var _ Kernel = Odds{}

// LogKernel is log K - log(1+K).
func (k Odds) LogKernel(s *Scope, c *G.Node) (n *G.Node, err error) {
	defer fault.Guard(&err)
	if err := k.Validate(); err != nil {
		return nil, err
	}
	q := G.Must(k.Kernel.LogKernel(s, c))
	return G.Must(G.Sub(q, G.Must(G.Log(G.Must(G.Add(G.Must(G.Exp(q)), G.NewConstant(1.0))))))), nil
}

// Validate checks the kernel.
func (k Odds) Validate() error {
	if fault.Nil(k.Kernel) {
		return fault.Field("affinity: Odds: Kernel", "nil", "a kernel")
	}
	return validate(k.Kernel)
}

// validate checks a part of a configuration, if it can be checked.
func validate(part any) error {
	if part != nil && fault.Nil(part) {
		return fault.Field(fmt.Sprintf("affinity: %T", part), "nil", "a value")
	}
	if v, ok := part.(interface{ Validate() error }); ok {
		return v.Validate()
	}
	return nil
}

func orOne(v float64) float64 {
	if v == 0 {
		return 1
	}
	return v
}

// positive refuses what is negative or not finite; zero means the default.
func positive(field string, v float64) error {
	if v < 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return fault.Field(field, v, "a positive number, or 0 for the default")
	}
	return nil
}
