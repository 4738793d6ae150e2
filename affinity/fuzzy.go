package affinity

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"affmatch/internal/fault"
	"affmatch/internal/same"

	"gonum.org/v1/gonum/mat"
)

// Intersection is two P of the same rows at once, as fuzzy sets: P_ij = L_ij R_ij^w, w = Weight/(1-Weight), or from 1/2 on
// L_ij^(1/w) R_ij. A pair that one of them does not have has there half of its smallest value, and in R 1e-4 at most. Then
// rows are divided by their largest entry, have a local metric anew (Neighbors), and P is the fuzzy union with its transpose
// (McInnes, umap-learn 0.5, general_simplicial_set_intersection and reset_local_connectivity). With Neighbors 15 it is
// umap-learn's `*` of two fits; with 0, and where R is a P of the targets (Measured) and Weight target_weight, its
// supervision by real-valued targets. P is sparse unless one of the two is dense.
type Intersection struct {
	Left, Right Input   // with values of at most 1, as UMAPAffinityIn's
	Weight      float64 // of Right, between 0 and 1; 0: 1/2
	Neighbors   float64 // rows get the power at which they sum to log2 of it; 0: they stay as divided
}

// Union is two P of the same rows, either of which suffices: L_ij + R_ij - L_ij R_ij, then as Intersection: umap-learn's
// `+`, with Neighbors 15.
type Union struct {
	Left, Right Input   // with values of at most 1, as UMAPAffinityIn's
	Neighbors   float64 // rows get the power at which they sum to log2 of it; 0: they stay as divided
}

// Supervised is P of rows whose classes are known, or of some of them: entries between two classes are multiplied by
// exp(-Far), those of a row whose class is unknown by exp(-Unknown); then rows are divided by their largest entry, and P is
// the fuzzy union with its transpose (umap-learn 0.5, categorical_simplicial_set_intersection). The classes come with the
// data (Data.Labels, -1 for unknown). Far = 2.5/(1 - target_weight) for umap-learn's target_weight. New rows, of no class,
// are as In has them.
type Supervised struct {
	In      Input
	Far     float64 // 0: 5. Infinite: no entry between two classes
	Unknown float64 // 0: 1
}

var _, _, _ Input = Intersection{}, Union{}, Supervised{}

// Validate checks the inputs and the weight.
func (a Intersection) Validate() error {
	var faults []error
	if !(a.Weight >= 0 && a.Weight < 1) {
		faults = append(faults, fault.Field("affinity: Intersection: Weight", a.Weight, "between 0 and 1, or 0 for 1/2"))
	}
	return errors.Join(append(faults, validPair("affinity: Intersection: ", a.Left, a.Right, a.Neighbors))...)
}

// Validate checks the inputs and Neighbors.
func (a Union) Validate() error { return validPair("affinity: Union: ", a.Left, a.Right, a.Neighbors) }

func validPair(at string, left, right Input, neighbors float64) error {
	var faults []error
	if neighbors != 0 && !(neighbors > 1 && neighbors <= math.MaxInt32) {
		faults = append(faults, fault.Field(at+"Neighbors", neighbors, "above 1, or 0 for rows as they are"))
	}
	for _, in := range []struct {
		name string
		Input
	}{{"Left", left}, {"Right", right}} {
		if fault.Nil(in.Input) {
			faults = append(faults, fault.Field(at+in.name, "nil", "an input affinity"))
			continue
		}
		faults = append(faults, validate(in.Input))
	}
	return errors.Join(faults...)
}

// Fit fits both, and intersects them.
func (a Intersection) Fit(ctx context.Context, x mat.Matrix) (*Fitted, error) {
	if err := a.Validate(); err != nil {
		return nil, err
	}
	w := a.Weight
	if w == 0 {
		w = 0.5
	}
	const most = 1e-4 // of what R does not have: all of its values may be large
	return fuzzySets(ctx, "affinity: Intersection: ", a.Left, a.Right, x, most, a.Neighbors, func(l, r float64) float64 {
		if w < 0.5 {
			return l * same.Pow(r, w/(1-w))
		}
		return same.Pow(l, (1-w)/w) * r
	})
}

// Fit fits both, and unites them.
func (a Union) Fit(ctx context.Context, x mat.Matrix) (*Fitted, error) {
	if err := a.Validate(); err != nil {
		return nil, err
	}
	either := func(l, r float64) float64 { return l + r - float64(l*r) }
	return fuzzySets(ctx, "affinity: Union: ", a.Left, a.Right, x, 1, a.Neighbors, either)
}

// fuzzySets fits both and joins them entry by entry, by what f makes of their values; what the right one does not have is
// most at most.
func fuzzySets(
	ctx context.Context, at string, left, right Input, x mat.Matrix, most, neighbors float64, f func(l, r float64) float64,
) (*Fitted, error) {
	l, r, err := fitBoth(ctx, at, left, right, x)
	if err != nil {
		return nil, err
	}
	var least [2]float64
	for side, p := range []*Matrix{l.P, r.P} {
		if least[side], err = halfOfLeast(at+[]string{"Left", "Right"}[side], p); err != nil {
			return nil, err
		}
	}
	least[1] = math.Min(least[1], most)
	p := l.P.joined(r.P, func(v, w float64) float64 {
		if v == 0 && w == 0 { // of two dense P
			return 0
		}
		if v == 0 {
			v = least[0]
		}
		if w == 0 {
			w = least[1]
		}
		return f(v, w)
	})
	const fixed = "two P of the same rows were joined into one, which new rows have not"
	return &Fitted{P: p.local(neighbors), Neighbors: l.Neighbors, fixed: fixed}, nil
}

// halfOfLeast is half the smallest entry of a fuzzy set, or 1e-8.
func halfOfLeast(at string, p *Matrix) (float64, error) {
	least := 1.0
	for _, v := range p.Values {
		if !(v >= 0 && v <= 1+1e-9) {
			return 0, fault.Field(at, fmt.Sprintf("a P with the value %v", v), "values from 0 to 1, as UMAPAffinityIn's")
		}
		if v > 0 {
			least = math.Min(least, v)
		}
	}
	return math.Max(least/2, 1e-8), nil
}

// Validate checks the input and the distances.
func (a Supervised) Validate() error {
	const at = "affinity: Supervised: "
	var faults []error
	if fault.Nil(a.In) {
		faults = append(faults, fault.Field(at+"In", "nil", "an input affinity, such as affinity.UMAPAffinityIn{}"))
	} else {
		faults = append(faults, validate(a.In))
	}
	if !(a.Far >= 0) {
		faults = append(faults, fault.Field(at+"Far", a.Far, "at least 0, or 0 for 5"))
	}
	return errors.Join(append(faults, positive(at+"Unknown", a.Unknown))...)
}

// Fit fits In and weakens what is between classes.
func (a Supervised) Fit(ctx context.Context, x mat.Matrix) (*Fitted, error) {
	if err := a.Validate(); err != nil {
		return nil, err
	}
	data, err := DataOf(x)
	if err != nil {
		return nil, err
	}
	if data.Labels == nil {
		return nil, fault.Field("affinity: Supervised: labels", "none",
			"data with the classes of their rows: affinity.Data{Matrix: x, Labels: ...}")
	}
	f, err := Fit(ctx, a.In, x)
	if err != nil {
		return nil, err
	}
	far, unknown := a.Far, a.Unknown
	if far == 0 {
		far = 5
	}
	if unknown == 0 {
		unknown = 1
	}
	p := *f.P
	p.Values = slices.Clone(p.Values)
	p.eachEntry(func(i, e int) {
		switch u, v := data.Labels[i], data.Labels[p.Column(i, e)]; {
		case u < 0 || v < 0:
			p.Values[e] *= same.Exp(-unknown)
		case u != v:
			p.Values[e] *= same.Exp(-far)
		}
	})
	own := *f
	own.P, own.checked = p.local(0), false
	return &own, nil
}
