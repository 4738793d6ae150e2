package fuse

import (
	"errors"

	"affmatch/internal/parallel"
)

// runPasses runs the passes of one level, shard by shard: a shard's passes run in order.
func (m *Machine[T]) runPasses(codes []*program) error {
	passes := make([]*pass[T], len(codes))
	for i, c := range codes {
		p := m.passes[c]
		passes[i] = p
		if err := m.load(p); err != nil {
			return err
		}
	}
	step, shards := m.step(), 0
	for _, p := range passes {
		shards = max(shards, len(p.frames))
	}
	m.each(shards, func(w *worker[T], shard int) {
		for _, p := range passes {
			if shard < len(p.frames) && p.mine(m, shard) {
				for _, r := range p.results {
					r.clear(p, shard)
				}
			}
		}
		for _, p := range passes {
			if shard < len(p.frames) {
				p.run(m, w, shard, step)
			}
		}
	})
	for _, p := range passes {
		if err := errors.Join(p.faults...); err != nil {
			return err
		}
		if p.draws && !p.itself && !p.shifted {
			p.on.Drawn(step)
		}
	}
	if err := m.share(passes); err != nil {
		return err
	}
	for _, p := range passes {
		for _, r := range p.results {
			r.finish(m, p)
		}
	}
	for _, p := range passes {
		if err := p.goAgain(m); err != nil {
			return err
		}
	}
	return nil
}

// runLevel runs what one level reduces.
func (m *Machine[T]) runLevel(s step) error {
	if err := m.runPasses(s.codes); err != nil {
		return err
	}
	for _, t := range s.trees { // all of which may give to one gradient, that passes may have begun
		for _, sink := range t.sinks {
			if sink.op == opGradient && m.grads[sink] == nil {
				clear(m.array(sink))
				m.owns(sink)
			}
		}
	}
	for _, t := range s.trees {
		if err := m.runTree(m.trees[t]); err != nil {
			return err
		}
	}
	return nil
}

// each runs tasks 0..n-1 on the workers.
func (m *Machine[T]) each(n int, task func(w *worker[T], i int)) {
	m.eachWorker(n, func(w, i int) { task(m.workers[w], i) })
}

// eachWorker gives a task the number of its worker.
func (m *Machine[T]) eachWorker(n int, task func(w, i int)) { parallel.Each(len(m.workers), n, task) }

// entries runs f for stretches of entries, in parallel where there are many.
func (m *Machine[T]) entries(n int, f func(lo, hi int)) {
	const stretch = 1 << 14
	m.each((n+stretch-1)/stretch, func(_ *worker[T], k int) { f(k*stretch, min(n, (k+1)*stretch)) })
}
