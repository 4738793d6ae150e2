package affinity

import (
	"errors"
	"math"
	"slices"

	"affmatch/internal/fault"
	"affmatch/internal/parallel"
	"affmatch/internal/rows"
	"affmatch/internal/same"
)

// Triplets are (i; j, k) with j nearer to i than k in the data (Amid and Warmuth, TriMap: large-scale dimensionality
// reduction using triplets, 2019, section 3): each of Inliers neighbors j of i with Outliers others k that are no nearer
// neighbors, and Random pairs of others, the nearer one first. They are drawn once and stay.
//
// Distances are scaled by those in which points lie, c_ij = d_ij^2 / (s_i s_j), s_i the mean distance of the third to fifth
// neighbor; neighbors are nearest by c among those that the input affinity looked up. A triplet weighs w = c_ik - c_ij, a
// tenth of that where it is random; all less the least, and then tempered: ((1 + w)^(1-Temper) - 1)/(1-Temper), as the
// authors' package (trimap 1.1) does.
type Triplets struct {
	Inliers, Outliers, Random int     // TriMap's are 12, 4 and 3; one triplet at least in all
	Temper                    float64 // 0: w itself; 1: log(1+w). TriMap's is 0.5
}

// Open draws, and weighs.
func (t Triplets) Open(o Opening) (Indices, error) {
	if err := t.Validate(); err != nil {
		return Indices{}, err
	}
	switch {
	case o.Different:
		return Indices{}, fault.Field("affinity: Triplets: ends", "different points", "the points of the data on all ends")
	case o.Points < 3:
		return Indices{}, fault.Field("affinity: Triplets: points", o.Points, "at least 3")
	case o.Neighbors == nil || rows.Nil(o.X):
		return Indices{}, fault.Field("affinity: Triplets: neighbors", "none",
			"a sparse input affinity of the data, which looks them up")
	}
	per := t.Inliers*t.Outliers + t.Random
	size := o.Points * per
	ix := Indices{K: per, Tail: make([]int32, size), More: [][]int32{make([]int32, size)}, P: make([]float64, size)}
	width := widths(o)
	parallel.Stretches(0, o.Points, pointsAtOnce, func(lo, hi int) {
		w := weigher{Opening: o, width: width}
		for i := lo; i < hi; i++ {
			w.look(i)
			t.draw(&w, ix, i*per)
		}
	})
	t.temper(ix.P)
	return ix, nil
}

// draw draws the triplets of a point, and writes them from an entry on.
func (t Triplets) draw(w *weigher, ix Indices, at int) {
	i, n := int32(w.i), w.Points
	draws := drawing{Random(w.Seed, 2, w.i), 0}
	add := func(j, k int32, share float64) {
		ix.Tail[at], ix.More[0][at], ix.P[at] = j, k, share*(w.scaled(k)-w.scaled(j))
		at++
	}
	near := w.nearest(t.Inliers)
	for a := range t.Inliers {
		nearer := append([]int32{i}, near[:min(a+1, len(near))]...)
		if len(nearer) == n { // all are near: the last of them is the farther one
			nearer = nearer[:len(nearer)-1]
		}
		far := draws.different(t.Outliers, n, nearer)
		for k := range t.Outliers {
			add(near[min(a, len(near)-1, len(nearer)-2)], far[k%len(far)], 1)
		}
	}
	for range t.Random {
		two := draws.different(2, n, []int32{i})
		if w.scaled(two[1]) < w.scaled(two[0]) {
			two[0], two[1] = two[1], two[0]
		}
		add(two[0], two[1], 0.1)
	}
}

// temper makes weights of differences: all 1 where they are all the same.
func (t Triplets) temper(w []float64) {
	least, most := slices.Min(w), slices.Max(w)
	for e := range w {
		switch v := w[e] - least; {
		case !(most > least):
			w[e] = 1
		case t.Temper == 1:
			w[e] = same.Log1p(v)
		case t.Temper != 0:
			w[e] = (same.Pow(1+v, 1-t.Temper) - 1) / (1 - t.Temper)
		default:
			w[e] = v
		}
	}
}

// Pairs are so many a point.
func (t Triplets) Pairs(n int, _ int64) (pairs, stored int64) {
	per := int64(t.Inliers)*int64(t.Outliers) + int64(t.Random)
	return int64(n) * per, 2 * int64(n) * per
}

// Validate checks the fields.
func (t Triplets) Validate() error {
	var faults []error
	for k, v := range []int{t.Inliers, t.Outliers, t.Random} {
		if v < 0 || v > 1<<20 {
			name := [...]string{"Inliers", "Outliers", "Random"}[k]
			faults = append(faults, fault.Field("affinity: Triplets: "+name, v, "0 to 1048576"))
		}
	}
	if faults == nil && t.Inliers*t.Outliers+t.Random == 0 {
		faults = append(faults, fault.Field("affinity: Triplets", "none", "Inliers and Outliers, or Random"))
	}
	if !(t.Temper >= 0 && t.Temper <= 1) {
		faults = append(faults, fault.Field("affinity: Triplets: Temper", t.Temper, "0 to 1"))
	}
	return errors.Join(faults...)
}

// pointsAtOnce is how many points a goroutine takes at a time.
const pointsAtOnce = 256

// weigher knows the scaled distances of a point.
type weigher struct {
	Opening
	width     []float64
	i         int       // the point
	own, room []float64 // its row, and another's
}

// look goes to a point.
func (w *weigher) look(i int) { w.i, w.own = i, rowOf(w.X, i, w.own) }

// scaled is c_ij.
func (w *weigher) scaled(j int32) float64 {
	w.room = rowOf(w.X, int(j), w.room)
	return SquaredEuclidean.Between(w.own, w.room) / w.width[w.i] / w.width[j]
}

// nearest are the k nearest of the point by c.
func (w *weigher) nearest(k int) []int32 {
	near, _ := w.Neighbors.Row(w.i)
	order := make([]int, len(near))
	c := make([]float64, len(near))
	for a, j := range near {
		order[a], c[a] = a, w.scaled(j)
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case c[a] < c[b]:
			return -1
		case c[a] > c[b]:
			return 1
		}
		return 0
	})
	some := make([]int32, min(k, len(near)))
	for a := range some {
		some[a] = near[order[a]]
	}
	return some
}

// widths are the s_i: the mean Euclidean distance of the third to fifth neighbor, or of the last where there are fewer.
// Where that is 0, the mean of the others stands for it.
func widths(o Opening) []float64 {
	s := make([]float64, o.Points)
	parallel.Stretches(0, o.Points, pointsAtOnce, func(lo, hi int) {
		var own, room []float64
		for i := lo; i < hi; i++ {
			near, _ := o.Neighbors.Row(i)
			first, end := min(2, len(near)-1), min(5, len(near))
			own = rowOf(o.X, i, own)
			for _, j := range near[first:end] {
				room = rowOf(o.X, int(j), room)
				s[i] += math.Sqrt(SquaredEuclidean.Between(own, room)) / float64(end-first)
			}
		}
	})
	var sum float64
	var count int
	for _, v := range s {
		if v > 0 {
			sum += v
			count++
		}
	}
	for i := range s {
		switch {
		case s[i] > 0:
		case count == 0:
			s[i] = 1
		default:
			s[i] = sum / float64(count)
		}
	}
	return s
}
