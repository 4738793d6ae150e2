package cookbook

import (
	"math"

	"affmatch/affinity"
	"affmatch/models"

	"gonum.org/v1/gonum/stat"
)

// Density is the term of densMAP (Narayan, Berger and Cho, Assessing single-cell transcriptomic variability through
// density-preserving data visualization, 2021): minus n times the correlation of the log local radii of X and of Z, from a
// third of the fit on.
func Density(k affinity.Kernel, weight float64) models.OneTerm {
	return models.OneTerm{Name: "density", Weight: late(-weight), Value: func(b *models.Builder) affinity.Expr {
		on := b.Pairs(affinity.Edges{})
		q, c := on.LogQOf(affinity.Of{Kernel: k}).Exp(), on.D2()
		r := q.Mul(c).RowSum(on).Div(q.RowSum(on)).Add(1e-8).Log()
		r = r.Sub(r.Mean())
		return b.Numbers("log radii", logRadii(b)).Mul(r).Mean().Div(r.Square().Mean().Add(0.1).Sqrt()).Mul(b.Points)
	}}
}

// logRadii are log sum_j p_ij d_ij / sum_j p_ij of the data, brought to mean 0 and deviation 1.
func logRadii(b *models.Builder) []float64 {
	r := make([]float64, b.P.N)
	for i := range r {
		var s, w float64
		for j, p := range b.P.Entries(i) {
			s, w = s+p*affinity.Between(affinity.SquaredEuclidean, b.X, i, j), w+p
		}
		r[i] = math.Log(1e-8 + s/w)
	}
	mean, sd := stat.MeanStdDev(r, nil)
	for i := range r {
		r[i] = (r[i] - mean) / sd
	}
	return r
}

// late is 0 for a third of a fit and a number from there on.
type late float64

// Factor is the number in the last two thirds.
func (l late) Factor(step, total int) float64 {
	if step < total/3 {
		return 0
	}
	return float64(l)
}

// DensMAP is UMAP with the term.
func DensMAP(weight float64) models.SampledNeighborEmbedding {
	m := models.UMAPLearn()
	m.Extra = Density(m.Out, weight)
	return m
}
