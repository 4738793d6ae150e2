package fmm

import "errors"

// Tree sorts points into boxes: the root is a cube whose side is a power of two, and boxes with more points than a leaf has
// are divided into 2^dim. It depends on the points alone. Memory stays from one Build to the next.
type Tree struct {
	order []int32
}

// Build sorts n points, z in row-major order, n x dim. It fails where a coordinate is not finite.
func (t *Tree) Build(z []float64, dim, workers int) error { return errors.New("fmm: not yet") }

// Order is the point at each place of the tree. It is valid until the next Build.
func (t *Tree) Order() []int32 { return t.order }
