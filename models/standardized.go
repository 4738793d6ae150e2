package models

import (
	"fmt"
	"math"

	"affmatch/internal/fault"
	"affmatch/internal/random"
	"affmatch/internal/rows"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Standardized is X as networks like it, n x p: centered, and divided by the root of the mean square of all its entries,
// one factor for all columns, so that distances keep their proportions. Of new rows, center and factor are the fit's. With a
// Batch it is the rows of a step, and each of its entries has noise then, drawn anew, uniform, of so large a standard
// deviation: an encoder is to be smooth between the rows that it learns from (Bishop, Training with noise is equivalent to
// Tikhonov regularization, 1995). Noise without a Batch is an error.
func (b *Builder) Standardized(noise float64) (*G.Node, error) {
	x, err := b.rows()
	if err != nil {
		return nil, err
	}
	scale := tensor.New(tensor.WithShape(x.Dim+1), tensor.Of(tensor.Float64)) // the center, and the factor
	if !b.ofModel {
		if err := standard(x, scale.Float64s()); err != nil {
			return nil, err
		}
	}
	carried, err := b.Carry("encoder.X", scale, func(old *G.Node) (*G.Node, error) { return old, nil })
	if err != nil {
		return nil, err
	}
	if noise > 0 && b.feeds == nil {
		return nil, fault.Field("models: Batch", 0, fmt.Sprintf("above 0, to draw noise of %v in each step", noise))
	}
	v := numbers(carried.Value())
	center, factor := v[:x.Dim], v[x.Dim]
	return b.input("encoder.standardized", x, noise, func(row, to []float64) {
		for c, v := range row {
			to[c] = float64((v - center[c]) * factor)
		}
	})
}

// standard computes center and factor.
func standard(x rows.Rows, to []float64) error {
	buffer := make([]float64, x.Dim)
	center := to[:x.Dim]
	for i := range x.N {
		for c, v := range x.Wide(i, buffer) {
			center[c] += v / float64(x.N)
		}
	}
	var squares float64
	for i := range x.N {
		for c, v := range x.Wide(i, buffer) {
			squares += float64((v - center[c]) * (v - center[c]))
		}
	}
	to[x.Dim] = 1 / math.Sqrt(squares/(float64(x.N)*float64(x.Dim)))
	if !(to[x.Dim] > 0) || math.IsInf(to[x.Dim], 1) {
		return fault.Field("models: X", fmt.Sprintf("entries whose mean square from their center is %v", squares),
			"rows that differ, by numbers whose squares are numbers")
	}
	return nil
}

// rows are those of X.
func (b *Builder) rows() (rows.Rows, error) {
	if b.X == nil {
		return rows.Rows{}, fault.Field("models: X", "nil", "the data")
	}
	return rows.Of("models: X", b.X)
}

// input is the rows of X as a node, each as to makes it: all of them, or with a Batch those of a step.
func (b *Builder) input(name string, x rows.Rows, noise float64, to func(row, to []float64)) (*G.Node, error) {
	t := tensor.New(tensor.WithShape(b.Points, x.Dim), tensor.Of(tensor.Float64))
	if b.feeds != nil {
		n, err := b.Fed(name, t)
		if err == nil {
			b.feeds[name] = feed{x, numbers(n.Value()), noise, to}
		}
		return n, err
	}
	f := feed{x, t.Float64s(), 0, to}
	for i := range x.N {
		f.put(i, i)
	}
	return b.Constant(name, t)
}

// ones is a column of them, which brings a bias to all rows.
func (b *Builder) ones() (*G.Node, error) {
	t := tensor.New(tensor.WithShape(b.Points, 1), tensor.Of(tensor.Float64))
	for i := range t.Float64s() {
		t.Float64s()[i] = 1
	}
	return b.Constant("encoder.ones", t)
}

// feed is a node's memory, whose rows are rows of X.
type feed struct {
	x     rows.Rows
	into  []float64
	noise float64 // standard deviation
	to    func(row, to []float64)
}

// put brings row i of X to row k.
func (f feed) put(k, i int) []float64 {
	to := f.into[k*f.x.Dim:][:f.x.Dim]
	f.to(f.x.Wide(i, to), to)
	return to
}

// blur adds noise.
func (f feed) blur(row []float64, draws random.Stream) {
	if f.noise == 0 {
		return
	}
	wide := f.noise * math.Sqrt(12)
	for c := range row {
		row[c] += float64(wide * (draws.Float64(uint64(c)) - 0.5))
	}
}
