package plots

import (
	"image/color"
	"math"
	"regexp"
	"sync"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/vg"
)

// align says which edge of a text lies at the given point.
type align int

const (
	center align = iota
	left
	right
	bottom // the baseline
	top    // the height of capitals
)

// text is one line of type. Its zero alignment is centred on the middle of the capitals.
type text struct {
	s       string
	size    vg.Length
	color   color.Color // nil: ink
	bold    bool
	x, y    align
	upwards bool // turned a quarter, read from below
}

// Parts of the type size, of Liberation Sans.
const (
	capHeight  = 0.69
	descent    = 0.21
	lineHeight = 1.3
	raised     = 0.38
	lowered    = -0.18
	scriptSize = 0.72
)

var fontCache = sync.OnceValue(func() *font.Cache { return font.NewCache(liberation.Collection()) })

func face(size vg.Length, bold bool) font.Face {
	f := font.Font{Typeface: "Liberation", Variant: "Sans"}
	if bold {
		f.Weight = xfont.WeightBold
	}
	return fontCache().Lookup(f, size)
}

// span is a stretch of text at one height.
type span struct {
	s     string
	size  float64 // of the text's size
	shift float64 // of the text's size
}

var script = regexp.MustCompile(`[\^_]\{([^{}]*)\}`)

// spans cuts a text at its ^{...} and _{...}.
func spans(s string) []span {
	var out []span
	start := 0
	for _, m := range script.FindAllStringSubmatchIndex(s, -1) {
		if m[0] > start {
			out = append(out, span{s[start:m[0]], 1, 0})
		}
		shift := raised
		if s[m[0]] == '_' {
			shift = lowered
		}
		out = append(out, span{s[m[2]:m[3]], scriptSize, shift})
		start = m[1]
	}
	if start < len(s) {
		out = append(out, span{s[start:], 1, 0})
	}
	return out
}

func (t text) width() vg.Length {
	var w vg.Length
	for _, p := range spans(t.s) {
		f := face(t.size*vg.Length(p.size), t.bold)
		w += f.Width(p.s)
	}
	return w
}

func (c canvas) text(t text, at vg.Point) {
	if t.s == "" {
		return
	}
	if t.color == nil {
		t.color = ink
	}
	var off vg.Point
	switch t.x {
	case center:
		off.X = -t.width() / 2
	case right:
		off.X = -t.width()
	}
	switch t.y {
	case center:
		off.Y = -capHeight / 2 * t.size
	case top:
		off.Y = -capHeight * t.size
	}
	if t.upwards {
		c.Push()
		defer c.Pop()
		c.Translate(at)
		c.Rotate(math.Pi / 2)
		at = vg.Point{}
	}
	at = at.Add(off)
	c.SetColor(t.color)
	for _, p := range spans(t.s) {
		f := face(t.size*vg.Length(p.size), t.bold)
		c.FillString(f, at.Add(vg.Point{Y: t.size * vg.Length(p.shift)}), p.s)
		at.X += f.Width(p.s)
	}
}
