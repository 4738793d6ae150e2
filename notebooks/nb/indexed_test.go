package nb

import (
	"image"
	"image/color"
	"testing"
)

// painted is a picture of 200 x 200 pixels, not at the origin.
func painted(paint func(x, y int) color.NRGBA) *image.NRGBA {
	p := image.NewNRGBA(image.Rect(3, 5, 203, 205))
	for y := range 200 {
		for x := range 200 {
			p.SetNRGBA(3+x, 5+y, paint(x, y))
		}
	}
	return p
}

func TestFewColorsStayWhatTheyAre(t *testing.T) {
	of := painted(func(x, y int) color.NRGBA { return color.NRGBA{R: uint8(x % 16 * 16), G: uint8(y % 16 * 16), A: 255} })
	is := indexed(of)
	if len(is.Palette) != 256 || is.Bounds() != of.Bounds() {
		t.Fatalf("%d colors, %v", len(is.Palette), is.Bounds())
	}
	for y := 5; y < 205; y++ {
		for x := 3; x < 203; x++ {
			if was, now := of.NRGBAAt(x, y), is.At(x, y); was != now {
				t.Fatalf("%d, %d: %v became %v", x, y, was, now)
			}
		}
	}
}

// TestAreasAndColorBarsStay beside thousands of shades that have a pixel each: the areas exactly, the bar as far as an eye sees.
func TestAreasAndColorBarsStay(t *testing.T) {
	area := []color.NRGBA{{255, 255, 255, 255}, {0, 114, 178, 255}, {230, 159, 0, 255}, {0, 158, 115, 255}}
	of := painted(func(x, y int) color.NRGBA {
		switch {
		case x < 150:
			return area[y/50]
		case x < 170:
			return color.NRGBA{R: uint8(55 + y), G: uint8(200 - y), B: 90, A: 255} // a bar, 20 pixels a color
		}
		v := uint8(200 + (x*y+y)%56)
		return color.NRGBA{R: v, G: uint8(200 + x%56), B: uint8(200 + y%56), A: 255} // pale, as edges are
	})
	is := indexed(of)
	for y := range 200 {
		for x := range 200 {
			was, now := of.NRGBAAt(3+x, 5+y), is.At(3+x, 5+y).(color.NRGBA)
			most := 0.0 // square of the distance that is allowed
			switch {
			case x >= 170:
				most = 400
			case x >= 150:
				most = 50
			}
			if d := apart(was, now); d > most {
				t.Fatalf("%d, %d: %v became %v, %g apart, want at most %g", x, y, was, now, d, most)
			}
		}
	}
}
