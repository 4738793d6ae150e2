package models

import (
	"context"
	"fmt"

	"affmatch/affinity"
	"affmatch/internal/fault"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Builder is the scope of one fit: the graph, the embedding Z as its node, and all that terms and encoders are made from.
type Builder struct {
	*affinity.Scope
	Z      *G.Node          // n x Dim: a parameter, or an Encoder's output
	P      *affinity.Matrix // nil where there is no input affinity, or where it is a formula (Fitted.Pairwise)
	Fitted *affinity.Fitted // P with what it was made of: neighbors, bandwidths; nil where there is no input affinity
	X      mat.Matrix       // the data; nil where the input affinity carries its own
	Out    affinity.Output  // Q of the method, for the terms beside it (Extra); nil where it has none
	Seed   uint64

	beside       bool            // an encoder takes the rows of a step, beside this graph on all
	ofModel      bool            // Z are new rows, for a Model
	feeds        map[string]feed // of the nodes that hold the rows of a step, by name; nil: all rows are there
	settled      *G.Node         // points of a fit, among which Z are new rows; nil: Z is all there is
	ctx          context.Context
	descent      Descent
	exaggeration affinity.Schedule // the factor on attractions; nil: 1 throughout
	start        *mat.Dense        // of Z, once somebody asked
	notes        []string
}

// On opens a pair set on Z. Where P is a formula of pairs, its entries (affinity.Edges) are all pairs. Where Z are new rows
// that are placed among the points of a fit (Model), it opens the set between them and those.
func (b *Builder) On(set affinity.PairSet) (*affinity.Pairs, error) {
	if fault.Nil(set) {
		return nil, fault.Field("models: pair set", "nil", "a pair set such as affinity.All{}")
	}
	if b.settled != nil {
		return b.Open(set, b.P, b.Seed, b.Z, b.settled)
	}
	if b.descent.Batch > 0 && !b.beside {
		if _, own := set.(affinity.Minibatch); !own {
			set = affinity.Minibatch{Set: set, Rows: b.descent.Batch}
		}
	}
	if _, edges := set.(affinity.Edges); edges && b.Fitted != nil && b.Fitted.Pairwise != nil {
		return b.Fitted.Pairwise.Open(b.Scope, b.Z)
	}
	return b.Open(set, b.P, b.Seed, b.Z)
}

// Pairs is On for formulas, inside an adapter: its error is a panic that the adapter returns.
func (b *Builder) Pairs(set affinity.PairSet) *affinity.Pairs { return affinity.Must(b.On(set)) }

// Exaggeration is the course of early exaggeration, for the weight of terms that attract; nil where there is none.
func (b *Builder) Exaggeration() affinity.Schedule { return b.exaggeration }

// Start is the start of Z that the fit's Init gives, scaled as InitScaling says: n x Dim. An Encoder that begins at one
// (anchors beside free points) takes it from here.
func (b *Builder) Start() (*mat.Dense, error) {
	if b.start == nil {
		z, note, err := b.descent.initializer().Init(b.ctx, b.X, b.P, b.descent.dim(), b.Seed)
		if err != nil {
			return nil, fmt.Errorf("models: start: %w", err)
		}
		if fault.Nil(z) {
			return nil, fault.Field("models: start", "nil", "a matrix")
		}
		if note != "" {
			b.notes = append(b.notes, "start: "+note)
		}
		if n, c := z.Dims(); n != b.Points || c != b.descent.dim() {
			return nil, fault.Field("models: start", fmt.Sprintf("%d x %d", n, c), fmt.Sprintf("%d x %d", b.Points, b.descent.dim()))
		}
		rescale(z, b.descent.scaling())
		if err := finite("start", z); err != nil {
			return nil, err
		}
		b.start = z
	}
	return mat.DenseCopyOf(b.start), nil
}

// neighbors are those that the input affinity found; nil: none.
func (b *Builder) neighbors() *affinity.Neighbors {
	if b.Fitted == nil {
		return nil
	}
	return b.Fitted.Neighbors
}

// Data is X as a node, n x p; in an Encoder with a Batch, the rows of a step.
func (b *Builder) Data() (*G.Node, error) {
	x, err := b.rows()
	if err != nil {
		return nil, err
	}
	return b.input("X", x, 0, func(row, to []float64) { copy(to, row) })
}

// Matrix is a constant matrix as a node.
func (b *Builder) Matrix(name string, m mat.Matrix) (*G.Node, error) {
	if m == nil {
		return nil, fault.Field("models: "+name, "nil", "a matrix")
	}
	return b.Constant(name, tensorOf(m))
}

func tensorOf(m mat.Matrix) *tensor.Dense {
	r, c := m.Dims()
	return tensor.New(tensor.WithShape(r, c), tensor.WithBacking(mat.DenseCopyOf(m).RawMatrix().Data))
}
