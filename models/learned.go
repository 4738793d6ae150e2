package models

import (
	"math"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/internal/random"

	"gonum.org/v1/gonum/mat"
	"gorgonia.org/tensor"
)

// What encoders and terms are made of, as formulas: errors are panics that their adapters return.

// LearnedMatrix is a parameter of r x c independent normal entries of standard deviation gain*sqrt(2/(r+c)) (Glorot and
// Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010), drawn from the fit's seed and the
// name. gain 0: zeros.
func (b *Builder) LearnedMatrix(name string, r, c int, gain float64) affinity.Expr {
	if r < 1 || c < 1 {
		panic(fault.Field("models: "+name, [2]int{r, c}, "at least 1 x 1"))
	}
	key := random.Key(b.Seed, random.Weights, random.Name(name), 0)
	w := mat.NewDense(r, c, nil)
	scale := gain * math.Sqrt(2/float64(r+c))
	w.Apply(func(i, j int, _ float64) float64 { return scale * key.Normal(uint64(i*c+j)) }, w)
	return b.LearnedAt(name, w)
}

// LearnedAt is a parameter that starts at a matrix.
func (b *Builder) LearnedAt(name string, start mat.Matrix) affinity.Expr {
	if missing(start) {
		panic(fault.Field("models: "+name, "nil", "a matrix"))
	}
	return affinity.E(affinity.Must(b.Param(name, tensorOf(start))))
}

// OneHot is an n x classes constant: 1 at the class of each row of the data, 0 elsewhere, and a row of zeros where it is
// unknown.
func (b *Builder) OneHot(classes int) affinity.Expr {
	labels := affinity.Must(b.Labels()).Value().Data().([]float64)
	hot := tensor.New(tensor.WithShape(b.Points, classes), tensor.Of(tensor.Float64))
	for i, l := range labels {
		if int(l) >= classes {
			panic(fault.Field("models: OneHot: classes", classes, "more than the largest label"))
		}
		if l >= 0 {
			hot.Float64s()[i*classes+int(l)] = 1
		}
	}
	return affinity.E(affinity.Must(b.Constant("data.labels.onehot", hot)))
}
