package fmm

import (
	"math"
	"math/rand/v2"
)

// geometries are clouds of points by name.
var geometries = map[string]func(n, dim int) []float64{
	"clusters": clusters,
	"start":    func(n, dim int) []float64 { return normal(n, dim, 1e-4) },
	"outliers": func(n, dim int) []float64 {
		z := clusters(n, dim)
		for i := range 20 {
			for a := range dim {
				z[(i*n/20)*dim+a] *= 1e5
			}
		}
		return z
	},
	"tight clumps": func(n, dim int) []float64 {
		z := normal(n, dim, 0.01)
		for i := range z {
			z[i] += float64(i / dim % 10 * (i%dim + 1) * 7 % 40)
		}
		return z
	},
	"eight decades": func(n, dim int) []float64 {
		z := normal(n, dim, 1)
		r := rand.New(rand.NewPCG(8, 8))
		for i := range n {
			s := math.Pow(10, 8*r.Float64()-5)
			for a := range dim {
				z[i*dim+a] *= s
			}
		}
		return z
	},
	"one place": func(n, dim int) []float64 {
		z := make([]float64, n*dim)
		for i := range z {
			z[i] = 3
		}
		return z
	},
	"fractal": func(n, dim int) []float64 {
		z := make([]float64, n*dim)
		r := rand.New(rand.NewPCG(9, 8))
		s := math.Pow(float64(n), 0.25)
		for i := dim; i < len(z); i += dim {
			p := r.IntN(i/dim) * dim
			w := s * math.Exp(r.NormFloat64()*0.5)
			for a := range dim {
				z[i+a] = z[p+a] + w*0.3*r.NormFloat64()
			}
		}
		return z
	},
	"line": func(n, dim int) []float64 {
		z := normal(n, dim, 20)
		for i := range z {
			z[i] = z[i-i%dim]
		}
		return z
	},
	"duplicates": func(n, dim int) []float64 {
		z := clusters(n, dim)
		for i := range n {
			copy(z[i*dim:(i+1)*dim], z[i%(n/100+1)*dim:])
		}
		return z
	},
}

func normal(n, dim int, width float64) []float64 {
	r := rand.New(rand.NewPCG(1, 2))
	z := make([]float64, n*dim)
	for i := range z {
		z[i] = width * r.NormFloat64()
	}
	return z
}

// clusters are ten clouds with the extent of an embedding by t-SNE, which grows with the root of the number of points.
func clusters(n, dim int) []float64 {
	r := rand.New(rand.NewPCG(5, 6))
	scale := math.Sqrt(float64(n) / 10000)
	var centers [10][3]float64
	for c := range centers {
		for a := range dim {
			centers[c][a] = 40 * r.NormFloat64() * scale
		}
	}
	z := make([]float64, n*dim)
	for i := range n {
		for a := range dim {
			z[i*dim+a] = centers[i%10][a] + 10*r.NormFloat64()*scale
		}
	}
	return z
}
