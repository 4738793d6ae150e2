package datasets

import (
	"encoding/binary"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// The format: numpy's "NEP 1: A Simple File Format for NumPy Arrays" and numpy.lib.format (versions 1.0, 2.0, 3.0):
//
//	"\x93NUMPY", major, minor, length of the header (2 bytes in version 1, else 4; little-endian),
//	header (a Python dictionary: descr, fortran_order, shape; padded with blanks), numbers

const npyMagic = "\x93NUMPY"

// npyHeaderMost bounds the header: numpy itself refuses longer ones as unsafe to parse.
const npyHeaderMost = 10_000

var (
	npyType    = regexp.MustCompile(`^([<>|=])([a-zA-Z])([0-9]{0,6})$`)
	npyDescr   = regexp.MustCompile(`['"]descr['"]\s*:\s*['"]([^'"]*)['"]`)
	npyFortran = regexp.MustCompile(`['"]fortran_order['"]\s*:\s*(True|False)`)
	npyShape   = regexp.MustCompile(`['"]shape['"]\s*:\s*\(([0-9L,\s]*)\)`)
)

func readNPY(s *source) (*array, error) {
	header, err := npyHeader(s)
	if err != nil {
		return nil, err
	}
	descr := npyDescr.FindStringSubmatch(header)
	order := npyFortran.FindStringSubmatch(header)
	shape := npyShape.FindStringSubmatch(header)
	if order == nil || shape == nil {
		return nil, fmt.Errorf("corrupt: header %.80q lacks fortran_order or shape", header)
	}
	if descr == nil {
		return nil, errors.New("structured or unnamed element type: want one number an entry (save the columns as one plain array)")
	}
	e, err := npyElement(descr[1])
	if err != nil {
		return nil, err
	}
	dims, err := npyDims(shape[1])
	if err != nil {
		return nil, err
	}
	if len(dims) == 0 && e.text == nil {
		return nil, errors.New("shape (): a single number, want an array")
	}
	a, err := readArray(s, dims, e)
	if err == nil && a.text == nil && order[1] == "True" {
		a.fortran()
	}
	return a, err
}

func npyHeader(s *source) (string, error) {
	var start [8]byte
	if err := s.take(start[:], "the npy header"); err != nil {
		return "", err
	}
	if string(start[:6]) != npyMagic {
		return "", fmt.Errorf("not a .npy file: it starts with %q", start[:6])
	}
	var size [4]byte
	wide := 4
	switch start[6] {
	case 1:
		wide = 2
	case 2, 3:
	default:
		return "", fmt.Errorf("npy version %d.%d: want 1.0, 2.0 or 3.0", start[6], start[7])
	}
	if err := s.take(size[:wide], "the npy header"); err != nil {
		return "", err
	}
	n := binary.LittleEndian.Uint32(size[:])
	if n > npyHeaderMost {
		return "", fmt.Errorf("corrupt: npy header of %d bytes, want at most %d", n, npyHeaderMost)
	}
	header := make([]byte, n)
	err := s.take(header, "the npy header")
	return string(header), err
}

// npyElement reads numpy's type text: byte order (<, >, |, =), kind, size. Text (U: four bytes a rune, S: one) is for
// labels.
func npyElement(descr string) (element, error) {
	m := npyType.FindStringSubmatch(descr)
	if m == nil {
		return element{}, fmt.Errorf("element type %q: want float32, float64, bool, integers or text", descr)
	}
	var order binary.ByteOrder = binary.LittleEndian
	if m[1] == ">" {
		order = binary.BigEndian
	}
	size, _ := strconv.Atoi(m[3])
	switch m[2] {
	case "O":
		return element{}, fmt.Errorf("element type %q: Python objects cannot be read; save a plain array (x.astype(float), or x.astype(str) for labels)", descr)
	case "S":
		return element{size: size, text: func(b []byte) string { return strings.TrimRight(string(b), "\x00") }}, wantSize(size, descr)
	case "U":
		return element{size: 4 * size, text: func(b []byte) string {
			var text strings.Builder
			for ; len(b) > 0; b = b[4:] {
				text.WriteRune(rune(order.Uint32(b)))
			}
			return strings.TrimRight(text.String(), "\x00")
		}}, wantSize(size, descr)
	}
	e, ok := elementOf(m[2][0], size, order)
	if !ok {
		return element{}, fmt.Errorf("element type %q: want float32, float64, bool, integers or text", descr)
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

func npyDims(text string) ([]int, error) {
	dims := []int{}
	for _, field := range strings.Split(text, ",") {
		field = strings.TrimSuffix(strings.TrimSpace(field), "L") // Python 2 wrote (1047L, 10L)
		if field == "" {
			continue
		}
		d, err := strconv.Atoi(field)
		if err != nil {
			return nil, fmt.Errorf("corrupt: shape (%s)", text)
		}
		dims = append(dims, d)
	}
	return dims, nil
}
