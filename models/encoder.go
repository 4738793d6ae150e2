package models

import (
	"affmatch/internal/fault"

	G "gorgonia.org/gorgonia"
)

// Encoder makes Z a node of other quantities: the output of a network on X, a linear map, anchors that stay beside points
// that move. What it makes with Builder.Param is optimized in the place of Z, which is not a parameter then; the gradient
// in Z reaches it by the graph. Result.Embedding is its output.
//
// It is called before all terms, with Z still nil. With a Batch it stands beside their graph, in a scope of its own, whose
// points are the rows of a step: what it makes of a row must then depend on that row of X (Builder.Data, Standardized) alone.
type Encoder interface {
	Encode(b *Builder) (*G.Node, error)
}

// EncoderFunc is a researcher's own encoder. gorgonia.Must is allowed inside: the adapter returns its error.
type EncoderFunc func(b *Builder) *G.Node

// Encode calls f.
func (f EncoderFunc) Encode(b *Builder) (z *G.Node, err error) {
	defer fault.Guard(&err)
	if err := f.Validate(); err != nil {
		return nil, err
	}
	return f(b), nil
}

// Validate refuses a nil function.
func (f EncoderFunc) Validate() error {
	if f == nil {
		return fault.Field("models: EncoderFunc", "nil", "a function")
	}
	return nil
}

func (EncoderFunc) String() string { return "EncoderFunc" }
