package plots

import (
	"image"

	"gonum.org/v1/plot/vg"
)

// colorBar is the scale of a continuous colour map, drawn upright.
type colorBar struct {
	axis axis // label, range and scale of the values
}

const barWidth = vg.Length(6)

// position is where a value lies on the bar, from 0 to 1.
func (b colorBar) position(v float64) float64 {
	if b.axis.min == b.axis.max {
		return 0.5
	}
	return b.axis.at(v)
}

func (b colorBar) ticks(height vg.Length) []tick {
	if b.axis.min == b.axis.max {
		return []tick{lone(b.axis.min)}
	}
	return b.axis.ticks(height, 16, alongY)
}

// width is what the bar takes at the given height, with its labels.
func (b colorBar) width(height vg.Length) vg.Length {
	var widest vg.Length
	for _, t := range b.ticks(height) {
		widest = max(widest, text{s: t.label, size: smallSize}.width())
	}
	w := barWidth + tickLength + tickGap + widest
	if b.axis.label != "" {
		w += labelGap + labelSize*(capHeight+descent)
	}
	return w
}

// draw draws the bar along the left edge of c, as high as c.
func (b colorBar) draw(c canvas) {
	bar := c.inset(0, c.width()-barWidth, 0, 0)
	const steps = 256
	ramp := image.NewNRGBA(image.Rect(0, 0, 1, steps))
	for i := range steps {
		ramp.SetNRGBA(0, i, Continuous(1-(float64(i)+0.5)/steps))
	}
	rect := c.image(bar.Rectangle, ramp)
	for _, t := range b.ticks(bar.height()) {
		p := vg.Point{X: rect.Max.X, Y: bar.Y(b.position(t.value))}
		c.line(hairline, ink, nil, p, p.Add(vg.Point{X: lengthOf(t)}))
		c.text(text{s: t.label, size: smallSize, x: left}, p.Add(vg.Point{X: tickLength + tickGap}))
	}
	c.text(text{s: b.axis.label, size: labelSize, upwards: true, y: bottom},
		vg.Point{X: c.Min.X + b.width(bar.height()) - labelSize*descent, Y: c.Center().Y})
}
