package runs

import (
	"context"
	"fmt"

	"affmatch/affinity"
	"affmatch/experiments/metrics"
	"affmatch/experiments/spec"

	"gonum.org/v1/gonum/mat"
)

// Scoring says which scores a fit gets.
type Scoring int

// Ways of scoring.
const (
	Usual Scoring = iota // of a sample, where there are many rows
	Exact                // of all rows
	Unscored
)

// Scored are the scores of the embedding z of x, in the metric that the model compares rows by.
func Scored(ctx context.Context, how Scoring, m spec.Model, x, z mat.Matrix, labels []int) (metrics.Report, error) {
	if how == Unscored {
		return metrics.Absent("not scored, as was asked"), nil
	}
	o := metrics.Options{Metric: spec.MetricOf(m)}
	if how == Exact {
		o.Sample, _ = z.Dims()
	}
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
