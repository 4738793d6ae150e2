package models

import (
	"errors"
	"fmt"
	"slices"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/internal/fuse"

	G "gorgonia.org/gorgonia"
)

// Fused compiles the graph into a few parallel passes of machine code over the pairs, in which no value of a pair is ever
// stored: memory is O(n) beside P. Operations that it does not know run by themselves, more slowly. Its results are those
// of Tape up to rounding.
type Fused struct {
	Float64 bool // arithmetic in float64; false: float32, fast. Sums are float64 in both
	Workers int  // goroutines; 0: GOMAXPROCS. Never changes a bit
	Shards  int  // parts of the rows whose sums are added up in order; 0: 8, or more for many points. Changes the last digits
	// Tolerance is the relative error (2-norm over the points) that sums over all pairs may have. From 4,096 points on (32,768
	// where the kernel learns), in up to three dimensions, a tree adds them up (a fast multipole method, package fmm) where
	// they are made of what depends on one point and a kernel of the distance, whatever kernel; the error is measured as the
	// fit goes, see Record.SumError. Other sums over all pairs stay exact: Program says why. 0: the method's,
	// Descent.Tolerance; else 1e-6 to 0.1.
	Tolerance float64
	Exact     bool // no tree, whatever the method's Tolerance
}

var _ Engine = Fused{}

// Validate bounds the counts: what each of them takes is beyond any machine's use of it.
func (f Fused) Validate() error {
	var faults []error
	for _, c := range []struct {
		name string
		v    int
		most int
	}{{"Workers", f.Workers, 1 << 12}, {"Shards", f.Shards, 1 << 16}} {
		if c.v < 0 || c.v > c.most {
			faults = append(faults, fault.Field("models: Fused: "+c.name, c.v, fmt.Sprintf("0 for the default, to %d", c.most)))
		}
	}
	if f.Exact && f.Tolerance != 0 {
		faults = append(faults, fault.Field("models: Fused: Tolerance", f.Tolerance, "0, where Exact is set"))
	}
	return errors.Join(append(faults, tolerable("models: Fused: Tolerance", f.Tolerance))...)
}

// tolerable checks a Tolerance: below, single precision leaves nothing to choose; above, there are no digits.
func tolerable(field string, v float64) error {
	if v == 0 || v >= 1e-6 && v <= 0.1 {
		return nil
	}
	return fault.Field(field, v, "0, or from 1e-6 to 0.1")
}

// Compile makes the machine.
func (f Fused) Compile(s *affinity.Scope, outputs ...*G.Node) (Machine, error) {
	return f.compile(s, f.options(s), outputs)
}

func (f Fused) options(s *affinity.Scope) fuse.Options {
	changing := s.Changing()
	return fuse.Options{
		Workers: f.Workers, Shards: f.Shards, Step: s.Step, Tolerance: f.Tolerance, Team: s.Team(),
		Constant: func(n *G.Node) bool { return !slices.Contains(changing, n) },
	}
}

func (f Fused) compile(s *affinity.Scope, o fuse.Options, outputs G.Nodes) (Machine, error) {
	if f.Float64 {
		return orNil(fuse.Compile[float64](s.Graph, outputs, o))
	}
	return orNil(fuse.Compile[float32](s.Graph, outputs, o))
}

// orNil is no machine at all where there is an error, not an interface that holds a nil.
func orNil[M Machine](m M, err error) (Machine, error) {
	if err != nil {
		return nil, err
	}
	return m, nil
}
