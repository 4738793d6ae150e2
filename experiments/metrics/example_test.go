package metrics_test

import (
	"context"
	"encoding/json"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"affmatch/experiments/datasets"
	"affmatch/experiments/metrics"
)

func ExampleEvaluate() {
	cells := datasets.Cells(1)
	z := mat.DenseCopyOf(cells.X).Slice(0, 1047, 0, 2)
	r, err := metrics.Evaluate(context.Background(), cells.X, z, cells.Labels)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("two of ten components: trustworthiness %.2f, k-NN accuracy %.2f\n", r.Trustworthiness, r.KNNAccuracy)
	// Output:
	// two of ten components: trustworthiness 0.87, k-NN accuracy 0.84
}

// Without classes, or without the data that the embedding is of, their scores are left out.
func ExampleReport() {
	r, err := metrics.Evaluate(context.Background(), nil, mat.DenseCopyOf(datasets.Cells(1).X).Slice(0, 1047, 0, 2), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	b, err := json.Marshal(r)
	fmt.Println(string(b), err)
	// Output:
	// {"rows":1047,"sample":1047,"neighbors":15} <nil>
}
