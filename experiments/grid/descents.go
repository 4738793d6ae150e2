package grid

import (
	"slices"
	"strings"

	"affmatch/experiments/plots"
	"affmatch/experiments/runs"
	"affmatch/experiments/spec"
	"affmatch/models"
)

// A descent is what one panel shows of fits: a quantity, along something.
type descent struct {
	base   string // of the figure's file
	label  string // upwards
	of     runs.Quantity
	along  along
	terms  bool  // a panel for each term, in the place of one of the quantity
	chosen Scale // in the place of Chosen; "": that
}

// along is the axis that a descent is drawn against: its label, where each of so many steps of a group stands, and whether
// there is something to be seen; a zero one is the steps themselves.
type along struct {
	label string
	at    func(g fits, steps int) []float64
	use   func(all []fits) bool // nil: always
}

var (
	seconds = along{label: "Seconds", at: func(g fits, steps int) []float64 { return runs.Seconds(steps, g.histories...) }}

	// passes over all pairs, of fits that take some of them in a step, beside which others are seen at the same expense
	passes = along{label: "Passes over all pairs", at: fits.passes, use: func(all []fits) bool {
		return slices.ContainsFunc(all, func(g fits) bool { return g.perPass > 1 })
	}}
)

var descents = []descent{
	{base: "loss", of: runs.Loss},
	{base: "loss-by-time", of: runs.Loss, along: seconds},
	{base: "loss-by-pass", of: runs.Loss, along: passes},
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
	perPass   int // steps, in which all pairs have their turn once
}

// passes are those that were made after each step.
func (g fits) passes(steps int) []float64 {
	at := make([]float64, steps)
	for k := range at {
		at[k] = float64(k+1) / float64(g.perPass)
	}
	return at
}

// perPass is the number of steps in which all pairs of a result have their turn.
func (r Result) perPass() int {
	if _, descends := r.Model.(spec.Stepped); !descends || r.Embedding == nil {
		return 1
	}
	n, _ := r.Embedding.Dims()
	batch := spec.DescentOf(r.Model).Batch
	if batch == 0 || batch >= n {
		return 1
	}
	return (n + batch - 1) / batch
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
		f := fits{name: strings.Join(all.words(first, func(axis string) bool { return !ofLoss(axis) }), " "),
			perPass: first.perPass()}
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
		if d.along.use != nil && !d.along.use(of[title]) {
			continue
		}
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
		if d.along.at != nil {
			l.XLabel, run.Steps = d.along.label, d.along.at(g, steps)
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
