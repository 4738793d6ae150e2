package metrics

import (
	"context"
	"math"

	"gonum.org/v1/gonum/mat"
)

// DistanceCorrelation says how far Z depends on X at all, linearly or not, from 0 to 1: with a_ij and b_ij the distances in
// X and in Z, each less its row's and its column's mean plus the mean of all,
//
//	dCor = sqrt( sum a_ij b_ij / sqrt(sum a_ij^2  sum b_ij^2) )
//
// It is 0 where all points of X or of Z coincide. Szekely, Rizzo, Bakirov: Measuring and testing dependence by correlation
// of distances, Annals of Statistics 35 (2007), definition 3.
func DistanceCorrelation(x, z mat.Matrix) (float64, error) {
	g, err := newMoments(x, z)
	if err != nil {
		return 0, err
	}
	return g.totals().distanceCorrelation(), nil
}

// ShepardCorrelation is Pearson's correlation of the distances of all pairs in X and in Z, from -1 to 1: how straight the
// Shepard diagram is. It is 0 where all distances of X or of Z are equal.
func ShepardCorrelation(x, z mat.Matrix) (float64, error) {
	g, err := newMoments(x, z)
	if err != nil {
		return 0, err
	}
	return g.totals().shepardCorrelation(), nil
}

func newMoments(x, z mat.Matrix) (*moments, error) {
	a, b, err := newPair(x, z)
	if err != nil {
		return nil, err
	}
	rows := allRows(a.n)
	g := &moments{a.n, make([]moment, len(rows))}
	return g, scan(context.Background(), a, b, rows, g)
}

// moments are each row's sums of the distances a in X, b in Z and their products. They give the sums over all pairs for both
// correlations, and estimate them where only some rows were scanned.
type moments struct {
	n   int
	row []moment
}

type moment struct{ a, b, aa, bb, ab float64 }

func (g *moments) look(at, i int, dx, dz []float64, _ *scratch) {
	var m moment
	for j, d := range dx {
		if j == i {
			continue
		}
		a, b := math.Sqrt(d), math.Sqrt(dz[j])
		m.a += a
		m.b += b
		m.aa += d
		m.bb += dz[j]
		m.ab += float64(a * b)
	}
	g.row[at] = m
}

// totals are sums over so many scanned rows: of what each row has, and of products of two rows' sums of distances.
type totals struct {
	rows, n     float64
	all, square moment
}

func (g *moments) totals() totals {
	t := totals{rows: float64(len(g.row)), n: float64(g.n)}
	for _, m := range g.row {
		t.add(m, 1)
	}
	return t
}

// add adds a row, or with sign -1 takes it away.
func (t *totals) add(m moment, sign float64) {
	for _, s := range []struct {
		to *float64
		v  float64
	}{
		{&t.all.a, m.a}, {&t.all.b, m.b}, {&t.all.aa, m.aa}, {&t.all.bb, m.bb}, {&t.all.ab, m.ab},
		{&t.square.aa, float64(m.a * m.a)}, {&t.square.bb, float64(m.b * m.b)}, {&t.square.ab, float64(m.a * m.b)},
	} {
		*s.to += float64(sign * s.v)
	}
}

// distanceCorrelation by the identity  mean a_ij b_ij (centered) = mean(ab) + mean(a) mean(b) - 2 mean_i(a_i. b_i.).
func (t totals) distanceCorrelation() float64 {
	pairs, cubes := t.rows*t.n, t.rows*t.n*t.n
	a, b := t.all.a/pairs, t.all.b/pairs
	covariance := t.all.ab/pairs + float64(a*b) - float64(2*t.square.ab/cubes)
	varianceA := t.all.aa/pairs + float64(a*a) - float64(2*t.square.aa/cubes)
	varianceB := t.all.bb/pairs + float64(b*b) - float64(2*t.square.bb/cubes)
	return math.Sqrt(max(0, ratio(covariance, varianceA, varianceB)))
}

func (t totals) shepardCorrelation() float64 {
	pairs := (t.n - 1) * t.rows
	a, b := t.all.a/pairs, t.all.b/pairs
	return ratio(t.all.ab/pairs-float64(a*b), t.all.aa/pairs-float64(a*a), t.all.bb/pairs-float64(b*b))
}

// ratio is covariance / sqrt(varianceA varianceB), at most 1 in size; 0 without variance.
func ratio(covariance, varianceA, varianceB float64) float64 {
	if !(varianceA > 0 && varianceB > 0) {
		return 0
	}
	return max(-1, min(1, covariance/(math.Sqrt(varianceA)*math.Sqrt(varianceB))))
}
