package fuse

import (
	"maps"
	"math"
	"slices"
)

// flagged are the points of a tree whose pairs are added up one by one, as they are written: those of which a row sum is
// too small, as that of a point alone under a narrow kernel. What is divided by such a sum is large, and so is what comes of
// it to others.
type flagged struct {
	is   []bool // nil: none
	list []int32
}

// add flags points, of n.
func (f *flagged) add(n int, points []int32) {
	if len(points) == 0 {
		return
	}
	if f.is == nil {
		f.is = make([]bool, n)
	}
	for _, i := range points {
		f.is[i] = true
	}
	f.list = append(f.list, points...)
	slices.Sort(f.list)
}

func (f *flagged) has(i int32) bool { return f.is != nil && f.is[i] }

func (f *flagged) none() bool { return len(f.list) == 0 }

func (f *flagged) clear() {
	for _, i := range f.list {
		f.is[i] = false
	}
	f.list = f.list[:0]
}

// leastSum is the share of the mean below which a row sum is too small: beside what is divided by it, what others are
// divided by is lost to rounding. One is too small as well where it is below the bound of its error, which is a hundred
// times what errors are.
const leastSum = 0x1p-40

// tooSmall flags points for row sums that the sinks of a level take, but for those that are known.
func (r *treeRun[T]) tooSmall(order []int32, known *flagged) *flagged {
	found := map[int32]bool{}
	for _, t := range r.takes {
		if !t.rowSum() {
			continue
		}
		v, scale := r.out[t.sum], r.scales[r.sums[t.sum].charge]
		least := leastSum * math.Abs(sum(v)) / float64(len(v))
		for l, bound := range r.bounds[t.sum] {
			targets, _ := r.field.Leaf(l)
			for _, i := range order[targets.Lo:targets.Hi] {
				size := math.Abs(v[i])
				if !(size > bound*scale && size >= least) && !known.has(i) {
					found[i] = true
				}
			}
		}
	}
	few := &flagged{}
	few.add(len(order), slices.Collect(maps.Keys(found)))
	return few
}

func fillFew(out []float64, few *flagged, v float64) {
	for _, i := range few.list {
		out[i] = v
	}
}
