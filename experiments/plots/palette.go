package plots

import (
	"image/color"
	"math"
)

// okabeIto are the colours of M. Okabe and K. Ito, "Color Universal Design" (2008), without black, which is kept for
// type, and with the ones that are strong on white paper first. They differ for readers with any common deficiency.
var okabeIto = []color.NRGBA{
	rgb(0x0072b2), // blue
	rgb(0xe69f00), // orange
	rgb(0x009e73), // bluish green
	rgb(0xcc79a7), // reddish purple
	rgb(0xd55e00), // vermillion
	rgb(0x56b4e9), // sky blue
	rgb(0xf0e442), // yellow
}

// petroff are the ten colours of M. A. Petroff, "Accessible Color Sequences for Data Visualization" (2021,
// arXiv:2107.02270), found by optimising the distance under simulated deficiencies and a model of taste, but for his two
// greys, which one takes for each other and for points without a class: in their place are the two dark colours that are
// farthest from the others and from each other (0.15 in Oklab under any deficiency).
var petroff = []color.NRGBA{
	rgb(0x3f90da), rgb(0xffa90e), rgb(0xbd1f01), rgb(0x06077d), rgb(0x832db6),
	rgb(0xa96b59), rgb(0xe76300), rgb(0xb9ac70), rgb(0x6e0019), rgb(0x92dadd),
}

// noLabel is the colour of points without a class.
var noLabel = rgb(0xd0d0d0)

// Categorical is a palette of n colours that readers with a colour vision deficiency tell apart as well as can be: up to
// seven are Okabe and Ito's, up to ten mostly Petroff's. No palette of more is safe: then the hues go round in three
// lightnesses, and a reader needs the position of a class too.
func Categorical(n int) []color.NRGBA {
	switch {
	case n <= len(okabeIto):
		return okabeIto[:max(n, 0):max(n, 0)]
	case n <= len(petroff):
		return petroff[:n:n]
	}
	lightness := []float64{0.62, 0.48, 0.78}
	out := make([]color.NRGBA, n)
	for i := range out {
		hue := 2 * math.Pi * float64(i) / float64(n)
		out[i] = oklch(lightness[i%len(lightness)], 0.13, hue+0.4)
	}
	return out
}

// strokes is a palette for n lines: Categorical without its yellow, which is hard to see as a thin line on white.
func strokes(n int) []color.NRGBA {
	if n < len(okabeIto) {
		return Categorical(n)
	}
	return Categorical(max(n, len(okabeIto)+1))[:n]
}

// viridis holds every ninth part of the colour map of S. van der Walt and N. Smith, "A Better Default Colormap for
// Matplotlib" (2015; public domain): even steps of lightness, readable without colour.
var viridis = []color.NRGBA{
	rgb(0x440154), rgb(0x482878), rgb(0x3e4989), rgb(0x31688e), rgb(0x26828e),
	rgb(0x1f9e89), rgb(0x35b779), rgb(0x6ece58), rgb(0xb5de2b), rgb(0xfde725),
}

// Continuous is the colour of the value t in 0..1 on the map viridis; values outside take the colour of the nearer end,
// NaN the grey of points without a class.
func Continuous(t float64) color.NRGBA {
	if math.IsNaN(t) {
		return noLabel
	}
	x := min(max(t, 0), 1) * float64(len(viridis)-1)
	i := min(int(x), len(viridis)-2)
	return mix(viridis[i], viridis[i+1], x-float64(i))
}

// mix goes from a to b as t goes from 0 to 1.
func mix(a, b color.NRGBA, t float64) color.NRGBA {
	part := func(a, b uint8) uint8 { return uint8(math.Round(float64(a) + t*(float64(b)-float64(a)))) }
	return color.NRGBA{part(a.R, b.R), part(a.G, b.G), part(a.B, b.B), part(a.A, b.A)}
}

// lighter is c mixed with white.
func lighter(c color.NRGBA, t float64) color.NRGBA { return mix(c, color.NRGBA{255, 255, 255, c.A}, t) }

// withAlpha is c at the given opacity.
func withAlpha(c color.NRGBA, alpha float64) color.NRGBA {
	c.A = uint8(math.Round(255 * alpha))
	return c
}

func rgb(hex uint32) color.NRGBA {
	return color.NRGBA{uint8(hex >> 16), uint8(hex >> 8), uint8(hex), 0xff}
}

// oklch is the sRGB colour of B. Ottosson's Oklab space (2020) at lightness l, chroma c and hue h in radians.
func oklch(l, c, h float64) color.NRGBA {
	a, b := c*math.Cos(h), c*math.Sin(h)
	cube := func(x float64) float64 { return x * x * x }
	x := cube(l + 0.3963377774*a + 0.2158037573*b)
	y := cube(l - 0.1055613458*a - 0.0638541728*b)
	z := cube(l - 0.0894841775*a - 1.2914855480*b)
	gamma := func(v float64) uint8 {
		v = min(max(v, 0), 1)
		if v <= 0.0031308 {
			v *= 12.92
		} else {
			v = 1.055*math.Pow(v, 1/2.4) - 0.055
		}
		return uint8(math.Round(255 * v))
	}
	return color.NRGBA{
		gamma(4.0767416621*x - 3.3077115913*y + 0.2309699292*z),
		gamma(-1.2684380046*x + 2.6097574011*y - 0.3413193965*z),
		gamma(-0.0041960863*x - 0.7034186147*y + 1.7076147010*z),
		0xff,
	}
}

// darker is c as a colour of type: dark enough to be read on white.
func darker(c color.NRGBA) color.NRGBA { return mix(c, color.NRGBA{0, 0, 0, c.A}, 0.25) }
