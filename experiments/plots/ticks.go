package plots

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// tick is a mark on an axis; a minor one has no label.
type tick struct {
	value float64
	label string
}

// linearTicks are the multiples of 1, 2 or 5 times a power of ten in lo..hi: as many as wanted or fewer, but two at least.
func linearTicks(lo, hi float64, want int) []tick {
	for ; ; want++ {
		step := niceStep((hi - lo) / float64(want))
		first := math.Ceil(lo/step-1e-9) + 0 // not -0
		count := int(math.Floor(hi/step+1e-9)-first) + 1
		if count < 2 && want < 100 {
			continue
		}
		values := make([]float64, max(count, 0))
		for i := range values {
			values[i] = (first + float64(i)) * step
		}
		return labeled(values, step)
	}
}

// niceStep is the least of 1, 2 or 5 times a power of ten that is not below x > 0.
func niceStep(x float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range []float64{1, 2, 5} {
		if m*power >= x*(1-1e-9) {
			return m * power
		}
	}
	return 10 * power
}

// lone is the tick of a value that stands alone, in four digits at most.
func lone(v float64) tick {
	if size := math.Abs(v); v == 0 || size >= 1e-3 && size < 1e4 {
		return tick{value: v, label: minus(strconv.FormatFloat(v, 'g', 4, 64))}
	}
	return labeled([]float64{v}, math.Abs(v)/1000)[0]
}

// labeled writes the values with as many decimals as the step needs, or, where that is long, as m×10^e with one e.
func labeled(values []float64, step float64) []tick {
	out := make([]tick, len(values))
	largest := step
	for _, v := range values {
		largest = max(largest, math.Abs(v))
	}
	decimals := decimalsOf(step)
	exponent := int(math.Floor(math.Log10(largest) + 1e-9))
	for i, v := range values {
		label := strconv.FormatFloat(v, 'f', decimals, 64)
		switch {
		case exponent <= 4 && exponent >= -3:
		case v == 0:
			label = "0"
		default:
			scale := math.Pow(10, float64(exponent))
			label = strconv.FormatFloat(v/scale, 'f', decimalsOf(step/scale), 64) + "×" + powerOfTen(exponent)
		}
		out[i] = tick{v, minus(label)}
	}
	return out
}

// decimalsOf is the number of decimals that a multiple of 1, 2 or 5 times a power of ten needs.
func decimalsOf(step float64) int { return max(0, -int(math.Floor(math.Log10(step)+1e-9))) }

// logTicks are the powers of ten in lo..hi with their multiples as minor ticks; over so few decades that about as many
// labels as wanted result, the multiples 2 and 5 have labels too, and over a part of a decade the ticks are linear.
func logTicks(lo, hi float64, want int) []tick {
	from, to := int(math.Floor(math.Log10(lo)+1e-9)), int(math.Ceil(math.Log10(hi)-1e-9))
	decades := math.Log10(hi) - math.Log10(lo)
	within := 3*decades <= float64(want)+0.5
	if decades < 0.7 || decades < 1 && !within {
		return linearTicks(lo, hi, want)
	}
	every := 1 + int(decades)/max(want, 1)
	plain := lo > 0.00999 && hi < 99999
	var out []tick
	for e := from; e <= to; e++ {
		for m := 1.0; m < 10; m++ {
			v := m * math.Pow(10, float64(e))
			if v < lo*(1-1e-9) || v > hi*(1+1e-9) {
				continue
			}
			t := tick{value: v}
			switch {
			case m == 1 && e%every == 0, within && (m == 2 || m == 5):
				t.label = logLabel(v, e, plain)
			case m > 1 && every > 1:
				continue
			}
			out = append(out, t)
		}
	}
	return out
}

// logLabel is a plain number, or m×10^e.
func logLabel(v float64, e int, plain bool) string {
	switch m := v / math.Pow(10, float64(e)); {
	case plain:
		return strconv.FormatFloat(v, 'f', max(0, -e), 64)
	case m > 1.5:
		return fmt.Sprintf("%.0f×%s", m, powerOfTen(e))
	}
	return powerOfTen(e)
}

func powerOfTen(e int) string { return minus(fmt.Sprintf("10^{%d}", e)) }

// minus replaces hyphens by the sign of subtraction.
func minus(s string) string { return strings.ReplaceAll(s, "-", "\u2212") }
