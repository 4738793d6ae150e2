package models

import (
	"bytes"
	"context"
	"encoding/gob"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"affmatch/affinity"
	"affmatch/experiments/datasets"
)

// graphs are data sets of 70,000 and 1,000,000 points, in an order that says nothing about where they are.
var graphs = []string{"mnist10k", "mnist70k_pca50", "cells1m", "blobs1m"}

// BenchmarkUMAPStepGraph is a step on the neighbor graphs of data, as against random neighbors. The folder named in
// AFFMATCH_SETS has the data as .npy of float32. To find the neighbors takes minutes, so their P is kept beside it.
func BenchmarkUMAPStepGraph(b *testing.B) {
	for _, set := range graphs {
		b.Run(set, func(b *testing.B) {
			p := graphOf(b, set)
			m := on(UMAP(), p.N)
			m.In = affinity.Precomputed{P: p}
			b.Run(fmt.Sprintf("n=%d", p.N), func(b *testing.B) { step(b, m.Start) })
		})
	}
}

// walked is P with its points in the order of a walk through the graph, breadth first.
func walked(p *affinity.Matrix) *affinity.Matrix {
	number, order := make([]int32, p.N), make([]int, 0, p.N) // numbers from 1 on
	add := func(i int) {
		if number[i] == 0 {
			order = append(order, i)
			number[i] = int32(len(order))
		}
	}
	for next, first := 0, 0; len(order) < p.N; first++ {
		for add(first); next < len(order); next++ {
			lo, hi := p.Row(order[next])
			for _, j := range p.Tail[lo:hi] {
				add(int(j))
			}
		}
	}
	q := &affinity.Matrix{N: p.N, Start: []int{0}}
	for _, i := range order {
		lo, hi := p.Row(i)
		for e := lo; e < hi; e++ {
			q.Tail, q.Values = append(q.Tail, number[p.Tail[e]]-1), append(q.Values, p.Values[e])
		}
		q.Start = append(q.Start, len(q.Tail))
	}
	return q
}

// graphOf is UMAP's P of a set.
func graphOf(b *testing.B, name string) *affinity.Matrix {
	folder := os.Getenv("AFFMATCH_SETS")
	if folder == "" {
		b.Skip("AFFMATCH_SETS names no folder with " + name + ".npy")
	}
	var p affinity.Matrix
	kept := filepath.Join(folder, name+"_umap30.gob")
	if raw, err := os.ReadFile(kept); err == nil {
		if err := gob.NewDecoder(bytes.NewReader(raw)).Decode(&p); err != nil {
			b.Fatal(err)
		}
		return &p
	}
	x, err := datasets.File{Path: filepath.Join(folder, name+".npy"), MaxMB: 4096}.Read()
	if err != nil {
		b.Skip(err)
	}
	fitted, err := UMAP().In.Fit(context.Background(), x.X)
	if err != nil {
		b.Fatal(err)
	}
	var raw bytes.Buffer
	if err := gob.NewEncoder(&raw).Encode(fitted.P); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(kept, raw.Bytes(), 0o644); err != nil {
		b.Log(err)
	}
	return fitted.P
}
