package prepare

import (
	"context"

	"affmatch/experiments/datasets"
)

// Points are the rows of a recipe as they were read, with their labels and names: the sample that it takes, without what is
// done to the numbers.
func (r Recipe) Points(ctx context.Context) (*datasets.Data, error) {
	r.Log1p, r.Standardize, r.PCA = false, false, 0
	p, err := r.Load(ctx)
	if err != nil {
		return nil, err
	}
	return p.Data, nil
}
