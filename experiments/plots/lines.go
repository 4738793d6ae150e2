package plots

import (
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
)

// line is one curve: a mean over repetitions, with a band of one standard deviation where there are several.
type line struct {
	name    string // at its end, or in the legend; empty: neither
	color   color.NRGBA
	width   vg.Length
	dashes  []vg.Length
	markers bool
	minor   bool // a part of another line
	x, y    []float64
	spread  []float64 // nil: one repetition
}

// chart is a set of lines on a pair of axes.
type chart struct {
	x, y  axis
	lines []line
	ends  bool // names stand at the ends of the lines
	marks []Mark
}

const (
	lineWidth = vg.Length(1.1)
	thinWidth = vg.Length(0.8)
	endGap    = vg.Length(3)

	mostEndLabels   = 8 // more lines than these, or longer names, are explained in a legend
	widestEndLabel  = 24 * vg.Millimeter
	chartAspect     = 0.68
	bandAlpha       = 0.18
	pointsPerColumn = 4 // of a drawn curve in a column of columnWidth
	columnWidth     = vg.Length(0.25)
)

// newChart makes the axes fit the lines.
func newChart(xLabel, yLabel string, logX, logY bool, lines []line) chart {
	xs, ys := [2]float64{math.Inf(1), math.Inf(-1)}, [2]float64{math.Inf(1), math.Inf(-1)}
	include := func(r *[2]float64, v float64, log bool) {
		if !log || v > 0 {
			r[0], r[1] = min(r[0], v), max(r[1], v)
		}
	}
	named := 0
	ends := true
	floor := math.Inf(1) // three decades below the least value of a main line; on a log axis lighter lines may go lower
	for _, l := range lines {
		if !l.minor {
			floor = min(floor, slices.Min(l.y)*1e-3)
		}
	}
	for _, l := range lines {
		for i, y := range l.y {
			include(&xs, l.x[i], logX)
			include(&ys, y, logY)
			if l.spread != nil {
				include(&ys, y-l.spread[i], logY)
				include(&ys, y+l.spread[i], logY)
			}
		}
		if l.name != "" {
			named++
			ends = ends && text{s: l.name, size: smallSize}.width() <= widestEndLabel
		}
	}
	x := axis{xLabel, xs[0], xs[1], logX}
	if xs[0] == xs[1] || slices.ContainsFunc(lines, func(l line) bool { return l.markers }) {
		x = spanning(xLabel, logX, xs[0], xs[1])
	}
	if logY {
		ys[0] = max(ys[0], floor)
	}
	return chart{x: x, y: spanning(yLabel, logY, ys[0], ys[1]), lines: lines, ends: ends && named <= mostEndLabels}
}

// key is what a legend must explain of the names.
func (c chart) key() []entry {
	var out []entry
	for i, l := range c.lines {
		if l.name != "" && !c.ends {
			out = append(out, entry{l.name, l.color, l.width, l.dashes, i})
		}
	}
	return out
}

func (c chart) panel(title string, width vg.Length) *panel {
	return &panel{title: title, width: width, aspect: chartAspect, key: c.key(), draw: c.draw}
}

func (c chart) draw(on canvas) {
	var room vg.Length
	if c.ends {
		for _, l := range c.lines {
			if l.name != "" {
				room = max(room, endGap+text{s: l.name, size: smallSize}.width())
			}
		}
	}
	a := frame{c.x, c.y}.draw(on, room)
	for _, m := range c.marks {
		a.mark(m)
	}
	for _, l := range c.lines {
		a.band(l)
	}
	for i := range c.lines { // the first line is the most important: on top
		a.curve(c.lines[len(c.lines)-1-i])
	}
	if c.ends {
		a.endLabels(c.lines)
	}
}

// mark draws a line upwards, its name along it at the top and after it: there losses have fallen.
func (a area) mark(m Mark) {
	if m.At < a.frame.x.min || m.At > a.frame.x.max {
		return
	}
	gray := color.NRGBA{0x88, 0x88, 0x88, 0xff}
	x := a.x(m.At)
	a.line(hairline, gray, []vg.Length{2, 2}, vg.Point{X: x, Y: a.Min.Y}, vg.Point{X: x, Y: a.Max.Y})
	name := text{s: m.Name, size: smallSize, color: gray, upwards: true, y: top, x: right}
	a.text(name, vg.Point{X: x + 1.5, Y: a.Max.Y})
}

// band draws the spread of a line.
func (a area) band(l line) {
	if l.spread == nil {
		return
	}
	edge := func(i int, sign float64) vg.Point {
		v := l.y[i] + sign*l.spread[i]
		if a.frame.y.log {
			v = max(v, a.frame.y.min/2) // no logarithm: below the drawing, where it is cut off
		}
		return vg.Point{X: a.x(l.x[i]), Y: a.y(v)}
	}
	var outline []vg.Point
	for i := range l.y {
		outline = append(outline, edge(i, 1))
	}
	for i := range l.y {
		outline = append(outline, edge(len(l.y)-1-i, -1))
	}
	a.FillPolygon(withAlpha(l.color, bandAlpha), a.ClipPolygonXY(outline))
}

func (a area) curve(l line) {
	pts := make([]vg.Point, len(l.y))
	for i, y := range l.y {
		pts[i] = vg.Point{X: a.x(l.x[i]), Y: a.y(y)}
	}
	for _, part := range a.ClipLinesXY(thinned(pts)) {
		a.line(l.width, l.color, l.dashes, part...)
	}
	if l.markers || len(pts) == 1 {
		for _, p := range pts {
			if a.Contains(p) {
				a.disc(p, 1.8*lineWidth, l.color)
			}
		}
	}
}

// thinned keeps of a long curve what can be seen: the first, lowest, highest and last point of each narrow column.
func thinned(pts []vg.Point) []vg.Point {
	column := func(p vg.Point) int { return int(math.Floor(float64(p.X / columnWidth))) }
	var out []vg.Point
	for start := 0; start < len(pts); {
		end, low, high := start, start, start
		for ; end < len(pts) && column(pts[end]) == column(pts[start]); end++ {
			if pts[end].Y < pts[low].Y {
				low = end
			}
			if pts[end].Y > pts[high].Y {
				high = end
			}
		}
		keep := []int{start, low, high, end - 1}
		slices.Sort(keep)
		for _, i := range slices.Compact(keep) {
			out = append(out, pts[i])
		}
		start = end
	}
	return out
}
