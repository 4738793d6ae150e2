package fuse

import (
	"math"

	"affmatch/internal/lanes"
	"affmatch/internal/same"
	"affmatch/internal/team"
)

// finish takes the logarithms of sums of exponentials, which those of flagged points are already.
func (r *treeRun[T]) finish(m *Machine[T], few *flagged) {
	for _, sink := range r.sinks {
		if sink.op != opLSEAt {
			continue
		}
		out := m.array(sink)
		m.entries(len(out), func(lo, hi int) {
			for i := lo; i < hi; i++ {
				if !few.has(int32(i)) {
					out[i] = same.Log(out[i])
				}
			}
		})
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
	n := r.on.Points[0]
	first, end := m.own(n)
	for _, sink := range r.sinks {
		var sum float64
		var out []float64
		if sink.op != opTotal {
			if out = m.array(sink); sink.op != opGradient { // which others give to as well
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
			switch sink.op {
			case opTotal:
				d, err := m.dot(v, own)
				if err != nil {
					return err
				}
				sum += float64(scale * d)
			case opGradient:
				m.entries(end-first, func(lo, hi int) { r.add(out, v, own, scale, t, first+lo, first+hi) })
			default:
				m.entries(n, func(lo, hi int) { r.add(out, v, own, scale, t, lo, hi) })
			}
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

// dot is the sum of v, each times an entry of own where there is one, in sixteen lanes, which go from member to member of a
// team.
func (m *Machine[T]) dot(v, own []float64) (float64, error) {
	var s [lanes.Width]float64
	g, sums := m.options.Team, team.Bytes(s[:])
	if g != nil && g.Rank() > 0 {
		if err := g.Receive(g.Rank()-1, sums); err != nil {
			return 0, err
		}
	}
	lo, hi := m.own(len(v))
	for i := lo; i < hi; i++ {
		x := v[i]
		if own != nil && x != 0 {
			x *= own[i]
		}
		s[i%lanes.Width] += float64(x)
	}
	if g != nil && g.Rank() < g.Size()-1 {
		if err := g.Send(g.Rank()+1, sums); err != nil {
			return 0, err
		}
	}
	if g != nil {
		if err := g.Broadcast(g.Size()-1, sums); err != nil {
			return 0, err
		}
	}
	return halved(s[:]), nil
}

// lose makes the sinks NaN, as sums over points that are not numbers are.
func (r *treeRun[T]) lose(m *Machine[T]) {
	for _, sink := range r.sinks {
		if sink.op == opTotal {
			m.scalars[sink] = math.NaN()
		} else {
			fill(m.array(sink), math.NaN())
		}
	}
}
