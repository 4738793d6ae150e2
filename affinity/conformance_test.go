package affinity_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"reflect"
	"regexp"
	"testing"

	"affmatch/affinity"
	"affmatch/affinity/affinitytest"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
)

// Forms of the built-in parts beside the customary ones, which Builtin has, and parts of one's own.
var (
	kernels = []affinity.Kernel{
		affinity.Gaussian{}, affinity.Gaussian{Sigma: 2.5},
		affinity.Student{}, affinity.Student{Nu: 2}, affinity.Student{Nu: 3, Learn: true},
		affinity.UMAPAffinityOut{MinDist: 0.1}, affinity.UMAPAffinityOut{MinDist: 0.5, Spread: 1.5}, affinity.UMAPAffinityOut{A: 1, B: 1}, affinity.UMAPAffinityOut{A: 2, B: 0.3},
		affinity.Odds{Kernel: affinity.Student{}}, affinity.Odds{Kernel: affinity.UMAPAffinityOut{MinDist: 0.1}}, affinity.Odds{Kernel: affinity.Gaussian{}},
		affinity.Cauchy{}, affinity.Cauchy{Gamma: 0.3}, affinity.Laplacian{Sigma: 3}, affinity.KernelFunc(laplace),
	}
	metrics = []affinity.Metric{
		affinity.SquaredEuclidean, affinity.Euclidean, affinity.Manhattan, affinity.Angular, affinity.Hyperbolic,
		affinity.MetricFunc(lorentz),
	}
	inputs = []affinity.Input{
		affinity.EntropicAffinity{}, affinity.EntropicAffinity{Dense: true}, affinity.EntropicAffinity{Perplexity: 7.5, Exact: true, Symmetrize: true},
		affinity.EntropicAffinity{Perplexity: 5, Diagonal: true}, affinity.EntropicAffinity{Perplexity: 5, Metric: affinity.Manhattan},
		affinity.UniformAffinity{}, affinity.UniformAffinity{Neighbors: 4, Metric: affinity.Cosine, Symmetrize: true},
		affinity.UMAPAffinityIn{}, affinity.UMAPAffinityIn{Dense: true, Exact: true}, affinity.UMAPAffinityIn{Neighbors: 15, Symmetrize: true},
		affinity.UMAPAffinityIn{Neighbors: 15, Metric: affinity.Euclidean, Base2: true, CountSelf: true, LocalConnectivity: 1, MinScale: 1e-3, Symmetrize: true},
		affinity.OnData{Output: affinity.Normalized{Output: affinity.Of{Kernel: affinity.Gaussian{}}, Over: affinity.OverRows}},
		affinity.OnData{Output: affinity.ScalarProduct{}, Diagonal: true},
		affinity.SymmetricEntropicAffinity{Perplexity: 7.5, Diagonal: true}, affinity.SymmetricEntropicAffinity{Course: affinity.Course{Steps: 20}},
		affinity.SinkhornAffinity{Eps: 0.3, Cost: affinity.Student{}, Diagonal: true}, affinity.SinkhornAffinity{Rounds: 9},
		affinity.DoublyStochasticQuadraticAffinity{Eps: 5, Cost: affinity.Student{}},
		affinity.SelfTuningAffinity{Neighbors: 12, Over: affinity.OverRows}, affinity.SelfTuningAffinity{Neighbors: 9, Unnormalized: true},
		affinity.SelfTuningAffinity{Over: affinity.OverColumns, Metric: affinity.Manhattan}, affinity.MAGICAffinity{Neighbors: 10},
		affinity.PHATEAffinity{Neighbor: 3, Time: 5, Alpha: 2}, affinity.PACMAPAffinity{Neighbors: 5, Candidates: 200},
		affinity.MultiscaleAffinity{Perplexities: []float64{3, 9.5}, Symmetrize: true}, affinity.MultiscaleAffinity{Dense: true},
		affinity.SharedNeighborsAffinity{Jaccard: true, CountSelf: true},
		affinity.Supervised{In: affinity.UMAPAffinityIn{}}, affinity.Measured{In: affinity.UMAPAffinityIn{}},
		affinity.Average{Left: affinity.EntropicAffinity{}, Right: affinity.UniformAffinity{}},
		affinity.Average{Left: affinity.EntropicAffinity{Dense: true}, Right: affinity.UniformAffinity{}, Weight: 0.2},
		affinity.Average{Left: affinity.EntropicAffinity{Diagonal: true, Perplexity: 5}, Right: affinity.OnData{Output: affinity.Normalized{
			Output: affinity.Of{Kernel: affinity.Student{}}}}},
		affinity.Intersection{Left: affinity.UMAPAffinityIn{}, Right: affinity.UMAPAffinityIn{Dense: true}, Weight: 0.3},
		affinity.Union{Left: affinity.Measured{In: affinity.UMAPAffinityIn{}, To: 2}, Right: affinity.Measured{In: affinity.UMAPAffinityIn{}, From: 2}},
		multiscale(3, 9), selfTuning(10),
	}
)

// with are the built-in parts of one kind and more.
func with[T any](more []T) []T {
	for _, b := range affinity.Builtin() {
		if part, ok := b.(T); ok {
			more = append(more, part)
		}
	}
	return more
}

func laplace(c *G.Node) *G.Node { return G.Must(G.Neg(G.Must(G.Sqrt(c)))) }

// lorentz is -<x,y> with the signature (-,+).
func lorentz(on *affinity.Pairs) *G.Node {
	t := G.Must(G.HadamardProd(G.Must(on.HeadCoord(0)), G.Must(on.TailCoord(0))))
	x := G.Must(G.HadamardProd(G.Must(on.HeadCoord(1)), G.Must(on.TailCoord(1))))
	return G.Must(G.Sub(t, x))
}

func TestKernelsConform(t *testing.T) {
	for _, k := range with(kernels) {
		t.Run(fmt.Sprintf("%T%+v", k, k), func(t *testing.T) { affinitytest.Kernel(t, k) })
	}
}

func TestMetricsConform(t *testing.T) {
	for _, m := range with(metrics) {
		t.Run(fmt.Sprintf("%v", m), func(t *testing.T) { affinitytest.Metric(t, m) })
	}
	for _, m := range metrics[:3] {
		affinitytest.ShiftInvariant(t, m)
	}
	affinitytest.DataMetric(t, affinity.DataMetricFunc(func(x, y []float64) float64 { return math.Abs(x[0] - y[0]) }))
}

func TestOutputsConform(t *testing.T) {
	var outputs []affinity.Output
	for _, over := range []affinity.Axis{affinity.OverAll, affinity.OverRows, affinity.OverColumns} {
		for _, k := range []affinity.Kernel{affinity.Gaussian{}, affinity.Student{}, affinity.Student{Learn: true}} {
			outputs = append(outputs, affinity.Normalized{Output: affinity.Of{Kernel: k}, Over: over})
		}
	}
	outputs = append(outputs,
		affinity.ScalarProduct{},
		affinity.Sinkhorn{Kernel: affinity.Gaussian{}, Rounds: 3}, affinity.Sinkhorn{Kernel: affinity.Student{}, Rounds: 20, Tolerance: 1e-3},
		affinity.Sinkhorn{Kernel: affinity.Student{Learn: true}, Metric: affinity.Manhattan, Diagonal: true},
		affinity.Within{Name: "mine", Output: affinity.Sinkhorn{Kernel: affinity.Student{}}},
		affinity.Of{Kernel: affinity.UMAPAffinityOut{MinDist: 0.1}, Metric: affinity.Manhattan},
		affinity.Of{Kernel: affinity.Gaussian{}, Metric: affinity.Euclidean},
		affinity.OutputFunc(func(on *affinity.Pairs) *G.Node {
			return G.Must(affinity.Of{Kernel: affinity.Gaussian{}, Metric: affinity.Angular}.LogQ(on))
		}),
	)
	for _, o := range with(outputs) {
		t.Run(fmt.Sprintf("%T%+v", o, o), func(t *testing.T) { affinitytest.Output(t, o) })
	}
}

func TestInputsConform(t *testing.T) {
	for _, in := range with(inputs) {
		t.Run(fmt.Sprintf("%T%+v", in, in), func(t *testing.T) {
			if s, ok := in.(affinity.Supervised); ok {
				in = labeled{s}
			}
			affinitytest.Input(t, in)
		})
	}
}

// labeled gives the rows of X classes that go with their values, and some none.
type labeled struct{ affinity.Supervised }

func (l labeled) Fit(ctx context.Context, x mat.Matrix) (*affinity.Fitted, error) {
	n, d := x.Dims()
	labels := make([]int, n)
	for i := range labels {
		if d > 0 {
			labels[i] = int(10*math.Min(2, x.At(i, 0)))%4 - 1
		}
	}
	return l.Supervised.Fit(ctx, affinity.Data{Matrix: x, Labels: labels})
}

// TestEveryBuiltInPartIsInTheDocument: a line of the package's tables for each.
func TestEveryBuiltInPartIsInTheDocument(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range affinity.Builtin() {
		name := reflect.TypeOf(b).Name()
		if s, ok := b.(fmt.Stringer); ok && reflect.TypeOf(b).Kind() != reflect.Struct {
			name = s.String()
		}
		if !regexp.MustCompile(`\b` + name + `\b`).Match(doc) {
			t.Errorf("doc.go says nothing of %s", name)
		}
	}
}
