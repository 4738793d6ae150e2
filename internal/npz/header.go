package npz

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// Magic is how an npy file begins.
const Magic = "\x93NUMPY"

// headerMost bounds the header: numpy itself refuses longer ones as unsafe to parse.
const headerMost = 10_000

var (
	descrOf   = regexp.MustCompile(`['"]descr['"]\s*:\s*['"]([^'"]*)['"]`)
	fortranOf = regexp.MustCompile(`['"]fortran_order['"]\s*:\s*(True|False)`)
	shapeOf   = regexp.MustCompile(`['"]shape['"]\s*:\s*\(([0-9L,\s]*)\)`)
)

// Header is what an npy file says of its numbers, by numpy's "NEP 1: A Simple File Format for NumPy Arrays" and
// numpy.lib.format (versions 1.0, 2.0, 3.0):
//
//	"\x93NUMPY", major, minor, length of the header (2 bytes in version 1, else 4; little-endian),
//	header (a Python dictionary: descr, fortran_order, shape; padded with blanks), numbers
type Header struct {
	Descr   string // of an element: ElementOf
	Fortran bool   // the first index runs fastest
	Shape   []int
}

// ReadHeader reads up to the first number. take reads all of some bytes, or says within what the file ends.
func ReadHeader(take func(b []byte, what string) error) (Header, error) {
	text, err := headerText(take)
	if err != nil {
		return Header{}, err
	}
	descr, order, shape := descrOf.FindStringSubmatch(text), fortranOf.FindStringSubmatch(text),
		shapeOf.FindStringSubmatch(text)
	if order == nil || shape == nil {
		return Header{}, fmt.Errorf("corrupt: header %.80q lacks fortran_order or shape", text)
	}
	if descr == nil {
		return Header{}, errors.New("structured or unnamed element type: want one number an entry (save the columns as one plain array)")
	}
	h := Header{Descr: descr[1], Fortran: order[1] == "True", Shape: []int{}}
	for field := range strings.SplitSeq(shape[1], ",") {
		field = strings.TrimSuffix(strings.TrimSpace(field), "L") // Python 2 wrote (1047L, 10L)
		if field == "" {
			continue
		}
		d, err := strconv.Atoi(field)
		if err != nil {
			return Header{}, fmt.Errorf("corrupt: shape (%s)", shape[1])
		}
		h.Shape = append(h.Shape, d)
	}
	return h, nil
}

func headerText(take func(b []byte, what string) error) (string, error) {
	var start [8]byte
	if err := take(start[:], "the npy header"); err != nil {
		return "", err
	}
	if string(start[:6]) != Magic {
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
	if err := take(size[:wide], "the npy header"); err != nil {
		return "", err
	}
	n := binary.LittleEndian.Uint32(size[:])
	if n > headerMost {
		return "", fmt.Errorf("corrupt: npy header of %d bytes, want at most %d", n, headerMost)
	}
	header := make([]byte, n)
	err := take(header, "the npy header")
	return string(header), err
}

// Write writes it in version 1.0, so that numbers start at a multiple of 64.
func (h Header) Write(w io.Writer) error {
	shape := make([]string, len(h.Shape))
	for k, n := range h.Shape {
		shape[k] = strconv.Itoa(n)
	}
	if len(shape) == 1 {
		shape[0] += ","
	}
	text := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", h.Descr, strings.Join(shape, ", "))
	const before = len(Magic) + 4
	text += strings.Repeat(" ", 63-(before+len(text))%64) + "\n"
	b := append([]byte(Magic), 1, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(text)))
	_, err := w.Write(append(b, text...))
	return err
}
