package metrics

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"

	"golang.org/x/sync/errgroup"
	"gonum.org/v1/gonum/mat"

	"affmatch/internal/fault"
	"affmatch/internal/kmeans"
	"affmatch/internal/rows"
	"affmatch/internal/same"
)

// KMeans clusters points by Lloyd's algorithm from k-means++ starts (Arthur, Vassilvitskii, SODA 2007; each new center is
// the best of 2 + log K draws, as scikit-learn does), and keeps the best of several runs. The same bits on any number of
// cores.
type KMeans struct {
	K        int    // clusters, 1 to the number of points
	Restarts int    // runs; zero: 10
	Steps    int    // most steps of a run; zero: 300
	Seed     uint64 // of the starts
}

// Clusters is what KMeans found.
type Clusters struct {
	Labels  []int      // cluster of each row, 0 .. K-1
	Centers *mat.Dense // K x d
	Inertia float64    // sum of squared distances to the own center
}

// Fit clusters the rows of z.
func (m KMeans) Fit(ctx context.Context, z mat.Matrix) (*Clusters, error) {
	if err := fault.Context("metrics", ctx); err != nil {
		return nil, err
	}
	a, err := newPoints("z", z)
	if err != nil {
		return nil, err
	}
	exponent := a.exponent
	c, err := m.fit(ctx, a.pick(allRows(a.n)))
	if err != nil || exponent == 0 {
		return c, err
	}
	c.Centers.Apply(func(_, _ int, v float64) float64 { return math.Ldexp(v, -exponent) }, c.Centers)
	c.Inertia = math.Ldexp(c.Inertia, -2*exponent)
	return c, nil
}

func (m KMeans) fit(ctx context.Context, a *points) (*Clusters, error) {
	if m.K < 1 || m.K > a.n {
		return nil, fault.Field("metrics: KMeans: K", m.K, fmt.Sprintf("1 to %d, the number of points", a.n))
	}
	if m.Restarts < 0 {
		return nil, fault.Field("metrics: KMeans: Restarts", m.Restarts, "0 (the default) or more")
	}
	if m.Steps < 0 {
		return nil, fault.Field("metrics: KMeans: Steps", m.Steps, "0 (the default) or more")
	}
	if m.Restarts == 0 {
		m.Restarts = 10
	}
	if m.Steps == 0 {
		m.Steps = 300
	}
	runs := make([]*Clusters, m.Restarts)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for r := range runs {
		group.Go(func() (err error) {
			runs[r], err = m.run(ctx, a.x, rand.New(rand.NewPCG(m.Seed, uint64(r))))
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	best := runs[0]
	for _, r := range runs[1:] {
		if r.Inertia < best.Inertia {
			best = r
		}
	}
	return best, nil
}

func (m KMeans) run(ctx context.Context, x rows.Rows, r *rand.Rand) (*Clusters, error) {
	found, err := kmeans.Search{
		K: m.K, Steps: m.Steps, Draws: 2 + int(same.Log(float64(m.K))), Refill: true,
		Next: func(far []float64) int {
			if far == nil {
				return r.IntN(x.N)
			}
			return draw(far, r)
		},
	}.Run(ctx, x)
	if err != nil {
		return nil, err
	}
	c := &Clusters{Labels: make([]int, x.N), Centers: mat.NewDense(m.K, x.Dim, nil), Inertia: sum(found.Far)}
	for i, of := range found.Of {
		c.Labels[i] = int(of)
	}
	for k := range m.K { // where fewer rows are different, the last stand for the rest
		c.Centers.SetRow(k, found.Centers.Row64(min(k, found.Centers.N-1)))
	}
	return c, nil
}

// draw gives an index with probability proportional to its weight; uniformly if all are zero.
func draw(weights []float64, r *rand.Rand) int {
	left := r.Float64() * sum(weights)
	for i, w := range weights {
		if left -= w; left < 0 {
			return i
		}
	}
	return r.IntN(len(weights))
}

func sum(values []float64) (total float64) {
	for _, v := range values {
		total += v
	}
	return total
}

// KMeansAgreement clusters Z by KMeans, into as many clusters as there are classes, and compares: ARI and NMI of clusters
// and classes. The seed is that of the starts.
func KMeansAgreement(z mat.Matrix, labels []int, seed uint64) (ari, nmi float64, err error) {
	a, err := newPoints("z", z)
	if err != nil {
		return 0, 0, err
	}
	c, err := newClasses(a.n, labels)
	if err != nil {
		return 0, 0, err
	}
	return agreement(context.Background(), a.pick(allRows(a.n)), c, seed)
}

func agreement(ctx context.Context, a *points, c *classes, seed uint64) (ari, nmi float64, err error) {
	found, err := KMeans{K: len(c.count), Seed: seed}.fit(ctx, a)
	if err != nil {
		return 0, 0, err
	}
	if ari, err = ARI(found.Labels, c.of); err == nil {
		nmi, err = NMI(found.Labels, c.of)
	}
	return ari, nmi, err
}
