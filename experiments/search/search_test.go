package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"affmatch/affinity"
)

// TestEveryFormulaIsAMethod: those drawn, and those changed, of which a part or two differ.
func TestEveryFormulaIsAMethod(t *testing.T) {
	parts := map[int]map[int]bool{}
	for i := range 600 {
		f := draw(affinity.Random(1, 0, i), nil)
		g := draw(affinity.Random(1, 1, i), &f)
		a, _ := f.numbers()
		b, _ := g.numbers()
		changed := 0
		for k := range a {
			if *a[k] != *b[k] {
				changed++
			}
			if parts[k] == nil {
				parts[k] = map[int]bool{}
			}
			parts[k][*a[k]] = true
		}
		if changed > 2 {
			t.Errorf("%v changed to %v, more than two parts", f, g)
		}
		for _, f := range []formula{f, g} {
			if !f.fits() {
				t.Errorf("%v: parts that do not go together", f)
			}
			if err := f.build(100).Validate(); err != nil {
				t.Errorf("%v: %v", f, err)
			}
		}
	}
	_, sizes := (&formula{}).numbers()
	for k, n := range sizes {
		if len(parts[k]) != n {
			t.Errorf("list %d: %d of %d parts were drawn", k, len(parts[k]), n)
		}
	}
}

// TestTheBudgetIsKept, and used: so many fits at the most, of which one more formula would ask for more.
func TestTheBudgetIsKept(t *testing.T) {
	fits := func(p plan, n, sets int) int {
		total := sets*2*(len(p.rungs)*p.generations+p.seeds) + sets*p.finalists*p.seeds
		for range p.generations {
			left := n
			for range p.rungs {
				total, left = total+left*sets, (left+3)/4
			}
		}
		return total
	}
	for _, budget := range []int{600, 1000, 3001, 20000} {
		n := whole.candidates(budget, 4)
		if fits(whole, n, 4) > budget || fits(whole, n+1, 4) <= budget {
			t.Errorf("%d formulas are %d fits, one more %d, of %d", n, fits(whole, n, 4), fits(whole, n+1, 4), budget)
		}
	}
}

// TestGainIsThePartOfWhatIsMissing: bounded below, and against 0.02 where hardly anything is missing.
func TestGainIsThePartOfWhatIsMissing(t *testing.T) {
	base := scores{0.9, 0.5, 0.999}.best(scores{0.8, 0.6, 0.99})
	if base != (scores{0.9, 0.6, 0.999}) {
		t.Errorf("the better of two: %v", base)
	}
	g := scores{0.95, 0.1, 0.989}.over(base)
	for k, want := range (gain{0.5, -1, -0.5}) {
		if d := g[k] - want; d > 1e-12 || d < -1e-12 {
			t.Errorf("gain of %s %v, want %v", measures[k], g[k], want)
		}
	}
	if g.least() != -1 {
		t.Errorf("least of %v is %v", g, g.least())
	}
}

// TestTheSearchIsTheSameOnAnyNumberOfWorkers: a small one, on simulated data, by its winner and every gain on the way.
func TestTheSearchIsTheSameOnAnyNumberOfWorkers(t *testing.T) {
	if testing.Short() {
		t.Skip("a hundred fits")
	}
	sets, err := load(context.Background(), []string{"cells", "tree"})
	if err != nil {
		t.Fatal(err)
	}
	small := plan{[]rung{{110, 10}, {120, 20}}, 2, 2, rung{130, 30}, 1}
	course := func(parallel int) (formula, string, int) {
		s := &search{plan: small, data: sets, parallel: parallel, seed: 3}
		f, err := s.run(context.Background(), 56)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := s.csv(&b); err != nil {
			t.Fatal(err)
		}
		return f, b.String(), s.fits
	}
	one, way, fits := course(1)
	two, other, _ := course(2)
	if one != two || way != other {
		t.Errorf("another course with two workers: winner %v and %v", one, two)
	}
	if fits > 56 || fits < 40 {
		t.Errorf("%d fits, want about 56", fits)
	}
	if !strings.HasPrefix(way, "rung,place,trustworthiness,") || !strings.Contains(way, "\nlast,1,") {
		t.Errorf("rungs.csv:\n%s", way)
	}
}

// TestWhatJudgesWasNotSeen: no set is in both lists, and no row of MNIST.
func TestWhatJudgesWasNotSeen(t *testing.T) {
	o, err := parse(nil, os.Stdout)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range strings.Split(o.judge, ",") {
		if slices.Contains(searched, name) {
			t.Errorf("%s is searched and judged", name)
		}
	}
	for _, seed := range []uint64{0, 1, 104} {
		first, rest := shuffled(0, seenRows, seed), shuffled(seenRows, 10000, seed)
		if slices.Max(first) != seenRows-1 || slices.Min(rest) != seenRows || len(rest) != 10000-seenRows {
			t.Errorf("seed %d: rows to %d and from %d", seed, slices.Max(first), slices.Min(rest))
		}
	}
}

// TestTheWinnerOnRecordIsAFormula of the lists: what -winner judges again.
func TestTheWinnerOnRecordIsAFormula(t *testing.T) {
	m, err := (&search{plan: whole}).winner(context.Background(), options{winner: "winner.json"})
	if err != nil {
		t.Fatal(err)
	}
	f := formula{in: 2, descent: 0, exaggeration: 1} // perplexity 20, Adam at 0.1, exaggeration 3; else the first of each list
	if got, want := fmt.Sprint(m), fmt.Sprint(f.build(whole.last.steps)); got != want {
		t.Errorf("winner.json is\n%s, want\n%s", got, want)
	}
}

// TestTheCommandRefusesWhatIsNoSearch, before any data are read.
func TestTheCommandRefusesWhatIsNoSearch(t *testing.T) {
	for _, args := range [][]string{{"-fits", "5"}, {"-parallel", "-1"}, {"-seeds", "1"}, {"-fitz", "9"}} {
		if _, err := parse(args, os.Stdout); err == nil {
			t.Errorf("%v: no error", args)
		}
	}
}
