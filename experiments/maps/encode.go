package maps

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/gonum/mat"

	"affmatch/experiments/plots"
)

// head stands before the planes, in JSON; page/data.js reads it. The planes are, each of n bytes: of each view the low and
// the high bytes of each coordinate; of the classes the low and, of more than 256, the high ones; of each column likewise.
type head struct {
	N       int          `json:"n"`
	Title   string       `json:"title"`
	Views   []viewHead   `json:"views"`
	Classes []classHead  `json:"classes"`
	Columns []columnHead `json:"columns"`
	Ramp    []string     `json:"ramp"` // colors of columns, from the least to the greatest
	Missing string       `json:"missing"`
	Named   bool         `json:"named"` // rows have names, in a part of their own
}

type viewHead struct {
	Title string `json:"title"`
	Dim   int    `json:"dim"`
}

type classHead struct {
	Name  string `json:"name"`
	Color string `json:"color"`
}

// columnHead is a column of all views (View below 0) or of one.
type columnHead struct {
	Name string  `json:"name"`
	View int     `json:"view"`
	Min  float64 `json:"min"`
	Max  float64 `json:"max"`
	Bits int     `json:"bits"`
}

// manyValues is the number of values in columns from which on they have 8 bits each.
const manyValues = 1 << 20

// encode makes the compressed parts of a page: points, and names (nil: none).
func (m Map) encode() (points, names string, err error) {
	n, _ := m.Views[0].Points.Dims()
	h := head{
		N: n, Title: m.Title, Missing: hex(plots.Continuous(math.NaN())), Named: m.RowNames != nil,
		Columns: []columnHead{}, Classes: []classHead{},
	}
	for i := range 256 {
		h.Ramp = append(h.Ramp, hex(plots.Continuous(float64(i)/255)))
	}
	var planes bytes.Buffer
	for _, v := range m.Views {
		_, dim := v.Points.Dims()
		h.Views = append(h.Views, viewHead{v.Title, dim})
		for _, axis := range quantized(v.Points) {
			write(&planes, axis, 16)
		}
	}
	if m.Labels != nil {
		classNames, of := m.classes()
		palette := plots.Categorical(len(classNames))
		for i, name := range classNames {
			h.Classes = append(h.Classes, classHead{name, hex(palette[i])})
		}
		h.Classes = append(h.Classes, classHead{"unlabeled", h.Missing})
		index := make([]uint16, n)
		for i, c := range of {
			index[i] = uint16(c)
		}
		write(&planes, index, bitsFor(len(h.Classes)))
	}
	count := len(m.Columns)
	for _, v := range m.Views {
		count += len(v.Columns)
	}
	bits := 16
	if count*n > manyValues {
		bits = 8
	}
	column := func(view int, c Column) {
		levels, least, greatest := c.levels(bits)
		h.Columns = append(h.Columns, columnHead{c.Name, view, least, greatest, bits})
		write(&planes, levels, bits)
	}
	for _, c := range m.Columns {
		column(-1, c)
	}
	for i, v := range m.Views {
		for _, c := range v.Columns {
			column(i, c)
		}
	}
	text, err := json.Marshal(h)
	if err != nil {
		return "", "", fmt.Errorf("maps: %w", err)
	}
	points, err = packed(binary.LittleEndian.AppendUint32(nil, uint32(len(text))), text, planes.Bytes())
	if err != nil || m.RowNames == nil {
		return points, "", err
	}
	if text, err = json.Marshal(m.RowNames); err != nil {
		return "", "", fmt.Errorf("maps: %w", err)
	}
	names, err = packed(text)
	return points, names, err
}

// quantized brings points into a cube of 16 bits, in one scale for all axes and in its middle.
func quantized(points mat.Matrix) [][]uint16 {
	n, dim := points.Dims()
	least, most, widest := make([]float64, dim), make([]float64, dim), 0.0
	for c := range dim {
		least[c], most[c] = math.Inf(1), math.Inf(-1)
		for i := range n {
			least[c], most[c] = min(least[c], points.At(i, c)), max(most[c], points.At(i, c))
		}
		widest = max(widest, float64(most[c]/2)-float64(least[c]/2)) // halves: the difference of two large numbers may be none
	}
	axes := make([][]uint16, dim)
	for c := range axes {
		axes[c] = make([]uint16, n)
		middle := float64(least[c]/2) + float64(most[c]/2)
		for i := range n {
			place := 0.0
			if widest > 0 {
				place = (points.At(i, c) - middle) / widest // -1 to 1
			}
			axes[c][i] = uint16(math.Round(math.MaxUint16 * (0.5 + float64(place/2))))
		}
	}
	return axes
}

// levels are a column's values from 0, the least, to the greatest; the level above is for those that are not known.
func (c Column) levels(bits int) (levels []uint16, least, greatest float64) {
	missing := uint16(1)<<bits - 1
	least, greatest = math.Inf(1), math.Inf(-1)
	for _, v := range c.Values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			least, greatest = min(least, v), max(greatest, v)
		}
	}
	if least > greatest { // none is known
		least, greatest = 0, 0
	}
	levels = make([]uint16, len(c.Values))
	half := float64(greatest/2) - float64(least/2)
	for i, v := range c.Values {
		switch {
		case math.IsNaN(v) || math.IsInf(v, 0):
			levels[i] = missing
		case half > 0:
			levels[i] = uint16(math.Round(float64(missing-1) * ((float64(v/2) - float64(least/2)) / half)))
		}
	}
	return levels, least, greatest
}

// write appends the low bytes of all values, then, of more than 8 bits, the high ones: alike bytes compress well.
func write(to *bytes.Buffer, values []uint16, bits int) {
	for _, v := range values {
		to.WriteByte(byte(v))
	}
	if bits > 8 {
		for _, v := range values {
			to.WriteByte(byte(v >> 8))
		}
	}
}

func bitsFor(count int) int {
	if count > 1<<8 {
		return 16
	}
	return 8
}

// packed is gzip in base64.
func packed(parts ...[]byte) (string, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return "", err
	}
	for _, p := range parts {
		if _, err := z.Write(p); err != nil {
			return "", err
		}
	}
	if err := z.Close(); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(b.Bytes()), nil
}

func hex(c color.NRGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }
