package grid

import (
	"slices"
	"strings"

	"affmatch/experiments/plots"
	"affmatch/experiments/runs"
	"affmatch/models"
)

// A descent is what one panel shows of fits: a quantity, against steps or seconds.
type descent struct {
	base    string // of the figure's file
	label   string // upwards
	of      runs.Quantity
	seconds bool
	terms   bool  // a panel for each term, in the place of one of the quantity
	chosen  Scale // in the place of Chosen; "": that
}

var descents = []descent{
	{base: "loss", of: runs.Loss},
	{base: "loss-by-time", of: runs.Loss, seconds: true},
	{base: "gradient", label: "Norm of the gradient", of: runs.GradNorm, chosen: LogY},
	{base: "terms", terms: true},
}

// Scale is how the axes of curves are.
type Scale string

// The scales.
const (
	Chosen Scale = "auto"   // as runs.Scaled chooses
	Linear Scale = "linear" // both
	LogX   Scale = "log-x"
	LogY   Scale = "log-y"
	LogXY  Scale = "log-xy"
)

func (s Scale) of(l plots.LossCurves) plots.LossCurves {
	if s == Chosen || s == "" {
		return runs.Scaled(l)
	}
	l.LogX, l.LogY = s == LogX || s == LogXY, s == LogY || s == LogXY
	return l
}

// fits are the histories of a group, and what a line of them is called.
type fits struct {
	name      string
	histories [][]models.Record
}

// lossGroups are the groups by their losses, whose numbers compare within one alone: the title of each, and its groups.
func (all Results) lossGroups() (titles []string, of map[string][]fits) {
	of = map[string][]fits{}
	for _, g := range all.groups() {
		first := g.Results[0]
		title := strings.Join(all.words(first, ofLoss), " ")
		if len(title) > 34 { // a third of a page
			title = strings.ReplaceAll(title, " ", "\n")
		}
		f := fits{name: strings.Join(all.words(first, func(axis string) bool { return !ofLoss(axis) }), " ")}
		for _, r := range g.Results {
			if len(r.History) > 0 {
				f.histories = append(f.histories, r.History)
			}
		}
		if f.histories == nil {
			continue
		}
		if of[title] == nil {
			titles = append(titles, title)
		}
		of[title] = append(of[title], f)
	}
	return titles, of
}

// curves are the panels of a descent: one for each loss, a line for each other configuration, a band over its seeds.
func (all Results) curves(d descent, scale Scale) []plots.Plot {
	var plotted []plots.Plot
	titles, of := all.lossGroups()
	for _, title := range titles {
		panels := []descent{d}
		if d.terms {
			panels = nil
			for _, name := range termsOf(of[title]) {
				panels = append(panels, descent{label: name, of: runs.TermOf(name), chosen: Linear})
			}
		}
		for _, p := range panels {
			if l, ok := p.panel(title, of[title], scale); ok {
				plotted = append(plotted, l)
			}
		}
	}
	return plotted
}

// panel draws the groups of one loss; false where nothing is known.
func (d descent) panel(title string, groups []fits, scale Scale) (l plots.LossCurves, ok bool) {
	l = plots.LossCurves{Title: title, YLabel: d.label}
	for _, g := range groups {
		run := runs.CurveOf(g.name, d.of, g.histories...)
		steps := len(run.Loss[0])
		if steps == 0 {
			continue
		}
		if d.seconds {
			l.XLabel, run.Steps = "Seconds", runs.Seconds(steps, g.histories...)
		} else {
			l = runs.Marked(l, g.histories[0])
		}
		l.Runs = append(l.Runs, run)
	}
	if l.Runs == nil {
		return l, false
	}
	if scale == "" || scale == Chosen {
		scale = d.chosen
	}
	return scale.of(l), true
}

// termsOf are the names of the terms of some fits, where there are several.
func termsOf(groups []fits) []string {
	var names []string
	for _, g := range groups {
		for _, t := range g.histories[0][0].Terms {
			if !slices.Contains(names, t.Name) {
				names = append(names, t.Name)
			}
		}
	}
	if len(names) < 2 {
		return nil
	}
	return names
}
