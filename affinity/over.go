package affinity

import (
	"errors"

	"affmatch/internal/fault"

	G "gorgonia.org/gorgonia"
)

// Over is a kernel over a number Z: log Q = log K - log Z. Under Odds, Q/(1+Q) = K/(K+Z), and a logistic loss on samples, Z
// is the parameter that leads from UMAP (Z = 1) to t-SNE (Z the partition of its kernel over the pairs that are drawn):
// negative sampling as Damrich, Böhm, Hamprecht and Kobak have it (From t-SNE to UMAP with contrastive learning, 2022,
// section 4). Learned, it is noise-contrastive estimation (Gutmann and Hyvärinen, 2012).
type Over struct {
	Kernel Kernel
	LogZ   float64 // 0: Z = 1, the kernel itself
	Learn  bool    // log Z is optimized with Z's points, from LogZ on
}

var _ Kernel = Over{}

// LogKernel is log K - log Z.
func (k Over) LogKernel(s *Scope, c *G.Node) (*G.Node, error) {
	if err := k.Validate(); err != nil {
		return nil, err
	}
	return Try(func() Expr {
		logK := E(Must(k.Kernel.LogKernel(s, c)))
		switch {
		case k.Learn:
			return logK.Sub(s.Learned("log-z", k.LogZ))
		case k.LogZ == 0:
			return logK
		}
		return logK.Sub(k.LogZ)
	})
}

// Validate checks the fields.
func (k Over) Validate() error {
	var faults []error
	if fault.Nil(k.Kernel) {
		faults = append(faults, fault.Field("affinity: Over: Kernel", "nil", "a kernel"))
	}
	if k.LogZ-k.LogZ != 0 {
		faults = append(faults, fault.Field("affinity: Over: LogZ", k.LogZ, "a finite number"))
	}
	return errors.Join(append(faults, validate(k.Kernel))...)
}
