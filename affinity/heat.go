package affinity

import (
	"context"

	"affmatch/internal/fault"
	"affmatch/internal/same"

	"gonum.org/v1/gonum/mat"
)

// HeatKernel is P_ij = exp(-C_ij / (Scale m)), m the mean of C over all pairs of different points, on all pairs, each point
// with itself among them: the Gaussian kernel of kernel methods and diffusion maps, with a width in the unit of the data
// (1/(Scale m) is about scikit-learn's gamma="scale"). It is not normalized, and positive definite under SquaredEuclidean.
type HeatKernel struct {
	Scale  float64    // above 0; 0: 1
	Metric DataMetric // nil: SquaredEuclidean
	Search Search     // of the distances; or what is Known of them
}

var _ Input = HeatKernel{}

// Fit computes all distances.
func (k HeatKernel) Fit(ctx context.Context, x mat.Matrix) (*Fitted, error) {
	if err := k.Validate(); err != nil {
		return nil, err
	}
	from, err := k.Search.open(ctx, x, k.Metric)
	if err != nil {
		return nil, err
	}
	p, err := candidates(ctx, from, 0, true)
	if err != nil {
		return nil, err
	}
	n := p.N
	var mean float64
	for i := range n {
		var row float64
		for j, c := range p.Values[i*n : (i+1)*n] {
			if j != i {
				row += c / float64(n)
			}
		}
		mean += row / float64(n-1)
	}
	width := float64(mean * orOne(k.Scale))
	switch {
	case width-width != 0:
		return nil, fault.Field("affinity: HeatKernel: mean distance", mean, "a finite number (rescale X)")
	case !(width > 0): // all points are one
		width = 1
	}
	for e, c := range p.Values {
		if i := e / n; e%n == i {
			c = 0
		}
		p.Values[e] = same.Exp(-c / width)
	}
	return &Fitted{P: p, checked: true, fixed: "its width is the mean over all pairs of its points (HeatKernel)"}, nil
}

// Validate checks the fields.
func (k HeatKernel) Validate() error {
	if err := positive("affinity: HeatKernel: Scale", k.Scale); err != nil {
		return err
	}
	return validMetric("affinity: HeatKernel: ", k.Metric)
}

// Memory is that of the distances, whose place P takes.
func (k HeatKernel) Memory(n, columns int) (Memory, error) {
	if err := k.Validate(); err != nil {
		return Memory{}, err
	}
	return k.Search.memory(k.Search.count(n), columns, 0, k.Metric, true, false), nil
}
