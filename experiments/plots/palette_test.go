package plots_test

import (
	"image/color"
	"math"
	"testing"

	"affmatch/experiments/plots"
)

// deficiencies are the complete ones as linear maps of linear sRGB: G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, "A
// Physiologically-based Model for Simulation of Color Vision Deficiency" (2009), table 1, severity 1.
var deficiencies = map[string][3][3]float64{
	"none":         {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"protanopia":   {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
	"deuteranopia": {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
	"tritanopia":   {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
}

// oklab is a colour, as seen with a deficiency, in B. Ottosson's space of equal steps (2020).
func oklab(c color.NRGBA, seen [3][3]float64) (lab [3]float64) {
	linear := func(v uint8) float64 {
		if x := float64(v) / 255; x > 0.04045 {
			return math.Pow((x+0.055)/1.055, 2.4)
		}
		return float64(v) / 255 / 12.92
	}
	in := [3]float64{linear(c.R), linear(c.G), linear(c.B)}
	times := func(m [3][3]float64, v [3]float64) (out [3]float64) {
		for i := range out {
			out[i] = m[i][0]*v[0] + m[i][1]*v[1] + m[i][2]*v[2]
		}
		return out
	}
	in = times(seen, in)
	for i := range in {
		in[i] = min(max(in[i], 0), 1)
	}
	cones := times([3][3]float64{
		{0.4122214708, 0.5363325363, 0.0514459929},
		{0.2119034982, 0.6806995451, 0.1073969566},
		{0.0883024619, 0.2817188376, 0.6299787005},
	}, in)
	for i := range cones {
		cones[i] = math.Cbrt(cones[i])
	}
	return times([3][3]float64{
		{0.2104542553, 0.7936177850, -0.0040720468},
		{1.9779984951, -2.4285922050, 0.4505937099},
		{0.0259040371, 0.7827717662, -0.8086757660},
	}, cones)
}

func distance(a, b [3]float64) float64 {
	return math.Sqrt((a[0]-b[0])*(a[0]-b[0]) + (a[1]-b[1])*(a[1]-b[1]) + (a[2]-b[2])*(a[2]-b[2]))
}

// A difference of 0.02 is about the least that can be seen side by side. The widespread tab10 has 0.007 under
// protanopia, between its orange and its green.
func TestPalettesAreSafeForColorBlindReaders(t *testing.T) {
	for n, least := range map[int]float64{7: 0.075, 10: 0.06} {
		for i, c := range plots.Categorical(n) {
			if lab := oklab(c, deficiencies["none"]); math.Hypot(lab[1], lab[2]) < 0.05 {
				t.Errorf("%d colours: %d is a grey, as points without a class are", n, i)
			}
		}
		for name, seen := range deficiencies {
			palette := plots.Categorical(n)
			for i, a := range palette {
				for j, b := range palette[:i] {
					if d := distance(oklab(a, seen), oklab(b, seen)); d < least {
						t.Errorf("%d colours, %s: %d and %d differ by %.3f, want %.3f", n, name, j, i, d, least)
					}
				}
			}
		}
	}
}

func TestCategoricalGivesDistinctColorsOfAnyNumber(t *testing.T) {
	for n := range 60 {
		seen := map[color.NRGBA]bool{}
		for _, c := range plots.Categorical(n) {
			seen[c] = true
		}
		if len(seen) != n {
			t.Errorf("%d colours: %d distinct", n, len(seen))
		}
	}
	if got := plots.Categorical(-1); len(got) != 0 {
		t.Errorf("Categorical(-1) = %v, want none", got)
	}
}

func TestContinuousGrowsEvenlyLighter(t *testing.T) {
	const steps = 50
	last := oklab(plots.Continuous(0), deficiencies["none"])[0]
	whole := oklab(plots.Continuous(1), deficiencies["none"])[0] - last
	for i := 1; i <= steps; i++ {
		l := oklab(plots.Continuous(float64(i)/steps), deficiencies["none"])[0]
		if rise := (l - last) * steps / whole; rise < 0.5 || rise > 1.6 {
			t.Errorf("from %d to %d of %d the lightness grows by %.2f of its mean step", i-1, i, steps, rise)
		}
		last = l
	}
	if plots.Continuous(math.NaN()).A != 255 {
		t.Error("NaN has no colour")
	}
	if plots.Continuous(-1) != plots.Continuous(0) || plots.Continuous(2) != plots.Continuous(1) {
		t.Error("values beyond the ends do not take the colour of the ends")
	}
}
