package runs

import (
	"context"
	"fmt"
	"slices"

	"affmatch/affinity"
	"affmatch/experiments/metrics"
	"affmatch/experiments/spec"
	"affmatch/internal/typo"

	"gonum.org/v1/gonum/mat"
)

// Scoring says which scores a fit gets. As a flag it is usual, exact or none (flag.TextVar).
type Scoring int

// Ways of scoring.
const (
	Usual Scoring = iota // of a sample, where there are many rows
	Exact                // of all rows
	Unscored
)

var scorings = []string{"usual", "exact", "none"}

// MarshalText writes it.
func (how Scoring) MarshalText() ([]byte, error) { return []byte(scorings[how]), nil }

// UnmarshalText reads it.
func (how *Scoring) UnmarshalText(b []byte) error {
	k := slices.Index(scorings, string(b))
	if k < 0 {
		return fmt.Errorf("want usual, exact or none%s", typo.Hint(string(b), scorings))
	}
	*how = Scoring(k)
	return nil
}

// has says whether a report is what was asked for, or more.
func (how Scoring) has(r metrics.Report) bool {
	switch how {
	case Usual:
		return r.Rows > 0
	case Exact:
		return r.Rows > 0 && r.Sample == r.Rows
	}
	return true
}

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

// HasScores says whether the scores of a finished run are those that the fit asks for, of the labels that it has.
func (f Fit) HasScores(k Kept) bool {
	return f.Scoring.has(k.Scores) && k.Config.LabelsSHA256 == labelsSum(f.Data)
}

// Rescore computes those scores of a finished run, from the embedding that its folder holds.
func (f Fit) Rescore(ctx context.Context, k Kept) error {
	now, err := f.config()
	if err != nil {
		return err
	}
	r, err := Scored(ctx, f.Scoring, f.Model, f.Data.X, k.Embedding, f.Data.Labels)
	if err != nil {
		return err
	}
	if err := f.Folder.Metrics(r); err != nil {
		return err
	}
	k.Config.LabelsSHA256, k.Config.Data = now.LabelsSHA256, now.Data
	return f.Folder.JSON("config.json", k.Config)
}
