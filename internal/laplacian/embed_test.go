package laplacian

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

func embed(t testing.TB, g Graph, d int, o Options) *Result {
	t.Helper()
	r, err := Embed(context.Background(), g, d, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range slices.Concat(r.Z, r.Values) {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			t.Fatal("the result is not finite")
		}
	}
	return r
}

// residual is |L v - value v| of column c, computed from the graph anew; |v| must be 1 and v orthogonal to the others.
func residual(t *testing.T, g Graph, r *Result, c int) float64 {
	t.Helper()
	degree := make([]float64, g.N)
	for i := range g.N {
		for k := g.Start[i]; k < g.Start[i+1]; k++ {
			degree[i] += g.Weight[k]
		}
	}
	squares := 0.0
	dots := make([]float64, r.D+1) // with the columns, and with the trivial eigenvector
	for i := range g.N {
		v := r.Z[i*r.D+c]
		left := (1 - r.Values[c]) * v
		for k := g.Start[i]; k < g.Start[i+1]; k++ {
			j := int(g.Tail[k])
			left -= g.Weight[k] / math.Sqrt(degree[i]*degree[j]) * r.Z[j*r.D+c]
		}
		squares += left * left
		for q := range r.D {
			dots[q] += v * r.Z[i*r.D+q]
		}
		dots[r.D] += v * math.Sqrt(degree[i]/float64(g.N))
	}
	for q, dot := range dots {
		want := 0.0
		if q == c {
			want = 1
		}
		if math.Abs(dot-want) > 1e-7 {
			t.Errorf("columns %d and %d: product %g, want %g", c, q, dot, want)
		}
	}
	return math.Sqrt(squares)
}

func rising(n int, value func(k int) float64) (v []float64) {
	for k := range n {
		v = append(v, value(k))
	}
	slices.Sort(v)
	return v
}

// Each graph's eigenvalues are known; sizes below 129 are decomposed in full, the others searched.
func TestKnownGraphsHaveTheirEigenvalues(t *testing.T) {
	type known struct {
		name   string
		g      Graph
		values []float64 // all, rising, with the trivial 0
	}
	var cases []known
	for _, n := range []int{2, 3, 40, 1000, 10_000} {
		cases = append(cases, known{fmt.Sprint("path ", n), path(n),
			rising(n, func(k int) float64 { return 2 * math.Pow(math.Sin(math.Pi*float64(k)/float64(n-1)/2), 2) })})
	}
	for _, n := range []int{3, 50, 5000} {
		cases = append(cases, known{fmt.Sprint("ring ", n), ring(n),
			rising(n, func(k int) float64 { return 1 - math.Cos(2*math.Pi*float64(k)/float64(n)) })})
	}
	for _, n := range [][2]int{{7, 9}, {60, 61}, {200, 37}} {
		cases = append(cases, known{fmt.Sprint("grid ", n), grid(n[0], n[1]), rising(n[0]*n[1], func(k int) float64 {
			return 1 - (math.Cos(math.Pi*float64(k/n[1])/float64(n[0]))+math.Cos(math.Pi*float64(k%n[1])/float64(n[1])))/2
		})})
	}
	for _, n := range []int{2, 3, 20, 300} {
		cases = append(cases, known{fmt.Sprint("complete ", n), complete(n),
			rising(n, func(k int) float64 { return float64(min(k, 1)*n) / float64(n-1) })})
	}
	for _, n := range []int{2, 30, 2000} {
		cases = append(cases, known{fmt.Sprint("star ", n), star(n),
			rising(n+1, func(k int) float64 { return float64(min(k, 1) + k/n) })})
	}
	for _, c := range cases {
		for _, d := range []int{1, 2, 6} {
			r := embed(t, c.g, d, Options{Tolerance: 1e-6, MaxSteps: 300})
			if !r.Converged || r.Components != 1 || r.Note != "" {
				t.Errorf("%s: converged %v after %d steps, residual %g, %d components, note %q",
					c.name, r.Converged, r.Steps, r.Residual, r.Components, r.Note)
			}
			for k := range d {
				if k+1 >= c.g.N {
					for i := range c.g.N {
						if r.Z[i*d+k] != 0 {
							t.Errorf("%s: eigenvector %d, which the graph does not have, is not zero", c.name, k+2)
						}
					}
					continue
				}
				want := c.values[k+1]
				if math.Abs(r.Values[k]-want) > 1e-10*want+1e-14 {
					t.Errorf("%s: eigenvalue %d of %d = %.15g, want %.15g", c.name, k+2, d+1, r.Values[k], want)
				}
				if got := residual(t, c.g, r, k); got > 1.1e-6*want+2e-14 {
					t.Errorf("%s: residual %d of %d = %g, eigenvalue %g", c.name, k+2, d+1, got, want)
				}
			}
		}
	}
}

// Column 1 of a path runs as cos(pi i / (n-1)), times the root of the degree, which is less by sqrt(2) at the ends.
func TestPathRunsAsACosine(t *testing.T) {
	for _, n := range []int{100, 3000} {
		r := embed(t, path(n), 1, Options{Tolerance: 1e-6, MaxSteps: 100})
		for i := 1; i < n-1; i++ {
			want := math.Cos(math.Pi*float64(i)/float64(n-1)) * math.Sqrt(2/float64(n-1))
			if r.Z[1] < 0 {
				want = -want
			}
			if math.Abs(r.Z[i]-want) > 1e-5/math.Sqrt(float64(n)) {
				t.Fatalf("n = %d: Z[%d] = %g, want %g", n, i, r.Z[i], want)
			}
		}
	}
}

func TestNeighborGraphConvergesInFewSteps(t *testing.T) {
	g := sheet(20_000, 15)
	r := embed(t, g, 2, Defaults())
	if !r.Converged || r.Steps > 25 {
		t.Errorf("converged %v after %d steps, residual %g", r.Converged, r.Steps, r.Residual)
	}
	for c := range 2 {
		if got := residual(t, g, r, c); got > 0.011*r.Values[c] {
			t.Errorf("residual %d = %g, eigenvalue %g", c+2, got, r.Values[c])
		}
	}
	exact := embed(t, g, 2, Options{Tolerance: 1e-8, MaxSteps: 300})
	for c := range 2 {
		dot := 0.0
		for i := range g.N {
			dot += r.Z[2*i+c] * exact.Z[2*i+c]
		}
		if sine := math.Sqrt(max(0, 1-dot*dot)); sine > 0.02 {
			t.Errorf("vector %d: sine to the exact one %g, want at most 0.02", c+2, sine)
		}
	}
}

// Two sheets that hang together by one edge of weight 1e-13: the second eigenvalue is below rounding.
func TestAThreadHoldsAGraphTogether(t *testing.T) {
	for _, n := range []int{50, 2000} {
		for _, thread := range []float64{1e-6, 1e-13, 1e-30, 5e-324} {
			g := union(sheet(n, 10), sheet(n, 10))
			edges := []edge{{0, n, thread}}
			for i := range g.N {
				for k := g.Start[i]; k < g.Start[i+1]; k++ {
					if j := int(g.Tail[k]); i < j {
						edges = append(edges, edge{i, j, g.Weight[k]})
					}
				}
			}
			r := embed(t, join(g.N, edges...), 2, Options{Tolerance: 1e-4, MaxSteps: 200})
			if r.Components != 1 || !r.Converged {
				t.Errorf("n = %d, thread %g: %d components, converged %v, residual %g", n, thread, r.Components, r.Converged, r.Residual)
			}
			for i := range n {
				if r.Z[2*i]*r.Z[2*(i+n)] > 0 {
					t.Fatalf("n = %d, thread %g: the sheets are not on two sides", n, thread)
				}
			}
		}
	}
}

// Here rounding has most steps to grow and the smallest eigenvalues to drown.
func TestTinyEigenvaluesStandALongSearch(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for _, n := range []int{30_000, 60_000} {
		r := embed(t, path(n), 6, Options{Tolerance: 1e-6, MaxSteps: 60})
		if !r.Converged {
			t.Errorf("n = %d: residual %g after %d steps", n, r.Residual, r.Steps)
		}
		for k, got := range r.Values {
			want := 2 * math.Pow(math.Sin(math.Pi*float64(k+1)/float64(n-1)/2), 2)
			if math.Abs(got-want) > 1e-15 { // entries of L are about 1, known to 1e-16
				t.Errorf("n = %d: eigenvalue %d = %.10g, want %.10g", n, k+2, got, want)
			}
		}
	}
}

// Weights over 600 decades, down to what underflows; the second half of the points has the smallest only.
func TestWildWeightsStayFinite(t *testing.T) {
	for _, n := range []int{60, 2000} {
		g := sheet(n, 8)
		draw := rand.New(rand.NewPCG(3, 4))
		var edges []edge
		for i := range n {
			for k := g.Start[i]; k < g.Start[i+1]; k++ {
				j := int(g.Tail[k])
				switch {
				case i >= n/2 && i < j:
					edges = append(edges, edge{i, j, 1e-320})
				case i < j:
					edges = append(edges, edge{i, j, max(5e-324, math.Pow(10, 600*draw.Float64()-320))})
				}
			}
		}
		r := embed(t, join(n, edges...), 2, Options{Tolerance: 0.01, MaxSteps: 20})
		for c := range 2 {
			norm := 0.0
			for i := range n {
				norm = math.Hypot(norm, r.Z[2*i+c])
			}
			if math.Abs(norm-1) > 1e-9 {
				t.Errorf("n = %d: norm of column %d = %g, want 1", n, c, norm)
			}
		}
	}
}

func TestComponentsLieApart(t *testing.T) {
	for _, d := range []int{1, 2, 3} {
		parts := []Graph{isolated(1), path(5), sheet(1000, 10), isolated(3), grid(20, 20), path(2)}
		g := union(parts...)
		r := embed(t, g, d, Defaults())
		if r.Components != 8 || !r.Converged || !strings.Contains(r.Note, "8 components (of 1000 400 5 2 1 ... points)") {
			t.Errorf("d = %d: %d components, converged %v, note %q", d, r.Components, r.Converged, r.Note)
		}
		if want := embed(t, sheet(1000, 10), d, Defaults()).Values; !slices.Equal(r.Values, want) {
			t.Errorf("d = %d: eigenvalues %v, want the largest component's %v", d, r.Values, want)
		}
		label, _ := g.components()
		for i := range g.N {
			for j := range i {
				far := 0.0
				for c := range d {
					far = math.Hypot(far, r.Z[i*d+c]-r.Z[j*d+c])
				}
				if label[i] != label[j] && far == 0 {
					t.Fatalf("d = %d: points %d and %d of two components coincide", d, i, j)
				}
			}
		}
		// A component's points are nearer to its middle than to any other's.
		first, members := bucket(label, 8)
		middles := make([][]float64, 8)
		for c := range middles {
			middles[c] = make([]float64, d)
			lo, hi := slices.Repeat([]float64{math.Inf(1)}, d), slices.Repeat([]float64{math.Inf(-1)}, d)
			for _, i := range members[first[c]:first[c+1]] {
				for q := range d {
					lo[q], hi[q] = min(lo[q], r.Z[int(i)*d+q]), max(hi[q], r.Z[int(i)*d+q])
				}
			}
			for a := range c {
				inside := true
				for q := range d {
					inside = inside && middles[a][q] >= lo[q] && middles[a][q] <= hi[q]
				}
				if inside {
					t.Errorf("d = %d: component %d lies within component %d", d, a, c)
				}
			}
			for q := range d {
				middles[c][q] = (lo[q] + hi[q]) / 2
			}
		}
	}
}

func TestDiscsDoNotTouch(t *testing.T) {
	for _, sizes := range [][]int{{1, 1}, {5, 5, 5}, slices.Repeat([]int{1}, 500), append(slices.Repeat([]int{2, 1, 30}, 100), 5000)} {
		for d := 1; d <= 2; d++ {
			all := discs(sizes, d)
			area := 0.0
			for i, a := range all {
				area += math.Pow(a.radius, float64(d))
				for _, b := range all[:i] {
					if gap := math.Hypot(a.x-b.x, a.y-b.y) - a.radius - b.radius; gap < -1e-12 {
						t.Fatalf("d = %d, %d discs: two overlap by %g", d, len(sizes), -gap)
					}
				}
			}
			if math.Abs(area-1) > 1e-12 {
				t.Errorf("d = %d, %d discs: area %g, want 1", d, len(sizes), area)
			}
		}
	}
}

func TestOrderZerosAndScaleOfWeightsDoNotMatter(t *testing.T) {
	g := sheet(400, 8)
	want := embed(t, g, 2, Defaults())
	messy := Graph{N: g.N, Start: []int{0}}
	for i := range g.N {
		for k := g.Start[i+1] - 1; k >= g.Start[i]; k-- {
			messy.Tail, messy.Weight = append(messy.Tail, g.Tail[k]), append(messy.Weight, g.Weight[k])
		}
		if far := int32((i + 200) % 400); !slices.Contains(messy.Tail[messy.Start[i]:], far) {
			messy.Tail, messy.Weight = append(messy.Tail, far), append(messy.Weight, 0)
		}
		messy.Start = append(messy.Start, len(messy.Tail))
	}
	if got := embed(t, messy, 2, Defaults()); !slices.Equal(got.Z, want.Z) {
		t.Error("turned rows with zero weights give another embedding")
	}
	for i := range g.Weight {
		g.Weight[i] *= 0x1p-900
	}
	got := embed(t, g, 2, Defaults())
	for i := range want.Z {
		if math.Abs(got.Z[i]-want.Z[i]) > 1e-9 {
			t.Fatal("weights times 2^-900 give another embedding")
		}
	}
}

func TestSignsMakeTheLargestEntryPositive(t *testing.T) {
	for _, g := range []Graph{path(60), sheet(500, 8)} {
		r := embed(t, g, 3, Defaults())
		for c := range 3 {
			top := 0.0
			for i := c; i < len(r.Z); i += 3 {
				if math.Abs(r.Z[i]) > math.Abs(top) {
					top = r.Z[i]
				}
			}
			if top < 0 {
				t.Errorf("n = %d: the largest entry of column %d is %g", g.N, c, top)
			}
		}
	}
}

func TestSameBitsForAnyNumberOfWorkers(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	g := union(sheet(6000, 12), sheet(3000, 9), isolated(2))
	var want []float64
	for _, procs := range []int{1, 2, 4} {
		runtime.GOMAXPROCS(procs)
		got := embed(t, g, 2, Defaults()).Z
		if want != nil && !slices.Equal(got, want) {
			t.Fatalf("GOMAXPROCS=%d gives other bits than 1", procs)
		}
		want = got
	}
}

func TestUnfinishedSearchSaysSo(t *testing.T) {
	g := sheet(3000, 10)
	for steps := range 3 {
		r := embed(t, g, 2, Options{Tolerance: 1e-9, MaxSteps: steps})
		if r.Converged || r.Steps != steps || !strings.Contains(r.Note, fmt.Sprintf("not converged after %d steps", steps)) {
			t.Errorf("MaxSteps = %d: converged %v after %d steps, note %q", steps, r.Converged, r.Steps, r.Note)
		}
	}
	r := embed(t, union(g, path(3)), 2, Options{MaxSteps: 1})
	if r.Converged || !strings.Contains(r.Note, "2 components (of 3000 3 points), each embedded by itself, side by side; 1 of them not converged after 1 steps") {
		t.Errorf("converged %v, note %q", r.Converged, r.Note)
	}
}

func TestZeroToleranceGoesAsFarAsRounding(t *testing.T) {
	r := embed(t, sheet(1000, 10), 2, Options{MaxSteps: 400})
	if r.Residual > 1e-9 {
		t.Errorf("residual %g of the eigenvalue after %d steps", r.Residual, r.Steps)
	}
}

func TestBadInputSaysWhat(t *testing.T) {
	change := func(f func(*Graph)) Graph {
		g := path(4) // rows {1} {0 2} {1 3} {2}
		f(&g)
		return g
	}
	for _, c := range []struct {
		g    Graph
		d    int
		o    Options
		want string
	}{
		{change(func(g *Graph) { g.Weight[0] = -1 }), 2, Defaults(), "W[0,1] = -1"},
		{change(func(g *Graph) { g.Weight[2] = math.NaN() }), 2, Defaults(), "W[1,2] = NaN"},
		{change(func(g *Graph) { g.Weight[5] = math.Inf(1) }), 2, Defaults(), "W[3,2] = +Inf"},
		{change(func(g *Graph) { g.Weight[0], g.Weight[1] = 1e308, 1e308 }), 2, Defaults(), "sum = +Inf"},
		{change(func(g *Graph) { g.Weight[0] = 2 }), 2, Defaults(), "W[0,1] = 2, want W[1,0] = 1"},
		{change(func(g *Graph) { g.Weight[5] = 0 }), 2, Defaults(), "W[2,3] = 1, want W[3,2] = 0"},
		{change(func(g *Graph) { g.Weight[4] = 0 }), 2, Defaults(), "W[3,2] = 1, want W[2,3] = 0"},
		{change(func(g *Graph) { g.Tail[0] = 2 }), 2, Defaults(), "W[0,2] = 1, want W[2,0] = 0"},
		{change(func(g *Graph) { g.Tail[0] = 4 }), 2, Defaults(), "Tail[0] = 4"},
		{change(func(g *Graph) { g.Tail[3] = -1 }), 2, Defaults(), "Tail[3] = -1"},
		{change(func(g *Graph) { g.Tail[2] = 0 }), 2, Defaults(), "neighbor 0 = given twice"},
		{change(func(g *Graph) { g.Start[1] = 7 }), 2, Defaults(), "Start[1] = 7"},
		{change(func(g *Graph) { g.Start[2] = 0 }), 2, Defaults(), "Start[2] = 0"},
		{change(func(g *Graph) { g.Start[0] = 1 }), 2, Defaults(), "Start: ends = [1 6]"},
		{change(func(g *Graph) { g.Start = g.Start[:4] }), 2, Defaults(), "Start: length = 4"},
		{change(func(g *Graph) { g.Weight = g.Weight[:5] }), 2, Defaults(), "Weight: length = 5"},
		{isolated(1), 2, Defaults(), "N = 1"},
		{Graph{}, 2, Defaults(), "N = 0"},
		{path(4), 0, Defaults(), "d = 0"},
		{path(4), 2, Options{Tolerance: math.NaN()}, "Tolerance = NaN"},
		{path(4), 2, Options{Tolerance: -1}, "Tolerance = -1"},
		{path(4), 2, Options{MaxSteps: -1}, "MaxSteps = -1"},
		{path(4), 2, Options{Workers: -1}, "Workers = -1"},
	} {
		if _, err := Embed(context.Background(), c.g, c.d, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one with %q", err, c.want)
		}
	}
}

func TestCancelledContextStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, g := range []Graph{path(10), sheet(3000, 10), isolated(5), union(path(3), path(3))} {
		if _, err := Embed(ctx, g, 2, Defaults()); !errors.Is(err, context.Canceled) {
			t.Errorf("n = %d: error %v, want context.Canceled", g.N, err)
		}
	}
	// In mid search, which would otherwise go on for hours.
	ctx, cancel = context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := Embed(ctx, sheet(20_000, 10), 2, Options{MaxSteps: 1 << 30}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, want context.DeadlineExceeded", err)
	}
}
