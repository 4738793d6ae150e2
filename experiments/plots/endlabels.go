package plots

import (
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
)

// endLabels writes the name of each line beside its last point, moved up or down where names would overlap.
func (a area) endLabels(lines []line) {
	type label struct {
		line
		at vg.Point
	}
	var labels []label
	for _, l := range lines {
		if l.name == "" {
			continue
		}
		last := len(l.y) - 1
		y := min(max(a.y(l.y[last]), a.Min.Y), a.Max.Y)
		labels = append(labels, label{l, vg.Point{X: a.x(l.x[last]) + endGap, Y: y}})
	}
	slices.SortStableFunc(labels, func(p, q label) int { return int(math.Copysign(1, float64(p.at.Y-q.at.Y))) })
	heights := make([]vg.Length, len(labels))
	for i, l := range labels {
		heights[i] = l.at.Y
	}
	spaced(heights, smallSize*1.15, a.Min.Y+smallSize/2, a.Max.Y) // above the labels of the axis below
	for i, l := range labels {
		c := darker(l.color)
		a.text(text{s: l.name, size: smallSize, color: c, x: left}, vg.Point{X: l.at.X, Y: heights[i]})
	}
}

// spaced moves increasing heights as little as it can so that they are at least a gap apart and, if they fit, in lo..hi:
// groups that would overlap are spread about their mean.
func spaced(heights []vg.Length, gap, lo, hi vg.Length) {
	type group struct {
		sum   vg.Length // of wanted heights, each less its place in the group
		count int
	}
	start := func(g group) vg.Length {
		first := g.sum / vg.Length(g.count)
		first = min(first, hi-gap*vg.Length(g.count-1))
		return max(first, lo)
	}
	var groups []group
	for _, h := range heights {
		groups = append(groups, group{h, 1})
		for len(groups) > 1 {
			p, q := groups[len(groups)-2], groups[len(groups)-1]
			if start(p)+gap*vg.Length(p.count) <= start(q) {
				break
			}
			merged := group{p.sum + q.sum - gap*vg.Length(p.count*q.count), p.count + q.count}
			groups = append(groups[:len(groups)-2], merged)
		}
	}
	i := 0
	for _, g := range groups {
		for k := range g.count {
			heights[i] = start(g) + gap*vg.Length(k)
			i++
		}
	}
}
