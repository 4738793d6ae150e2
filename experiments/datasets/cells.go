package datasets

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"affmatch/internal/fault"
	"affmatch/internal/pca"
	"affmatch/internal/same"
)

// CellsConfig describes simulated single-cell RNA counts, made into points as such counts commonly are.
//
// The model is that of edgeR and Splatter (Robinson, McCarthy, Smyth, Bioinformatics 26 (2010); Zappia, Phipson, Oshlack,
// Genome Biology 18:174 (2017)). Gene g has mean share m_g ~ Gamma and dispersion phi_g ~ scaled inverse chi-squared. Cell i
// has a type t, a depth L_i ~ log-normal and an identity a_i in (0, 1], how far it has become what its type is. Then
//
//	share_ig  =  m_g exp(a_i f_tg) / sum over genes,    f_tg = markerFold for the markers of t, else 0
//	count_ig  ~  NegativeBinomial(mean L_i share_ig, dispersion phi_g)
//
// The last type shares half its markers with the one before it, as related types do. Counts are scaled to the median depth,
// log(1 + x) is taken, and X holds the first principal components.
type CellsConfig struct {
	Cells      int       // zero: 1047; at least one a type
	Genes      int       // zero: 500; at least ten a type
	Components int       // columns of X; zero: 10
	Shares     []float64 // of the types among the cells, any positive scale; nil: SNARE-seq's 379, 324, 201, 143
	Seed       uint64    // same seed, same bits
}

// How hard the simulated types are to tell apart. Chosen so that the four default types lie in the 10 components as
// SNARE-seq's do: 10-NN accuracy about 0.98 there (SNARE-seq 0.984), silhouette about 0.33 (0.51, one type at 0.02), and
// umap-learn at 30 neighbors gives silhouette 0.6 to 0.75 over seeds. A larger markerFold, or an identityFloor nearer to
// 1, pulls the types apart.
const (
	markerFold    = 1.6  // log fold change of a marker gene at full identity
	markerShare   = 0.1  // share of the genes that mark one type
	identityFloor = 0.25 // identity is uniform between this and 1
	depthMean     = 1000 // counts a cell
	depthSpread   = 0.35 // standard deviation of log depth
	dispersion    = 0.4  // of counts: variance = mean + phi mean^2
	dispersionDF  = 20   // degrees of freedom of its scatter over genes
)

// Cells gives the default simulated cells: 1047 x 10, four types of unequal size.
func Cells(seed uint64) *Data {
	return must(CellsConfig{Seed: seed}.Data())
}

// Data simulates the cells.
func (c CellsConfig) Data() (*Data, error) {
	c, err := c.filled()
	if err != nil {
		return nil, err
	}
	r := randomness(c.Seed, 0x63656c6c73)
	types := len(c.Shares)
	labels := shares(c.Cells, c.Shares)
	r.Shuffle(len(labels), func(i, j int) { labels[i], labels[j] = labels[j], labels[i] })
	folds := c.folds(types)

	base := make([]float64, c.Genes)
	phi := make([]float64, c.Genes)
	for g := range c.Genes {
		base[g] = gamma(r, 0.6) / 0.3                                         // Splatter's defaults
		phi[g] = dispersion * dispersionDF / (2 * gamma(r, dispersionDF/2.0)) // chi-squared
	}

	x := mat.NewDense(c.Cells, c.Genes, nil)
	totals := make([]float64, c.Cells)
	for i := range c.Cells {
		row := x.RawRowView(i)
		l := depthMean * same.Exp(depthSpread*normal(r))
		a := identityFloor + float64((1-identityFloor)*r.Float64())
		sum := 0.0
		for g := range row {
			row[g] = float64(base[g] * same.Exp(a*folds[labels[i]][g]))
			sum += row[g]
		}
		for g := range row {
			row[g] = negativeBinomial(r, l*row[g]/sum, phi[g])
			totals[i] += row[g]
		}
	}
	logNormalize(x, totals)
	z, err := principal(x, c.Components)
	if err != nil {
		return nil, err
	}
	return &Data{
		X: z, Labels: labels, Names: numbered("type", types), Name: "cells",
		Source:  fmt.Sprintf("simulated: negative binomial counts of %d genes, seed %d", c.Genes, c.Seed),
		License: "none needed",
	}, nil
}

func (c CellsConfig) filled() (CellsConfig, error) {
	if c.Shares == nil {
		c.Shares = []float64{379, 324, 201, 143}
	}
	types := len(c.Shares)
	if types == 0 || slices.ContainsFunc(c.Shares, func(s float64) bool { return !(s > 0) || math.IsInf(s, 1) }) {
		return c, fault.Field("datasets: CellsConfig: Shares", c.Shares, "positive numbers, one a type")
	}
	err := check(limit{"CellsConfig: Cells", &c.Cells, 1047, types}, limit{"CellsConfig: Genes", &c.Genes, 500, 10 * types},
		limit{"CellsConfig: Components", &c.Components, 10, 1})
	if most := min(c.Cells, c.Genes); err == nil && c.Components > most {
		err = fault.Field("datasets: CellsConfig: Components", c.Components, fmt.Sprintf("at most %d, as many as cells and genes allow", most))
	}
	return c, err
}

// folds gives f_tg: each type marks a stretch of genes, the last also half of its predecessor's.
func (c CellsConfig) folds(types int) [][]float64 {
	markers := min(int(markerShare*float64(c.Genes)), c.Genes/types)
	folds := make([][]float64, types)
	for t := range folds {
		folds[t] = make([]float64, c.Genes)
		for g := range markers {
			folds[t][t*markers+g] = markerFold
		}
	}
	if types > 1 {
		for g := range markers / 2 {
			folds[types-1][(types-2)*markers+g] = markerFold
		}
	}
	return folds
}

// negativeBinomial draws a count by its definition as a Poisson count of gamma-distributed rate.
func negativeBinomial(r *rand.Rand, mean, phi float64) float64 {
	return poisson(r, gamma(r, 1/phi)*phi*mean)
}

// logNormalize scales each row to the median total and takes log(1 + x). A row without counts stays zero.
func logNormalize(x *mat.Dense, totals []float64) {
	sorted := slices.Sorted(slices.Values(totals))
	median := sorted[len(sorted)/2]
	for i, total := range totals {
		for g, v := range x.RawRowView(i) {
			if v > 0 {
				x.Set(i, g, same.Log1p(v*median/total))
			}
		}
	}
}

// principal gives the first m principal components of x, largest first; the first score of largest size of each is positive.
func principal(x *mat.Dense, m int) (*mat.Dense, error) {
	n, p := x.Dims()
	o := pca.Defaults()
	o.Method = pca.Exact
	r, err := pca.Scores(context.Background(), pca.Rows{N: n, Dim: p, F64: x.RawMatrix().Data}, m, o)
	if err != nil {
		return nil, fmt.Errorf("datasets: cells: %w", err)
	}
	return mat.NewDense(n, m, r.Scores), nil
}
