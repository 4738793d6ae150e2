package affinitytest

import (
	"fmt"
	"math"
	"slices"

	"affmatch/affinity"

	G "gorgonia.org/gorgonia"
)

// Metric checks a metric on Z in two, three and five dimensions, on pairs, between the ends of triplets and to points of
// another matrix. A distance that is 0 must be floored (affinity.AddFloor):
// kernels with an infinite slope at 0, such as UMAP's, otherwise give a NaN gradient at coincident points. A metric that
// is a DataMetric too must say the same of X as of Z.
func Metric(t T, m affinity.Metric) {
	t.Helper()
	data, onData := m.(affinity.DataMetric)
	for _, d := range []int{2, 3, 5} {
		for _, p := range places(d) {
			what := fmt.Sprintf("metric on %d-dimensional %s", d, p.name)
			all := affinity.All{}
			entries := checkNode(t, what, p.n, p.step, p.on(all, m.Distance))
			if entries == nil {
				return
			}
			checkNode(t, what+", some pairs", p.n, 0, p.on(some(), m.Distance))
			checkNode(t, what+", the tails of triplets", p.n, p.step, p.between(1, 2, m.Distance))
			checkNode(t, what+", from a tail of triplets to the head", p.n, p.step, p.between(2, 0, m.Distance))
			checkNode(t, what+" and points of another matrix", p.n, p.step, p.across(m.Distance))
			checkRenumbered(t, what, p, m.Distance)
			checkAlone(t, what, p, m, entries)
			if p.step == 0 && slices.Min(entries) >= 0 {
				checkNode(t, "root of the "+what, p.n, 0, p.on(all, func(on *affinity.Pairs) (*G.Node, error) {
					c, err := m.Distance(on)
					if err != nil {
						return nil, err
					}
					return G.Sqrt(c)
				}))
			}
			if !onData {
				continue
			}
			for e, ij := range pairsOf(p.n, all) {
				i, j := ij[0], ij[1]
				c, err := between(data, p.row(i), p.row(j))
				if err != nil || !(math.Abs(c-entries[e]) <= 1e-12*math.Max(math.Abs(c), p.size())) {
					t.Errorf("%s: the distance of two points is %v on Z, but %v (error %v) on X", what, entries[e], c, err)
					return
				}
			}
		}
	}
	if onData {
		DataMetric(t, data)
	}
}

func (p place) row(i int) []float64 { return p.z[i*p.d : (i+1)*p.d] }

// size is the largest square of a coordinate: the scale of rounding errors in sums of products.
func (p place) size() float64 {
	m := math.Max(slices.Max(p.z), -slices.Min(p.z))
	return m * m
}

// checkAlone moves the last point: the distances of pairs without it must stay.
func checkAlone(t T, what string, p place, m affinity.Metric, entries []float64) {
	t.Helper()
	q := p
	q.z = slices.Clone(p.z)
	for c := range p.d {
		q.z[(p.n-1)*p.d+c] *= 1.25
	}
	moved, err := values(p.n, q.on(affinity.All{}, m.Distance))
	if err != nil {
		t.Errorf("%s, a point moved: %v", what, err)
		return
	}
	for e, ij := range pairsOf(p.n, affinity.All{}) {
		if ij[0] < p.n-1 && ij[1] < p.n-1 && moved[e] != entries[e] {
			t.Errorf("%s: the distance of (%d,%d) changes when point %d moves", what, ij[0], ij[1], p.n-1)
			return
		}
	}
}

// ShiftInvariant checks that a metric on Z depends on differences alone. Not every metric does: Angular does not.
func ShiftInvariant(t T, m affinity.Metric) {
	t.Helper()
	for _, p := range places(2)[:3] {
		q := p
		q.z = slices.Clone(p.z)
		for i := range q.z {
			q.z[i] += []float64{3, -8}[i%2]
		}
		a, errA := values(p.n, p.on(affinity.All{}, m.Distance))
		b, errB := values(q.n, q.on(affinity.All{}, m.Distance))
		if errA != nil || errB != nil {
			t.Errorf("metric on %s: %v, %v", p.name, errA, errB)
			return
		}
		for e, v := range a {
			if !(math.Abs(v-b[e]) <= 1e-9*math.Max(slices.Max(a), 1e-3)) {
				t.Errorf("metric on %s: a distance = %v, but %v when all points are shifted", p.name, v, b[e])
				return
			}
		}
	}
}

// DataMetric checks a distance on X: finite, symmetric, the same at each call, and leaving its arguments alone.
func DataMetric(t T, m affinity.DataMetric) {
	t.Helper()
	for _, d := range []int{2, 3, 5} {
		for _, p := range places(d) {
			for i := range p.n {
				for j := range p.n {
					x, y := slices.Clone(p.row(i)), slices.Clone(p.row(j))
					there, err := between(m, x, y)
					if err != nil {
						t.Errorf("metric on X: %v", err)
						return
					}
					back, err := between(m, y, x)
					again, err2 := between(m, x, y)
					switch {
					case err != nil || err2 != nil:
						t.Errorf("metric on X: %v, %v", err, err2)
					case !finite(there):
						t.Errorf("metric on X: distance of %v and %v = %v, want a finite number", x, y, there)
					case there != again:
						t.Errorf("metric on X: distance of %v and %v = %v, then %v", x, y, there, again)
					case !(math.Abs(there-back) <= 1e-12*math.Abs(there)):
						t.Errorf("metric on X: distance of %v and %v = %v, but %v the other way", x, y, there, back)
					case !slices.Equal(x, p.row(i)) || !slices.Equal(y, p.row(j)):
						t.Errorf("metric on X: it changes its arguments")
					default:
						continue
					}
					return
				}
			}
		}
	}
}

func between(m affinity.DataMetric, x, y []float64) (c float64, err error) {
	defer recovered(&err)
	return m.Between(x, y), nil
}
