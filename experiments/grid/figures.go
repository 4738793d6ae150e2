package grid

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"affmatch/experiments/plots"
	"affmatch/experiments/prepare"
	"affmatch/experiments/runs"

	"gonum.org/v1/plot/vg"
)

// figure is a grid of plots with the name of its file.
type figure struct {
	kind string // of OfComparison
	base string
	grid plots.Grid
}

// Look says how results are drawn.
type Look struct {
	Scale Scale                  // of curves
	Has   func(name string) bool // which of the kinds of figures; nil: those of a sweep
}

// The kinds of figures: those of a sweep as files of their own, and those of a comparison. A report has all of the latter.
var (
	OfSweep      = []string{"embeddings", "loss", "scores", "report"}
	OfComparison = []string{"embeddings", "loss", "loss-by-time", "loss-by-pass", "gradient", "terms", "scores", "report"}
)

// Draw draws results for each set of data: the embeddings of all finished cells as small multiples, their descents, their
// scores along axes of numbers, each as a figure, and the report.
func (all Results) Draw(folder runs.Folder, title string, data map[string]*prepare.Prepared, look Look) error {
	figures, err := all.figures(data, look.Scale)
	if err != nil {
		return err
	}
	has := look.Has
	if has == nil {
		has = func(name string) bool { return slices.Contains(OfSweep, name) }
	}
	for _, f := range figures {
		if !has(f.kind) {
			continue
		}
		if err := folder.Figure(f.base, f.grid); err != nil {
			return fmt.Errorf("grid: figure %s: %w", f.base, err)
		}
	}
	if !has("report") {
		return nil
	}
	return all.report(folder, title, data, figures)
}

func (all Results) figures(data map[string]*prepare.Prepared, scale Scale) ([]figure, error) {
	var figures []figure
	for _, name := range all.dataNames() {
		own := all.of(name)
		if len(own) == 0 {
			continue
		}
		pages, err := own.multiples(name, data[name])
		if err != nil {
			return nil, err
		}
		figures = append(figures, pages...)
		for _, d := range descents {
			if plotted := own.curves(d, scale); plotted != nil {
				figures = append(figures, figure{d.base, d.base + "-" + plain(name), plots.Grid{Plots: plotted, Columns: 3}})
			}
		}
		figures = append(figures, own.alongAxes(name)...)
	}
	return figures, nil
}

func (all Results) dataNames() []string {
	var names []string
	for _, r := range all {
		if !slices.Contains(names, r.Data) {
			names = append(names, r.Data)
		}
	}
	return names
}

// Sizes of small multiples. They are an overview, so they may be wider than a page of a journal.
const (
	widest      = 300 * vg.Millimeter
	highest     = 400 * vg.Millimeter
	letterWidth = 1.65 * vg.Millimeter // of titles
	lineHeight  = 4.2 * vg.Millimeter  // of titles
	smallest    = 28 * vg.Millimeter   // panel
	between     = 4 * vg.Millimeter
)

// multiples are the embeddings of one set of data, the seeds of a configuration side by side, on as many pages as it takes.
func (all Results) multiples(name string, data *prepare.Prepared) ([]figure, error) {
	var panels []plots.Plot
	letters, lines := 0, 0
	for _, r := range all {
		title := all.title(r)
		if _, dim := r.Embedding.Dims(); dim != 2 && dim != 3 {
			continue
		}
		p, err := runs.Picture(strings.Join(title, "\n"), data.Data, r.Embedding)
		if err != nil {
			return nil, err
		}
		panels = append(panels, p)
		lines = max(lines, len(title))
		for _, word := range title {
			letters = max(letters, len([]rune(word)))
		}
	}
	if panels == nil {
		return nil, nil
	}
	panel := max(smallest, vg.Length(letters)*letterWidth)
	columns := columnsFor(len(panels), all.seeds(), int((widest+between)/(panel+between)))
	width := min(widest, max(plots.DoubleColumn, vg.Length(columns)*(panel+between)))
	perPage := columns * max(1, int(highest/(width/vg.Length(columns)+vg.Length(lines)*lineHeight)))
	var pages []figure
	for chunk := range slices.Chunk(panels, perPage) {
		base := "embeddings-" + plain(name)
		if len(panels) > perPage {
			base += "-" + strconv.Itoa(len(pages)+1)
		}
		pages = append(pages, figure{"embeddings", base, plots.Grid{Plots: chunk, Columns: columns, Width: width}})
	}
	return pages, nil
}

// columnsFor is the number of columns, most at the most: near to a square, and the seeds of a configuration in one row.
func columnsFor(n, seeds, most int) int {
	columns := max(1, min(int(math.Ceil(math.Sqrt(float64(n)))), most))
	switch {
	case seeds < 2 || seeds > most:
	case columns < seeds:
		columns = seeds
	case columns%seeds*2 >= seeds && columns-columns%seeds+seeds <= most:
		columns += seeds - columns%seeds
	default:
		columns -= columns % seeds
	}
	return min(columns, n)
}

// seeds is how many cells a configuration has at the most.
func (all Results) seeds() int {
	most := 0
	for _, g := range all.groups() {
		most = max(most, len(g.Results))
	}
	return most
}

// title is what tells a cell from the others: the method if there are several, the values on the axes, and the seed if
// there are several.
func (all Results) title(r Result) []string {
	words := all.words(r, func(string) bool { return true })
	if all.seeds() > 1 {
		words = append(words, fmt.Sprintf("seed %d", r.Seed))
	}
	if words == nil {
		words = []string{r.Method}
	}
	return words
}

// words are the method, if there are several, and the values on the chosen axes. Numbers stand with the parameter's name.
func (all Results) words(r Result, chosen func(axis string) bool) []string {
	var words []string
	if slices.ContainsFunc(all, func(o Result) bool { return o.Method != r.Method }) && chosen("method") {
		words = append(words, r.Method)
	}
	for _, s := range r.At {
		if !chosen(s.Name) {
			continue
		}
		if _, err := strconv.ParseFloat(s.Text, 64); err == nil {
			words = append(words, s.Name+" "+s.Text)
		} else {
			words = append(words, s.Text)
		}
	}
	return words
}

// ofLoss are the axes along which it is another loss, whose numbers do not compare.
func ofLoss(axis string) bool {
	return slices.Contains([]string{"method", "affinity-in", "affinity-out", "attraction", "repulsion", "loss", "against", "metric", "metric-out"}, axis)
}
