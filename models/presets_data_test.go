package models

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"affmatch/affinity"
	"affmatch/experiments/metrics"
	"affmatch/optim"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// everyPreset are the presets as they stand, for data of n points: perplexities and neighbors that do not fit so few are
// lowered, as a user would have to. (Those that need classes, and closed forms, have tests of their own.)
func everyPreset(n int) map[string]method {
	all := map[string]method{}
	for _, v := range everyValue {
		name := strings.TrimSuffix(v.name, "()")
		switch m := v.of.(type) {
		case SampledNeighborEmbedding:
			if m.In = fewer(m.In, n); m.In != nil {
				all[name] = m
			}
		case AffinityMatcher:
			if m.In = fewer(m.In, n); m.In != nil {
				all[name] = m
			}
		case Problem:
			if m.In = fewer(m.In, n); n > 2 || name != "TriMap" { // two points are no triplet
				all[name] = m
			}
		}
	}
	return all
}

// fewer is an input affinity that n points can have; nil: it wants classes, or more points.
func fewer(in affinity.Input, n int) affinity.Input {
	perplexity := func(of float64) float64 { return math.Min(of, 1.3+float64(n-2)/3) }
	switch in := in.(type) {
	case affinity.EntropicAffinity:
		in.Perplexity = perplexity(in.Perplexity)
		return in
	case affinity.SymmetricEntropicAffinity:
		if n == 2 { // one other point has no perplexity
			return nil
		}
		in.Perplexity = perplexity(in.Perplexity)
		return in
	case affinity.UMAPAffinityIn:
		in.Neighbors = math.Min(in.Neighbors, float64(n-1))
		return in
	case affinity.RankAffinity:
		in.Neighbors = min(in.Neighbors, n-1)
		return in
	case affinity.UniformAffinity:
		in.Neighbors = min(in.Neighbors, n-1)
		return in
	case affinity.PACMAPAffinity:
		in.Neighbors = min(in.Neighbors, n-1)
		return in
	case affinity.PHATEAffinity:
		in.Neighbor = min(in.Neighbor, n)
		return in
	case affinity.Supervised:
		return nil
	}
	return in
}

// allPairs says which presets take n^2 a step.
var allPairs = map[string]bool{
	"TSNE": true, "SNE": true, "SNEMatcher": true, "SymmetricSNE": true, "TSNEkhorn": true, "SNEkhorn": true, "COSNE": true,
	"PHATE": true, "MDS": true, "Sammon": true, "ElasticEmbedding": true, "NeRV": true,
}

// awkward are data without structure, with repeated rows, of low rank, and of scales at the ends of the range of numbers.
var awkward = map[string]func(n int) *mat.Dense{
	"normal":  func(n int) *mat.Dense { return cloud(n, 10, (*rand.Rand).NormFloat64) },
	"uniform": func(n int) *mat.Dense { return cloud(n, 10, (*rand.Rand).Float64) },
	"one row twice": func(n int) *mat.Dense {
		x := cloud(n, 10, (*rand.Rand).NormFloat64)
		x.SetRow(n-1, x.RawRowView(0))
		return x
	},
	"each row twice": func(n int) *mat.Dense {
		x := cloud(n, 10, (*rand.Rand).NormFloat64)
		for i := 1; i < n; i += 2 {
			x.SetRow(i, x.RawRowView(i-1))
		}
		return x
	},
	"zeros and ones": func(n int) *mat.Dense {
		return cloud(n, 4, func(r *rand.Rand) float64 { return float64(r.IntN(2)) })
	},
	"all rows equal": func(n int) *mat.Dense { return cloud(n, 3, func(*rand.Rand) float64 { return 7 }) },
	"one column":     func(n int) *mat.Dense { return cloud(n, 1, (*rand.Rand).NormFloat64) },
	"rank 1": func(n int) *mat.Dense {
		x := cloud(n, 6, (*rand.Rand).NormFloat64)
		for i := range n {
			for c := range 6 {
				x.Set(i, c, x.At(i, 0)*float64(c+1))
			}
		}
		return x
	},
	"scale 1e-300": func(n int) *mat.Dense { return scaled(n, 1e-300) },
	"scale 1e-12":  func(n int) *mat.Dense { return scaled(n, 1e-12) },
	"scale 1e12":   func(n int) *mat.Dense { return scaled(n, 1e12) },
	"scale 1e150":  func(n int) *mat.Dense { return scaled(n, 1e150) },
	"one huge row": func(n int) *mat.Dense {
		x := cloud(n, 10, (*rand.Rand).NormFloat64)
		for c := range 10 {
			x.Set(0, c, 1e12)
		}
		return x
	},
}

func cloud(n, columns int, draw func(*rand.Rand) float64) *mat.Dense {
	rng := rand.New(rand.NewPCG(uint64(n), uint64(columns)))
	x := mat.NewDense(n, columns, nil)
	x.Apply(func(_, _ int, _ float64) float64 { return draw(rng) }, x)
	return x
}

func scaled(n int, by float64) *mat.Dense {
	x := cloud(n, 10, (*rand.Rand).NormFloat64)
	x.Scale(by, x)
	return x
}

// TestPresetsStandAnyData: every preset on every kind of data ends finite and moves, with no column that stayed, from 2
// points on. (All-pairs methods up to 2,000 rows, until they are linear.)
func TestPresetsStandAnyData(t *testing.T) {
	if raced {
		t.Skip("many fits, whose concurrency other tests have: the race detector makes them ten times as long")
	}
	sizes := []int{2, 60}
	if os.Getenv("AFFMATCH_LONG") == "1" {
		sizes = []int{2, 3, 5, 20, 60, 300, 2000, 10000}
	}
	for _, n := range sizes {
		for kind, data := range awkward {
			x := data(n)
			for name, m := range everyPreset(n) {
				if n > 2000 && allPairs[name] || n > 5 && len(sizes) == 2 && slow[name] && kind != "each row twice" {
					continue
				}
				t.Run(fmt.Sprintf("%s/%s/%d", name, kind, n), func(t *testing.T) {
					standsIts(t, m, x, kind)
				})
			}
		}
	}
}

func standsIts(t *testing.T, m method, x *mat.Dense, kind string) {
	t.Helper()
	r, err := m.Start(background, x)
	if err != nil && unit(m) && strings.Contains(err.Error(), "rescale X") {
		return
	} else if err != nil {
		t.Fatal(err)
	}
	defer r.Close() //nolint:errcheck // it holds memory only
	start := r.Embedding()
	for r.Status() == Running {
		if _, err := r.Step(background); err != nil {
			t.Fatal(err)
		}
	}
	res := r.Result()
	if err := finite("embedding", res.Embedding); err != nil {
		t.Fatal(err)
	}
	n, d := res.Embedding.Dims()
	if n <= 3 || unit(m) { // where P and Q may be the same from the start, or nothing is left to move
		return
	}
	if n <= 5 && strings.Contains(fmt.Sprint(res.Notes), "collapsed to a point") { // springs between so few may be the stronger
		return
	}
	for c := range d {
		column, was := mat.Col(nil, c, res.Embedding), mat.Col(nil, c, start)
		var spread, moved float64
		for i := range column {
			spread = math.Max(spread, math.Abs(column[i]-column[0]))
			moved = math.Max(moved, math.Abs(column[i]-was[i]))
		}
		if !(moved > 0) || !(spread > 1e-3) && kind != "all rows equal" {
			t.Errorf("column %d: spread %g, moved %g, %v after %d steps, %v", c, spread, moved, res.Status, len(res.History), res.Notes)
		}
	}
}

// unit says that a method matches distances, in the unit of the data, from a start that may be their match already; or one
// whose P may be so even that nothing pulls.
func unit(m method) bool {
	a, ok := m.(AffinityMatcher)
	if !ok {
		return false
	}
	switch a.In.(type) {
	case affinity.OnData, affinity.PHATEAffinity, affinity.SymmetricEntropicAffinity:
		return true
	}
	return false
}

// distances are the presets that keep distances, or their potentials, rather than neighbors: on a cloud about as a plane.
var distances = map[string]bool{"MDS": true, "Sammon": true, "PHATE": true, "ElasticEmbedding": true}

// slow presets are fitted to more points with AFFMATCH_LONG=1 alone.
var slow = map[string]bool{"TSNEkhorn": true, "SNEkhorn": true, "NeRV": true, "PHATE": true, "COSNE": true, "SymmetricSNE": true}

// TestPresetsKeepNeighborsOfClouds: data without clusters collapse nowhere.
func TestPresetsKeepNeighborsOfClouds(t *testing.T) {
	long(t)
	sizes := []int{60, 300}
	if os.Getenv("AFFMATCH_LONG") != "" {
		sizes = append(sizes, 600)
	}
	for _, n := range sizes {
		x := awkward["normal"](n)
		plane, _, err := PCA{}.Init(background, x, nil, 2, 0)
		if err != nil {
			t.Fatal(err)
		}
		flat, err := metrics.Trustworthiness(x, plane, 15)
		if err != nil {
			t.Fatal(err)
		}
		for name, m := range everyPreset(n) {
			floor := 0.69
			if distances[name] {
				floor = math.Min(floor, flat) - 0.05 // chance has 0.5
			}
			res, err := m.Fit(background, x)
			if err != nil {
				t.Errorf("%s, %d points: %v", name, n, err)
				continue
			}
			score, err := metrics.Trustworthiness(x, res.Embedding, 15)
			if err != nil || score < floor {
				t.Errorf("%s, %d points: trustworthiness %.3f (error %v), %v", name, n, score, err, res.Status)
			}
			t.Logf("%s, %d points: trustworthiness %.3f in %d steps", name, n, score, len(res.History))
		}
	}
}

// TestUMAPLeavesItsStartWhateverMinDist: with b > 1 the kernel is flat at the origin, where UMAP starts.
func TestUMAPLeavesItsStartWhateverMinDist(t *testing.T) {
	x := blobs(90)
	for _, least := range []float64{0, 0.1, 0.5, 0.65, 0.8, 1} {
		m := UMAP()
		m.In, m.Out = affinity.UMAPAffinityIn{Neighbors: 15}, affinity.Odds{Kernel: affinity.UMAPAffinityOut{MinDist: least}}
		res, err := m.Fit(background, x)
		if err != nil {
			t.Fatal(err)
		}
		if s := stat.StdDev(mat.Col(nil, 0, res.Embedding), nil); s < 0.5 || (len(res.Notes) > 0) != (least >= 0.65) {
			t.Errorf("MinDist %v: standard deviation %g, notes %q", least, s, res.Notes)
		}
	}
	m := UMAP()
	m.Out = affinity.Odds{Kernel: affinity.UMAPAffinityOut{MinDist: 2}}
	if err := m.Validate(); err == nil || !strings.Contains(err.Error(), "MinDist = 2, want 0 to Spread = 1") {
		t.Errorf("MinDist above Spread: %v", err)
	}
}

// TestBuiltInMetricsStandTheDefaultStart, which is around the origin: where the hyperbolic one divides by coordinates.
func TestBuiltInMetricsStandTheDefaultStart(t *testing.T) {
	x := blobs(60)
	for _, metric := range []affinity.Metric{affinity.SquaredEuclidean, affinity.Euclidean, affinity.Manhattan, affinity.Hyperbolic} {
		m := TSNE()
		m.In, m.Metric, m.Steps = affinity.EntropicAffinity{Perplexity: 10, Symmetrize: true}, metric, 300
		m.Optimizer = optim.Adam{LearnRate: 0.01}
		res, err := m.Fit(background, x)
		if err != nil {
			t.Errorf("%v: %v", metric, err)
			continue
		}
		if first, last := res.History[0].Loss, res.History[len(res.History)-1].Loss; !(last < first) {
			t.Errorf("%v: loss from %v to %v", metric, first, last)
		}
	}
}
