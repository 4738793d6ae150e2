package models

import (
	"errors"
	"fmt"
	"math"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/internal/rows"
	"affmatch/optim"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
)

// Decoder is the problem of the way back from an embedding to rows: fitted on z (n x d) it makes x (n x p) of it, by least
// squares over the mean square of x about its center, and its Model makes rows of any places (Transform): what lies between
// two points, what a cluster's middle stands for. e is the network, of z; nil: MLP{Hidden: {100, 100, 100}}. It descends for
// 3,000 steps of 1,000 rows, by Adam.
func Decoder(x mat.Matrix, e Encoder) (Problem, error) {
	data, err := affinity.DataOf(x)
	if err != nil {
		return Problem{}, err
	}
	y, err := rows.Of("models: Decoder: X", data.Matrix)
	if err != nil {
		return Problem{}, err
	}
	scale := make([]float64, y.Dim+1)
	if err := standard(y, scale); err != nil {
		return Problem{}, fmt.Errorf("models: Decoder: %w", err)
	}
	if e == nil {
		e = MLP{Hidden: []int{100, 100, 100}}
	}
	share := scale[y.Dim] * scale[y.Dim] / (float64(y.N) * float64(y.Dim))
	return Problem{
		Objective: Toward{To: data.Matrix, Weight: share},
		Descent: Descent{
			Dim: y.Dim, Encoder: Onto{Encoder: e, Center: scale[:y.Dim], Scale: 1 / scale[y.Dim]}, Batch: 1000, Steps: 3000,
			Optimizer: optim.Adam{LearnRate: 3e-3}, Schedule: optim.Linear{},
		},
	}, nil
}

// Onto is an encoder whose outputs are of a unit of their own: Center + Scale*Z, Z those of Encoder. So a network need not
// learn how large its outputs are.
type Onto struct {
	Encoder Encoder
	Center  []float64 // one a column of Z; nil: 0
	Scale   float64   // above 0
}

var _ Encoder = Onto{}

// Encode builds Z.
func (o Onto) Encode(b *Builder) (*G.Node, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	z, err := o.Encoder.Encode(b)
	if err != nil || z == nil {
		return z, err
	}
	if o.Center != nil && (z.Dims() != 2 || z.Shape()[1] != len(o.Center)) {
		return nil, fault.Field("models: Onto: Center", len(o.Center), fmt.Sprintf("one a column of Z, which is %v", z.Shape()))
	}
	return affinity.Try(func() affinity.Expr {
		scaled := affinity.E(z).Mul(o.Scale)
		if o.Center == nil {
			return scaled
		}
		center := affinity.Must(b.Matrix("encoder.center", mat.NewDense(1, len(o.Center), o.Center)))
		return scaled.Add(affinity.E(affinity.Must(b.ones())).Dot(center))
	})
}

// Validate gives all faults at once.
func (o Onto) Validate() error {
	faults := []error{required("models: Onto: Encoder", o.Encoder, "an encoder, such as MLP{}"), positive("models: Onto: Scale", o.Scale)}
	for c, v := range o.Center {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			faults = append(faults, fault.Field(fmt.Sprintf("models: Onto: Center[%d]", c), v, "a finite number"))
		}
	}
	return errors.Join(faults...)
}

func (o Onto) String() string { return fmt.Sprintf("Onto{%v, scale %.4g}", o.Encoder, o.Scale) }
