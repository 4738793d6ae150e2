package models

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"affmatch/affinity"
	"affmatch/internal/fault"

	"gonum.org/v1/gonum/mat"
)

// Mapping is an embedding that is computed at once, without a descent: n x d, from the data, from P, or from both. The note
// says what a reader of the result should know. Those that are built in are Initializers too: what is all of a closed form
// is the start of any other method.
type Mapping interface {
	Map(ctx context.Context, x mat.Matrix, p *affinity.Matrix, d int, seed uint64) (z *mat.Dense, note string, err error)
}

// MappingFunc is a researcher's own.
type MappingFunc func(ctx context.Context, x mat.Matrix, p *affinity.Matrix, d int, seed uint64) (*mat.Dense, string, error)

// Map calls f.
func (f MappingFunc) Map(
	ctx context.Context, x mat.Matrix, p *affinity.Matrix, d int, seed uint64,
) (*mat.Dense, string, error) {
	if f == nil {
		return nil, "", f.Validate()
	}
	return f(ctx, x, p, d, seed)
}

// Validate refuses a nil function.
func (f MappingFunc) Validate() error {
	if f == nil {
		return fault.Field("models: MappingFunc", "nil", "a function")
	}
	return nil
}

func (MappingFunc) String() string { return "MappingFunc" }

// ClosedForm is a method whose embedding is computed at once: PCA, classical scaling, Isomap, diffusion maps. It has no
// loss, no steps and no history, and so nothing to stop, schedule, save on the way or go on from; nor a scale other than its
// own.
type ClosedForm struct {
	In          affinity.Input // P, for what is mapped by it; nil: none
	Map         Mapping
	Dim         int    // columns of Z; 0: 2
	Seed        uint64 // of start vectors and the search of neighbors; 0 is a seed like any other
	MemoryLimit int64  // bytes: a fit whose estimate (Memory, Resident) is above ends in an error; 0: the machine's
}

// Fit computes P from x (n x p, one row a point), where there is an In, and the embedding. An error comes without a result.
func (m ClosedForm) Fit(ctx context.Context, x mat.Matrix) (*Result, error) {
	if err := fault.Context("models", ctx); err != nil {
		return nil, err
	}
	if err := m.Validate(); err != nil {
		return nil, err
	}
	var r *Result
	err := guarded("models: "+mapName(m.Map), nil, func() (err error) {
		r, err = m.fit(ctx, x)
		return err
	})
	return r, err
}

func (m ClosedForm) fit(ctx context.Context, x mat.Matrix) (*Result, error) {
	r, clock := &Result{Status: Computed}, time.Now()
	lap := func(stage string) {
		r.Stages = append(r.Stages, Stage{stage, time.Since(clock).Seconds()})
		clock = time.Now()
	}
	data, err := affinity.DataOf(x)
	if err != nil {
		return nil, err
	}
	if _, err := limited(data.Matrix, m.problem()); err != nil {
		return nil, err
	}
	var fitted *affinity.Fitted
	var p *affinity.Matrix
	if m.In != nil {
		if fitted, err = affinity.Fit(ctx, m.In, x); err != nil {
			return nil, fmt.Errorf("models: input affinity: %w", err)
		}
		if p = fitted.P; p == nil {
			return nil, fault.Field("models: In: P", "a formula of pairs", "a matrix")
		}
		r.Report, r.Notes = p.Report, append(r.Notes, p.Report.Notes()...)
		lap("input affinity")
	}
	z, note, err := m.Map.Map(ctx, data.Matrix, p, m.dim(), m.Seed)
	if err != nil {
		return nil, fmt.Errorf("models: %s: %w", mapName(m.Map), err)
	}
	if fault.Nil(z) {
		return nil, fault.Field("models: "+mapName(m.Map)+": Z", "nil", "a matrix")
	}
	if n, d := z.Dims(); d != m.dim() || p != nil && n != p.N {
		return nil, fault.Field("models: "+mapName(m.Map)+": Z", fmt.Sprintf("%d x %d", n, d),
			fmt.Sprintf("a row a point and %d columns", m.dim()))
	}
	if note != "" {
		r.Notes = append(r.Notes, note)
	}
	lap("map")
	r.Embedding = z
	r.Model = &Model{Problem: m.problem(), Map: m.Map, X: x, Embedding: z, Notes: r.Notes, fitted: fitted}
	return r, finite("Z", z)
}

// Memory estimates a fit of n x columns data that are float64 and read in place.
func (m ClosedForm) Memory(n, columns int) (Estimate, error) {
	if err := m.Validate(); err != nil {
		return Estimate{}, err
	}
	e, err := memory(n, columns, columns, m.problem(), One)
	if err == nil {
		e.Stages = e.Stages[:len(e.Stages)-1] // the steps
		e.Stages[len(e.Stages)-1].Name = "map"
	}
	return e, err
}

// problem is what the estimates of memory read: a descent that starts at the map.
func (m ClosedForm) problem() Problem {
	return Problem{In: m.In, Objective: Terms{}, Descent: Descent{Init: mapped{m.Map}, Dim: m.Dim, Seed: m.Seed, MemoryLimit: m.MemoryLimit}}
}

// Validate gives all faults at once.
func (m ClosedForm) Validate() error {
	var limit error
	if m.MemoryLimit < 0 {
		limit = fault.Field("models: MemoryLimit", m.MemoryLimit, "a number of bytes, or 0 for all of the machine's")
	}
	return errors.Join(part("models: In", m.In), required("models: Map", m.Map, "a mapping, such as models.PCA{}"),
		wholeNumber("models: Dim", m.Dim), atMost("models: Dim", m.Dim, mostColumns), limit)
}

// mapName is a mapping's in an error.
func mapName(m Mapping) string { return reflect.TypeOf(m).Name() }

func (m ClosedForm) dim() int { return or(m.Dim, 2) }

// mapped is a mapping as a start.
type mapped struct{ Mapping }

// Init is the map, with normal draws where it has no more columns.
func (m mapped) Init(ctx context.Context, x mat.Matrix, p *affinity.Matrix, d int, seed uint64) (*mat.Dense, string, error) {
	z, note, err := m.Map(ctx, x, p, d, seed)
	if err != nil {
		return nil, "", err
	}
	if more := fillMissing(z, seed); note == "" {
		note = more
	} else if more != "" {
		note += "; " + more
	}
	return z, note, nil
}

// Memory is the mapping's, where it knows.
func (m mapped) Memory(n, columns, d int, entries int64) int64 {
	if s, ok := m.Mapping.(interface {
		Memory(n, columns, d int, entries int64) int64
	}); ok {
		return s.Memory(n, columns, d, entries)
	}
	return 0
}
