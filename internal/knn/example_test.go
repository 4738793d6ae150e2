package knn_test

import (
	"context"
	"fmt"

	"affmatch/internal/knn"
)

func ExampleExact() {
	x := knn.Rows{N: 4, Dim: 2, F64: []float64{
		0, 0,
		0, 1,
		3, 0,
		3, 1,
	}}
	nb, err := knn.Exact(context.Background(), x, 2, knn.Options{Metric: knn.Euclidean})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(nb.Row(0))
	// Output: [1 2] [1 3]
}

func ExampleBuild() {
	x := knn.Rows{N: 4, Dim: 1, F32: []float32{0, 1, 5, 7}}
	ix, err := knn.Build(context.Background(), x, knn.BuildOptions{K: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	nb, err := ix.Query(context.Background(), knn.Rows{N: 1, Dim: 1, F32: []float32{6.5}}, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(ix.Approximate(), ix.Neighbors().Index)
	fmt.Println(nb.Row(0))
	// Output:
	// false [1 0 3 2]
	// [3 2] [0.25 2.25]
}
