package affinity

import (
	"fmt"
	"reflect"

	"affmatch/internal/pairs"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Open gives the pairs of a set on Z (n x d). The same set on the same Z opens once.
func (s *Scope) Open(set PairSet, z *G.Node, p *Matrix, seed uint64) (*Pairs, error) {
	type key struct {
		set PairSet
		z   *G.Node
	}
	known := reflect.TypeOf(set).Comparable()
	if known {
		if on, ok := s.open[key{set, z}]; ok {
			return on, nil
		}
	}
	ix, err := set.Open(s.Points, p, seed)
	if err != nil {
		return nil, err
	}
	if err := ix.validate(s.Points); err != nil {
		return nil, fmt.Errorf("%w (pair set %T)", err, set)
	}
	name := reflect.TypeOf(set).Name()
	if s.sets[name]++; s.sets[name] > 1 {
		name = fmt.Sprintf("%s%d", name, s.sets[name])
	}
	on := &Pairs{Scope: s, Z: z, index: &pairs.Index{
		Name: name, N: s.Points, Heads: ix.Heads, Start: ix.Start, K: ix.K, Tail: ix.Tail, Diagonal: ix.Diagonal, Draw: ix.Draw,
	}}
	if ix.P != nil {
		if on.P, err = s.root().Constant(name+".P", tensor.New(tensor.WithShape(len(ix.P)), tensor.WithBacking(ix.P))); err != nil {
			return nil, err
		}
	}
	if ix.RowP != nil {
		w, err := s.root().Constant(name+".RowP", tensor.New(tensor.WithShape(len(ix.RowP)), tensor.WithBacking(ix.RowP)))
		if err != nil {
			return nil, err
		}
		if on.P, err = on.Head(w); err != nil {
			return nil, err
		}
	}
	if known {
		s.open[key{set, z}] = on
	}
	return on, nil
}
