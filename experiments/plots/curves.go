package plots

import (
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"

	"affmatch/internal/fault"
)

// LossCurves shows how losses fall: one line a run, its name at its end, the terms of the loss as lighter lines in the
// run's colour.
type LossCurves struct {
	Runs   []Run
	Title  string
	LogX   bool   // needs positive steps
	LogY   bool   // needs positive losses and terms
	XLabel string // empty: "Step"
	YLabel string // empty: "Loss"
	Marks  []Mark
	Width  vg.Length // of the figure; 0: SingleColumn
}

// Mark is a place along the axis where something happens to a fit, such as the end of its exaggeration: a thin line upwards
// with its name. Those outside of the axis are left out.
type Mark struct {
	At   float64
	Name string
}

// Run is one fit, or several of one configuration with different seeds.
type Run struct {
	Name string // empty: no label

	// Loss holds the loss of seed s after step t at Loss[s][t]: finite, every seed as long as the first. Of several seeds
	// the mean is drawn, on a band of one sample standard deviation up and down.
	Loss [][]float64

	Terms []Term    // parts of the loss, as long as it
	Steps []float64 // increasing; nil: 1, 2, 3, ...
}

// Term is a part of a loss, such as its attraction. The same name has the same dashes in all runs.
type Term struct {
	Name   string
	Values [][]float64 // as Run.Loss
}

var _ Plot = LossCurves{}

// termDashes are the looks of terms, in the order of their first appearance.
var termDashes = [][]vg.Length{{4, 2}, {1.2, 1.6}, {6, 1.6, 1.2, 1.6}, {8, 3}}

// Figure draws the plot alone.
func (l LossCurves) Figure() (*Figure, error) { return alone(l) }

func (l LossCurves) panel() (*panel, error) {
	const where = "plots: LossCurves: "
	if len(l.Runs) == 0 {
		return nil, fault.Field(where+"Runs", "none", "at least one")
	}
	if err := checkWidth(where, l.Width); err != nil {
		return nil, err
	}
	palette := strokes(len(l.Runs))
	var totals, parts []line
	var terms []string
	for i, r := range l.Runs {
		at := fmt.Sprintf("%sRuns[%d] (%s): ", where, i, r.Name)
		total, err := repeated(at+"Loss", r.Steps, r.Loss, l.LogX, l.LogY)
		if err != nil {
			return nil, err
		}
		total.name, total.color = r.Name, palette[i]
		totals = append(totals, total)
		for _, t := range r.Terms {
			part, err := repeated(at+"term "+t.Name, total.x, t.Values, l.LogX, l.LogY)
			if err != nil {
				return nil, err
			}
			if !slices.Contains(terms, t.Name) {
				terms = append(terms, t.Name)
			}
			part.color, part.width, part.minor = lighter(palette[i], 0.4), thinWidth, true
			part.dashes = termDashes[slices.Index(terms, t.Name)%len(termDashes)]
			parts = append(parts, part)
		}
	}
	c := newChart(orElse(l.XLabel, "Step"), orElse(l.YLabel, "Loss"), l.LogX, l.LogY, append(totals, parts...))
	for _, m := range l.Marks {
		if err := onAxis(where+"Marks: "+m.Name, m.At, l.LogX); err != nil {
			return nil, err
		}
	}
	c.marks = l.Marks
	p := c.panel(l.Title, l.Width)
	p.key = append(p.key, termKey(terms)...)
	return p, nil
}

// termKey explains the dashes.
func termKey(terms []string) []entry {
	if len(terms) == 0 {
		return nil
	}
	gray := color.NRGBA{0x66, 0x66, 0x66, 0xff}
	key := []entry{{name: "total", color: gray, stroke: lineWidth, rank: math.MaxInt32 - 1}}
	for i, t := range terms {
		key = append(key, entry{t, gray, thinWidth, termDashes[i%len(termDashes)], math.MaxInt32})
	}
	return key
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
