package grid

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"affmatch/experiments/plots"
)

// scoresShown are the measures that a figure of scores has a panel for, of those that the data have.
var scoresShown = []struct{ measure, title string }{
	{"trustworthiness", "Trustworthiness"}, {"preservation", "Preservation"},
	{"knn_accuracy", "k-NN accuracy"}, {"silhouette", "Silhouette"},
}

// alongAxes are figures of the scores along each axis of numbers: a panel for each score, a line for each other
// configuration, a band over its seeds. Along steps the figure's axis is the time of the fits: what a descent is worth.
func (all Results) alongAxes(name string) []figure {
	var figures []figure
	for _, axis := range all.axes() {
		if !all.numeric(axis) {
			continue
		}
		grid := plots.Grid{Columns: 2}
		for _, s := range scoresShown {
			if p, ok := all.along(axis, s.measure); ok {
				p.Measure = s.title
				grid.Plots = append(grid.Plots, p)
			}
		}
		if grid.Plots != nil {
			figures = append(figures, figure{"scores", "scores-by-" + axis + "-" + plain(name), grid})
		}
	}
	return figures
}

// numeric says that an axis has two values at least, all of them numbers.
func (all Results) numeric(axis string) bool {
	values := map[string]bool{}
	for _, r := range all {
		text := r.at(axis)
		if _, err := strconv.ParseFloat(text, 64); text != "" && err != nil {
			return false
		}
		values[text] = true
	}
	delete(values, "")
	return len(values) > 1
}

// along is one score along an axis; false where there is none.
func (all Results) along(axis, score string) (p plots.ParameterCurves, ok bool) {
	of := measures[slices.IndexFunc(measures, func(m measure) bool { return m.name == score })].of
	p = plots.ParameterCurves{Parameter: axis}
	if axis == "steps" {
		p.Parameter, p.LogX = "Seconds", true
	}
	places := map[string][]place{}
	var names []string
	for _, g := range all.groups() {
		at, ok := g.place(axis)
		if !ok {
			continue
		}
		for _, r := range g.finished {
			if v := of(r); !math.IsNaN(v) {
				at.values = append(at.values, v)
			}
		}
		if len(at.values) == 0 {
			continue
		}
		n := strings.Join(all.words(g.Results[0], func(a string) bool { return a != axis }), " ")
		if places[n] == nil {
			names = append(names, n)
		}
		places[n] = append(places[n], at)
	}
	for _, n := range names {
		if s, ok := series(n, places[n], p.LogX); ok {
			p.Series = append(p.Series, s)
		}
	}
	return p, p.Series != nil
}

// place is a point of a curve, with the values of its seeds.
type place struct {
	x, seconds float64 // along the axis; of the fastest fit
	values     []float64
}

// place is where a group stands along an axis.
func (g group) place(axis string) (at place, ok bool) {
	x, err := strconv.ParseFloat(g.Results[0].at(axis), 64)
	at.x, at.seconds = x, math.Inf(1)
	for _, r := range g.finished {
		at.seconds = min(at.seconds, r.Status.Seconds)
	}
	return at, err == nil
}

// timed puts time in the place of steps. No fit needs longer than one of more steps, whatever else ran beside it.
func timed(places []place) []place {
	for i := len(places) - 1; i >= 0; i-- {
		places[i].x = places[i].seconds
		if i+1 < len(places) {
			places[i].x = min(places[i].x, places[i+1].x)
		}
	}
	return places
}

// series is a curve of two places at least, those with as many seeds as the most.
func series(name string, places []place, time bool) (plots.Series, bool) {
	seeds := 0
	for _, p := range places {
		seeds = max(seeds, len(p.values))
	}
	places = slices.DeleteFunc(slices.Clone(places), func(p place) bool { return len(p.values) < seeds })
	slices.SortStableFunc(places, func(a, b place) int { return cmp.Compare(a.x, b.x) })
	if time {
		places = timed(places)
	}
	s := plots.Series{Name: name, Values: make([][]float64, seeds)}
	for i, p := range places {
		if i+1 < len(places) && p.x >= places[i+1].x { // the one of more steps is better
			continue
		}
		s.At = append(s.At, p.x)
		for r, v := range p.values {
			s.Values[r] = append(s.Values[r], v)
		}
	}
	return s, len(s.At) > 1
}
