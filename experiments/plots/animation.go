package plots

import (
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"io"

	"affmatch/internal/fault"

	"gonum.org/v1/gonum/mat"
)

// Animation is an embedding as it moves: a GIF of one picture a snapshot, each as large as its points are far apart, with a
// line below that grows with them. The last picture stays for three seconds.
type Animation struct {
	Frames []mat.Matrix // n x 2 each
	Labels []int        // the class of each row, from 0, or Unlabeled; nil: none
	Size   int          // of its sides, in pixels; 0: 480
	Rate   int          // pictures a second, 1 to 50; 0: 15
}

// GIF writes it. Of more than 255 classes those above share the colors of the first.
func (a Animation) GIF(w io.Writer) error {
	const where = "plots: Animation: "
	if a.Size == 0 {
		a.Size = 480
	}
	if a.Rate == 0 {
		a.Rate = 15
	}
	switch {
	case len(a.Frames) == 0:
		return fault.Field(where+"Frames", "none", "at least one")
	case a.Size < 16 || a.Size > 4096:
		return fault.Field(where+"Size", a.Size, "16 to 4096 pixels")
	case a.Rate < 1 || a.Rate > 50:
		return fault.Field(where+"Rate", a.Rate, "1 to 50 pictures a second")
	}
	rows, _ := a.Frames[0].Dims()
	for i, z := range a.Frames {
		if n, dim := z.Dims(); n != rows || n == 0 || dim != 2 {
			name := fmt.Sprintf("%sFrames[%d]", where, i)
			return fault.Field(name, fmt.Sprintf("%d x %d", n, dim), fmt.Sprintf("%d x 2", max(1, rows)))
		}
		for c := range 2 {
			if err := checkNumbers(fmt.Sprintf("%sFrames[%d]: column %d", where, i, c), mat.Col(nil, c, z)); err != nil {
				return err
			}
		}
	}
	if a.Labels != nil && len(a.Labels) != rows {
		return fault.Field(where+"Labels", len(a.Labels), fmt.Sprintf("%d, one a row", rows))
	}
	palette, ink := a.palette(rows)
	order := shuffled(rows)
	all := gif.GIF{Image: make([]*image.Paletted, len(a.Frames)), Delay: make([]int, len(a.Frames))}
	for i, z := range a.Frames {
		all.Image[i], all.Delay[i] = a.frame(z, palette, ink, order), 100/a.Rate
		for x := range a.Size * (i + 1) / len(a.Frames) {
			all.Image[i].SetColorIndex(x, a.Size-1, 1)
			all.Image[i].SetColorIndex(x, a.Size-2, 1)
		}
	}
	all.Delay[len(a.Frames)-1] = 300
	if err := gif.EncodeAll(w, &all); err != nil {
		return fmt.Errorf("plots: %w", err)
	}
	return nil
}

// palette is white, gray, and the colors of the classes; and which of them each row has.
func (a Animation) palette(rows int) (p color.Palette, ink []uint8) {
	classes := 1
	for _, l := range a.Labels {
		classes = max(classes, l+1)
	}
	classes = min(classes, 254)
	p = color.Palette{color.NRGBA{255, 255, 255, 255}, noLabel}
	for _, c := range Categorical(classes) {
		p = append(p, c)
	}
	ink = make([]uint8, rows)
	for i := range ink {
		switch {
		case a.Labels == nil:
			ink[i] = 2
		case a.Labels[i] < 0:
			ink[i] = 1
		default:
			ink[i] = uint8(2 + a.Labels[i]%classes)
		}
	}
	return p, ink
}

// frame draws points as squares, in an order that hides no class.
func (a Animation) frame(z mat.Matrix, palette color.Palette, ink []uint8, order []int) *image.Paletted {
	out := image.NewPaletted(image.Rect(0, 0, a.Size, a.Size), palette)
	n := len(ink)
	x, y := mat.Col(nil, 0, z), mat.Col(nil, 1, z)
	left, right, low, high := x[0], x[0], y[0], y[0]
	for i := range n {
		left, right, low, high = min(left, x[i]), max(right, x[i]), min(low, y[i]), max(high, y[i])
	}
	side := 3
	if n > 5000 {
		side = 2
	}
	room := float64(a.Size - 24)
	half := max(float64(right/2)-float64(left/2), float64(high/2)-float64(low/2))
	at := func(v, middle float64) int {
		if half == 0 {
			return a.Size / 2
		}
		return a.Size/2 + int(float64(room/2)*((v-middle)/half))
	}
	for _, i := range order {
		px, py := at(x[i], float64(left/2)+float64(right/2)), a.Size-at(y[i], float64(low/2)+float64(high/2))
		for dy := range side {
			for dx := range side {
				out.SetColorIndex(px+dx-side/2, py+dy-side/2, ink[i])
			}
		}
	}
	return out
}
