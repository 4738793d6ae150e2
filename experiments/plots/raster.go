package plots

import (
	"image"
	"image/color"
	"math"
	"slices"
)

// splat lays a disc over the image, its edge smoothed over one pixel. Lengths are in pixels, y downwards.
func splat(img *image.RGBA, x, y, radius float64, col color.NRGBA, alpha float64) {
	b := img.Bounds()
	reach := radius + 0.5
	x0, x1 := max(b.Min.X, int(math.Floor(x-reach))), min(b.Max.X-1, int(math.Ceil(x+reach)))
	y0, y1 := max(b.Min.Y, int(math.Floor(y-reach))), min(b.Max.Y-1, int(math.Ceil(y+reach)))
	for py := y0; py <= y1; py++ {
		for px := x0; px <= x1; px++ {
			distance := math.Hypot(float64(px)+0.5-x, float64(py)+0.5-y)
			cover := min(max(reach-distance, 0), 1) * alpha
			if cover == 0 {
				continue
			}
			i := img.PixOffset(px, py)
			over := img.Pix[i : i+4 : i+4]
			for j, v := range [4]uint8{col.R, col.G, col.B, 255} {
				over[j] = uint8(math.Round(float64(v)*cover + float64(over[j])*(1-cover)))
			}
		}
	}
}

// reduced is the image on white with at most 256 colours, untouched pixels being transparent: a third of the bytes in a
// file. The commonest colours, at five bits a channel, are kept; the others become the nearest of those.
func reduced(img *image.RGBA) *image.Paletted {
	type bin struct {
		key, count int
		sum        [3]int
	}
	keyOf := func(c [3]int) int { return c[0]>>3<<10 | c[1]>>3<<5 | c[2]>>3 }
	onWhite := func(i int) (c [3]int, touched bool) {
		for j := range c {
			c[j] = int(img.Pix[i+j]) + 255 - int(img.Pix[i+3])
		}
		return c, img.Pix[i+3] > 0
	}
	bins := make([]bin, 1<<15)
	for i := 0; i < len(img.Pix); i += 4 {
		if c, touched := onWhite(i); touched {
			b := &bins[keyOf(c)]
			b.key = keyOf(c)
			b.count++
			for j := range c {
				b.sum[j] += c[j]
			}
		}
	}
	used := slices.DeleteFunc(bins, func(b bin) bool { return b.count == 0 })
	slices.SortStableFunc(used, func(a, b bin) int { return b.count - a.count })
	palette := color.Palette{color.NRGBA{255, 255, 255, 0}} // white, for viewers that smooth images
	index := make(map[int]uint8, len(used))
	for _, b := range used {
		mean := color.NRGBA{uint8(b.sum[0] / b.count), uint8(b.sum[1] / b.count), uint8(b.sum[2] / b.count), 255}
		if len(palette) < 256 {
			palette = append(palette, mean)
			index[b.key] = uint8(len(palette) - 1)
		} else {
			index[b.key] = uint8(1 + palette[1:].Index(mean))
		}
	}
	out := image.NewPaletted(img.Bounds(), palette)
	for i := range out.Pix {
		if c, touched := onWhite(4 * i); touched {
			out.Pix[i] = index[keyOf(c)]
		}
	}
	return out
}
