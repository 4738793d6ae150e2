package plots

import (
	"fmt"
	"math"

	"gonum.org/v1/plot/vg"

	"affmatch/internal/fault"
)

// Grid puts plots side by side, row by row. Where their legends agree (no name with two colours, no colour with two
// names) there is one for all of them below, else each has its own; likewise equal colour bars.
type Grid struct {
	Plots   []Plot
	Columns int       // 0: all in one row up to 4, else the fewest columns that are not fewer than the rows
	Width   vg.Length // of the figure; 0: DoubleColumn
	Letters bool      // a, b, c, ... at the upper left corners, for references in the text
}

// Figure draws the grid.
func (g Grid) Figure() (*Figure, error) {
	const where = "plots: Grid: "
	switch {
	case len(g.Plots) == 0:
		return nil, fault.Field(where+"Plots", "none", "at least one")
	case g.Columns < 0:
		return nil, fault.Field(where+"Columns", g.Columns, "at least 0")
	}
	if err := checkWidth(where, g.Width); err != nil {
		return nil, err
	}
	panels := make([]*panel, len(g.Plots))
	for i, p := range g.Plots {
		if p == nil {
			return nil, fault.Field(fmt.Sprintf(where+"Plots[%d]", i), nil, "a plot")
		}
		var err error
		if panels[i], err = p.panel(); err != nil {
			return nil, fmt.Errorf("%sPlots[%d]: %w", where, i, err)
		}
	}
	width := g.Width
	if width == 0 {
		width = DoubleColumn
	}
	return layout{panels: panels, columns: g.columns(), width: width, letters: g.Letters}.figure()
}

func (g Grid) columns() int {
	n := len(g.Plots)
	switch {
	case g.Columns > 0:
		return min(g.Columns, n)
	case n <= 4:
		return n
	}
	return int(math.Ceil(math.Sqrt(float64(n))))
}
