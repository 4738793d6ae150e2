package fuse

import (
	"affmatch/internal/lanes"
	"affmatch/internal/team"
)

// runTree adds up the sums, and gives the sinks what they take from them.
func (m *Machine[T]) runTree(r *treeRun[T]) error {
	tree, err := m.treeOf(r.points, r.dim)
	if err != nil {
		return err
	}
	if tree.lost {
		r.lose(m)
		return nil
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
		if err := r.exact.add(m, r.sinks, &tree.few, false); err != nil {
			return err
		}
	}
	if !more.none() {
		if err := r.exact.add(m, r.sinks, more, true); err != nil {
			return err
		}
		tree.few.add(len(tree.Order()), more.list)
		m.approx.Exact = max(m.approx.Exact, len(tree.few.list))
	}
	r.finish(m, &tree.few)
	return nil
}

// addUp computes the sums: what is far by polynomials, what is near exactly.
func (r *treeRun[T]) addUp(m *Machine[T], tree *pointTree) error {
	if err := r.prepare(m); err != nil {
		return err
	}
	r.failed = nil
	n := len(tree.Order())
	lo, hi := team.Part(m.options.Team, n)
	if err := r.field.Run(&tree.Tree, r.operators, r.charges, r.placed, len(m.workers)); err != nil {
		return err
	}
	if r.failed != nil {
		return r.failed
	}
	for len(r.workers) < len(m.workers) {
		r.workers = append(r.workers, nearWorker[T]{})
	}
	order := tree.Order()
	first, end := r.field.LeavesFrom(lo, hi)
	const leaves = 8 // a task
	m.eachWorker((end-first+leaves-1)/leaves, func(w int, task int) {
		near, runner := &r.workers[w], m.workers[w].runner(m, r.near.kernel)
		for l := first + task*leaves; l < min(end, first+(task+1)*leaves); l++ {
			r.leaf(near, runner, order, l)
		}
	})
	if err := r.exchange(m, n); err != nil {
		return err
	}
	r.toPoints(m, order)
	return nil
}

// toPoints brings the sums from their places to the points: to those of this member or, where each is asked for, to all.
func (r *treeRun[T]) toPoints(m *Machine[T], order []int32) {
	const stretch = 1 << 12 // places a task
	from, to := m.own(len(order))
	m.each((len(order)+stretch-1)/stretch, func(_ *worker[T], n int) {
		var all, own [stretch]int32 // places, and those of this member's points
		lo, count := n*stretch, 0
		some := order[lo:min(len(order), lo+stretch)]
		for k, i := range some {
			all[k], own[count] = int32(lo+k), int32(lo+k)
			if uint(int(i)-from) < uint(to-from) {
				count++
			}
		}
		for k := range r.sums {
			places := own[:count]
			if r.each[k] {
				places = all[:len(some)]
			}
			r.bring(k, places, order)
		}
	})
}

// bring brings a sum from some places to their points.
func (r *treeRun[T]) bring(k int, places, order []int32) {
	s := r.sums[k]
	width, scale, sums, out := s.numbers(r.dim), r.scales[s.charge], r.placed[k], r.out[k]
	for _, place := range places {
		to := out[int(order[place])*width:][:width]
		for c, x := range sums[int(place)*width:][:width] {
			to[c] = x * scale
		}
	}
}

// leaf adds what is near the points of one leaf.
func (r *treeRun[T]) leaf(w *nearWorker[T], runner lanes.Runner[T], order []int32, l int) {
	targets, spans := r.field.Leaf(l)
	w.targets = w.targets[:0]
	for place := targets.Lo; place < targets.Hi && (place == targets.Lo || !targets.Clump); place++ {
		w.targets = append(w.targets, place)
	}
	r.near.run(w, runner, w.targets, spans, func(output int, sums []float64) {
		o := r.near.outputs[output]
		width := r.sums[o.sink.k].numbers(r.dim)
		out := r.placed[o.sink.k][int(targets.Lo)*width : int(targets.Hi)*width]
		for at := o.column; at < len(out); at += width {
			if out[at] += sums[0]; !targets.Clump {
				sums = sums[1:]
			}
		}
	})
	if targets.Clump && among(spans, targets.Lo) >= 0 {
		r.inClump(order[targets.Lo:targets.Hi], targets.Lo)
	}
}

// inClump adds what points that are one place, whose places begin at lo, are to each other.
func (r *treeRun[T]) inClump(points []int32, lo int32) {
	for k, s := range r.sums {
		if s.pull {
			continue
		}
		charge := func(i int32) float64 {
			if q := r.charges[s.charge]; q != nil {
				return q[i]
			}
			return 1
		}
		var all float64
		for _, i := range points {
			all += charge(i)
		}
		for at, i := range points {
			r.placed[k][int(lo)+at] += float64((all - charge(i)) * r.atZero[k])
		}
	}
}
