package npz

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"affmatch/internal/fault"
)

// Array is numbers in a shape, the last index running fastest. Data is a []float64, []float32, []uint8, []int32 or []int64.
type Array struct {
	Shape []int
	Data  any
}

const magic = "\x93NUMPY\x01\x00"

// kinds are numpy's names of the types of Data.
func kind(data any) (descr string, size int) {
	switch data.(type) {
	case []float64:
		return "<f8", 8
	case []float32:
		return "<f4", 4
	case []uint8:
		return "|u1", 1
	case []int32:
		return "<i4", 4
	case []int64:
		return "<i8", 8
	}
	return "", 0
}

// encode is the array as an npy file of version 1.0 (numpy.lib.format).
func (a Array) encode() ([]byte, error) {
	descr, size := kind(a.Data)
	count := 1
	shape := make([]string, len(a.Shape))
	for k, n := range a.Shape {
		count *= n
		shape[k] = strconv.Itoa(n)
	}
	if size == 0 || len(a.Shape) == 0 || binary.Size(a.Data) != count*size {
		return nil, fault.Field("npz: array", fmt.Sprintf("%T of shape %v", a.Data, a.Shape), "as many numbers as its shape has")
	}
	if len(shape) == 1 {
		shape[0] += ","
	}
	header := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", descr, strings.Join(shape, ", "))
	header += strings.Repeat(" ", 63-(len(magic)+2+len(header))%64) + "\n" // numbers start at a multiple of 64
	b := binary.LittleEndian.AppendUint16([]byte(magic), uint16(len(header)))
	return binary.Append(append(b, header...), binary.LittleEndian, a.Data)
}

var header = regexp.MustCompile(`^\{'descr': '([<|][fiu][1248])', 'fortran_order': False, 'shape': \(((?:[0-9]{1,18}, ?)*(?:[0-9]{1,18})?)\), \} *\n$`)

// decode reads what encode wrote.
func decode(b []byte) (Array, error) {
	if len(b) < len(magic)+2 || string(b[:len(magic)]) != magic {
		return Array{}, fault.Field("npz: array", fmt.Sprintf("%.8q...", b), "an npy file of version 1.0")
	}
	b = b[len(magic):]
	n := int(binary.LittleEndian.Uint16(b))
	if b = b[2:]; len(b) < n {
		return Array{}, fault.Field("npz: array: header", fmt.Sprintf("%d bytes", len(b)), fmt.Sprint(n))
	}
	m := header.FindSubmatch(b[:n])
	if m == nil {
		return Array{}, fault.Field("npz: array: header", fmt.Sprintf("%.80q", b[:n]), "numbers in rows, of a shape")
	}
	a, count := Array{}, 1
	for _, text := range strings.FieldsFunc(string(m[2]), func(r rune) bool { return r == ',' || r == ' ' }) {
		size, err := strconv.Atoi(text)
		if err != nil || size > 0 && count > len(b)/size { // no entry takes less than a byte
			return Array{}, fault.Field("npz: array: shape", string(m[2]), fmt.Sprintf("no more than its %d bytes", len(b)))
		}
		a.Shape, count = append(a.Shape, size), count*size
	}
	b = b[n:]
	switch string(m[1]) {
	case "<f8":
		a.Data = make([]float64, count)
	case "<f4":
		a.Data = make([]float32, count)
	case "|u1":
		a.Data = make([]uint8, count)
	case "<i4":
		a.Data = make([]int32, count)
	case "<i8":
		a.Data = make([]int64, count)
	default:
		return Array{}, fault.Field("npz: array: type", string(m[1]), "<f8, <f4, |u1, <i4 or <i8")
	}
	if size := binary.Size(a.Data); len(a.Shape) == 0 || size != len(b) {
		return Array{}, fault.Field("npz: array", fmt.Sprintf("%d bytes", len(b)), fmt.Sprintf("%d, as its shape %v says", size, a.Shape))
	}
	return a, binary.Read(bytes.NewReader(b), binary.LittleEndian, a.Data)
}
