package plots

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
)

func labels(ticks []tick) string {
	var out []string
	for _, t := range ticks {
		if t.label != "" {
			out = append(out, t.label)
		}
	}
	return strings.Join(out, " ")
}

func TestTicksAreTheNumbersOneWouldWrite(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		want   int
		log    bool
		labels string
	}{
		{0, 10, 5, false, "0 2 4 6 8 10"},
		{1, 100, 5, false, "20 40 60 80 100"},
		{-1.3, 1.2, 5, false, "−1.0 −0.5 0.0 0.5 1.0"},
		{0, 3e6, 3, false, "0 1×10^{6} 2×10^{6} 3×10^{6}"},
		{0, 1.5e-5, 3, false, "0 0.5×10^{−5} 1.0×10^{−5} 1.5×10^{−5}"},
		{1, 1000, 4, true, "1 10 100 1000"},
		{3, 70, 6, true, "5 10 20 50"},
		{1e-9, 1e-5, 6, true, "10^{−9} 10^{−8} 10^{−7} 10^{−6} 10^{−5}"},
		{1e-9, 1e4, 6, true, "10^{−9} 10^{−6} 10^{−3} 10^{0} 10^{3}"},
		{11, 14, 4, true, "11 12 13 14"},
	} {
		ticks := linearTicks
		if c.log {
			ticks = logTicks
		}
		if got := labels(ticks(c.lo, c.hi, c.want)); got != c.labels {
			t.Errorf("ticks in %g..%g, log %v = %s, want %s", c.lo, c.hi, c.log, got, c.labels)
		}
	}
}

func TestTicksLieInRangeAndAreFew(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	for range 20_000 {
		want := 2 + rng.IntN(9)
		lo := math.Pow(10, 40*rng.Float64()-20)
		hi := lo * (1 + math.Pow(10, 12*rng.Float64()-6))
		for name, ticks := range map[string][]tick{"linear": linearTicks(lo, hi, want), "log": logTicks(lo, hi, want)} {
			n := len(strings.Fields(labels(ticks)))
			if n < 1 || n > max(5, 2*want+1) {
				t.Fatalf("%s ticks in %g..%g, %d wanted: %d labels", name, lo, hi, want, n)
			}
			for _, k := range ticks {
				if k.value < lo-1e-6*(hi-lo) || k.value > hi+1e-6*(hi-lo) {
					t.Fatalf("%s ticks in %g..%g: %g", name, lo, hi, k.value)
				}
			}
		}
	}
}

func TestEndLabelsStandApartNearTheirLines(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	for range 2000 {
		wanted := make([]vg.Length, 1+rng.IntN(8))
		for i := range wanted {
			wanted[i] = vg.Length(100 * rng.Float64())
		}
		slices.Sort(wanted)
		got := slices.Clone(wanted)
		spaced(got, 8, 0, 100)
		for i := range got {
			if got[i] < -1e-9 || got[i] > 100+1e-9 {
				t.Fatalf("%v moved to %v: outside 0..100", wanted, got)
			}
			if i > 0 && got[i]-got[i-1] < 8-1e-9 {
				t.Fatalf("%v moved to %v: closer than 8", wanted, got)
			}
		}
		if alone := len(got) == 1; alone && got[0] != wanted[0] {
			t.Fatalf("a lone label moved from %v to %v", wanted, got)
		}
	}
}

func TestSpansOfText(t *testing.T) {
	for s, want := range map[string][]span{
		"plain":     {{"plain", 1, 0}},
		"10^{-3}":   {{"10", 1, 0}, {"-3", scriptSize, raised}},
		"R_{NX}(k)": {{"R", 1, 0}, {"NX", scriptSize, lowered}, {"(k)", 1, 0}},
		"{a}":       {{"{a}", 1, 0}},
		"a_{open":   {{"a_{open", 1, 0}},
		"^{2}":      {{"2", scriptSize, raised}},
	} {
		if got := spans(s); !slices.Equal(got, want) {
			t.Errorf("spans(%q) = %v, want %v", s, got, want)
		}
	}
}

func TestALoneValueIsWrittenWithItsDigits(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", 0.001: "0.001", 7: "7", -2.5: "−2.5", 1234: "1234", 0.12345: "0.1235", 2e-7: "2.000×10^{−7}", 5e9: "5.000×10^{9}",
	} {
		if got := lone(v).label; got != want {
			t.Errorf("%g is written %q, want %q", v, got, want)
		}
	}
}
