package plots

import (
	"bytes"
	"image/color"
	"io"

	"gonum.org/v1/plot/vg/vgsvg"
)

func (f *Figure) svg(w io.Writer) error {
	c := vgsvg.New(f.width, f.height)
	f.draw(svgCanvas{c})
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return err
	}
	_, err := w.Write(portableSVG(b.Bytes()))
	return err
}

// svgCanvas hands vgsvg colours that come out as they are: it divides by alpha and then cuts off what follows the point.
type svgCanvas struct{ *vgsvg.Canvas }

// roundedUp is a colour whose premultiplied parts lie just above their true values.
type roundedUp color.NRGBA

func (c roundedUp) RGBA() (r, g, b, a uint32) {
	a = uint32(c.A) * 0x101
	part := func(v uint8) uint32 { return uint32(v)*a/255 + 1 }
	return part(c.R), part(c.G), part(c.B), a
}

func (s svgCanvas) SetColor(c color.Color) {
	s.Canvas.SetColor(roundedUp(color.NRGBAModel.Convert(c).(color.NRGBA)))
}

// portableSVG names fonts of the same widths to viewers without Liberation Sans, and the true type of embedded images.
func portableSVG(file []byte) []byte {
	file = bytes.ReplaceAll(file, []byte("font-family:Liberation Sans;"), []byte("font-family:Liberation Sans,Arial,Helvetica,sans-serif;"))
	return bytes.ReplaceAll(file, []byte("data:image/jpg;base64"), []byte("data:image/png;base64"))
}
