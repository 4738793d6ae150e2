package plots

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"math"
	"regexp"
	"strings"

	xfont "golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/encoding/charmap"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgpdf"
	"gonum.org/v1/plot/vg/vgsvg"
)

// What gonum's three canvases leave to be desired is put right here, one by one.

// outlined draws text as the outlines of its glyphs. An image canvas needs it: its own text is set on whole pixels and
// blurs when turned.
type outlined struct{ vg.Canvas }

func (o outlined) FillString(f font.Face, at vg.Point, s string) {
	if p := glyphs(f, at, s); len(p) > 0 {
		o.Fill(p)
	}
}

// glyphs is the outline of a line of text whose baseline starts at the given point.
func glyphs(f font.Face, at vg.Point, s string) vg.Path {
	var (
		buf  sfnt.Buffer
		path vg.Path
		em   = fixed.Int26_6(f.Face.UnitsPerEm())
		unit = f.Font.Size / vg.Length(em)
	)
	for i, r := range s {
		index, err := f.Face.GlyphIndex(&buf, r)
		if err != nil {
			continue
		}
		outline, err := f.Face.LoadGlyph(&buf, index, em, nil)
		if err != nil {
			continue
		}
		origin := at.Add(vg.Point{X: f.Width(s[:i])})
		point := func(p fixed.Point26_6) vg.Point {
			return origin.Add(vg.Point{X: vg.Length(p.X) * unit, Y: -vg.Length(p.Y) * unit})
		}
		for j, seg := range outline {
			switch seg.Op {
			case sfnt.SegmentOpMoveTo:
				if j > 0 {
					path.Close()
				}
				path.Move(point(seg.Args[0]))
			case sfnt.SegmentOpLineTo:
				path.Line(point(seg.Args[0]))
			case sfnt.SegmentOpQuadTo:
				path.QuadTo(point(seg.Args[0]), point(seg.Args[1]))
			case sfnt.SegmentOpCubeTo:
				path.CubeTo(point(seg.Args[0]), point(seg.Args[1]), point(seg.Args[2]))
			}
		}
		if len(outline) > 0 {
			path.Close()
		}
	}
	return path
}

// pdfCanvas mends what is wrong in vgpdf: colours with alpha come out darkened (it takes them premultiplied), text is taken
// for Windows-1252 whatever it is, arcs are painted twice, and images stand on
// their heads, with the alpha of the last colour.
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

// withResolution adds the chunk pHYs to a PNG file, after its header, so that programs know its size in print.
func withResolution(file []byte) []byte {
	const header = 8 + 4 + 4 + 13 + 4 // signature and IHDR
	const perMetre = DPI * 10000 / 254
	chunk := []byte("pHYs")
	chunk = binary.BigEndian.AppendUint32(chunk, perMetre)
	chunk = binary.BigEndian.AppendUint32(chunk, perMetre)
	chunk = append(chunk, 1) // unit: metre
	out := append([]byte(nil), file[:header]...)
	out = binary.BigEndian.AppendUint32(out, uint32(len(chunk)-4))
	out = append(out, chunk...)
	out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(chunk))
	return append(out, file[header:]...)
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

var pdfDate = regexp.MustCompile(`/(CreationDate|ModDate) \(D:\d{14}\)`)

// undatedPDF sets the dates in a PDF file to the year 2000 without moving a byte.
func undatedPDF(file []byte) []byte {
	return pdfDate.ReplaceAll(file, []byte("/$1 (D:20000101000000)"))
}
