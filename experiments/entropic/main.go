// Command entropic reproduces TorchDR's demo of entropic affinities: three clusters of different widths, whose Gaussian
// affinities of one bandwidth give one number of neighbors to points of the tight cluster and another to those of the wide
// one, and whose entropic affinities give the same to all.
//
//	go run ./experiments/entropic
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"

	"affmatch/affinity"
	"affmatch/experiments/command"
	"affmatch/experiments/plots"
	"affmatch/experiments/runs"

	"gonum.org/v1/gonum/mat"
)

func main() { command.Main("entropic", run) }

func run(ctx context.Context, args []string, stdout, _ io.Writer) error {
	var out string
	var perplexity float64
	var seed uint64
	f := flag.NewFlagSet("entropic", flag.ContinueOnError)
	f.StringVar(&out, "out", "", "`FOLDER` for the figures; default: a new one below ./runs")
	f.Float64Var(&perplexity, "perplexity", 5, "of the entropic affinities")
	f.Uint64Var(&seed, "seed", 0, "of the points")
	const does = "Gaussian and entropic affinities of clusters of different widths."
	if err := command.ParseOrHelp(f, args, stdout, "entropic [flags]", does); err != nil {
		return err
	}
	x, labels := clusters(seed)
	folder, err := runs.New(runs.Owner{Program: "entropic", Files: []string{"affinities.*", "points.*"}}, out, false)
	if err != nil {
		return err
	}
	defer folder.Close() //nolint:errcheck // a lock's file has nothing to report
	names := []string{"tight", "middling", "wide"}
	var pictures []plots.Plot
	for _, a := range []struct {
		title string
		in    affinity.Input
	}{{"Gaussian", gaussian()}, {"entropic", entropic(perplexity)}} {
		p, err := affinity.Compute(ctx, a.in, x)
		if err != nil {
			return err
		}
		for class, row := range perplexities(p, labels, len(names)) {
			fmt.Fprintf(stdout, "%-9s %-9s perplexity of a row %.2f to %.2f, mean %.2f\n",
				a.title, names[class], row[0], row[2], row[1])
		}
		pictures = append(pictures, plots.Matrix{
			Entries: mat.NewDense(p.N, p.N, p.Values), Title: a.title + " affinities", Name: "P",
			Labels: labels, Names: names, Log: true,
		})
	}
	err = errors.Join(
		folder.Figure("affinities", plots.Grid{Plots: pictures}, "png", "svg"),
		folder.Figure("points", plots.Scatter{Points: x, Title: "three clusters", Labels: labels, Names: names}, "png", "svg"),
	)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "figures in %s\n", folder.Folder)
	return folder.Finish()
}

func gaussian() affinity.Input {
	return affinity.OnData{
		Output: affinity.Normalized{Output: affinity.Of{Kernel: affinity.Gaussian{}}, Over: affinity.OverRows}, Diagonal: true,
	}
}

func entropic(perplexity float64) affinity.Input {
	return affinity.EntropicAffinity{Perplexity: perplexity, Dense: true, Diagonal: true, Tolerance: 1e-3, MaxSteps: 1000}
}

// clusters are three of 20 points each in the plane, of standard deviations 1, 2 and 3.
func clusters(seed uint64) (*mat.Dense, []int) {
	x, labels := mat.NewDense(60, 2, nil), make([]int, 60)
	for i := range labels {
		class := i / 20
		labels[i] = class
		draw := affinity.Random(seed, 0, i)
		for c := range 2 {
			x.Set(i, c, float64(class+1)*draw.Normal(c)+[3][2]float64{{-10, -10}, {10, -10}, {0, 10}}[class][c])
		}
	}
	return x, labels
}

// perplexities are the least, the mean and the largest exp(entropy) of the rows of each class.
func perplexities(p *affinity.Matrix, labels []int, classes int) [][3]float64 {
	all, count := make([][3]float64, classes), make([]float64, classes)
	for i, class := range labels {
		var total, entropy float64
		for _, v := range p.Entries(i) {
			total += v
		}
		for _, v := range p.Entries(i) {
			if v > 0 {
				entropy -= v / total * math.Log(v/total)
			}
		}
		e, row := math.Exp(entropy), &all[class]
		if count[class] == 0 {
			row[0] = e
		}
		row[0], row[1], row[2] = math.Min(row[0], e), row[1]+e, math.Max(row[2], e)
		count[class]++
	}
	for class := range all {
		all[class][1] /= math.Max(count[class], 1)
	}
	return all
}
