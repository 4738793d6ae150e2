package runs

import (
	"fmt"
	"math"
	"slices"

	"affmatch/experiments/datasets"
	"affmatch/experiments/plots"

	"gonum.org/v1/gonum/mat"
)

// Picture is the scatter plot of an embedding of d: two coordinates as they are, three as seen from the side, one as a strip
// for each class. Others have no picture: an error.
func Picture(title string, d *datasets.Data, z *mat.Dense) (plots.Plot, error) {
	s := plots.Scatter{Points: z, Title: title}
	switch {
	case d.Labels != nil:
		s.Labels, s.Names = d.Labels, d.Names
	case d.Values != nil:
		s.Values = d.Values
	}
	_, dim := z.Dims()
	switch dim {
	case 1:
		s.Points = strips(z, d.Labels)
		return s, nil
	case 2:
		return s, nil
	case 3:
		flat, depth, err := plots.Project(z, -60, 30)
		s.Points, s.Depth = flat, depth
		return s, err
	}
	return nil, fmt.Errorf("runs: no picture of %d dimensions, only of 1 to 3", dim)
}

// strips are points of one coordinate, one class above the other, each as high as all are wide by a twentieth or less,
// so that points of one place are seen side by side.
func strips(z *mat.Dense, labels []int) *mat.Dense {
	n, _ := z.Dims()
	classes := 1
	for _, l := range labels {
		classes = max(classes, l+1)
	}
	values := mat.Col(nil, 0, z)
	high := (slices.Max(values) - slices.Min(values)) / float64(max(20, 3*classes))
	flat := mat.NewDense(n, 2, nil)
	for i, v := range values {
		level := 0
		if labels != nil {
			level = max(0, labels[i])
		}
		spread := math.Mod(float64(i)*0.6180339887498949, 1) // even, and the same each time
		flat.SetRow(i, []float64{v, high * (float64(0.8*spread) - float64(1.5*float64(level)))})
	}
	return flat
}

// Drawing is what a figure can be made of.
type Drawing interface {
	Figure() (*plots.Figure, error)
}

// Figure writes a figure, all formats if none is named.
func (f Folder) Figure(base string, p Drawing, formats ...string) error {
	fig, err := p.Figure()
	if err != nil {
		return err
	}
	return plots.Save(fig, f.Path(base), formats...)
}

// Draw writes a figure if it can be drawn, and says what is not to be seen: of a run that is nothing but a note.
func (f Folder) Draw(base string, p Drawing) (notes []string, err error) {
	fig, err := p.Figure()
	if err != nil {
		return []string{fmt.Sprintf("no figure %s: %v", base, err)}, nil
	}
	for _, note := range fig.Notes {
		notes = append(notes, fmt.Sprintf("figure %s: %s", base, note))
	}
	return notes, plots.Save(fig, f.Path(base))
}
