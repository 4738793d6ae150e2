package affinitytest

import (
	"fmt"
	"math"

	"affmatch/affinity"
)

// Output checks an output affinity on all pairs and on rows of different lengths, in two and three dimensions. A
// Normalized output must also sum to one, and a Signed one is taken as it is.
func Output(t T, o affinity.Output) {
	t.Helper()
	node := o.LogQ
	if s, ok := o.(affinity.Signed); ok {
		node = s.Q
	}
	for _, d := range []int{2, 3} {
		for _, p := range places(d) {
			sets := []affinity.PairSet{affinity.All{}, some()}
			if d == 3 {
				sets = []affinity.PairSet{affinity.All{Diagonal: true}}
			}
			for _, set := range sets {
				what := fmt.Sprintf("output on %d-dimensional %s, %T", d, p.name, set)
				entries := checkNode(t, what, p.n, p.step, p.on(set, node))
				if entries == nil {
					return
				}
				if n, ok := o.(affinity.Normalized); ok {
					checkSums(t, what, n.Over, p, set, entries)
				}
			}
			checkRenumbered(t, fmt.Sprintf("output on %d-dimensional %s", d, p.name), p, node)
		}
	}
}

// checkSums holds Q to the sums of its axis, over the pairs that there are.
func checkSums(t T, what string, over affinity.Axis, p place, set affinity.PairSet, logQ []float64) {
	t.Helper()
	total, tol := 0.0, 1e-12
	rows, cols := make([]float64, p.n), make([]float64, p.n)
	for e, ij := range pairsOf(p.n, set) {
		q := math.Exp(logQ[e])
		tol = math.Max(tol, float64(p.n*p.n)*unit*math.Abs(logQ[e]))
		total += q
		rows[ij[0]] += q
		cols[ij[1]] += q
	}
	sums, want := []float64{total}, 1.0
	switch over {
	case affinity.OverRows:
		sums, want = rows, 1/float64(p.n)
	case affinity.OverColumns:
		sums, want = cols, 1/float64(p.n)
	}
	for i, s := range sums {
		if s != 0 && !(math.Abs(s-want) <= tol) { // a point without pairs has the sum 0
			t.Errorf("%s: sum %d of Q %v = %v, want %v", what, i, over, s, want)
			return
		}
	}
}

// pairsOf are the pairs of a set of the kit, in order.
func pairsOf(n int, set affinity.PairSet) (v [][2]int) {
	switch s := set.(type) {
	case affinity.All:
		for i := range n {
			for j := range n {
				if i != j || s.Diagonal {
					v = append(v, [2]int{i, j})
				}
			}
		}
	case *listed:
		for i := range n {
			for _, j := range s.tail[s.start[i]:s.start[i+1]] {
				v = append(v, [2]int{i, int(j)})
			}
		}
	}
	return v
}

// checkRenumbered numbers the points the other way round: the pairs (i,j) and (n-1-i,n-1-j) must change places.
func checkRenumbered(t T, what string, p place, node nodeOn) {
	t.Helper()
	q := p
	q.z = make([]float64, len(p.z))
	for i := range p.n {
		copy(q.z[(p.n-1-i)*p.d:(p.n-i)*p.d], p.z[i*p.d:(i+1)*p.d])
	}
	all := affinity.All{Diagonal: true}
	a, err := values(p.n, p.on(all, node))
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	b, err := values(p.n, q.on(all, node))
	if err != nil {
		t.Errorf("%s, renumbered: %v", what, err)
		return
	}
	scale := 0.0
	for _, v := range a {
		scale = math.Max(scale, math.Abs(v))
	}
	for e, v := range a {
		if w := b[len(b)-1-e]; !(math.Abs(v-w) <= 1e-11*scale) {
			t.Errorf("%s: pair (%d,%d) = %v, but %v with the points in another order", what, e/p.n, e%p.n, v, w)
			return
		}
	}
}

// values are the entries of a node.
func values(points int, build builder) ([]float64, error) {
	g, err := compile(points, false, build)
	if err != nil {
		return nil, err
	}
	defer g.close()
	v, _, err := g.run(0, nil)
	return v, err
}
