package fuse

import (
	"slices"

	"affmatch/internal/fmm"
	"affmatch/internal/lanes"
	"affmatch/internal/same"
)

// treeRun is byTree bound to memory.
type treeRun[T lanes.Float] struct {
	*byTree
	operators *fmm.Operators
	order     int           // of the operators
	made      []float64     // the scalars of the kernels at which they were made
	failed    error         // of a kernel's evaluation
	field     fmm.Field     // far pairs
	exact     exactPairs[T] // those of flagged points
	near      nearField[T]  // near ones
	charges   [][]float64   // of each sum's charge in the order of the points, scaled; the last: nil, ones
	ones      []float64     // but for flagged points
	scales    []float64     // by which they were
	out       [][]float64   // of each sum: n numbers, or n x dim
	atZero    []float64     // of each sum: its kernel at distance 0
	workers   []nearWorker[T]
}

// bindTree gives the sums of a tree their memory.
func (m *Machine[T]) bindTree(t *byTree) {
	r := &treeRun[T]{byTree: t, near: nearField[T]{program: t.near}, exact: exactPairs[T]{program: t.whole}}
	r.charges, r.scales = make([][]float64, len(t.own)+1), make([]float64, len(t.own)+1)
	n := t.on.Points[0]
	for k := range t.own {
		r.charges[k] = make([]float64, n)
	}
	for _, s := range t.sums {
		r.out = append(r.out, make([]float64, n*s.numbers(t.dim)))
	}
	r.near.scalars, r.near.points = make([]T, len(t.near.scalars)), perArray[T](len(t.near.tables), n)
	r.atZero = make([]float64, len(t.sums))
	m.trees[t] = r
	m.order = append(m.order, t.near, t.whole)
}

// numbers are how many a point has.
func (s treeSum) numbers(dim int) int {
	if s.pull {
		return dim
	}
	return 1
}

// treeOf is the tree of a matrix of points, sorted once a run.
func (m *Machine[T]) treeOf(points *expr, dim int) (*pointTree, error) {
	t := m.sorted[points]
	if t == nil {
		t = &pointTree{}
		m.sorted[points] = t
	}
	if t.run == m.runs {
		return t, nil
	}
	z, err := m.arrayValue(points)
	if err != nil {
		return nil, err
	}
	if err := t.Build(z, dim, len(m.workers)); err != nil {
		return nil, err
	}
	t.z, t.run = z, m.runs
	t.few.clear()
	return t, nil
}

type pointTree struct {
	fmm.Tree
	z   []float64
	few flagged
	run int // at which it was sorted
}

// runTree adds up the sums, and gives the sinks what they take from them.
func (m *Machine[T]) runTree(r *treeRun[T]) error {
	tree, err := m.treeOf(r.points, r.dim)
	if err != nil {
		return err
	}
	if err := r.load(m, tree); err != nil {
		return err
	}
	more, err := r.addUpChecked(m, tree)
	if err != nil {
		return err
	}
	if err := r.give(m, &tree.few); err != nil {
		return err
	}
	if !tree.few.none() {
		if err := r.addExact(m, &tree.few, false); err != nil {
			return err
		}
	}
	if !more.none() {
		if err := r.addExact(m, more, true); err != nil {
			return err
		}
		tree.few.add(len(tree.Order()), more.list)
		m.approx.Exact = max(m.approx.Exact, len(tree.few.list))
	}
	r.finish(m, &tree.few)
	return nil
}

// finish takes the logarithms of sums of exponentials, which those of flagged points are already.
func (r *treeRun[T]) finish(m *Machine[T], few *flagged) {
	for _, sink := range r.sinks {
		if sink.op != opLSEAt {
			continue
		}
		for i, v := range m.array(sink) {
			if !few.has(int32(i)) {
				m.array(sink)[i] = same.Log(v)
			}
		}
	}
}

// load brings scalars, charges and points to where they are read.
func (r *treeRun[T]) load(m *Machine[T], tree *pointTree) error {
	for k, e := range r.near.program.scalars {
		v, err := m.scalarValue(e)
		if err != nil {
			return err
		}
		r.near.scalars[k] = T(v)
	}
	for k, e := range r.own {
		v, err := m.arrayValue(e)
		if err != nil {
			return err
		}
		copy(r.charges[k], v)
		fillFew(r.charges[k], &tree.few, 0)
		r.scales[k] = largestPower(r.charges[k])
		for i := range r.charges[k] {
			r.charges[k][i] /= r.scales[k]
		}
	}
	r.scales[len(r.own)] = 1
	if r.charges[len(r.own)] = nil; !tree.few.none() {
		r.ones = grown(r.ones, len(tree.Order()))
		fill(r.ones, 1)
		fillFew(r.ones, &tree.few, 0)
		r.charges[len(r.own)] = r.ones
	}
	order := tree.Order()
	for k, t := range r.near.tables {
		column := r.near.points[k]
		m.entries(len(order), func(lo, hi int) {
			for place := lo; place < hi; place++ {
				i := int(order[place])
				switch {
				case t.array.op != opCharge:
					column[place] = T(tree.z[i*r.dim+t.first])
				case t.array.k < 0 && tree.few.has(int32(i)):
					column[place] = 0
				case t.array.k < 0:
					column[place] = 1
				default:
					column[place] = T(r.charges[t.array.k][i])
				}
			}
		})
	}
	for k, s := range r.sums {
		at := []float64{0}
		if err := m.evaluate(s.kernel, at, at); err != nil {
			return err
		}
		r.atZero[k] = at[0]
	}
	return nil
}

// prepare makes operators of the present order, where those that are there are of another or of other scalars.
func (r *treeRun[T]) prepare(m *Machine[T]) error {
	var scalars []float64
	for _, e := range r.kernelScalars {
		v, err := m.scalarValue(e)
		if err != nil {
			return err
		}
		scalars = append(scalars, v)
	}
	if r.operators != nil && r.order == m.approx.Order && slices.Equal(scalars, r.made) {
		return nil
	}
	var sums []fmm.Sum
	for _, s := range r.sums {
		charge := s.charge
		if charge < 0 {
			charge = len(r.own)
		}
		sums = append(sums, fmm.Sum{Pull: s.pull, Charge: charge, Kernel: func(d2, k []float64) {
			if err := m.evaluate(s.kernel, d2, k); err != nil {
				r.failed = err
			}
		}})
	}
	o, err := fmm.NewOperators(sums, r.dim, m.approx.Order, m.admitted())
	if err != nil {
		return err
	}
	r.operators, r.order, r.made = o, m.approx.Order, scalars
	return nil
}

// addUp computes the sums: what is far by polynomials, what is near exactly.
func (r *treeRun[T]) addUp(m *Machine[T], tree *pointTree) error {
	if err := r.prepare(m); err != nil {
		return err
	}
	if err := r.field.Run(&tree.Tree, r.operators, r.charges, r.out, len(m.workers)); err != nil {
		return err
	}
	if r.failed != nil {
		return r.failed
	}
	for len(r.workers) < len(m.workers) {
		r.workers = append(r.workers, nearWorker[T]{})
	}
	order := tree.Order()
	const leaves = 8 // a task
	m.eachWorker((r.field.Leaves()+leaves-1)/leaves, func(w int, task int) {
		near, runner := &r.workers[w], m.workers[w].runner(m, r.near.kernel)
		for l := task * leaves; l < min(r.field.Leaves(), (task+1)*leaves); l++ {
			r.leaf(near, runner, order, l)
		}
	})
	for k, s := range r.sums {
		if scale := r.scaleOf(s); scale != 1 {
			for i := range r.out[k] {
				r.out[k][i] *= scale
			}
		}
	}
	return nil
}

func (r *treeRun[T]) scaleOf(s treeSum) float64 {
	if s.charge < 0 {
		return 1
	}
	return r.scales[s.charge]
}

// leaf adds what is near the points of one leaf.
func (r *treeRun[T]) leaf(w *nearWorker[T], runner lanes.Runner[T], order []int32, l int) {
	targets, spans := r.field.Leaf(l)
	w.targets = w.targets[:0]
	for place := targets.Lo; place < targets.Hi && (place == targets.Lo || !targets.Clump); place++ {
		w.targets = append(w.targets, place)
	}
	points := order[targets.Lo:targets.Hi]
	r.near.run(w, runner, w.targets, spans, func(output int, sums []float64) {
		o := r.near.outputs[output]
		out, width, column := r.out[o.sink.k], r.sums[o.sink.k].numbers(r.dim), o.column
		if !targets.Clump {
			for k, i := range points {
				out[int(i)*width+column] += sums[k]
			}
			return
		}
		for _, i := range points {
			out[int(i)*width+column] += sums[0]
		}
	})
	if targets.Clump && among(spans, targets.Lo) >= 0 {
		r.inClump(points)
	}
}

// inClump adds what points at one place are to each other.
func (r *treeRun[T]) inClump(points []int32) {
	for k, s := range r.sums {
		if s.pull {
			continue
		}
		charge := func(int32) float64 { return 1 }
		if s.charge >= 0 {
			charge = func(i int32) float64 { return r.charges[s.charge][i] }
		}
		var all float64
		for _, i := range points {
			all += charge(i)
		}
		for _, i := range points {
			r.out[k][i] += float64((all - charge(i)) * r.atZero[k])
		}
	}
}

// give computes the sinks, without what flagged points have to do with.
func (r *treeRun[T]) give(m *Machine[T], few *flagged) error {
	for k, s := range r.sums {
		w := s.numbers(r.dim)
		for _, i := range few.list {
			clear(r.out[k][int(i)*w:][:w])
		}
	}
	for _, sink := range r.sinks {
		var sum float64
		var out []float64
		if sink.op != opTotal {
			out = m.array(sink)
			if sink.op != opGradient || m.grads[sink] == nil { // else passes have begun it
				clear(out)
			}
		}
		for _, t := range r.takes {
			if t.sink != sink {
				continue
			}
			scale, err := m.scalarValue(t.scalar)
			if err != nil {
				return err
			}
			var own []float64
			if !t.own.isConst() {
				if own, err = m.arrayValue(t.own); err != nil {
					return err
				}
			}
			scale *= t.coef
			v := r.out[t.sum]
			if sink.op == opTotal {
				sum += float64(scale * dot(v, own))
				continue
			}
			m.entries(r.on.Points[0], func(lo, hi int) { r.add(out, v, own, scale, t, lo, hi) })
		}
		if sink.op == opTotal {
			m.scalars[sink] = sum
		}
	}
	return nil
}

// add gives points lo:hi what a sink takes.
func (r *treeRun[T]) add(out, v, own []float64, scale float64, t taken, lo, hi int) {
	from := r.sums[t.sum].numbers(r.dim) // numbers a point
	to := 1
	if t.sink.op == opGradient {
		to = t.sink.d
	}
	for i := lo; i < hi; i++ {
		s := scale
		if own != nil {
			s *= own[i]
		}
		for c := range from {
			if x := v[i*from+c]; x != 0 { // that of a flagged point may be infinite
				out[i*to+t.column+c] += float64(s * x)
			}
		}
	}
}

// dot is the sum of v, each times an entry of own where there is one, in sixteen lanes.
func dot(v, own []float64) float64 {
	var s [lanes.Width]float64
	for i, x := range v {
		if own != nil && x != 0 {
			x *= own[i]
		}
		s[i%lanes.Width] += float64(x)
	}
	return halved(s[:])
}
