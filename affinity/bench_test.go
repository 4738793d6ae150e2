package affinity

import (
	"context"
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// candidatesOf are distances like those of a neighbor search: n rows of k, ascending.
func candidatesOf(b *testing.B, n, k int) *Matrix {
	b.Helper()
	from, err := Search{}.source(cloud(2000, 8), nil, true)
	if err != nil {
		b.Fatal(err)
	}
	p, err := candidates(context.Background(), from, k, false)
	if err != nil {
		b.Fatal(err)
	}
	q := &Matrix{N: n, Start: make([]int, n+1)}
	for i := range n {
		lo, hi := p.Row(i % p.N)
		q.Values = append(q.Values, p.Values[lo:hi]...)
		for e := range hi - lo {
			q.Tail = append(q.Tail, int32((i+1+e*e*7)%n))
		}
		q.Start[i+1] = len(q.Values)
	}
	return q
}

func BenchmarkEntropicSearch(b *testing.B) {
	for _, n := range []int{10_000, 70_000} {
		for _, exact := range []bool{false, true} {
			b.Run(fmt.Sprintf("n=%d/exact=%v", n, exact), func(b *testing.B) {
				p := candidatesOf(b, n, 90)
				b.ReportAllocs()
				for b.Loop() {
					if _, err := (solver{exact: exact, usual: 1e-3}).entropic(context.Background(), p, 30); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkUMAPSearch(b *testing.B) {
	for _, n := range []int{10_000, 70_000} {
		for _, exact := range []bool{false, true} {
			b.Run(fmt.Sprintf("n=%d/exact=%v", n, exact), func(b *testing.B) {
				p := candidatesOf(b, n, 30)
				a := UMAPAffinityIn{Exact: exact}
				rho := make([]float64, n)
				for i := range rho {
					rho[i] = a.rho(p, i)
				}
				b.ReportAllocs()
				for b.Loop() {
					if _, err := a.solver().umap(context.Background(), p, rho, a.goal()); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkSymmetrize(b *testing.B) {
	for _, n := range []int{10_000, 70_000} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			p := candidatesOf(b, n, 30)
			b.ReportAllocs()
			for b.Loop() {
				p.combine(func(there, back float64) float64 { return there + back - there*back })
			}
		})
	}
}

func BenchmarkConnect(b *testing.B) {
	p := candidatesOf(b, 70_000, 30)
	b.ReportAllocs()
	for b.Loop() {
		p.connect()
	}
}

// BenchmarkSymmetricEntropicFormula is the dual of 10,000 x 50 data of which no matrix is stored.
func BenchmarkSymmetricEntropicFormula(b *testing.B) {
	const n, columns = 10_000, 50
	x := mat.NewDense(n, columns, nil)
	x.Apply(func(i, j int, _ float64) float64 {
		return math.Sin(float64(i*7+j*13)*0.37) + 3*math.Cos(float64(i%10*(j+1)))
	}, x)
	for b.Loop() {
		f, err := Fit(context.Background(), SymmetricEntropicAffinity{Perplexity: 30, Formula: true}, x)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(f.Report().Unconverged), "unconverged")
	}
}
