package affinity

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"affmatch/internal/golden"

	"gonum.org/v1/gonum/mat"
)

// doublyStochastic are the affinities whose rows and columns sum to 1/n.
func doublyStochastic(diagonal bool) []Input {
	return []Input{
		SymmetricEntropicAffinity{Perplexity: 8, Diagonal: diagonal},
		SinkhornAffinity{Eps: 0.7, Diagonal: diagonal},
		SinkhornAffinity{Cost: Student{}, Diagonal: diagonal, Metric: Manhattan},
		DoublyStochasticQuadraticAffinity{Eps: 3, Diagonal: diagonal},
		DoublyStochasticQuadraticAffinity{Eps: 0.01, Diagonal: diagonal},
	}
}

func TestDoublyStochasticAffinitiesHaveTheirSums(t *testing.T) {
	for name, x := range map[string]*mat.Dense{"cloud": cloud(90, 4), "cells": golden.Cells(t, 250)} {
		for _, diagonal := range []bool{false, true} {
			for _, in := range doublyStochastic(diagonal) {
				p := fit(t, in, x).P
				if p.Report.Unconverged != 0 {
					t.Errorf("%s, %+v: %v", name, in, p.Report)
				}
				for i := range p.N {
					if s := float64(p.N) * rowSum(p, i); math.Abs(s-1) > 2e-6 {
						t.Errorf("%s, %+v: row %d sums to %v/n", name, in, i, s)
						break
					}
				}
				for i := range p.N {
					for j := range i {
						if a, b := p.At(i, j), p.At(j, i); math.Abs(a-b) > 1e-15 {
							t.Fatalf("%s, %+v: P(%d,%d) = %v, but %v the other way", name, in, i, j, a, b)
						}
					}
				}
				if a, ok := in.(SymmetricEntropicAffinity); ok {
					f := fit(t, in, x)
					for i := range p.N {
						h := rowEntropy(p, i)
						if h < math.Log(a.Perplexity)-1e-5 || h > math.Log(a.Perplexity)+1e-5 && f.Widths[i] > 1e-4 {
							t.Errorf("%s, %+v: row %d has the perplexity %v at the width %v", name, in, i, math.Exp(h), f.Widths[i])
						}
					}
				}
			}
		}
	}
}

// TestDualsAddUp: what makes P of the distances is a sum of a number of each point, so that for any four points the sums
// over (i,j), (k,l) and (i,l), (k,j) are one.
func TestDualsAddUp(t *testing.T) {
	x := cloud(40, 4)
	c := distancesOf(t, x, nil).C
	entropic := fit(t, SymmetricEntropicAffinity{Perplexity: 6}, x)
	e := entropic.Widths
	sinkhorn := fit(t, SinkhornAffinity{Eps: 0.8}, x).P
	quadratic := fit(t, DoublyStochasticQuadraticAffinity{Eps: 1500}, x).P
	for name, dual := range map[string]func(i, j int) float64{
		"entropic":  func(i, j int) float64 { return (e[i]+e[j])*math.Log(40*entropic.P.At(i, j)) + 2*c.At(i, j) },
		"Sinkhorn":  func(i, j int) float64 { return math.Log(40*sinkhorn.At(i, j)) + c.At(i, j)/0.8 },
		"quadratic": func(i, j int) float64 { return 40*1500*quadratic.At(i, j) + c.At(i, j) },
	} {
		seen := 0
		for i := range 36 {
			j, k, l := i+1, i+2, i+3
			if name == "quadratic" && (quadratic.At(i, j) == 0 || quadratic.At(k, l) == 0 || quadratic.At(i, l) == 0 || quadratic.At(k, j) == 0) {
				continue
			}
			seen++
			if a, b := dual(i, j)+dual(k, l), dual(i, l)+dual(k, j); math.Abs(a-b) > 1e-9*math.Max(1, math.Abs(a)) {
				t.Errorf("%s: points %d to %d: %v and %v", name, i, l, a, b)
			}
		}
		if seen < 3 {
			t.Errorf("%s: %d quadruples of affinities above 0", name, seen)
		}
	}
}

// TestANewRowLikeAnOldOneHasItsAffinities, where points themselves count.
func TestANewRowLikeAnOldOneHasItsAffinities(t *testing.T) {
	x := cloud(50, 4)
	for _, in := range []Input{
		SymmetricEntropicAffinity{Perplexity: 8, Diagonal: true, Tolerance: 1e-11}, SinkhornAffinity{Diagonal: true, Tolerance: 1e-11},
		DoublyStochasticQuadraticAffinity{Eps: 2, Diagonal: true, Tolerance: 1e-11},
	} {
		f := fit(t, in, x)
		q, err := f.Extend(context.Background(), x.Slice(7, 9, 0, 4))
		if err != nil {
			t.Fatal(err)
		}
		for r, i := range []int{7, 8} {
			for j := range 50 {
				if a, b := q.At(r, j)/50, f.P.At(i, j); math.Abs(a-b) > 1e-9 {
					t.Errorf("%+v: to point %d: %v, want %v", in, j, a, b)
				}
			}
		}
	}
}

// TestDistancesComputedAnewGiveTheSameP as stored ones.
func TestDistancesComputedAnewGiveTheSameP(t *testing.T) {
	x := cloud(70, 4)
	for _, diagonal := range []bool{false, true} {
		a := DoublyStochasticQuadraticAffinity{Eps: 2, Diagonal: diagonal, Cost: Student{}}
		var p [2]*Matrix
		for k, store := range []bool{true, false} {
			_, tb, err := a.doubly().open(context.Background(), x, store)
			if err != nil {
				t.Fatal(err)
			}
			if !store {
				tb.buffer = tb.buffer[:9*70] // tiles of nine rows
			}
			q := &quadratic{table: tb, eps: a.Eps, tolerance: 1e-6, f: make([]float64, tb.n), at: make([]float64, tb.n)}
			if err := q.newton(context.Background(), 100); err != nil {
				t.Fatal(err)
			}
			if p[k], err = q.matrix(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		golden.Close(t, "P", square(p[1]), square(p[0]), 1e-15)
	}
}

// TestFormulaIsTheMatrix: P evaluated on pairs.
func TestFormulaIsTheMatrix(t *testing.T) {
	x := cloud(40, 4)
	for _, a := range []SymmetricEntropicAffinity{{Perplexity: 5, Tolerance: 1e-11}, {Perplexity: 5, Tolerance: 1e-11, Diagonal: true, Metric: Manhattan}} {
		want := fit(t, a, x).P
		a.Formula = true
		f := fit(t, a, x)
		if f.P != nil || f.Pairwise == nil {
			t.Fatalf("%+v: a matrix, want a formula", a)
		}
		s := NewScope(40)
		on, err := f.Pairwise.Open(s, Must(s.Param("Z", tensorOf(x))))
		if err != nil {
			t.Fatal(err)
		}
		v, err := evaluate(s, on.P)
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, fmt.Sprintf("%+v", a), v, want.Values, 1e-8)
		if _, err := Compute(context.Background(), a, x); err == nil || !strings.Contains(err.Error(), "formula of pairs") {
			t.Errorf("%+v: error %v of Compute, want one that says that P is a formula", a, err)
		}
		a.Search.Known = distancesOf(t, x, a.Metric)
		if _, err := Fit(context.Background(), a, nil); err == nil || !strings.Contains(err.Error(), "Formula") {
			t.Errorf("%+v: error %v, want one that says that X is needed", a, err)
		}
	}
}
