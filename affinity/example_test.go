package affinity_test

import (
	"context"
	"fmt"

	"affmatch/affinity"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
)

// five are five points on a line, in two groups.
var five = mat.NewDense(5, 1, []float64{0, 1, 3, 10, 11.5})

// show prints P times a factor.
func show(p *affinity.Matrix, factor float64) {
	for i := range p.N {
		row := make([]float64, p.N)
		for j := range row {
			row[j] = factor * p.At(i, j)
		}
		fmt.Printf("%.2f\n", row)
	}
}

func ExampleEntropicAffinity() {
	p, err := affinity.Compute(context.Background(), affinity.EntropicAffinity{Perplexity: 2, Dense: true}, five)
	if err != nil {
		fmt.Println(err)
		return
	}
	show(p, 5)
	_, err = affinity.Compute(context.Background(), affinity.EntropicAffinity{Perplexity: 7}, five)
	fmt.Println(err)
	// Output:
	// [0.00 0.60 0.39 0.00 0.00]
	// [0.56 0.00 0.44 0.00 0.00]
	// [0.37 0.63 0.00 0.01 0.00]
	// [0.02 0.05 0.14 0.00 0.79]
	// [0.03 0.05 0.13 0.79 0.00]
	// affinity: EntropicAffinity: Perplexity = 7, want more than 1 and less than the 5 points
}

func ExampleUMAPAffinityIn() {
	p, err := affinity.Compute(context.Background(), affinity.UMAPAffinityIn{Neighbors: 4, Symmetrize: true}, five)
	if err != nil {
		fmt.Println(err)
		return
	}
	show(p, 1)
	fmt.Println(p.Report)
	// Output:
	// [0.00 1.00 0.62 0.05 0.06]
	// [1.00 0.00 1.00 0.09 0.10]
	// [0.62 1.00 0.00 0.24 0.22]
	// [0.05 0.09 0.24 0.00 1.00]
	// [0.06 0.10 0.22 1.00 0.00]
	// 1 components, 0 duplicates, 0 isolated points, 0 rows not converged
}

// A kernel of one's own is a function of gorgonia nodes.
func ExampleKernelFunc() {
	laplace := affinity.KernelFunc(func(c *G.Node) *G.Node { return G.Must(G.Neg(G.Must(G.Sqrt(c)))) })
	p, err := affinity.Compute(context.Background(), affinity.OnData{Output: affinity.Normalized{Output: affinity.Of{Kernel: laplace}, Over: affinity.OverRows}}, five)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.3f\n", p.Values[:4])
	// Output:
	// [0.176 0.024 0.000 0.000]
}
