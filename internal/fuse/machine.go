package fuse

import (
	"errors"
	"fmt"
	"runtime"
	"slices"

	"affmatch/internal/fault"
	"affmatch/internal/lanes"
	"affmatch/internal/machine"
	"affmatch/internal/pairs"
	"affmatch/internal/team"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Options say how a program runs. They change no value but by rounding.
type Options struct {
	Workers int // goroutines; 0: GOMAXPROCS. Never changes a bit
	Shards  int // parts of each set of pairs whose sums are added up in order; 0: as many as its points are worth
	// Constant says that an input keeps its value for the machine's life, so that it may be converted once; nil: none does.
	Constant func(*G.Node) bool
	// Step is the step whose samples a run draws; nil: 0.
	Step func() int
	Set  string // of vector instructions by name; "": the best of this machine
	// Tolerance is the relative error that sums over all pairs may have, in the plane, in space and on a line; 0: they are
	// exact. See tree_plan.go.
	Tolerance float64
	TreeFrom  int // points from which on a tree adds them up; 0: 4096

	Team team.Team // of processes that run the machine together; nil: this one alone. Never changes a bit

	numbered int  // from how many points on they are numbered; 0: NumberedFrom
	whole    bool // all pairs are gone through where half of them are enough
}

// Machine runs a compiled graph. It is a gorgonia.VM for one goroutine.
type Machine[T lanes.Float] struct {
	graph   *G.ExprGraph
	nodes   map[*G.Node]*expr // outputs
	outputs []*expr           // in their order
	plan    *plan
	set     string // of vector instructions
	options Options
	workers []*worker[T]
	passes  map[*program]*pass[T]
	order   []*program // as they are run
	scalars map[*expr]float64
	arrays  map[*expr][]float64
	owned   map[*expr]int                            // arrays of which members have parts, and a point's columns: owned.go
	code    map[*lanes.Kernel]func() lanes.Runner[T] // nil: in plain Go
	adders  map[int]*lanes.Kernel                    // of so many shards, which give to points
	layouts map[arranged]*layout
	tails   map[*pairs.Index][][]int32
	headsOf map[*layout][]int32
	tables  map[key]*tableData[T]
	grads   map[*expr]*gradient[T]
	factors map[*expr]*factors     // of products in single precision
	long    map[*expr]*arrayKernel // of long arrays
	values  map[*G.Node]G.Value
	opaque  []*expr // nodes that run by themselves
	mail    []byte  // that goes between the members of a team
	runs    int
	state   error // why there are no values: not run yet, failed, closed

	trees  map[*byTree]*treeRun[T]
	sorted map[*expr]*pointTree // by matrix of points
	approx Approximation
	seen   float64 // the largest error of this run's trees
}

var _ G.VM = (*Machine[float64])(nil)

// Compile makes a machine that computes the outputs, nodes of g, in precision T.
func Compile[T lanes.Float](g *G.ExprGraph, outputs G.Nodes, o Options) (*Machine[T], error) {
	if o.Workers < 0 || o.Shards < 0 {
		return nil, fault.Field("fuse: Workers, Shards", fmt.Sprint(o.Workers, ", ", o.Shards), "at least 0")
	}
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.numbered == 0 {
		o.numbered = NumberedFrom
	}
	set, err := setNamed(o.Set)
	if err != nil {
		return nil, err
	}
	im := &importer{algebra: newAlgebra(), graph: g, done: map[*G.Node]*expr{}}
	im.constants = o.Constant
	m := &Machine[T]{
		graph: g, nodes: map[*G.Node]*expr{}, set: set, options: o,
		passes: map[*program]*pass[T]{}, scalars: map[*expr]float64{}, arrays: map[*expr][]float64{},
		tables: map[key]*tableData[T]{}, layouts: map[arranged]*layout{}, code: map[*lanes.Kernel]func() lanes.Runner[T]{},
		adders: map[int]*lanes.Kernel{},
		tails:  map[*pairs.Index][][]int32{}, headsOf: map[*layout][]int32{}, grads: map[*expr]*gradient[T]{}, values: map[*G.Node]G.Value{},
		owned: map[*expr]int{}, trees: map[*byTree]*treeRun[T]{}, sorted: map[*expr]*pointTree{},
		factors: map[*expr]*factors{}, long: map[*expr]*arrayKernel{},
	}
	for _, n := range outputs {
		switch {
		case n == nil:
			return nil, fault.Field("fuse: output", "nil", "a node of the graph")
		case n.Graph() != g && n.Graph() != nil:
			return nil, fault.Field("fuse: output", n, "a node of the graph")
		case indices(n):
			return nil, fault.Field(fmt.Sprintf("fuse: output %v: type", n), n.Dtype(), "float64")
		}
		e, err := im.importNode(n)
		if err != nil {
			return nil, err
		}
		e = im.array(e)
		m.nodes[n] = e
		m.outputs = append(m.outputs, e)
	}
	for range o.Workers {
		m.workers = append(m.workers, newWorker[T]())
	}
	m.plan = newPlan(im.algebra, m.outputs, isDouble[T](), o)
	m.opaque = slices.DeleteFunc(im.opaque, func(e *expr) bool { return !m.plan.done[e] })
	for _, s := range m.plan.steps {
		for _, c := range s.codes {
			m.bindPass(c)
		}
		for _, t := range s.trees {
			m.bindTree(t)
		}
	}
	if len(m.trees) > 0 {
		m.approx.Order = firstOrder(o.Tolerance)
	}
	m.compileKernels()
	m.markDraws()
	m.state = errors.New("fuse: no values before the first run")
	return m, nil
}

func setNamed(name string) (string, error) {
	if name == "" {
		return machine.Vector(), machine.VectorErr() // of an environment that asks for what there is not
	}
	if !slices.Contains(machine.Vectors(), name) {
		return "", fault.Field("fuse: Set", name, "a set that this machine runs")
	}
	return name, nil
}

func isDouble[T lanes.Float]() bool { return T(1)/3 != T(float32(1)/3) }

// markDraws lets the first pass of a run over a set draw its samples.
func (m *Machine[T]) markDraws() {
	seen := map[*pairs.Index]bool{}
	for _, s := range m.plan.steps {
		for _, c := range s.codes {
			p := m.passes[c]
			p.draws = p.on.Changes() && !seen[p.on]
			seen[p.on] = true
		}
	}
}

// RunAll computes the outputs from the present values of the inputs.
func (m *Machine[T]) RunAll() error {
	if m.passes == nil {
		return errClosed
	}
	m.runs++
	m.seen = 0
	clear(m.scalars)
	clear(m.owned)
	for _, s := range m.plan.steps {
		if err := m.do(s); err != nil {
			m.state = fmt.Errorf("fuse: %w", err)
			return m.state
		}
	}
	for _, e := range m.outputs {
		if err := m.whole(e); err != nil {
			m.state = fmt.Errorf("fuse: %w", err)
			return m.state
		}
	}
	m.relax()
	m.state = nil
	return nil
}

// Reset does nothing: a run leaves nothing behind that the next could stumble over.
func (m *Machine[T]) Reset() {}

// Close frees the buffers. A closed machine neither runs nor has values.
func (m *Machine[T]) Close() error {
	m.passes, m.arrays, m.tables, m.grads, m.workers, m.values, m.scalars = nil, nil, nil, nil, nil, nil, nil
	m.layouts, m.tails, m.headsOf, m.trees, m.sorted, m.factors, m.long = nil, nil, nil, nil, nil, nil, nil
	m.state = errClosed
	return nil
}

var errClosed = errors.New("fuse: the machine is closed")

// ErrNotOutput is the error of Value for a node that the machine was not asked to compute.
var ErrNotOutput = errors.New("fuse: not an output of this machine")

// Value is what the last run computed for an output. It belongs to the machine: the next run overwrites it.
func (m *Machine[T]) Value(n *G.Node) (G.Value, error) {
	e, ok := m.nodes[n]
	if !ok {
		if n.Op() == nil && n.Value() != nil {
			return n.Value(), nil
		}
		return nil, fmt.Errorf("%w: %v", ErrNotOutput, n)
	}
	if m.state != nil {
		return nil, fmt.Errorf("fuse: value of %v: %w", n, m.state)
	}
	return m.valueAs(n, e)
}

// valueAs is e in the shape of a node: an array of the node's, or a splat.
func (m *Machine[T]) valueAs(n *G.Node, e *expr) (G.Value, error) {
	if n.IsScalar() {
		v, err := m.scalarValue(e)
		return G.NewF64(v), err
	}
	if !e.in.scalar() {
		v, err := m.arrayValue(e)
		if err != nil {
			return nil, err
		}
		if old, ok := m.values[n].(*tensor.Dense); ok && &old.Data().([]float64)[0] == &v[0] {
			return old, nil
		}
		d := tensor.New(tensor.WithShape(n.Shape()...), tensor.WithBacking(v))
		m.values[n] = d
		return d, nil
	}
	v, err := m.scalarValue(e)
	if err != nil {
		return nil, err
	}
	d, ok := m.values[n].(*tensor.Dense)
	if !ok {
		d = tensor.New(tensor.WithShape(n.Shape()...), tensor.Of(tensor.Float64))
		m.values[n] = d
	}
	for i, out := 0, d.Data().([]float64); i < len(out); i++ {
		out[i] = v
	}
	return d, nil
}
