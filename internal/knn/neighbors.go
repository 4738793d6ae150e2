package knn

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"

	"affmatch/internal/fault"
)

// Neighbors holds K neighbors a row: row i's are Index[i*K:(i+1)*K] at the distances Dist[i*K:(i+1)*K], ascending by
// distance. The order of ties, and which of them are among the K, is as good as random but fixed.
type Neighbors struct {
	K     int
	Index []int32
	Dist  []float64
}

func newNeighbors(n, k int) *Neighbors {
	return &Neighbors{K: k, Index: make([]int32, n*k), Dist: make([]float64, n*k)}
}

// Row is row i's neighbors and their distances, as views.
func (nb *Neighbors) Row(i int) ([]int32, []float64) {
	return nb.Index[i*nb.K : (i+1)*nb.K], nb.Dist[i*nb.K : (i+1)*nb.K]
}

// neighbor is one neighbor, not yet in its place.
type neighbor struct {
	index     int32
	dist      float64
	candidate int // its place among candidates
}

// set keeps the K nearest of the given as row i's neighbors; it reorders them.
func (nb *Neighbors) set(i int, near []neighbor) {
	nb.put(i, near, func(j int32) uint64 { return tie(int32(i), j) })
}

// put is set with ties in the order of their ranks.
func (nb *Neighbors) put(i int, near []neighbor, rank func(j int32) uint64) {
	near = new(selection).closest(near, nb.K, rank)
	slices.SortFunc(near, func(a, b neighbor) int {
		switch {
		case a.dist < b.dist:
			return -1
		case a.dist > b.dist:
			return 1
		}
		return cmp.Compare(rank(a.index), rank(b.index))
	})
	index, dist := nb.Row(i)
	for j, v := range near {
		index[j], dist[j] = v.index, v.dist
	}
}

// Options says what a neighbor is. The zero value: squared Euclidean, the point itself left out, all cores.
type Options struct {
	Metric  Metric
	Own     Func // a distance of one's own, instead of Metric
	Self    bool // the point itself counts among its neighbors
	Workers int  // 0: as many as Go runs at once (GOMAXPROCS). Never changes a result
}

func (o Options) check() error {
	if o.Workers < 0 {
		return fault.Field("knn: Workers", o.Workers, "0 (all cores) or more")
	}
	return o.Metric.check()
}

func (o Options) workers() int {
	if o.Workers > 0 {
		return o.Workers
	}
	return runtime.GOMAXPROCS(0)
}

// checkK refuses a number of neighbors that n rows do not have.
func (o Options) checkK(k, n int) error {
	most, why := n-1, fmt.Sprintf("at most n-1 = %d, since a point is not its own neighbor", n-1)
	if o.Self {
		most, why = n, fmt.Sprintf("at most n = %d", n)
	}
	if k < 1 || k > most {
		return fault.Field("knn: k", k, "at least 1 and "+why)
	}
	return nil
}
