package datasets

import (
	"encoding/binary"
	"fmt"

	"affmatch/internal/npz"
)

// idxElements by the third byte of an IDX file: MNIST's format, described at the foot of LeCun, Cortes, Burges, "The MNIST
// database of handwritten digits": two zero bytes, element type, number of dimensions, each dimension as a big-endian
// uint32, numbers (big-endian, last index fastest).
var idxElements = map[byte]string{0x08: "u1", 0x09: "i1", 0x0B: "i2", 0x0C: "i4", 0x0D: "f4", 0x0E: "f8"}

func readIDX(s *source) (*array, error) {
	var start [4]byte
	if err := s.take(start[:], "the IDX header"); err != nil {
		return nil, err
	}
	kind, ok := idxElements[start[2]]
	if start[0] != 0 || start[1] != 0 || !ok || start[3] == 0 {
		return nil, fmt.Errorf("not an IDX file: it starts with % x", start)
	}
	size := make([]byte, 4*int(start[3]))
	if err := s.take(size, "the IDX header"); err != nil {
		return nil, err
	}
	var shape []int
	for ; len(size) > 0; size = size[4:] {
		shape = append(shape, int(binary.BigEndian.Uint32(size)))
	}
	e, _ := npz.Number(kind[0], int(kind[1]-'0'), binary.BigEndian)
	return readArray(s, shape, e)
}
