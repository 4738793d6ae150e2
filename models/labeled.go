package models

import (
	"fmt"

	"affmatch/affinity"
	"affmatch/internal/fault"

	"gonum.org/v1/gonum/mat"
	"gorgonia.org/tensor"
)

// ClassMeans pulls points of one class together: sum over labeled points of |z_i - the mean of its class|^2. Points without
// a label are left alone. The term is called class means.
type ClassMeans struct {
	Weight float64 // above 0
}

// Classifier is -sum over labeled points of log softmax(z_i W)_class, softmax regression of the classes on Z, its weights W
// learned together with Z from zero: classes that no hyperplanes part cost. The term is called classifier.
type Classifier struct {
	Weight float64 // above 0
}

var _, _ Objective = ClassMeans{}, Classifier{}

// Terms builds the term.
func (c ClassMeans) Terms(b *Builder) ([]Term, error) {
	return labeled(b, "class means", c.Weight, func(classes int, known affinity.Expr) affinity.Expr {
		hot, z := b.OneHot(classes), affinity.E(b.Z)
		sizes := make([]float64, classes*b.Z.Shape()[1]) // 1 over the size of each class, in each column
		d := b.Z.Shape()[1]
		for _, l := range affinity.Must(b.Labels()).Value().Data().([]float64) {
			for k := range d {
				if l >= 0 {
					sizes[int(l)*d+k]++
				}
			}
		}
		for k, s := range sizes {
			sizes[k] = 1 / max(s, 1)
		}
		inverse := affinity.E(affinity.Must(b.Matrix("data.classes.inverse", mat.NewDense(classes, d, sizes))))
		means := hot.Dot(hot.T().Dot(z).Mul(inverse))
		return z.Sub(means).Square().Sum(1).Mul(known).Sum()
	})
}

// Terms builds the term. Scores are bounded to 40 before their exponentials, so that nothing overflows.
func (c Classifier) Terms(b *Builder) ([]Term, error) {
	return labeled(b, "classifier", c.Weight, func(classes int, known affinity.Expr) affinity.Expr {
		scores := affinity.E(b.Z).Dot(b.LearnedMatrix("classifier.W", b.Z.Shape()[1], classes, 0))
		scores = scores.Mul(1.0 / 40).Tanh().Mul(40)
		return scores.Exp().Sum(1).Log().Sub(b.OneHot(classes).Mul(scores).Sum(1)).Mul(known).Sum()
	})
}

// Validate wants a weight.
func (c ClassMeans) Validate() error { return positive("models: ClassMeans: Weight", c.Weight) }

// Validate wants a weight.
func (c Classifier) Validate() error { return positive("models: Classifier: Weight", c.Weight) }

func positive(field string, v float64) error {
	if !(v > 0) || v-v != 0 {
		return fault.Field(field, v, "a finite number above 0")
	}
	return nil
}

// labeled is a term of the classes: how many there are, and 1 for each point whose class is known, else 0.
func labeled(
	b *Builder, name string, weight float64, f func(classes int, known affinity.Expr) affinity.Expr,
) ([]Term, error) {
	if err := positive("models: "+name+": Weight", weight); err != nil {
		return nil, err
	}
	labels, err := b.Labels()
	if err != nil {
		return nil, fmt.Errorf("models: %s: %w", name, err)
	}
	classes := 0
	known := tensor.New(tensor.WithShape(b.Points), tensor.Of(tensor.Float64))
	for i, l := range labels.Value().Data().([]float64) {
		if l >= 0 {
			classes, known.Float64s()[i] = max(classes, int(l)+1), 1
		}
	}
	if classes == 0 {
		return nil, fault.Field("models: "+name+": labels", "all unknown", "one that is known at least")
	}
	v, err := affinity.Try(func() affinity.Expr {
		return f(classes, affinity.E(affinity.Must(b.Constant("data.labels.known", known))))
	})
	terms, err := one(named(name, v, err))
	if err == nil {
		terms[0].Weight = affinity.Fixed(weight)
	}
	return terms, err
}
