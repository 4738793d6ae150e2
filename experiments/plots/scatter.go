package plots

import (
	"cmp"
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/plot/vg"

	"affmatch/internal/fault"
)

// Scatter shows an embedding: one disc a point, coloured by a class or by a value, in equal aspect, without axes (the
// coordinates of an embedding have no meaning of their own). Points are drawn in one shuffled order, so that late
// classes do not hide early ones.
type Scatter struct {
	Points mat.Matrix // n×2, finite; for points in space see Project
	Title  string     // above the plot, in one or more lines; empty: none

	// Labels holds the class of each point, nil for none; it excludes Values. With Names, label c is called Names[c], has
	// the c-th colour of Categorical(len(Names)), and must lie in 0..len(Names)-1. Without, the labels that occur are
	// their own names and take the colours in increasing order. The label Unlabeled is grey and lies beneath the others.
	Labels []int
	Names  []string

	// Values holds a finite number for each point, shown on the colour map Continuous beside a colour bar called
	// ValueName; nil for none. ValueRange holds the ends of the map, beyond which the colour does not change; both zero
	// means the least and the greatest value.
	Values     []float64
	ValueName  string
	ValueRange [2]float64

	// Depth holds how far each point lies behind the plane, as Project gives it; nil for none. The farther are drawn
	// first, and paler unless they show Values.
	Depth []float64

	Width       vg.Length // of the figure; 0: SingleColumn
	Radius      vg.Length // of the discs; 0: from 1.5 points down to 0.45 for many points
	Alpha       float64   // opacity in 0..1; 0: from 0.85 down to 0.5 for many points
	RasterAbove int       // more points than this are drawn as an image of DPI pixels an inch, in SVG and PDF too; 0: 5000
}

const rasterAbove = 5000

var _ Plot = Scatter{}

// Figure draws the plot alone, with its legend or colour bar at the right.
func (s Scatter) Figure() (*Figure, error) { return alone(s) }

func (s Scatter) panel() (*panel, error) {
	at, err := coordinates("plots: Scatter: Points", s.Points)
	if err != nil {
		return nil, err
	}
	if err := s.check(len(at)); err != nil {
		return nil, err
	}
	p := &panel{title: s.Title, width: s.Width, aspect: 1}
	colors := slices.Repeat([]color.NRGBA{okabeIto[0]}, len(at))
	switch {
	case s.Labels != nil:
		colors, p.key = classes(s.Labels, s.Names)
	case s.Values != nil:
		colors, p.bar = shades(s.Values, s.ValueName, s.ValueRange)
	}
	c := cloud{radius: s.Radius, alpha: s.Alpha, image: len(at) > s.rasterAbove()}
	order := shuffled(len(at))
	switch {
	case s.Depth != nil:
		slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(s.Depth[j], s.Depth[i]) })
		if s.Values == nil {
			fog(colors, s.Depth)
		}
	case s.Labels != nil:
		slices.SortStableFunc(order, func(i, j int) int { return layer(s.Labels[i]) - layer(s.Labels[j]) })
	}
	for _, i := range order {
		c.at = append(c.at, at[i])
		c.color = append(c.color, colors[i])
	}
	p.draw = c.draw
	return p, nil
}

func (s Scatter) rasterAbove() int {
	if s.RasterAbove == 0 {
		return rasterAbove
	}
	return s.RasterAbove
}

// check reports what is wrong with everything but the points.
func (s Scatter) check(n int) error {
	const where = "plots: Scatter: "
	switch {
	case s.Labels != nil && s.Values != nil:
		return fault.Field(where+"Labels and Values", "both given", "one of them")
	case s.Labels != nil && len(s.Labels) != n:
		return fault.Field(where+"len(Labels)", len(s.Labels), fmt.Sprintf("%d, one a point", n))
	case s.Values != nil && len(s.Values) != n:
		return fault.Field(where+"len(Values)", len(s.Values), fmt.Sprintf("%d, one a point", n))
	case s.Depth != nil && len(s.Depth) != n:
		return fault.Field(where+"len(Depth)", len(s.Depth), fmt.Sprintf("%d, one a point", n))
	case s.Names != nil && s.Labels == nil:
		return fault.Field(where+"Names", s.Names, "none without Labels")
	case !(s.Radius >= 0 && s.Radius <= 20):
		return fault.Field(where+"Radius", s.Radius, "0 to 20 points")
	case !(s.Alpha >= 0 && s.Alpha <= 1):
		return fault.Field(where+"Alpha", s.Alpha, "0 to 1")
	case s.RasterAbove < 0:
		return fault.Field(where+"RasterAbove", s.RasterAbove, "at least 0")
	}
	return cmp.Or(
		checkWidth(where, s.Width),
		checkRange(where+"ValueRange", s.ValueRange),
		checkLabels(where, s.Labels, s.Names),
		checkNumbers(where+"Values", s.Values),
		checkNumbers(where+"Depth", s.Depth),
	)
}

// coordinates reads a matrix of points in the plane.
func coordinates(where string, m mat.Matrix) ([][2]float64, error) {
	if m == nil {
		return nil, fault.Field(where, nil, "a matrix of n rows and 2 columns")
	}
	n, d := m.Dims()
	if n == 0 || d != 2 {
		return nil, fault.Field(where, fmt.Sprintf("%d×%d", n, d), "at least one row and 2 columns")
	}
	at := make([][2]float64, n)
	for i := range at {
		for j := range 2 {
			v := m.At(i, j)
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, fault.Field(fmt.Sprintf("%s: row %d, column %d", where, i, j), v, "a finite number")
			}
			at[i][j] = v
		}
	}
	return at, nil
}
