package metrics

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"
	"gonum.org/v1/gonum/mat"

	"affmatch/internal/fault"
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
	c, err := m.fit(ctx, a)
	if err != nil || a.exponent == 0 {
		return c, err
	}
	c.Centers.Apply(func(_, _ int, v float64) float64 { return math.Ldexp(v, -a.exponent) }, c.Centers)
	c.Inertia = math.Ldexp(c.Inertia, -2*a.exponent)
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
			runs[r], err = m.run(ctx, a, rand.New(rand.NewPCG(m.Seed, uint64(r))))
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

func (m KMeans) run(ctx context.Context, a *points, r *rand.Rand) (*Clusters, error) {
	centers, err := m.start(ctx, a, r)
	if err != nil {
		return nil, err
	}
	labels, d2 := make([]int, a.n), make([]float64, a.n)
	assign(a, centers, labels, d2)
	for range m.Steps {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		move(a, centers, labels, d2)
		if !assign(a, centers, labels, d2) {
			break
		}
	}
	return &Clusters{labels, mat.NewDense(m.K, a.p, centers.data), sum(d2)}, nil
}

// start draws the centers: the first uniformly, each further one with probability proportional to the squared distance to
// the nearest so far, the best of a few such draws.
func (m KMeans) start(ctx context.Context, a *points, r *rand.Rand) (*points, error) {
	centers := &points{n: m.K, p: a.p, data: make([]float64, 0, m.K*a.p)}
	first := a.row(r.IntN(a.n))
	centers.data = append(centers.data, first...)
	d2 := make([]float64, a.n)
	for i := range d2 {
		d2[i] = squared(a.row(i), first)
	}
	draws := 2 + int(same.Log(float64(m.K)))
	for k := 1; k < m.K; k++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var best []float64
		at, least := 0, math.Inf(1)
		for range draws {
			i := draw(d2, r)
			closer := slices.Clone(d2)
			for j := range closer {
				closer[j] = min(closer[j], squared(a.row(j), a.row(i)))
			}
			if total := sum(closer); total < least {
				best, at, least = closer, i, total
			}
		}
		centers.data = append(centers.data, a.row(at)...)
		d2 = best
	}
	return centers, nil
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

// assign gives each point its nearest center, the first of equals, and says whether any changed.
func assign(a, centers *points, labels []int, d2 []float64) (changed bool) {
	for i := range labels {
		at, least := 0, math.Inf(1)
		for k := range centers.n {
			if d := squared(a.row(i), centers.row(k)); d < least {
				at, least = k, d
			}
		}
		changed = changed || labels[i] != at
		labels[i], d2[i] = at, least
	}
	return changed
}

// move puts each center into the mean of its points. A center without points goes to the point farthest from its own.
func move(a, centers *points, labels []int, d2 []float64) {
	count := make([]float64, centers.n)
	clear(centers.data)
	for i, k := range labels {
		count[k]++
		for c, v := range a.row(i) {
			centers.row(k)[c] += v
		}
	}
	for k, n := range count {
		center := centers.row(k)
		for c := range center {
			center[c] /= max(n, 1)
		}
		if n == 0 {
			far := slices.Index(d2, slices.Max(d2))
			copy(center, a.row(far))
			d2[far] = 0
		}
	}
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
	return agreement(context.Background(), a, c, seed)
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
