package plots

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/plot/vg"

	"affmatch/internal/fault"
)

// Scatter shows an embedding: one disc a point, coloured by a class or by a value, in equal aspect, without axes (the
// coordinates of an embedding have no meaning of their own). Points are drawn in one shuffled order, so that late
// classes do not hide early ones.
type Scatter struct {
	Points mat.Matrix // n×2, finite
	Title  string     // above the plot; empty: none

	// Labels holds the class of each point, nil for none; it excludes Values. With Names, label c is called Names[c], has
	// the c-th colour of Categorical(len(Names)), and must lie in 0..len(Names)-1. Without, the labels that occur are
	// their own names and take the colours in increasing order. The label Unlabelled is grey and lies beneath the others.
	Labels []int
	Names  []string

	// Values holds a finite number for each point, shown on the colour map Continuous beside a colour bar called
	// ValueName; nil for none. ValueRange holds the ends of the map, beyond which the colour does not change; both zero
	// means the least and the greatest value.
	Values     []float64
	ValueName  string
	ValueRange [2]float64

	Width       vg.Length // of the figure; 0: SingleColumn
	Radius      vg.Length // of the discs; 0: from 1.5 points down to 0.45 for many points
	Alpha       float64   // opacity in 0..1; 0: from 0.85 down to 0.5 for many points
	RasterAbove int       // more points than this are drawn as an image of DPI pixels an inch, in SVG and PDF too; 0: 5000
}

// Unlabelled is the label of points that belong to no class.
const Unlabelled = -1

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
		colors, p.bar = s.values()
	}
	c := cloud{radius: s.Radius, alpha: s.Alpha, image: len(at) > s.rasterAbove()}
	order := shuffled(len(at))
	if s.Labels != nil {
		slices.SortStableFunc(order, func(i, j int) int { return beneath(s.Labels[i]) - beneath(s.Labels[j]) })
	}
	for _, i := range order {
		c.at = append(c.at, at[i])
		c.color = append(c.color, colors[i])
	}
	p.draw = c.draw
	return p, nil
}

func beneath(label int) int {
	if label == Unlabelled {
		return 0
	}
	return 1
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
	case s.Names != nil && s.Labels == nil:
		return fault.Field(where+"Names", s.Names, "none without Labels")
	case !(s.Width >= 0) || math.IsInf(float64(s.Width), 0):
		return fault.Field(where+"Width", s.Width, "at least 0, finite")
	case !(s.Radius >= 0) || math.IsInf(float64(s.Radius), 0):
		return fault.Field(where+"Radius", s.Radius, "at least 0, finite")
	case !(s.Alpha >= 0 && s.Alpha <= 1):
		return fault.Field(where+"Alpha", s.Alpha, "0 to 1")
	case s.RasterAbove < 0:
		return fault.Field(where+"RasterAbove", s.RasterAbove, "at least 0")
	case !(s.ValueRange[0] <= s.ValueRange[1]):
		return fault.Field(where+"ValueRange", s.ValueRange, "a lower end that is not above the upper end")
	}
	if err := checkLabels(where, s.Labels, s.Names); err != nil {
		return err
	}
	for i, v := range s.Values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fault.Field(fmt.Sprintf(where+"Values[%d]", i), v, "a finite number")
		}
	}
	return nil
}

// checkLabels reports a label that has no name, if there are names.
func checkLabels(where string, labels []int, names []string) error {
	if names == nil {
		return nil
	}
	for i, l := range labels {
		if l != Unlabelled && (l < 0 || l >= len(names)) {
			return fault.Field(fmt.Sprintf(where+"Labels[%d]", i), l, fmt.Sprintf("0 to %d (there are %d Names), or Unlabelled", len(names)-1, len(names)))
		}
	}
	return nil
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

// classes are the colour of each point and the legend of the classes that occur.
func classes(labels []int, names []string) ([]color.NRGBA, []entry) {
	present := slices.Clone(labels)
	slices.Sort(present)
	present = slices.Compact(present)
	if present[0] == Unlabelled {
		present = present[1:]
	}
	palette := Categorical(max(len(names), len(present)))
	looks := map[int]entry{Unlabelled: {name: "unlabelled", color: noLabel, rank: math.MaxInt32}}
	for i, l := range present {
		if names == nil {
			looks[l] = entry{name: strconv.Itoa(l), color: palette[i], rank: l}
		} else {
			looks[l] = entry{name: names[l], color: palette[l], rank: l}
		}
	}
	colors := make([]color.NRGBA, len(labels))
	var key []entry
	for _, l := range present {
		key = append(key, looks[l])
	}
	if slices.Contains(labels, Unlabelled) {
		key = append(key, looks[Unlabelled])
	}
	for i, l := range labels {
		colors[i] = looks[l].color
	}
	return colors, key
}

// values are the colour of each point and the bar that explains them.
func (s Scatter) values() ([]color.NRGBA, *colorBar) {
	lo, hi := s.ValueRange[0], s.ValueRange[1]
	if lo == 0 && hi == 0 {
		lo, hi = slices.Min(s.Values), slices.Max(s.Values)
	}
	bar := &colorBar{axis{label: s.ValueName, min: lo, max: hi}}
	colors := make([]color.NRGBA, len(s.Values))
	for i, v := range s.Values {
		colors[i] = Continuous(bar.position(v))
	}
	return colors, bar
}
