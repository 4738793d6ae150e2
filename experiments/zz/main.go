package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"time"

	"affmatch/experiments/datasets"
	"affmatch/experiments/metrics"
	"affmatch/models"

	"gonum.org/v1/gonum/mat"
)

func normal(n, d int, seed uint64) *mat.Dense {
	r := rand.New(rand.NewPCG(seed, 1))
	x := mat.NewDense(n, d, nil)
	x.Apply(func(_, _ int, _ float64) float64 { return r.NormFloat64() }, x)
	return x
}

func try(name string, x mat.Matrix, m models.SampledNeighborEmbedding) {
	t := time.Now()
	res, err := m.Fit(context.Background(), x)
	if res == nil {
		fmt.Println(name, "ERR", err)
		return
	}
	T, _ := metrics.Trustworthiness(x, res.Embedding, 15)
	h := res.History
	fmt.Printf("%-28s T %.4f loss %.5g->%.5g sd %.3g %v steps %d %.1fs %v %v\n", name, T, h[0].Loss, h[len(h)-1].Loss, mat.Norm(res.Embedding, 2), res.Status, len(h), time.Since(t).Seconds(), err, res.Notes)
}

func main() {
	which := os.Args[1]
	switch which {
	case "real":
		for _, n := range []string{"snareseq", "digits"} {
			d, err := datasets.Load(context.Background(), n)
			if err != nil {
				panic(err)
			}
			try("tsne "+n, d.X, models.TSNE())
			try("sne "+n, d.X, models.SNE())
			try("umap "+n, d.X, models.UMAP())
		}
	case "bad":
		bad()
	case "learn":
		learn()
	case "grid":
		grid()
	case "sne":
		for _, n := range []int{35, 60, 100, 200, 300, 400, 600, 1000, 2000} {
			m := models.SNE()
			try(fmt.Sprint("sne normal ", n), normal(n, 10, 1), m)
			m = models.TSNE()
			try(fmt.Sprint("tsne normal ", n), normal(n, 10, 1), m)
		}
	}
}
