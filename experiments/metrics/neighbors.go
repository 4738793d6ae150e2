package metrics

import (
	"fmt"
	"slices"

	"affmatch/internal/fault"
)

// scratch is memory that a worker of a scan reuses.
type scratch struct {
	near, other []neighbor
	counts      []int
	sums        []float64
}

// A neighbor is a point at a squared distance. Neighbors are ordered by distance, then by index.
type neighbor struct {
	d2 float64
	j  int
}

func (a neighbor) before(b neighbor) bool { return a.d2 < b.d2 || a.d2 == b.d2 && a.j < b.j }

func compareNeighbors(a, b neighbor) int {
	switch {
	case a.before(b):
		return -1
	case b.before(a):
		return 1
	}
	return 0
}

// nearest gives the k nearest of the points that are allowed (nil: all), nearest first, in memory.
func nearest(d2 []float64, k int, allowed func(j int) bool, memory []neighbor) []neighbor {
	near := memory[:0]
	for j, d := range d2 {
		if len(near) == k && d >= near[k-1].d2 || allowed != nil && !allowed(j) {
			continue
		}
		if len(near) < k {
			near = append(near, neighbor{})
		}
		at := len(near) - 1
		for ; at > 0 && d < near[at-1].d2; at-- {
			near[at] = near[at-1]
		}
		near[at] = neighbor{d, j}
	}
	return near
}

// ranks replaces the distance of each listed point by that in d2, sorts them, and gives in counts[t] the rank of list[t]
// among all points: 1 for the nearest.
func ranks(d2 []float64, list []neighbor, counts []int) []int {
	for t := range list {
		list[t].d2 = d2[list[t].j]
	}
	slices.SortFunc(list, compareNeighbors)
	counts = append(counts[:0], make([]int, len(list))...)
	last := list[len(list)-1]
	for j, d := range d2 {
		if d > last.d2 {
			continue
		}
		// counts[t] is, so far, the number of points between list[t-1] and list[t].
		low, high := 0, len(list)-1 // the first entry that is not before the point; the last one is not nearer
		for low < high {
			if middle := (low + high) / 2; list[middle].d2 < d {
				low = middle + 1
			} else {
				high = middle
			}
		}
		for low < len(list) && list[low].before(neighbor{d, j}) {
			low++
		}
		if low < len(list) {
			counts[low]++
		}
	}
	for t := 1; t < len(counts); t++ {
		counts[t] += counts[t-1]
	}
	return counts
}

// checkNeighbors wants 1 <= k < below.
func checkNeighbors(k, below int, why string) error {
	if k < 1 || k >= below {
		return fault.Field("metrics: k", k, fmt.Sprintf("1 to %d (%s)", below-1, why))
	}
	return nil
}
