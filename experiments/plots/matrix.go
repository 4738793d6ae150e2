package plots

import (
	"cmp"
	"fmt"
	"image"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/plot/vg"

	"affmatch/internal/fault"
)

// Matrix shows the entries of a matrix, such as an affinity, as colours of the map Continuous beside a colour bar; the
// first row is on top.
type Matrix struct {
	Entries mat.Matrix // finite; of more than 1000 rows or columns, the means of blocks are shown
	Title   string
	Name    string // of the entries, at the colour bar

	// Labels, for a square matrix, puts rows and columns in the order of their classes, which strips of colour at the
	// edges show; nil leaves the order as it is. Names and the label Unlabeled (which comes last) are as in Scatter.
	Labels []int
	Names  []string

	// Log makes the colours those of logarithms; what is not positive is left white. Range holds the ends of the map,
	// beyond which the colour does not change; both zero means the least and the greatest of what is shown, with Log
	// not less than a millionth of the greatest.
	Log   bool
	Range [2]float64

	Width vg.Length // of the figure; 0: SingleColumn
}

const (
	mostCells  = 1000
	stripWidth = vg.Length(3)
	stripGap   = vg.Length(1.5)
)

var _ Plot = Matrix{}

// Figure draws the plot alone.
func (m Matrix) Figure() (*Figure, error) { return alone(m) }

func (m Matrix) panel() (*panel, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	rows, cols := m.Entries.Dims()
	p := &panel{title: m.Title, width: m.Width, aspect: float64(rows) / float64(cols), rigid: true}
	order := identity(max(rows, cols))
	var strip *image.NRGBA
	if m.Labels != nil {
		slices.SortStableFunc(order, func(i, j int) int { return labelRank(m.Labels[i]) - labelRank(m.Labels[j]) })
		var colors []color.NRGBA
		colors, p.key = classes(m.Labels, m.Names)
		strip = image.NewNRGBA(image.Rect(0, 0, rows, 1))
		for place, i := range order {
			strip.SetNRGBA(place, 0, colors[i])
		}
	}
	cells, err := blocks(m.Entries, order)
	if err != nil {
		return nil, err
	}
	lo, hi, err := m.ends(cells)
	if err != nil {
		return nil, err
	}
	p.bar = &colorBar{axis{label: m.Name, min: lo, max: hi, log: m.Log}}
	p.draw = drawMatrix(painted(cells, *p.bar), strip)
	return p, nil
}

func (m Matrix) check() error {
	const where = "plots: Matrix: "
	if m.Entries == nil {
		return fault.Field(where+"Entries", nil, "a matrix")
	}
	rows, cols := m.Entries.Dims()
	switch {
	case rows == 0 || cols == 0:
		return fault.Field(where+"Entries", fmt.Sprintf("%d×%d", rows, cols), "at least one row and column")
	case m.Labels != nil && rows != cols:
		return fault.Field(where+"Entries", fmt.Sprintf("%d×%d", rows, cols), "a square matrix, or no Labels")
	case m.Labels != nil && len(m.Labels) != rows:
		return fault.Field(where+"len(Labels)", len(m.Labels), fmt.Sprintf("%d, one a row", rows))
	case m.Names != nil && m.Labels == nil:
		return fault.Field(where+"Names", m.Names, "none without Labels")
	case m.Log && m.Range[0] < 1/largest && m.Range != [2]float64{}:
		return fault.Field(where+"Range", m.Range, "positive ends (1e-300 at least) with Log")
	}
	return cmp.Or(
		checkWidth(where, m.Width),
		checkRange(where+"Range", m.Range),
		checkLabels(where, m.Labels, m.Names),
	)
}

// ends are the ends of the colour map.
func (m Matrix) ends(cells [][]float64) (lo, hi float64, err error) {
	if m.Range != [2]float64{} {
		return m.Range[0], m.Range[1], nil
	}
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, row := range cells {
		for _, v := range row {
			if !m.Log || v >= 1/largest {
				lo, hi = min(lo, v), max(hi, v)
			}
		}
	}
	if m.Log {
		lo = max(lo, hi*1e-6)
	}
	if lo > hi {
		return 0, 0, fault.Field("plots: Matrix: Entries", "none above 0", "a positive one with Log")
	}
	return lo, hi, nil
}

// blocks are the means of square blocks of entries, rows and columns in the given order: at most mostCells a side.
func blocks(m mat.Matrix, order []int) ([][]float64, error) {
	rows, cols := m.Dims()
	size := (max(rows, cols) + mostCells - 1) / mostCells
	out := make([][]float64, (rows+size-1)/size)
	for i := range out {
		out[i] = make([]float64, (cols+size-1)/size)
	}
	for i := range rows {
		row := out[i/size]
		height := min(size, rows-i/size*size)
		for j := range cols {
			v := m.At(order[i], order[j])
			if math.IsNaN(v) || math.Abs(v) > largest {
				at := fmt.Sprintf("plots: Matrix: Entries: row %d, column %d", order[i], order[j])
				return nil, fault.Field(at, v, "a number within ±1e300")
			}
			row[j/size] += v / float64(height*min(size, cols-j/size*size))
		}
	}
	return out, nil
}

// painted gives each cell its colour.
func painted(cells [][]float64, bar colorBar) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, len(cells[0]), len(cells)))
	for i, row := range cells {
		for j, v := range row {
			c := color.NRGBA{255, 255, 255, 255}
			if !bar.axis.log || v >= 1/largest {
				c = Continuous(bar.position(v))
			}
			img.SetNRGBA(j, i, c)
		}
	}
	return img
}

// drawMatrix draws the cells in a thin frame, with the strip of classes above and, turned, at the left.
func drawMatrix(cells, strip *image.NRGBA) func(canvas) {
	return func(c canvas) {
		if strip != nil {
			above := c.inset(stripWidth+stripGap, 0, c.height()-stripWidth, 0)
			c.image(above.Rectangle, strip)
			beside := c.inset(0, c.width()-stripWidth, 0, stripWidth+stripGap)
			c.image(beside.Rectangle, turned(strip))
			c = c.inset(stripWidth+stripGap, 0, 0, stripWidth+stripGap)
		}
		c.image(c.Rectangle, cells)
		lo, hi := c.Min, c.Max
		c.line(hairline, ink, nil, lo, vg.Point{X: hi.X, Y: lo.Y}, hi, vg.Point{X: lo.X, Y: hi.Y}, lo)
	}
}

// turned is an image of one row as one of one column, from top to bottom.
func turned(row *image.NRGBA) *image.NRGBA {
	out := image.NewNRGBA(image.Rect(0, 0, 1, row.Bounds().Dx()))
	copy(out.Pix, row.Pix)
	return out
}

func identity(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}
