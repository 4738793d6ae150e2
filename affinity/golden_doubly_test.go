package affinity

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"affmatch/internal/golden"

	"gonum.org/v1/gonum/mat"
)

// doublyCase is a golden case of a doubly stochastic affinity.
type doublyCase struct {
	Params struct {
		Perplexity, Eps, Tol, LR float64
		MaxIter                  int    `json:"max_iter"`
		ZeroDiag                 bool   `json:"zero_diag"`
		Square                   bool   `json:"eps_square"`
		Kernel                   string `json:"base_kernel"`
		Optimizer                string
	}
	Steps int `json:"n_iter"` // the index of the last
	P     golden.Matrix
	Least float64 `json:"row_sum_times_n_min"`
	Most  float64 `json:"row_sum_times_n_max"`
}

func (c doublyCase) kernel() Kernel {
	if c.Params.Kernel == "student" {
		return Student{}
	}
	return nil
}

// atSelf is Student with the reference's stand-in for the distance of a point from itself: its affinity 1e-12 is 0.4 % with
// Eps 5.
var atSelf = KernelExpr(func(c Expr) Expr { return c.Add(c.Is(0.0).Mul(1e12)).Log1p().Neg() })

// blur is what the last digit of the distances does to P, in parts of its largest entry: how closely a course that never
// arrives can be followed.
func blur(t *testing.T, x *mat.Dense, p *Matrix, in func(Search) Input) (most float64) {
	t.Helper()
	c := mat.DenseCopyOf(distancesOf(t, x, nil).C)
	c.Apply(func(i, j int, v float64) float64 { return v * (1 + 1e-15*math.Sin(float64(i*j))) }, c)
	q, err := Compute(context.Background(), in(Search{Known: Distances{c}}), nil)
	if err != nil {
		t.Fatal(err)
	}
	scale := slices.Max(p.Values)
	for i := range p.N {
		for j := range p.N {
			most = math.Max(most, math.Abs(p.At(i, j)-q.At(i, j))/scale)
		}
	}
	return most
}

func loadDoubly(t *testing.T, name string) []doublyCase {
	t.Helper()
	var file struct{ Cases []doublyCase }
	golden.Load(t, name, &file)
	return file.Cases
}

// TestGoldenSinkhornAffinityEqualsTheReference: as many rounds as the reference makes give its P; where those arrived,
// Newton's method gives it too.
func TestGoldenSinkhornAffinityEqualsTheReference(t *testing.T) {
	x := points(load(t).X)
	solved := 0
	for _, c := range loadDoubly(t, "aff_sinkhorn") {
		a := SinkhornAffinity{Eps: c.Params.Eps, Cost: c.kernel(), Diagonal: !c.Params.ZeroDiag, Tolerance: c.Params.Tol, Rounds: c.Params.MaxIter}
		if a.Cost != nil && c.Params.ZeroDiag {
			a.Cost, a.Diagonal = atSelf, true
		}
		p, err := Compute(context.Background(), a, x)
		if err != nil {
			t.Fatalf("%+v: %v", a, err)
		}
		closeTo(t, fmt.Sprintf("%+v", a), p, c.P, nil, 1e-10)
		if c.Params.Tol > 1e-13 {
			continue
		}
		solved++
		a.Rounds, a.Tolerance = 0, 1e-12
		if p, err = Compute(context.Background(), a, x); err != nil {
			t.Fatalf("%+v: %v", a, err)
		}
		closeTo(t, fmt.Sprintf("%+v", a), p, c.P, nil, 1e-10)
		if p.Report.Unconverged != 0 {
			t.Errorf("%+v: %v", a, p.Report)
		}
	}
	if solved == 0 {
		t.Error("no case in which the reference arrived")
	}
}

// TestGoldenDoublyStochasticQuadraticAffinityEqualsTheReference: likewise with its Adam; the P of all that arrived is
// Newton's.
func TestGoldenDoublyStochasticQuadraticAffinityEqualsTheReference(t *testing.T) {
	x := points(load(t).X)
	for _, c := range loadDoubly(t, "aff_quadratic") {
		a := DoublyStochasticQuadraticAffinity{Eps: c.Params.Eps, Cost: c.kernel(), Diagonal: !c.Params.ZeroDiag,
			Course: Course{Steps: c.Params.MaxIter, LearnRate: c.Params.LR, Tolerance: c.Params.Tol}}
		p, err := Compute(context.Background(), a, x)
		if err != nil {
			t.Fatalf("%+v: %v", a, err)
		}
		tol := 10 * blur(t, x, p, func(s Search) Input { b := a; b.Search = s; return b })
		if tol > 1e-6 {
			t.Logf("%+v: one digit moves P by %.1g", a, tol/10)
		}
		closeTo(t, fmt.Sprintf("%+v", a), p, c.P, nil, math.Max(1e-10, tol))
		off := math.Max(1-c.Least, c.Most-1)
		if off > 1e-4 {
			continue
		}
		a.Course, a.Tolerance = Course{}, 1e-12
		if p, err = Compute(context.Background(), a, x); err != nil {
			t.Fatalf("%+v: %v", a, err)
		}
		closeTo(t, fmt.Sprintf("%+v", a), p, c.P, nil, math.Max(1e-10, 10*off))
		if p.Report.Unconverged != 0 {
			t.Errorf("%+v: %v", a, p.Report)
		}
	}
}

// TestGoldenSymmetricEntropicAffinityEqualsTheReference: likewise; the reference's L-BFGS, which is not ours, is held to the
// solution as closely as its own sums of rows are to 1.
func TestGoldenSymmetricEntropicAffinityEqualsTheReference(t *testing.T) {
	x := points(load(t).X)
	for _, c := range loadDoubly(t, "aff_symmetric_entropic") {
		a := SymmetricEntropicAffinity{Perplexity: c.Params.Perplexity, Diagonal: !c.Params.ZeroDiag, Tolerance: 1e-10}
		tol := 10 * math.Max(1-c.Least, c.Most-1)
		if c.Params.Optimizer == "Adam" {
			a.Course = Course{Steps: c.Params.MaxIter, LearnRate: c.Params.LR, Tolerance: c.Params.Tol, Linear: !c.Params.Square}
			tol = 1e-10
		}
		p, err := Compute(context.Background(), a, x)
		if err != nil {
			t.Fatalf("%+v: %v", a, err)
		}
		if a.Course.Steps > 0 {
			tol = math.Max(tol, 10*blur(t, x, p, func(s Search) Input { b := a; b.Search = s; return b }))
		}
		closeTo(t, fmt.Sprintf("%+v", a), p, c.P, nil, tol)
		if a.Course.Steps == 0 && p.Report.Unconverged != 0 {
			t.Errorf("%+v: %v", a, p.Report)
		}
	}
}
