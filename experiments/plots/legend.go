package plots

import (
	"fmt"
	"image/color"
	"slices"

	"gonum.org/v1/plot/vg"
)

// entry is one line of a legend: a disc, or a stroke if it has a width.
type entry struct {
	name   string
	color  color.NRGBA
	stroke vg.Length
	dashes []vg.Length
	rank   int // a legend is in increasing order of it
}

// looksLike reports whether a reader would take the two for the same.
func (e entry) looksLike(o entry) bool {
	return e.color == o.color && e.stroke == o.stroke && slices.Equal(e.dashes, o.dashes)
}

const (
	markRadius = vg.Length(2.4)
	strokeMark = vg.Length(14) // length of a stroke
	markGap    = vg.Length(3.5)
	entryGap   = vg.Length(10) // between entries of a row, and columns
)

func (e entry) markWidth() vg.Length {
	if e.stroke > 0 {
		return strokeMark
	}
	return 2 * markRadius
}

func (e entry) width() vg.Length {
	return e.markWidth() + markGap + text{s: e.name, size: smallSize}.width()
}

// draw draws the entry with the left end of its middle line at the given point.
func (e entry) draw(c canvas, at vg.Point) {
	w := e.markWidth()
	if e.stroke > 0 {
		c.line(e.stroke, e.color, e.dashes, at, at.Add(vg.Point{X: w}))
	} else {
		c.disc(at.Add(vg.Point{X: w / 2}), markRadius, e.color)
	}
	c.text(text{s: e.name, size: smallSize, x: left}, at.Add(vg.Point{X: w + markGap}))
}

// legend is a block of entries, column by column.
type legend struct {
	entries []entry
	rows    int
}

const rowHeight = smallSize * 1.45

// legendWithin lays entries out for a place of limited width or height: in as few rows as the width allows for a legend
// below a figure (height 0), else in as few columns as the height allows.
func legendWithin(entries []entry, width, height vg.Length) legend {
	l := legend{entries, 1}
	if height > 0 {
		l.rows = min(max(1, int(height/rowHeight)), len(entries))
		return l
	}
	for l.rows < len(entries) && l.width() > width {
		l.rows++
	}
	return l
}

// column holds the entries of a column.
func (l legend) column(i int) []entry {
	return l.entries[i*l.rows : min((i+1)*l.rows, len(l.entries))]
}

func (l legend) columns() int {
	if len(l.entries) == 0 {
		return 0
	}
	return (len(l.entries) + l.rows - 1) / l.rows
}

func widthOf(column []entry) (w vg.Length) {
	for _, e := range column {
		w = max(w, e.width())
	}
	return w
}

func (l legend) width() (w vg.Length) {
	for i := range l.columns() {
		w += widthOf(l.column(i)) + entryGap
	}
	return max(w-entryGap, 0)
}

func (l legend) height() vg.Length { return vg.Length(l.rows) * rowHeight }

// draw draws the legend with its upper left corner at the given point.
func (l legend) draw(c canvas, at vg.Point) {
	for i := range l.columns() {
		for j, e := range l.column(i) {
			e.draw(c, at.Sub(vg.Point{Y: (vg.Length(j) + 0.5) * rowHeight}))
		}
		at.X += widthOf(l.column(i)) + entryGap
	}
}

// fitted is a legend of at most some width and height, as it is placed: names that take more than four fifths of the
// width are shortened, and where that is not enough, the last entries are left out. The notes say so.
func fitted(entries []entry, width, height vg.Length, place func([]entry) legend) (l legend, notes []string) {
	all, short := slices.Clone(entries), 0
	for i := range all {
		if name := shortened(all[i].name, width*4/5); name != all[i].name {
			all[i].name = name
			short++
		}
	}
	if short > 0 {
		notes = append(notes, fmt.Sprintf("legend: %d of %d names are shortened", short, len(all)))
	}
	l = place(all)
	for kept := len(all); kept > 1 && (l.width() > width || l.height() > height); {
		kept -= max(1, kept/10)
		more := entry{name: fmt.Sprintf("and %d more", len(all)-kept), stroke: all[0].stroke}
		if l = place(append(all[:kept:kept], more)); l.width() <= width && l.height() <= height {
			notes = append(notes, fmt.Sprintf("legend: %d of %d names are left out", len(all)-kept, len(all)))
		}
	}
	return l, notes
}

// shortened is a name with its middle left out, so that it is no wider than may be.
func shortened(name string, width vg.Length) string {
	letters := []rune(name)
	for keep := len(letters) - 1; keep > 4 && (text{s: name, size: smallSize}).width() > width; keep-- {
		name = string(letters[:(keep+1)/2]) + "…" + string(letters[len(letters)-keep/2:])
	}
	return name
}
