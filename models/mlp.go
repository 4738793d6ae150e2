package models

import (
	"errors"
	"fmt"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/internal/sizes"

	G "gorgonia.org/gorgonia"
)

// MLP is a multilayer perceptron of the rows of X as an Encoder, as of parametric UMAP (Sainburg, McInnes and Gentner,
// Parametric UMAP embeddings for representation and semisupervised learning, 2021) and parametric t-SNE (van der Maaten,
// Learning a parametric embedding by preserving local structure, 2009):
//
//	H1 = f(X' W1 + b1), H2 = f(H1 W2 + b2), ..., Z = Hk W + b
//
// X' are the rows of X centered and divided by the root of their mean square, with one factor for all columns
// (Builder.Standardized). Weights begin as Glorot and Bengio (2010) draw them, from the fit's seed; biases at zero. New rows
// are placed by one pass through the layers (Model.Transform).
//
// The learning rates of methods that move Z are not those of weights: Parametric sets what goes with an encoder.
type MLP struct {
	Hidden     []int      // units of each hidden layer; nil: none, so that Z = X' W + b, the linear map that descends best
	Activation Activation // f; nil: ReLU{}
	Noise      float64    // on X' in each step, see Builder.Standardized; 0: none
}

var _ Encoder = MLP{}

// Encode builds the layers.
func (m MLP) Encode(b *Builder) (*G.Node, error) {
	if err := m.Validate(); err != nil {
		return nil, err
	}
	f := m.Activation
	if f == nil {
		f = ReLU{}
	}
	return affinity.Try(func() affinity.Expr {
		x := affinity.E(affinity.Must(b.Standardized(m.Noise)))
		ones := affinity.E(affinity.Must(b.ones()))
		columns := x.Node().Shape()[1]
		for k, units := range append(append([]int{}, m.Hidden...), b.descent.dim()) {
			w := b.LearnedMatrix(fmt.Sprintf("encoder.W%d", k+1), columns, units, 1)
			bias := b.LearnedMatrix(fmt.Sprintf("encoder.b%d", k+1), 1, units, 0)
			x = x.Dot(w).Add(ones.Dot(bias))
			if k < len(m.Hidden) {
				x = f.Activate(x)
			}
			columns = units
		}
		return x
	})
}

// Validate gives all faults at once.
func (m MLP) Validate() error {
	faults := []error{part("models: MLP: Activation", m.Activation), atLeastZero("models: MLP: Noise", m.Noise)}
	for k, units := range m.Hidden {
		if units < 1 || units > mostColumns {
			at := fmt.Sprintf("models: MLP: Hidden[%d]", k)
			faults = append(faults, fault.Field(at, units, fmt.Sprintf("1 to %d", mostColumns)))
		}
	}
	return errors.Join(faults...)
}

// Memory is that of so many rows on their way: X' and its two forms as a factor, what each layer makes of them and its slope.
func (m MLP) Memory(rows, columns, d int) int64 {
	var units, weights int64
	in := int64(columns)
	for _, out := range append(append([]int{}, m.Hidden...), d) {
		units, weights = units+int64(out), weights+in*int64(out)
		in = int64(out)
	}
	return min(sizes.Of(16, int64(rows), int64(columns))+sizes.Of(64, int64(rows), units)+sizes.Of(48, weights), sizes.Most)
}
