package plots

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"

	"gonum.org/v1/plot/vg"
)

// cloud is a set of points in the order in which they are drawn.
type cloud struct {
	at     [][2]float64 // data units
	color  []color.NRGBA
	radius vg.Length // 0: chosen from the number of points and the size of the drawing
	alpha  float64   // 0: chosen from the number of points
	image  bool      // draw into an image
}

// shuffled is the drawing order of n points: the same for the same n, and unrelated to the order of the data, which is
// often that of the classes.
func shuffled(n int) []int {
	return rand.New(rand.NewPCG(1, uint64(n))).Perm(n)
}

// radiusFor lets the points cover about a sixth of the drawing if they did not overlap, within 0.45 to 1.5 points.
func radiusFor(n int, side vg.Length) vg.Length {
	return min(max(side*vg.Length(math.Sqrt(1/(6*math.Pi*float64(n)))), 0.45), 1.5)
}

// alphaFor goes from 0.85 for up to a thousand points to 0.5 for a hundred thousand and more.
func alphaFor(n int) float64 {
	decades := math.Log10(float64(n)) - 3
	return 0.85 - 0.175*min(max(decades, 0), 2)
}

// draw draws the points as large as c allows, a unit of length being the same in both directions.
func (p cloud) draw(c canvas) {
	radius, alpha := p.radius, p.alpha
	if radius == 0 {
		radius = radiusFor(len(p.at), min(c.width(), c.height()))
	}
	if alpha == 0 {
		alpha = alphaFor(len(p.at))
	}
	place := p.fit(c, radius)
	if p.image {
		rect, w, h := onPixels(c.Rectangle)
		img := image.NewRGBA(image.Rect(0, 0, w, h))
		for i, z := range p.at {
			at := place(z).Sub(rect.Min)
			x, y := at.X.Dots(DPI), float64(h)-at.Y.Dots(DPI)
			splat(img, x, y, radius.Dots(DPI), p.color[i], alpha)
		}
		c.DrawImage(rect, reduced(img))
		return
	}
	for i, z := range p.at {
		c.disc(place(z), radius, withAlpha(p.color[i], alpha))
	}
}

// fit maps data units to places such that all discs lie within c and the cloud in its middle.
func (p cloud) fit(c canvas, radius vg.Length) func([2]float64) vg.Point {
	lo, hi := p.at[0], p.at[0]
	for _, z := range p.at {
		for j, v := range z {
			lo[j], hi[j] = min(lo[j], v), max(hi[j], v)
		}
	}
	room := c.inset(radius, radius, radius, radius)
	// Halves, so that a cloud as wide as the numbers go does not overflow.
	half := [2]float64{hi[0]/2 - lo[0]/2, hi[1]/2 - lo[1]/2}
	middle := [2]float64{hi[0]/2 + lo[0]/2, hi[1]/2 + lo[1]/2}
	unit := math.Inf(1) // points of length for one half-width
	size := max(half[0], half[1])
	if size > 0 {
		unit = min(float64(room.width())/(half[0]/size), float64(room.height())/(half[1]/size)) / 2
	}
	return func(z [2]float64) vg.Point {
		at := c.Center()
		if size > 0 {
			at.X += vg.Length((z[0] - middle[0]) / size * unit)
			at.Y += vg.Length((z[1] - middle[1]) / size * unit)
		}
		return at
	}
}
