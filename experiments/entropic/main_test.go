package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"affmatch/affinity"
	"affmatch/internal/golden"

	"gonum.org/v1/gonum/mat"
)

// TestGoldenEntropicDemo: both P, and the perplexities of their rows, are the reference's.
func TestGoldenEntropicDemo(t *testing.T) {
	var want struct {
		X, K, EA golden.Matrix
		Gaussian [][]float64 `json:"row_perplexity_gaussian"`
		Entropic [][]float64 `json:"row_perplexity_entropic"`
	}
	golden.Load(t, "demo_ea_adaptivity", &want)
	x, labels := mat.NewDense(60, 2, want.X.Flat()), make([]int, 60)
	for i := range labels {
		labels[i] = i / 20
	}
	for _, c := range []struct {
		name  string
		in    affinity.Input
		p     golden.Matrix
		rows  [][]float64
		exact float64
	}{{"Gaussian", gaussian(), want.K, want.Gaussian, 1e-12}, {"entropic", entropic(5), want.EA, want.Entropic, 1e-9}} {
		p, err := affinity.Compute(t.Context(), c.in, x)
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, c.name, p.Values, c.p.Flat(), c.exact)
		for class, row := range perplexities(p, labels, 3) {
			golden.Close(t, fmt.Sprintf("%s: perplexities of cluster %d", c.name, class), row[:], c.rows[class], 1e-8)
		}
	}
}

func TestTheCommandDrawsAndTells(t *testing.T) {
	out, stdout := filepath.Join(t.TempDir(), "run"), &bytes.Buffer{}
	if err := run(t.Context(), []string{"-out", out}, stdout, stdout); err != nil {
		t.Fatal(err)
	}
	for _, f := range []string{"affinities.png", "points.svg"} {
		if s, err := os.Stat(filepath.Join(out, f)); err != nil || s.Size() < 5000 {
			t.Errorf("%s: %v", f, err)
		}
	}
	if strings.Count(stdout.String(), "mean 5.00\n") != 3 {
		t.Errorf("says\n%s", stdout)
	}
}
