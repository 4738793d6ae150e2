package npz

import (
	"encoding/binary"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// An Element is one stored number or text: its bytes and its value.
type Element struct {
	Size   int
	Single bool // each value is one of float32
	Value  func([]byte) float64
	Text   func([]byte) string // instead of Value
}

// Number is the element of a kind (f, i, u, b) and size in bytes; false: there is none.
func Number(kind byte, size int, order binary.ByteOrder) (Element, bool) {
	value := map[string]func([]byte) float64{
		"f8": func(b []byte) float64 { return math.Float64frombits(order.Uint64(b)) },
		"f2": func(b []byte) float64 { return halfPrecision(order.Uint16(b)) },
		"f4": func(b []byte) float64 { return float64(math.Float32frombits(order.Uint32(b))) },
		"i8": func(b []byte) float64 { return float64(int64(order.Uint64(b))) },
		"i4": func(b []byte) float64 { return float64(int32(order.Uint32(b))) },
		"i2": func(b []byte) float64 { return float64(int16(order.Uint16(b))) },
		"i1": func(b []byte) float64 { return float64(int8(b[0])) },
		"u8": func(b []byte) float64 { return float64(order.Uint64(b)) },
		"u4": func(b []byte) float64 { return float64(order.Uint32(b)) },
		"u2": func(b []byte) float64 { return float64(order.Uint16(b)) },
		"u1": func(b []byte) float64 { return float64(b[0]) },
		"b1": func(b []byte) float64 { return float64(b[0]) },
	}[fmt.Sprintf("%c%d", kind, size)]
	return Element{Size: size, Single: size < 4 || kind == 'f' && size == 4, Value: value}, value != nil
}

// halfPrecision is the value of IEEE 754's binary16.
func halfPrecision(b uint16) float64 {
	sign, exponent, fraction := 1-2*float64(b>>15), int(b>>10&31), float64(b&1023)
	switch exponent {
	case 0:
		return sign * math.Ldexp(fraction, -24)
	case 31:
		if fraction != 0 {
			return math.NaN()
		}
		return sign * math.Inf(1)
	}
	return sign * math.Ldexp(1024+fraction, exponent-25)
}

var descrs = regexp.MustCompile(`^([<>|=])([a-zA-Z])([0-9]{0,6})$`)

// ElementOf reads numpy's type text: byte order (<, >, |, =), kind, size. Text (U: four bytes a rune, S: one) is for labels.
func ElementOf(descr string) (Element, error) {
	m := descrs.FindStringSubmatch(descr)
	if m == nil {
		return Element{}, fmt.Errorf("element type %q: want float32, float64, bool, integers or text", descr)
	}
	var order binary.ByteOrder = binary.LittleEndian
	if m[1] == ">" {
		order = binary.BigEndian
	}
	size, _ := strconv.Atoi(m[3])
	switch m[2] {
	case "O":
		return Element{}, fmt.Errorf("element type %q: Python objects cannot be read; save a plain array (x.astype(float), or x.astype(str) for labels)", descr)
	case "S":
		return Element{Size: size, Text: func(b []byte) string { return strings.TrimRight(string(b), "\x00") }},
			wantSize(size, descr)
	case "U":
		return Element{Size: 4 * size, Text: func(b []byte) string {
			var text strings.Builder
			for ; len(b) > 0; b = b[4:] {
				text.WriteRune(rune(order.Uint32(b)))
			}
			return strings.TrimRight(text.String(), "\x00")
		}}, wantSize(size, descr)
	}
	e, ok := Number(m[2][0], size, order)
	if !ok {
		return Element{}, fmt.Errorf("element type %q: want float32, float64, bool, integers or text", descr)
	}
	return e, nil
}

// wantSize refuses empty text, of which a file could hold any number.
func wantSize(size int, descr string) error {
	if size < 1 {
		return fmt.Errorf("element type %q: text without a length", descr)
	}
	return nil
}
