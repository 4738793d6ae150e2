package fuse

import (
	"fmt"
	"strings"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// typed refuses what is neither float64, nor whole numbers that are given.
func typed(n *G.Node) error {
	if t := n.Dtype(); t != tensor.Float64 && (t == tensor.Float32 || !indices(n) && !literal(n)) {
		return fmt.Errorf("fuse: %v: type = %v, want float64 (the precision of a run is its engine's; a comparison gives float64 where its last argument is true)", n, t)
	}
	return nil
}

// indices says that n is an input of whole numbers: an operation such as ByIndices takes them as they are.
func indices(n *G.Node) bool { return n.Op() == nil && n.Dtype() != tensor.Float64 }

// literal says that n is a constant or a size, which may be a whole number.
func literal(n *G.Node) bool {
	return n.Op() != nil && (strings.HasPrefix(n.Op().String(), "const ") || strings.HasPrefix(n.Op().String(), "SizeOf"))
}
