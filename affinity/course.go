package affinity

import (
	"context"
	"errors"
	"math"

	"affmatch/internal/fault"
)

// Course is the reference's way to a dual (TorchDR 0.2) in the place of a solver: steps of Adam (Kingma and Ba, 2015) from a
// fixed start, on the rows' faults as if they were a gradient. It need not arrive, and with the reference's numbers rarely
// does: it is for results that must be the reference's.
type Course struct {
	Steps     int     // at most; 0: there is no course, and the solver works
	LearnRate float64 // 0: the reference's, 0.1 for SymmetricEntropicAffinity and 1 for DoublyStochasticQuadraticAffinity
	Tolerance float64 // norm of the faults at which it ends; 0: the reference's, 1e-3 and 1e-5
	Linear    bool    // of SymmetricEntropicAffinity: bandwidths are eps, kept from being negative, not the square of eps
}

func (c Course) validate(at string) error {
	var faults []error
	if c.Steps < 0 {
		faults = append(faults, fault.Field(at+"Course.Steps", c.Steps, "at least 1, or 0 for the solver"))
	}
	return errors.Join(append(faults, positive(at+"Course.LearnRate", c.LearnRate),
		positive(at+"Course.Tolerance", c.Tolerance))...)
}

// or is the course with the reference's numbers in the place of zeros.
func (c Course) or(rate, tolerance float64) Course {
	if c.LearnRate == 0 {
		c.LearnRate = rate
	}
	if c.Tolerance == 0 {
		c.Tolerance = tolerance
	}
	return c
}

// run moves x. slope puts the faults at x into g; end is asked after each step, which it may mend.
func (c Course) run(
	ctx context.Context, x []float64, slope func(x, g []float64) error, end func(x, g []float64) bool,
) error {
	const b1, b2, eps = 0.9, 0.999, 1e-8
	g, m, v := make([]float64, len(x)), make([]float64, len(x)), make([]float64, len(x))
	p1, p2 := 1.0, 1.0
	for range c.Steps {
		if err := fault.Context("affinity", ctx); err != nil {
			return err
		}
		if err := slope(x, g); err != nil {
			return err
		}
		p1, p2 = float64(p1*b1), float64(p2*b2)
		rate, root := c.LearnRate/(1-p1), math.Sqrt(1-p2)
		for i := range x {
			m[i] = float64(b1*m[i]) + float64((1-b1)*g[i])
			v[i] = float64(b2*v[i]) + float64((1-b2)*g[i]*g[i])
			x[i] -= float64(rate * m[i] / (math.Sqrt(v[i])/root + eps))
		}
		if end(x, g) {
			return nil
		}
	}
	return nil
}

// norm is the Euclidean length of a vector.
func norm(v []float64) float64 {
	var s float64
	for _, x := range v {
		s += float64(x * x)
	}
	return math.Sqrt(s)
}
