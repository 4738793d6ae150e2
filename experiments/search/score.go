package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"time"

	"affmatch/experiments/datasets"
	"affmatch/experiments/metrics"
	"affmatch/experiments/spec"
	"affmatch/models"

	"gonum.org/v1/gonum/stat"
)

// measures are what a formula has to be ahead on, all three.
var measures = [3]string{"trustworthiness", "preservation", "k-NN accuracy"}

// scores are an embedding's.
type scores [3]float64

// gain is, measure by measure, the part of what the better of two methods misses that a formula has, in the mean of all
// data.
type gain [3]float64

// rivals are the methods that are beside the winner; the first two are those to beat.
var rivals = []struct {
	name  string
	model spec.Model
}{
	{"UMAPLearn", models.UMAPLearn()}, {"TSNE", models.TSNE()},
	{"UMAPLocal", models.UMAPLocal()}, {"InfoTSNE", models.InfoTSNE()}, {"NOMAD", models.NOMAD()},
}

// best is the better of two, measure by measure.
func (s scores) best(t scores) scores {
	for k := range s {
		s[k] = math.Max(s[k], t[k])
	}
	return s
}

// over is the gain of one place. Where less than 0.02 is missing the gain is counted as if so much were: the last points of
// a sample are chance. No place counts for less than losing as much again as was missing.
func (s scores) over(base scores) (g gain) {
	for k := range g {
		g[k] = math.Max(-1, (s[k]-base[k])/math.Max(1-base[k], 0.02))
	}
	return g
}

// add adds the gain of one of so many places.
func (g *gain) add(h gain, places int) {
	for k := range g {
		g[k] += h[k] / float64(places)
	}
}

// least is the gain on the measure where it is least: ahead is ahead on all.
func (g gain) least() float64 { return min(g[0], g[1], g[2]) }

// fit fits one model on one core and scores it.
func (s *search) fit(ctx context.Context, m spec.Model, d *datasets.Data, seed uint64) (r scores, err error) {
	began := time.Now()
	m = spec.Edit(m, func(d *models.Descent) { d.Seed, d.Engine = seed, models.Fused{Workers: 1} })
	fit, err := m.Fit(ctx, d.X)
	if err == nil {
		r, err = score(d, fit)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fits++
	s.spent += time.Since(began)
	return r, err
}

func score(d *datasets.Data, fit *models.Result) (r scores, err error) {
	if r[0], err = metrics.Trustworthiness(d.X, fit.Embedding, 15); err != nil {
		return r, err
	}
	if r[1], err = metrics.Preservation(d.X, fit.Embedding, 15); err != nil {
		return r, err
	}
	r[2], err = metrics.KNNAccuracy(fit.Embedding, d.Labels, 10, 5)
	return r, err
}

// verdict is a method's scores on one set, a sample each.
type verdict struct {
	data, method string
	scores       []scores
}

// judge fits the winner and its rivals on samples of other sets.
func (s *search) judge(ctx context.Context, winner spec.Model, names []string, seeds int) ([]verdict, error) {
	sets, err := load(ctx, names)
	if err != nil {
		return nil, err
	}
	all := append([]struct {
		name  string
		model spec.Model
	}{{"winner", winner}}, rivals...)
	var judged []verdict
	for _, d := range sets {
		s.progress.Stage("judge", d.name)
		verdicts := make([]verdict, len(all))
		for seed := range uint64(seeds) {
			x, err := d.sample(ctx, s.last.rows, 100+seed)
			if err != nil {
				return nil, err
			}
			for k, m := range all {
				r, err := s.fit(ctx, m.model, x, 100+seed)
				if err != nil {
					return nil, fmt.Errorf("%s on %s: %w", m.name, d.name, err)
				}
				verdicts[k].data, verdicts[k].method = d.name, m.name
				verdicts[k].scores = append(verdicts[k].scores, r)
			}
		}
		judged = append(judged, verdicts...)
	}
	return judged, nil
}

// table writes means and standard deviations.
func table(w io.Writer, judged []verdict) error {
	_, err := fmt.Fprintf(w, "| data | method | %s | %s | %s |\n|---|---|---|---|---|\n", measures[0], measures[1], measures[2])
	for _, v := range judged {
		if err == nil {
			_, err = fmt.Fprintf(w, "| %s | %s |", v.data, v.method)
		}
		for k := range measures {
			var values []float64
			for _, s := range v.scores {
				values = append(values, s[k])
			}
			mean, sd := stat.MeanStdDev(values, nil)
			if err == nil {
				_, err = fmt.Fprintf(w, " %.4f ± %.4f |", mean, sd)
			}
		}
		if err == nil {
			_, err = fmt.Fprintln(w)
		}
	}
	return err
}
