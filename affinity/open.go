package affinity

import (
	"fmt"
	"reflect"
	"slices"

	"affmatch/internal/fault"
	"affmatch/internal/pairs"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// opened is what a set was opened on: the same opens once.
type opened struct {
	set  PairSet
	p    *Matrix
	seed uint64
	ends string
}

// Open gives the entries of a set on points, rows of matrices: one matrix for all ends, or one for each, of which several
// may be the same; none where only distances are known. The same set on the same matrices, P and seed opens once.
func (s *Scope) Open(set PairSet, p *Matrix, seed uint64, ends ...*G.Node) (*Pairs, error) {
	if fault.Nil(set) {
		return nil, fault.Field("affinity: pair set", "nil", "a pair set such as affinity.All{}")
	}
	for k, z := range ends {
		if z == nil || z.Dims() != 2 {
			return nil, fault.Field(fmt.Sprintf("affinity: Open: matrix of end %d", k), z, "a node of shape n x d")
		}
		if d := ends[0].Shape()[1]; z.Shape()[1] != d {
			return nil, fault.Field(fmt.Sprintf("affinity: Open: columns of end %d", k), z.Shape()[1], fmt.Sprintf("%d, as at end 0", d))
		}
	}
	if _, all := set.(All); all { // which asks for neither
		p, seed = nil, 0
	}
	key := opened{set, p, seed, fmt.Sprint(ids(ends))}
	known := reflect.ValueOf(set).Comparable()
	if known {
		if on, ok := s.open[key]; ok {
			if on.prefix != s.prefix {
				view := *on
				view.Scope = s
				return &view, nil
			}
			return on, nil
		}
	}
	on, err := s.bind(set, p, seed, ends)
	if err == nil && known {
		s.open[key] = on
	}
	return on, err
}

func ids(nodes G.Nodes) (v []int64) {
	for _, n := range nodes {
		v = append(v, n.ID())
	}
	return v
}

func (s *Scope) bind(set PairSet, p *Matrix, seed uint64, ends G.Nodes) (*Pairs, error) {
	o := Opening{Points: s.Points, P: p, Seed: seed, Labels: s.labels, Weights: s.weights, Neighbors: s.neighbors, X: s.x}
	for _, z := range ends {
		o.Ends = append(o.Ends, z.Shape()[0])
		o.Different = o.Different || z != ends[0]
	}
	if len(ends) > 0 {
		o.Points = o.Ends[0]
	}
	if !o.Different {
		o.Ends = nil
	} else if s.frozen != nil && len(s.frozen.Keys) == o.Points {
		o.Keys, o.TailX = s.frozen.Keys, s.frozen.X
	}
	ix, err := set.Open(o)
	if err != nil {
		return nil, err
	}
	if ix, err = ix.filled(o.Points); err != nil {
		return nil, fmt.Errorf("%w (pair set %T)", err, set)
	}
	points := slices.Clone(o.Ends)
	matrices := ends
	if !o.Different {
		points, matrices = nil, nil
		for range ix.ends() {
			points = append(points, o.Points)
			if len(ends) > 0 {
				matrices = append(matrices, ends[0])
			} else {
				matrices = append(matrices, nil)
			}
		}
	}
	if ix.Table != nil && !o.Different {
		points[len(points)-1], matrices[len(points)-1] = len(ix.Table), nil
	}
	if err := ix.validate(points); err != nil {
		return nil, fmt.Errorf("%w (pair set %T)", err, set)
	}
	on := &Pairs{Scope: s, Z: matrices[0], TailZ: matrices[1], head: 0, tail: 1, ends: matrices, index: &pairs.Index{
		Name: s.nameOf(set), Points: points, Heads: ix.Heads, Start: ix.Start, K: ix.K, Tails: ix.tails(), Diagonal: ix.Diagonal,
	}}
	if ix.Batch != nil && o.Keys != nil {
		return nil, fault.Field(fmt.Sprintf("affinity: pair set %T: Batch", set), "heads drawn anew each step",
			"all of the new rows, each by itself")
	}
	if ix.Sample != nil && o.Keys != nil {
		ix.Sample = keyed{ix.Sample, o.Keys}
	}
	switch sampler := ix.Sample.(type) {
	case nil:
	case Others:
		on.index.Sample = sampler
	case *shifts:
		on.index.Sample = sampler
	default: // Sample alone: a type that embeds Others must not be drawn as Others
		on.index.Sample = SamplerFunc(sampler.Sample)
	}
	if ix.Batch != nil {
		on.index.Batch, on.index.Of = ix.Batch, ix.Of
	}
	on.P, err = s.weightsOf(on, ix)
	if ix.P != nil && !o.Different && ix.symmetric(o.Points) {
		on.index.Even = []*G.Node{on.P}
	}
	return on, err
}

// symmetric says that the entries, pairs of n points with weights, are those of a symmetric matrix.
func (ix Indices) symmetric(n int) bool {
	if ix.Tail == nil || ix.Start == nil || ix.Heads != nil || ix.Batch != nil || ix.Sample != nil {
		return false
	}
	return (&Matrix{N: n, Start: ix.Start, Tail: ix.Tail, Values: ix.P}).IsSymmetric()
}

// nameOf is the name of a set's type, and its number where there are several.
func (s *Scope) nameOf(set PairSet) string {
	t := reflect.TypeOf(set)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name := t.Name()
	if name == "" {
		name = "pairs"
	}
	if s.sets[name]++; s.sets[name] > 1 {
		name = fmt.Sprintf("%s%d", name, s.sets[name])
	}
	return name
}

// weightsOf are the node of the entries' weights; nil: there are none.
func (s *Scope) weightsOf(on *Pairs, ix Indices) (*G.Node, error) {
	if ix.P != nil {
		return s.root().Constant(on.index.Name+".P", tensor.New(tensor.WithShape(len(ix.P)), tensor.WithBacking(ix.P)))
	}
	if ix.Table != nil {
		w, err := s.root().Constant(on.index.Name+".Table", vectorOf(ix.Table))
		if err != nil {
			return nil, err
		}
		return on.at(on.Ends()-1, pairs.Spread, w)
	}
	if ix.RowP == nil {
		return nil, nil
	}
	w, err := s.root().Constant(on.index.Name+".RowP", tensor.New(tensor.WithShape(len(ix.RowP)), tensor.WithBacking(ix.RowP)))
	if err != nil {
		return nil, err
	}
	return on.Head(w)
}
