package plots

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"
)

func (f *Figure) png(w io.Writer) error {
	c := vgimg.NewWith(vgimg.UseWH(f.width, f.height), vgimg.UseDPI(DPI))
	f.draw(outlined{c})
	var b bytes.Buffer
	if _, err := (vgimg.PngCanvas{Canvas: c}).WriteTo(&b); err != nil {
		return err
	}
	_, err := w.Write(withResolution(b.Bytes()))
	return err
}

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
