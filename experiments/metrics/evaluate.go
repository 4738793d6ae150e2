package metrics

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"affmatch/affinity"
	"affmatch/internal/fault"
)

// Options of Evaluate; the zero value is the customary table.
type Options struct {
	Neighbors      int    // k of trustworthiness, continuity and preservation; zero: 15
	ClassNeighbors int    // k of the k-NN accuracy; zero: 10
	Folds          int    // of the k-NN accuracy; zero: 5
	Sample         int    // rows to score, each against all points; zero: all up to 5,000 rows, else 2,500; at most all
	Seed           uint64 // of the sample and of k-means' starts
	// Metric is that of distances in X, such as the fit had; nil: Euclidean. It must be at least 0 everywhere.
	Metric    affinity.DataMetric
	CoRanking bool // also CoRankingArea, which sorts all distances of each scored row
}

// exactRows is the number of rows up to which all are scored by default, sampleRows the number of those scored beyond.
const (
	exactRows  = 5_000
	sampleRows = 2_500
)

// mostDense is the memory that sparse X may take to be scored.
const mostDense = 2 << 30

// Evaluate is Options{}.Evaluate: the usual scores of the embedding z of x.
func Evaluate(ctx context.Context, x, z mat.Matrix, labels []int) (Report, error) {
	return Options{}.Evaluate(ctx, x, z, labels)
}

// Evaluate scores the embedding z (n x d) of x (n x p) with labels. It computes the distances once for all scores. Nil x or
// nil labels leave out what needs them; so do too few rows or classes for a score, and then Notes say which and why.
// Matrices that do not fit, a NaN and negative options are errors.
//
// Of large data it scores a sample of the rows (Options.Sample), drawn by the seed, with neighbors among all points, and
// StandardErrors says how far that may be from the score of all; k-means then clusters the sample alone.
func (o Options) Evaluate(ctx context.Context, x, z mat.Matrix, labels []int) (Report, error) {
	r := newReport()
	if err := fault.Context("metrics", ctx); err != nil {
		return r, err
	}
	if err := o.fill(); err != nil {
		return r, err
	}
	var a, b *points
	var c *classes
	var err error
	if sparse, ok := x.(affinity.CSR); ok && sparse.Rows > mostDense/8/max(1, sparse.Columns) {
		const why = "scores of neighbors: X is sparse, and %d x %d numbers too many to compare: reduce it, by -pca for instance"
		r.Notes = append(r.Notes, fmt.Sprintf(why, sparse.Rows, sparse.Columns))
		x = nil
	}
	if x == nil {
		b, err = newPoints("z", z)
	} else {
		a, b, err = newPairIn(o.Metric, x, z)
		r.Metric = nameOf(o.Metric)
	}
	if err != nil {
		return r, err
	}
	if labels != nil && len(labels) != b.n {
		return r, fault.Field("metrics: labels", len(labels), fmt.Sprintf("%d, one a row", b.n))
	}
	rows := o.sample(b.n)
	r.Rows, r.Sample, r.Neighbors = b.n, len(rows), o.Neighbors
	r.Each = &Each{Rows: rows}
	if len(rows) < b.n {
		r.StandardErrors = map[string]float64{}
	}

	var gauges []gauge
	var scores []func() // run after the scan
	use := func(name string, g gauge, err error, read func()) {
		if err != nil {
			r.Notes = append(r.Notes, fmt.Sprintf("%s: %v", name, err))
			return
		}
		gauges = append(gauges, g)
		scores = append(scores, read)
	}
	wrong := func(name string, standardError float64) {
		if len(rows) < b.n {
			r.StandardErrors[name] = standardError
		}
	}
	each := func(name string, values []float64) []float64 {
		wrong(name, standardError(values, b.n))
		return values
	}
	if a != nil {
		trust, err := newIntruders(b.n, len(rows), o.Neighbors, false)
		use("trustworthiness", trust, err, func() {
			r.Trustworthiness, r.Each.Trustworthiness = Score(trust.score()), each("trustworthiness", trust.each())
		})
		continuity, err := newIntruders(b.n, len(rows), o.Neighbors, true)
		use("continuity", continuity, err, func() {
			r.Continuity, r.Each.Continuity = Score(continuity.score()), each("continuity", continuity.each())
		})
		common, err := newKept(b.n, len(rows), o.Neighbors)
		use("preservation", common, err, func() {
			r.Preservation, r.Each.Preservation = Score(common.score()), each("preservation", common.share)
		})
		sums := &moments{b.n, make([]moment, len(rows))}
		use("distance correlation", sums, nil, func() {
			all := sums.totals()
			r.DistanceCorrelation, r.ShepardCorrelation = Score(all.distanceCorrelation()), Score(all.shepardCorrelation())
			wrong("distance_correlation", sums.jackknife(totals.distanceCorrelation))
			wrong("shepard_correlation", sums.jackknife(totals.shepardCorrelation))
		})
	}
	if a != nil && o.CoRanking {
		ranks, err := newCoRanks(b.n, len(rows))
		use("co-ranking", ranks, err, func() { r.CoRankingArea = Score(ranks.curve().Area) })
	}
	if labels != nil {
		c, err = newClasses(b.n, labels)
		if err != nil {
			r.Notes = append(r.Notes, fmt.Sprintf("scores of classes: %v", err))
		}
	}
	if c != nil {
		width := &outline{c, make([]float64, len(rows))}
		use("silhouette", width, nil, func() { r.Silhouette, r.Each.Silhouette = Score(width.score()), each("silhouette", width.width) })
		right, err := newGuesses(c, rows, o.ClassNeighbors, o.Folds)
		use("k-NN accuracy", right, err, func() { r.KNNAccuracy, r.Each.KNNAccuracy = Score(right.score()), each("knn_accuracy", right.each()) })
	}
	if err := scan(ctx, a, b, rows, gauges...); err != nil {
		return r, err
	}
	for _, read := range scores {
		read()
	}
	if c != nil {
		ari, nmi, err := agreement(ctx, b.pick(rows), c.pick(rows), o.Seed)
		switch {
		case ctx.Err() != nil:
			return r, ctx.Err()
		case err != nil:
			r.Notes = append(r.Notes, fmt.Sprintf("k-means: %v", err))
		default:
			r.KMeansARI, r.KMeansNMI = Score(ari), Score(nmi)
		}
	}
	return r, nil
}

// fill puts the defaults in.
func (o *Options) fill() error {
	for _, f := range []struct {
		name  string
		value *int
		zero  int
	}{{"Neighbors", &o.Neighbors, 15}, {"ClassNeighbors", &o.ClassNeighbors, 10}, {"Folds", &o.Folds, 5}, {"Sample", &o.Sample, 0}} {
		if *f.value < 0 {
			return fault.Field("metrics: Options: "+f.name, *f.value, "0 (the default) or more")
		}
		if *f.value == 0 {
			*f.value = f.zero
		}
	}
	return nil
}

// sample draws the rows to score, in increasing order.
func (o Options) sample(n int) []int {
	rows := allRows(n)
	count := o.Sample
	if count == 0 {
		count = sampleRows
		if n <= exactRows {
			count = n
		}
	}
	if count >= n {
		return rows
	}
	r := rand.New(rand.NewPCG(o.Seed, 0x73616d706c65))
	r.Shuffle(n, func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	rows = rows[:count]
	slices.Sort(rows)
	return rows
}

// pick is the classes of the given rows; a class that has none of them stays, empty.
func (c *classes) pick(rows []int) *classes {
	out := &classes{make([]int, len(rows)), make([]int, len(c.count))}
	for at, i := range rows {
		out.of[at] = c.of[i]
		out.count[c.of[i]]++
	}
	return out
}
