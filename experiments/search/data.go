package main

import (
	"context"
	"fmt"

	"affmatch/experiments/datasets"
	"affmatch/experiments/prepare"
	"affmatch/models"

	"gonum.org/v1/gonum/mat"
)

// seenRows are the first rows of MNIST, which the search sees; mnist-rest, on which it is judged, are those after them.
const seenRows = 3000

// searched are the sets that formulas are tried on: three real ones and a simulated one.
var searched = []string{"digits", "snareseq", "mnist-first", "cells"}

// set is data in the order in which rows are taken.
type set struct {
	name   string
	sample func(ctx context.Context, n int, seed uint64) (*datasets.Data, error)
}

// load reads sets by name.
func load(ctx context.Context, names []string) ([]set, error) {
	var sets []set
	for _, name := range names {
		s := set{name: name, sample: func(ctx context.Context, n int, seed uint64) (*datasets.Data, error) {
			p, err := prepare.Recipe{In: name, Subsample: n, Seed: seed}.Load(ctx)
			if err != nil {
				return nil, err
			}
			return narrow(ctx, p.Data)
		}}
		if name == "mnist-first" || name == "mnist-rest" {
			all, err := datasets.Load(ctx, "mnist")
			if err != nil {
				return nil, err
			}
			s.sample = func(ctx context.Context, n int, seed uint64) (*datasets.Data, error) {
				rows, _ := all.Dims()
				from, to := 0, seenRows
				if name == "mnist-rest" {
					from, to = seenRows, rows
				}
				return narrow(ctx, take(all, shuffled(from, to, seed)[:min(n, to-from)]))
			}
		}
		if _, err := s.sample(ctx, 100, 0); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		sets = append(sets, s)
	}
	return sets, nil
}

// take are some rows.
func take(d *datasets.Data, rows []int) *datasets.Data {
	_, columns := d.Dims()
	x := mat.NewDense(len(rows), columns, nil)
	part := &datasets.Data{Name: d.Name, X: x, Labels: make([]int, len(rows))}
	for r, i := range rows {
		for c := range columns {
			x.Set(r, c, d.X.At(i, c))
		}
		part.Labels[r] = d.Labels[i]
	}
	return part
}

// narrow are 50 principal components of wider data, of these rows alone.
func narrow(ctx context.Context, d *datasets.Data) (*datasets.Data, error) {
	if n, columns := d.Dims(); columns <= 50 || n <= 50 {
		return d, nil
	}
	r, err := models.ClosedForm{Map: models.PCA{}, Dim: 50}.Fit(ctx, d.X)
	if err != nil {
		return nil, err
	}
	part := *d
	part.X = r.Embedding
	return &part, nil
}
