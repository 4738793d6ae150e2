package plots

import (
	"math"

	"gonum.org/v1/plot/vg"
)

// axis is one direction of a frame.
type axis struct {
	label    string
	min, max float64
	log      bool
}

// spanning widens lo..hi by a margin, in the axis' own scale, and to something if it is nothing.
func spanning(label string, log bool, lo, hi float64) axis {
	const margin = 0.03
	a := axis{label, lo, hi, log}
	switch {
	case log && lo == hi:
		a.min, a.max = lo/2, hi*2
	case log:
		f := math.Exp(margin * (math.Log(hi) - math.Log(lo)))
		a.min, a.max = max(lo/f, 1/largest), min(hi*f, largest)
	case lo == hi:
		pad := max(math.Abs(lo)*0.1, 1e-300)
		if lo == 0 {
			pad = 1
		}
		a.min, a.max = lo-pad, hi+pad
	default:
		a.min, a.max = lo-margin*(hi-lo), hi+margin*(hi-lo)
	}
	return a
}

// at is the position of v along the axis: 0 at its minimum, 1 at its maximum.
func (a axis) at(v float64) float64 {
	if a.log {
		return (math.Log(v) - math.Log(a.min)) / (math.Log(a.max) - math.Log(a.min))
	}
	return (v - a.min) / (a.max - a.min)
}

// ticks are marks for an axis of the given length: as many as stand apart, by the distance and the room that a label
// takes.
func (a axis) ticks(length, apart vg.Length, room func(label string) vg.Length) []tick {
	for want := min(max(2, int(length/apart)), mostTicks); ; want-- {
		ticks := linearTicks(a.min, a.max, want)
		if a.log {
			ticks = logTicks(a.min, a.max, want)
		}
		if want <= 2 || a.roomy(ticks, length, room) {
			return ticks
		}
	}
}

const mostTicks = 6

// roomy reports whether the labels of neighbouring ticks leave room between them.
func (a axis) roomy(ticks []tick, length vg.Length, room func(string) vg.Length) bool {
	end := vg.Length(math.Inf(-1))
	for _, t := range ticks {
		if t.label == "" {
			continue
		}
		at, half := vg.Length(a.at(t.value))*length, room(t.label)/2
		if at-half < end {
			return false
		}
		end = at + half
	}
	return true
}

// The room of a label along an axis, with a gap to the next.
func alongX(label string) vg.Length { return text{s: label, size: smallSize}.width() + 6 }
func alongY(string) vg.Length       { return smallSize * 2.2 }

const (
	tickLength = vg.Length(2.5)
	tickGap    = vg.Length(1.5) // between a tick and its label
	labelGap   = vg.Length(3)   // between tick labels and the axis' label
)

// frame is a pair of axes around a drawing area.
type frame struct{ x, y axis }

// draw draws the axes into c, leaving a margin at the right for labels of the caller's, and returns the area within.
func (f frame) draw(c canvas, rightMargin vg.Length) area {
	yTicks := f.y.ticks(c.height(), 12, alongY)
	var widest vg.Length
	for _, t := range yTicks {
		widest = max(widest, text{s: t.label, size: smallSize}.width())
	}
	leftMargin := widest + tickGap + tickLength
	if f.y.label != "" {
		leftMargin += labelGap + labelSize*(capHeight+descent)
	}
	bottomMargin := tickLength + tickGap + smallSize*capHeight
	if f.x.label != "" {
		bottomMargin += labelGap + labelSize*(capHeight+descent)
	} else {
		bottomMargin += smallSize * descent
	}
	inner := c.inset(leftMargin, 0, bottomMargin, smallSize*capHeight/2)
	xTicks := f.x.ticks(inner.width()-rightMargin, 18, alongX)
	if n := len(xTicks); n > 0 {
		last := xTicks[n-1]
		rightMargin = max(rightMargin, text{s: last.label, size: smallSize}.width()/2)
	}
	a := area{inner.inset(0, rightMargin, 0, 0), f}
	a.axes(c, xTicks, yTicks)
	return a
}

func (a area) axes(outer canvas, xTicks, yTicks []tick) {
	for _, t := range xTicks {
		p := vg.Point{X: a.x(t.value), Y: a.Min.Y}
		a.line(hairline, ink, nil, p, p.Sub(vg.Point{Y: lengthOf(t)}))
		a.text(text{s: t.label, size: smallSize, y: top}, p.Sub(vg.Point{Y: tickLength + tickGap}))
	}
	for _, t := range yTicks {
		p := vg.Point{X: a.Min.X, Y: a.y(t.value)}
		a.line(hairline, ink, nil, p, p.Sub(vg.Point{X: lengthOf(t)}))
		a.text(text{s: t.label, size: smallSize, x: right}, p.Sub(vg.Point{X: tickLength + tickGap}))
	}
	a.line(hairline, ink, nil,
		vg.Point{X: a.Min.X, Y: a.Max.Y}, vg.Point{X: a.Min.X, Y: a.Min.Y}, vg.Point{X: a.Max.X, Y: a.Min.Y})
	a.text(text{s: a.frame.x.label, size: labelSize, y: bottom},
		vg.Point{X: a.Center().X, Y: outer.Min.Y + labelSize*descent})
	a.text(text{s: a.frame.y.label, size: labelSize, y: top, upwards: true},
		vg.Point{X: outer.Min.X, Y: a.Center().Y})
}

func lengthOf(t tick) vg.Length {
	if t.label == "" {
		return tickLength * 0.6
	}
	return tickLength
}

// area is the inside of a frame, with its scales.
type area struct {
	canvas
	frame frame
}

func (a area) x(v float64) vg.Length { return a.X(a.frame.x.at(v)) }
func (a area) y(v float64) vg.Length { return a.Y(a.frame.y.at(v)) }
