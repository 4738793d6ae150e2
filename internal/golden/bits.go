package golden

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
)

// Bits is a short name for the bits of numbers: the beginning of a SHA-256 of them all. Results whose operations have a
// specified order must have the bits recorded in their test on every processor.
func Bits(numbers ...[]float64) string {
	h := sha256.New()
	var b [8]byte
	for _, x := range numbers {
		for _, v := range x {
			binary.LittleEndian.PutUint64(b[:], math.Float64bits(v))
			h.Write(b[:])
		}
	}
	return fmt.Sprintf("%x", h.Sum(nil)[:8])
}
