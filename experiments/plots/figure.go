package plots

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"affmatch/internal/fault"
)

// Widths of figures in print.
const (
	SingleColumn = 85 * vg.Millimeter
	DoubleColumn = 175 * vg.Millimeter
)

// DPI is the resolution of PNG files and of points that are drawn as an image, in pixels per inch.
const DPI = 300

// Plot is one picture: Scatter, LossCurves, Matrix, and the others of this package.
type Plot interface {
	// Figure draws the plot alone.
	Figure() (*Figure, error)

	panel() (*panel, error)
}

// Figure is a finished drawing. It may be written any number of times, by several goroutines.
type Figure struct {
	Notes []string // what of the plots is not to be seen as it was given

	width, height vg.Length
	paint         func(canvas)
}

// Size is the figure's width and height in print.
func (f *Figure) Size() (width, height vg.Length) { return f.width, f.height }

// Formats are the file formats that figures are written in.
func Formats() []string { return []string{"png", "svg", "pdf"} }

// Write writes the figure as "png" (300 pixels an inch), "svg" or "pdf". The bytes depend on the figure alone.
func (f *Figure) Write(w io.Writer, format string) error {
	var err error
	switch format {
	case "png":
		err = f.png(w)
	case "svg":
		err = f.svg(w)
	case "pdf":
		err = f.pdf(w)
	default:
		return fault.Field("plots: format", fmt.Sprintf("%q", format), "one of "+strings.Join(Formats(), ", "))
	}
	if err != nil {
		return fmt.Errorf("plots: write %s: %w", format, err)
	}
	return nil
}

func (f *Figure) draw(c vg.Canvas) { f.paint(canvas{draw.NewCanvas(c, f.width, f.height)}) }

// checkFormats reports the first format that cannot be written.
func checkFormats(formats []string) error {
	for _, f := range formats {
		if !slices.Contains(Formats(), f) {
			return fault.Field("plots: format", fmt.Sprintf("%q", f), "one of "+strings.Join(Formats(), ", "))
		}
	}
	return nil
}
