package plots

import (
	"image"
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// canvas is a rectangle of a figure with the few drawing operations that the plots need.
type canvas struct{ draw.Canvas }

// Type and line sizes of every figure.
const (
	titleSize = vg.Length(8)
	labelSize = vg.Length(8) // of axes
	smallSize = vg.Length(7) // of ticks, legends, end-of-line labels

	letterSize = vg.Length(9)

	hairline = vg.Length(0.5)
)

var ink = color.NRGBA{0x22, 0x22, 0x22, 0xff}

func (c canvas) width() vg.Length  { return c.Max.X - c.Min.X }
func (c canvas) height() vg.Length { return c.Max.Y - c.Min.Y }

// inset is the part of c that lies within the given margins.
func (c canvas) inset(left, right, bottom, top vg.Length) canvas {
	c.Min.X += left
	c.Max.X -= right
	c.Min.Y += bottom
	c.Max.Y -= top
	return c
}

func (c canvas) line(width vg.Length, col color.Color, dashes []vg.Length, pts ...vg.Point) {
	c.StrokeLines(draw.LineStyle{Color: col, Width: width, Dashes: dashes}, pts)
}

func (c canvas) disc(at vg.Point, radius vg.Length, col color.Color) {
	var p vg.Path
	p.Move(vg.Point{X: at.X + radius, Y: at.Y})
	p.Arc(at, radius, 0, 2*math.Pi)
	p.Close()
	c.SetColor(col)
	c.Fill(p)
}

// image draws an image into a rectangle, its pixels as sharp rectangles, and returns where it lies exactly.
func (c canvas) image(r vg.Rectangle, img *image.NRGBA) vg.Rectangle {
	rect, w, h := onPixels(r)
	c.DrawImage(rect, enlarged(img, w, h))
	return rect
}

// enlarged is the image at another size, each pixel a rectangle.
func enlarged(src *image.NRGBA, width, height int) *image.NRGBA {
	b := src.Bounds()
	dst := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			dst.SetNRGBA(x, y, src.NRGBAAt(x*b.Dx()/width, y*b.Dy()/height))
		}
	}
	return dst
}

// onPixels is r moved outwards to whole pixels, so that an image of that many pixels is copied and not resampled.
func onPixels(r vg.Rectangle) (snapped vg.Rectangle, width, height int) {
	const dot = vg.Inch / DPI
	x0, y0 := math.Floor(float64(r.Min.X/dot)), math.Floor(float64(r.Min.Y/dot))
	x1, y1 := math.Ceil(float64(r.Max.X/dot)), math.Ceil(float64(r.Max.Y/dot))
	snapped.Min = vg.Point{X: vg.Length(x0) * dot, Y: vg.Length(y0) * dot}
	snapped.Max = vg.Point{X: vg.Length(x1) * dot, Y: vg.Length(y1) * dot}
	return snapped, int(x1 - x0), int(y1 - y0)
}
