package models_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"affmatch/affinity"
	"affmatch/affinity/affinitytest"
	"affmatch/loss"
	"affmatch/loss/losstest"
	"affmatch/models"
	"affmatch/optim"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
)

// A researcher's own parts: a kernel, a loss and a metric of three to six lines each.

// bell is log Q = -log cosh sqrt(C), whose tails are as heavy as an exponential's: -log(cosh d) = log 2 - d - log(1+e^-2d).
var bell = affinity.KernelFunc(func(c *G.Node) *G.Node {
	d := G.Must(G.Sqrt(c))
	tail := G.Must(G.Log1p(G.Must(G.Exp(G.Must(G.Mul(d, G.NewConstant(-2.0)))))))
	return G.Must(G.Sub(G.NewConstant(math.Ln2), G.Must(G.Add(d, tail))))
})

// power is the repulsion sum Q^1.5.
var power = loss.Func(func(_, logQ *G.Node) *G.Node {
	return G.Must(G.Exp(G.Must(G.Mul(logQ, G.NewConstant(1.5)))))
})

// rows is the repulsion sum_i (sum_j Q_ij)^2.
var rows = loss.On(func(on *affinity.Pairs, _, logQ *G.Node) *G.Node {
	return G.Must(G.Square(G.Must(on.RowSum(G.Must(G.Exp(logQ))))))
})

// ellipse weighs the first coordinate four times.
var ellipse = affinity.MetricFunc(func(on *affinity.Pairs) *G.Node {
	x := G.Must(G.Sub(G.Must(on.HeadCoord(0)), G.Must(on.TailCoord(0))))
	y := G.Must(G.Sub(G.Must(on.HeadCoord(1)), G.Must(on.TailCoord(1))))
	c := G.Must(G.Add(G.Must(G.Mul(G.Must(G.Square(x)), G.NewConstant(4.0))), G.Must(G.Square(y))))
	return G.Must(affinity.AddFloor(c))
})

func TestOwnPartsKeepTheirPromises(t *testing.T) {
	affinitytest.Kernel(t, bell)
	affinitytest.Metric(t, ellipse)
	affinitytest.ShiftInvariant(t, ellipse)
	losstest.EntryByEntry(t, power)
	losstest.Loss(t, rows)
}

// TestOwnPartsFitInUMAPsPlace puts them where UMAP's value has its own, one at a time and together, on both machines.
func TestOwnPartsFitInUMAPsPlace(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	x := mat.NewDense(60, 5, nil)
	x.Apply(func(i, j int, _ float64) float64 { return 6*math.Sin(float64(i%3*7+j)) + rng.NormFloat64() }, x)
	for name, change := range map[string]func(m *models.SampledNeighborEmbedding){
		"kernel":         func(m *models.SampledNeighborEmbedding) { m.Out = bell; m.Repulsion = loss.SumOfQ },
		"loss":           func(m *models.SampledNeighborEmbedding) { m.Repulsion = power },
		"loss of rows":   func(m *models.SampledNeighborEmbedding) { m.Repulsion = rows },
		"metric":         func(m *models.SampledNeighborEmbedding) { m.Metric = ellipse },
		"all together":   func(m *models.SampledNeighborEmbedding) { m.Out, m.Repulsion, m.Metric = bell, rows, ellipse },
		"kernel in Odds": func(m *models.SampledNeighborEmbedding) { m.Out = affinity.Odds{Kernel: bell} },
	} {
		t.Run(name, func(t *testing.T) {
			var want []float64
			for _, e := range []models.Engine{models.Tape{}, models.Fused{Float64: true}} {
				m := models.UMAP()
				change(&m)
				m.In = affinity.UMAPAffinityIn{Neighbors: 10}
				m.Optimizer, m.Schedule, m.Steps, m.Engine = optim.Adam{LearnRate: 0.2}, optim.Linear{}, 60, e
				res, err := m.Fit(context.Background(), x)
				if err != nil {
					t.Fatal(err)
				}
				first, last := res.History[0].Loss, res.History[59].Loss
				if !(last < first-0.1*math.Abs(first)) {
					t.Errorf("%T: loss from %v to %v, want it to fall by a tenth", e, first, last)
				}
				if near := sameCluster(res.Embedding); near < 0.9 {
					t.Errorf("%T: %.2f of the nearest neighbors are of the same cluster, want at least 0.9", e, near)
				}
				curve := make([]float64, 20) // rounding grows later
				for k := range curve {
					curve[k] = res.History[k].Loss
				}
				if want == nil {
					want = curve
				}
				for k := range curve {
					if math.Abs(curve[k]-want[k]) > 1e-6*math.Abs(want[k]) {
						t.Fatalf("%T: loss of step %d = %v, want %v as on Tape", e, k, curve[k], want[k])
					}
				}
			}
		})
	}
}

// sameCluster is the share of points whose nearest neighbor is of their cluster, i mod 3.
func sameCluster(z *mat.Dense) float64 {
	n, _ := z.Dims()
	same := 0
	for i := range n {
		nearest, at := math.Inf(1), -1
		for j := range n {
			if d := affinity.SquaredEuclidean.Between(z.RawRowView(i), z.RawRowView(j)); j != i && d < nearest {
				nearest, at = d, j
			}
		}
		if at%3 == i%3 {
			same++
		}
	}
	return float64(same) / float64(n)
}
