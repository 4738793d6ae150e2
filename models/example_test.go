package models_test

import (
	"context"
	"fmt"
	"math"

	"affmatch/affinity"
	"affmatch/loss"
	"affmatch/models"
	"affmatch/optim"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
)

// The presets are values, and print as the methods that they are.
func ExampleUMAP() {
	fmt.Printf("%+v\n", models.UMAP())
	// Output:
	// SampledNeighborEmbedding{
	//   In:           UMAPAffinityIn{Neighbors: 30, Tolerance: 0.001, MaxSteps: 100}
	//   Out:          Odds{Kernel: UMAPAffinityOut{MinDist: 0.1, Spread: 1}}
	//   Metric:       SquaredEuclidean
	//   Attraction:   CrossEntropy
	//   Repulsion:    NotNeighbor
	//   Against:      Uniform{Count: 10}
	//   Optimizer:    SGD{LearnRate:0.1 Momentum:0 Dampening:0 WeightDecay:0 Nesterov:false Gains:false MomentumBy:<nil>}
	//   Init:         PCA{}
	//   InitScaling:  0.0001
	//   Dim:          2
	//   Steps:        2000
	//   Stop:         GradNorm{Below: 1e-07}
	//   Engine:       Fused{}
	// }
}

func ExampleTSNE() {
	fmt.Printf("%+v\n", models.TSNE())
	// Output:
	// SampledNeighborEmbedding{
	//   In:           EntropicAffinity{Perplexity: 30, Symmetrize: true}
	//   Out:          Student{}
	//   Metric:       SquaredEuclidean
	//   Attraction:   CrossEntropy
	//   Repulsion:    LogPartition
	//   Against:      All{}
	//   Optimizer:    SGD{LearnRate:Rate's Momentum:0 Dampening:0 WeightDecay:0 Nesterov:false Gains:true MomentumBy:MomentumSwitch{Before:0.5 After:0.8 At:125 Late:0.97 LateAt:300}}
	//   Rate:         AutoRate{Floor: 20}
	//   Phases:       [Phase{Steps: 125, Exaggeration: 12}]
	//   Init:         PCA{}
	//   InitScaling:  0.0001
	//   Dim:          2
	//   Steps:        500
	//   Stop:         GradNorm{Below: 1e-07}
	//   Engine:       Fused{}
	//   Tolerance:    0.0001
	// }
}

func ExampleSNEMatcher() {
	fmt.Printf("%+v\n", models.SNEMatcher())
	// Output:
	// AffinityMatcher{
	//   In:           EntropicAffinity{Perplexity: 30, Dense: true}
	//   Out:          Normalized{Output: Of{Kernel: Gaussian{}}, Over: OverRows}
	//   Loss:         CrossEntropy
	//   Optimizer:    Adam{LearnRate:1 Beta1:0.9 Beta2:0.999 Epsilon:1e-08 WeightDecay:0 AMSGrad:false Lazy:false}
	//   Init:         PCA{}
	//   InitScaling:  0.0001
	//   Dim:          2
	//   Steps:        1000
	//   Stop:         GradNorm{Below: 1e-07}
	//   Engine:       Fused{}
	// }
}

// circle are n points of the plane.
func circle(n int) *mat.Dense {
	x := mat.NewDense(n, 2, nil)
	for i := range n {
		a := 2 * math.Pi * float64(i) / float64(n)
		x.SetRow(i, []float64{math.Cos(a), math.Sin(a)})
	}
	return x
}

// A kernel and a loss of one's own are functions of gorgonia nodes, put where the preset has its own.
func ExampleSampledNeighborEmbedding() {
	cauchy := affinity.KernelFunc(func(c *G.Node) *G.Node { // log Q = -2 log(1 + c/2)
		half := G.Must(G.Mul(c, G.NewConstant(0.5)))
		return G.Must(G.Mul(G.Must(G.Log1p(half)), G.NewConstant(-2.0)))
	})
	squares := loss.Func(func(_, logQ *G.Node) *G.Node { // sum of Q^2
		return G.Must(G.Exp(G.Must(G.Mul(logQ, G.NewConstant(2.0)))))
	})

	m := models.UMAP()
	m.In = affinity.UMAPAffinityIn{Neighbors: 5}
	m.Out, m.Repulsion = cauchy, squares
	m.Optimizer, m.Steps = optim.Adam{LearnRate: 0.1}, 50
	res, err := m.Fit(context.Background(), circle(40))
	if err != nil {
		fmt.Println(err)
		return
	}
	first, last := res.History[0], res.History[len(res.History)-1]
	n, d := res.Embedding.Dims()
	fmt.Printf("%d x %d, %v, loss falls: %v\n", n, d, res.Status, last.Loss < first.Loss)
	// Output:
	// 40 x 2, all steps made, loss falls: true
}
