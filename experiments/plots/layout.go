package plots

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"
)

// panel is a plot made ready to be drawn: its data are checked, its colours chosen.
type panel struct {
	title  string    // of one or more lines
	width  vg.Length // of the figure if the plot stands alone; 0: SingleColumn
	aspect float64   // height of the drawing area over its width
	rigid  bool      // the aspect must be kept, else the drawing takes the height of its row
	key    []entry   // what a legend must explain
	bar    *colorBar
	draw   func(canvas)
}

const (
	margin     = vg.Length(3)
	gutter     = vg.Length(10) // between panels, and between panels and what stands beside them
	titleSpace = titleSize * 1.7
	narrowest  = vg.Length(30) // column
)

// alone makes a figure of one plot.
func alone(p Plot) (*Figure, error) {
	made, err := p.panel()
	if err != nil {
		return nil, err
	}
	width := made.width
	if width == 0 {
		width = SingleColumn
	}
	return layout{panels: []*panel{made}, columns: 1, width: width}.figure()
}

// layout places panels in rows, each with its own legend and colour bar, or one for all of them where they agree.
type layout struct {
	panels  []*panel
	columns int
	width   vg.Length
	letters bool

	key    legend    // shared, below the panels; or beside a lone panel of points
	beside bool      // the shared key stands at the right
	bar    *colorBar // shared, at the right
}

func (l layout) figure() (*Figure, error) {
	var notes []string
	if entries, agree := commonKey(l.panels); agree {
		l.beside = len(l.panels) == 1 && len(entries) > 0 && entries[0].stroke == 0 && l.panels[0].bar == nil
		if l.beside {
			place := func(of []entry) legend { return legendWithin(of, 0, l.width*0.75) }
			l.key, notes = fitted(entries, min(l.width/2, l.width-2*margin-gutter-narrowest), highest, place)
		} else {
			place := func(of []entry) legend { return legendWithin(of, l.width-2*margin, 0) }
			l.key, notes = fitted(entries, l.width-2*margin, highest/3, place)
		}
		l.panels = each(l.panels, func(p *panel) { p.key = nil })
	} else {
		cell := l.cellWidth()
		l.panels = each(l.panels, func(p *panel) {
			place := func(of []entry) legend { return legendWithin(of, 0, cell) }
			key, n := fitted(p.key, cell/2, highest, place)
			p.key, notes = key.entries, append(notes, n...)
		})
	}
	if bar, agree := commonBar(l.panels); agree {
		l.bar = bar
		l.panels = each(l.panels, func(p *panel) { p.bar = nil })
	}
	cell := l.cellWidth()
	if cell < narrowest {
		return nil, fmt.Errorf("plots: width = %.3g mm, too little for %d columns beside their legends", l.width/vg.Millimeter, l.columns)
	}
	rows := l.rowHeights(cell)
	if l.beside {
		rows[0] = max(rows[0], l.key.height())
	}
	height := 2*margin + vg.Length(len(rows)-1)*gutter
	for i, h := range rows {
		height += h + l.titleSpace(i)
	}
	if n := len(l.key.entries); n > 0 && !l.beside {
		height += gutter/2 + l.key.height()
	}
	if height > highest {
		return nil, fmt.Errorf("plots: height = %.0f mm, more than %.0f: use more columns", height/vg.Millimeter, highest/vg.Millimeter)
	}
	height = vg.Length(math.Ceil(height.Dots(DPI))) * vg.Inch / DPI // whole pixels
	slices.Sort(notes)
	return &Figure{slices.Compact(notes), l.width, height, func(c canvas) { l.paint(c, cell, rows) }}, nil
}

// cellWidth is what a column gets, its panel's own legend included.
func (l layout) cellWidth() vg.Length {
	inner := l.width - 2*margin - vg.Length(l.columns-1)*gutter
	if l.beside {
		inner -= l.key.width() + gutter
	}
	if l.bar != nil {
		inner -= l.bar.width(l.width/vg.Length(l.columns)) + gutter
	}
	return inner / vg.Length(l.columns)
}

func (l layout) row(i int) []*panel {
	return l.panels[i*l.columns : min((i+1)*l.columns, len(l.panels))]
}

func (l layout) rowHeights(cell vg.Length) []vg.Length {
	heights := make([]vg.Length, (len(l.panels)+l.columns-1)/l.columns)
	for i := range heights {
		for _, p := range l.row(i) {
			heights[i] = max(heights[i], (cell-p.sideWidth(cell))*vg.Length(p.aspect))
		}
	}
	return heights
}

func (l layout) titleSpace(row int) vg.Length {
	lines := 0
	if l.letters {
		lines = 1
	}
	for _, p := range l.row(row) {
		if p.title != "" {
			lines = max(lines, 1+strings.Count(p.title, "\n"))
		}
	}
	if lines == 0 {
		return 0
	}
	return titleSpace + vg.Length(lines-1)*titleSize*lineHeight
}

func (l layout) paint(c canvas, cell vg.Length, rows []vg.Length) {
	y := c.Max.Y - margin
	first := c
	for i, height := range rows {
		title := l.titleSpace(i)
		for j, p := range l.row(i) {
			place := c
			place.Min = vg.Point{X: c.Min.X + margin + vg.Length(j)*(cell+gutter), Y: y - title - height}
			place.Max = place.Min.Add(vg.Point{X: cell, Y: height})
			if i == 0 {
				first = place
			}
			if l.letters {
				letter := text{s: letterOf(i*l.columns + j), size: letterSize, bold: true, x: left, y: top}
				c.text(letter, vg.Point{X: place.Min.X, Y: y})
			}
			p.paint(place)
		}
		y -= title + height + gutter
	}
	switch {
	case len(l.key.entries) > 0 && l.beside:
		l.key.draw(c, vg.Point{X: first.Max.X + gutter, Y: first.Center().Y + l.key.height()/2})
	case len(l.key.entries) > 0:
		l.key.draw(c, vg.Point{X: c.Center().X - l.key.width()/2, Y: c.Min.Y + margin + l.key.height()})
	}
	if l.bar != nil {
		l.bar.draw(l.barPlace(first))
	}
}

// sideWidth is what the panel's own legend and colour bar take beside it.
func (p *panel) sideWidth(cell vg.Length) (w vg.Length) {
	if len(p.key) > 0 {
		w += gutter/2 + legendWithin(p.key, 0, cell).width()
	}
	if p.bar != nil {
		w += gutter/2 + p.bar.width(cell)
	}
	return w
}

// paint draws the panel, with what stands beside it, into c from the top and its title above c.
func (p *panel) paint(c canvas) {
	if p.rigid {
		c.Min.Y = max(c.Min.Y, c.Max.Y-(c.width()-p.sideWidth(c.width()))*vg.Length(p.aspect))
	}
	body := c.inset(0, p.sideWidth(c.width()), 0, 0)
	baseline := vg.Point{X: body.Center().X, Y: c.Max.Y + titleSpace - titleSize*capHeight}
	for _, line := range slices.Backward(strings.Split(p.title, "\n")) {
		c.text(text{s: line, size: titleSize, y: bottom}, baseline)
		baseline.Y += titleSize * lineHeight
	}
	p.draw(body)
	x := body.Max.X + gutter/2
	if len(p.key) > 0 {
		key := legendWithin(p.key, 0, c.width())
		key.draw(c, vg.Point{X: x, Y: c.Center().Y + key.height()/2})
		x += key.width() + gutter/2
	}
	if p.bar != nil {
		p.bar.draw(c.inset(x-c.Min.X, 0, c.height()*0.1, c.height()*0.1))
	}
}

// barPlace is where a shared colour bar stands: beside the first row.
func (l layout) barPlace(first canvas) canvas {
	place := first
	place.Min.X = first.Max.X + gutter
	place.Max.X = place.Min.X + l.bar.width(first.height())
	return place.inset(0, 0, first.height()*0.1, first.height()*0.1)
}

// commonKey is the union of the panels' legends, unless two of them give one name two looks or two names one look.
func commonKey(panels []*panel) (entries []entry, agree bool) {
	for _, p := range panels {
		for _, e := range p.key {
			i := slices.IndexFunc(entries, func(o entry) bool { return o.name == e.name || o.looksLike(e) })
			switch {
			case i < 0:
				entries = append(entries, e)
			case entries[i].name != e.name || !entries[i].looksLike(e):
				return nil, false
			}
		}
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return a.rank - b.rank })
	return entries, true
}

// commonBar is the colour bar of all panels, if each has one and they are the same.
func commonBar(panels []*panel) (*colorBar, bool) {
	first := panels[0].bar
	if first == nil || slices.ContainsFunc(panels, func(p *panel) bool { return p.bar == nil || *p.bar != *first }) {
		return nil, false
	}
	return first, true
}

// each applies a change to copies of the panels.
func each(panels []*panel, change func(*panel)) []*panel {
	out := make([]*panel, len(panels))
	for i, p := range panels {
		changed := *p
		change(&changed)
		out[i] = &changed
	}
	return out
}

// letterOf is a, b, ..., z, aa, ab, ...
func letterOf(i int) string {
	s := string(rune('a' + i%26))
	if i >= 26 {
		return letterOf(i/26-1) + s
	}
	return s
}
