package plots

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"io"
	"math"
	"regexp"
	"strings"

	xfont "golang.org/x/image/font"
	"golang.org/x/text/encoding/charmap"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgpdf"
)

func (f *Figure) pdf(w io.Writer) (err error) {
	defer func() { // vgpdf panics, with a text, where it cannot write its temporary files
		switch r := recover().(type) {
		case nil:
		case string:
			err = errors.New(r)
		default:
			panic(r)
		}
	}()
	c := vgpdf.New(f.width, f.height)
	f.draw(pdfCanvas{c})
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return err
	}
	_, err = w.Write(undatedPDF(b.Bytes()))
	return err
}

// pdfCanvas mends what is wrong in vgpdf: colours with alpha come out darkened (it takes them premultiplied), text is taken
// for Windows-1252 whatever it is, arcs are painted twice, and images stand on their heads, with the alpha of the last
// colour.
type pdfCanvas struct{ *vgpdf.Canvas }

// straight is a colour that reports itself without multiplying by its alpha.
type straight color.NRGBA

func (s straight) RGBA() (r, g, b, a uint32) {
	return uint32(s.R) * 0x101, uint32(s.G) * 0x101, uint32(s.B) * 0x101, uint32(s.A) * 0x101
}

func (p pdfCanvas) SetColor(c color.Color) {
	p.Canvas.SetColor(straight(color.NRGBAModel.Convert(c).(color.NRGBA)))
}

// FillString writes upright text that Windows-1252 can hold as text, and any other as outlines. (vgpdf does not find its
// own bold fonts again.)
func (p pdfCanvas) FillString(f font.Face, at vg.Point, s string) {
	s = strings.ReplaceAll(s, "\u2212", "\u2013") // the en dash, which Windows-1252 has, looks the same
	encoded, err := charmap.Windows1252.NewEncoder().String(s)
	if err != nil || f.Font.Weight != xfont.WeightNormal {
		p.Fill(glyphs(f, at, s))
		return
	}
	p.Canvas.FillString(f, at, encoded)
}

// DrawImage turns the image over about the middle of its place, and takes no alpha from the colour before it.
func (p pdfCanvas) DrawImage(rect vg.Rectangle, img image.Image) {
	p.SetColor(color.Black)
	p.Push()
	defer p.Pop()
	p.Translate(vg.Point{Y: rect.Min.Y + rect.Max.Y})
	p.Scale(1, -1)
	p.Canvas.DrawImage(rect, img)
}

func (p pdfCanvas) Fill(path vg.Path) { p.Canvas.Fill(withoutArcs(path)) }

// withoutArcs replaces full circles, the only arcs that this package draws, by four cubic curves each.
func withoutArcs(path vg.Path) vg.Path {
	const k = 0.5522847498 // 4/3 (sqrt 2 - 1): error below 0.03 % of the radius
	var out vg.Path
	for _, s := range path {
		if s.Type != vg.ArcComp {
			out = append(out, s)
			continue
		}
		at := func(angle, tangent float64) vg.Point {
			sin, cos := math.Sincos(angle)
			return s.Pos.Add(vg.Point{
				X: s.Radius * vg.Length(cos-tangent*sin),
				Y: s.Radius * vg.Length(sin+tangent*cos),
			})
		}
		for q := range 4 {
			from, to := float64(q)*math.Pi/2, float64(q+1)*math.Pi/2
			out.CubeTo(at(from, k), at(to, -k), at(to, 0))
		}
	}
	return out
}

var pdfDate = regexp.MustCompile(`/(CreationDate|ModDate) \(D:\d{14}\)`)

// undatedPDF sets the dates in a PDF file to the year 2000 without moving a byte.
func undatedPDF(file []byte) []byte {
	return pdfDate.ReplaceAll(file, []byte("/$1 (D:20000101000000)"))
}
