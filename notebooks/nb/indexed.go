package nb

import (
	"cmp"
	"image"
	"image/color"
	"slices"
)

// shade is a color of a picture.
type shade struct {
	color.NRGBA
	pixels  float64
	off     float64 // square of the distance from the nearest color of the palette
	nearest uint8   // that color's place
}

// indexed is a picture of at most 256 colors: a third of its size in a file. They are chosen one after the other, each
// the one that is wanted most: by how many pixels it has, times the square of its distance from the nearest of those
// before. So colors of large areas are exact, and a color bar stays one; what is lost are shades on the edges of discs
// and letters.
func indexed(of image.Image) *image.Paletted {
	b := of.Bounds()
	var shades []shade // in the order in which they are met
	place := map[color.NRGBA]int32{}
	picture := make([]int32, 0, b.Dx()*b.Dy()) // a shade a pixel
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c := color.NRGBAModel.Convert(of.At(x, y)).(color.NRGBA)
			k, met := place[c]
			if !met {
				k = int32(len(shades))
				place[c], shades = k, append(shades, shade{NRGBA: c, off: 4 * 256 * 256})
			}
			shades[k].pixels++
			picture = append(picture, k)
		}
	}
	var palette color.Palette
	for len(palette) < 256 {
		next := slices.MaxFunc(shades, func(a, b shade) int { return cmp.Compare(a.pixels*a.off, b.pixels*b.off) })
		if next.off == 0 {
			break
		}
		for k, s := range shades {
			if off := apart(s.NRGBA, next.NRGBA); off < s.off {
				shades[k].off, shades[k].nearest = off, uint8(len(palette))
			}
		}
		palette = append(palette, next.NRGBA)
	}
	out := image.NewPaletted(b, palette)
	for i, k := range picture {
		out.Pix[i] = shades[k].nearest
	}
	return out
}

// apart is the square of the distance of two colors.
func apart(a, b color.NRGBA) float64 {
	square := func(x, y uint8) float64 { d := float64(x) - float64(y); return d * d }
	return square(a.R, b.R) + square(a.G, b.G) + square(a.B, b.B) + square(a.A, b.A)
}
