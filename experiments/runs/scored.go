package runs

import (
	"context"
	"fmt"

	"affmatch/affinity"
	"affmatch/experiments/metrics"
	"affmatch/experiments/spec"

	"gonum.org/v1/gonum/mat"
)

// Scored are the scores of the embedding z of x, in the metric that the model compares rows by.
func Scored(ctx context.Context, m spec.Model, x, z mat.Matrix, labels []int) (metrics.Report, error) {
	o := metrics.Options{Metric: spec.MetricOf(m)}
	var note string
	if o.Metric == affinity.Angular || o.Metric == affinity.Hyperbolic { // may be below 0
		note = fmt.Sprintf("scores are Euclidean: %v is no distance", o.Metric)
		o.Metric = nil
	}
	r, err := o.Evaluate(ctx, x, z, labels)
	if note != "" {
		r.Notes = append(r.Notes, note)
	}
	return r, err
}
