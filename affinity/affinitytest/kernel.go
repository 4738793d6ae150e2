package affinitytest

import (
	"math"
	"slices"

	"affmatch/affinity"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// distances that a kernel must stand: from that of coincident points, as floored metrics give it, to very far ones.
var distances = []float64{0x1p-1022, 1e-150, 1e-12, 1e-6, 1e-3, 0.1, 0.5, 1, 2, 7, 30, 1e3, 1e6, 1e12}

// Kernel checks a kernel on given distances, entry by entry, and on the squared Euclidean distances of points.
func Kernel(t T, k affinity.Kernel) {
	t.Helper()
	for _, p := range places(2) {
		checkNode(t, "kernel of the squared Euclidean distances of "+p.name, p.n, p.step, p.on(affinity.All{}, affinity.Of{Kernel: k}.LogQ))
	}
	build := func(s *affinity.Scope) (*G.Node, int, error) {
		c, err := s.Param("c", tensor.New(tensor.WithShape(len(distances)), tensor.WithBacking(slices.Clone(distances))))
		if err != nil {
			return nil, 0, err
		}
		out, err := k.LogKernel(s, c)
		return out, len(distances), err
	}
	const what = "kernel on given distances"
	entries := checkNode(t, what, len(distances), 0, build)
	if entries == nil {
		return
	}
	plain, err := compile(len(distances), false, build)
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	defer plain.close()

	for e := range distances {
		moved := slices.Clone(distances)
		moved[e] *= 1.5
		got, _, err := plain.run(0, moved)
		if err != nil {
			t.Errorf("%s: distance %v: %v", what, moved[e], err)
			return
		}
		got[e] = entries[e]
		if !slices.Equal(got, entries) {
			t.Errorf("%s: the distance of one pair changes the affinity of another: then it is an Output, not a Kernel", what)
			return
		}
	}
	with, err := compile(len(distances), true, build)
	if err != nil {
		return // checkNode reported it
	}
	defer with.close()
	_, slopes, err := with.run(0, nil)
	if err != nil {
		return
	}
	// Since entries do not depend on each other, all are moved at once, each by at most half of itself.
	step, noise := make([]float64, len(distances)), make([]float64, len(distances))
	for e, c := range distances {
		step[e] = math.Min(0.1*math.Max(c, 1), c/2)
		noise[e] = unit * plain.weights[e] * (1 + math.Abs(entries[e])) / step[e]
	}
	slope, bound, err := differentiate(noise, func(h float64) ([]float64, error) {
		moved := slices.Clone(distances)
		for e := range moved {
			moved[e] += h * step[e]
		}
		v, _, err := plain.run(0, moved)
		for e := range v {
			v[e] *= plain.weights[e] / step[e]
		}
		return v, err
	})
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	for e, c := range distances {
		if c > 1e-100 && !agree(slopes[0][e], slope[e], bound[e]) {
			w := plain.weights[e]
			t.Errorf("%s: at %v the derivative = %v, but differences give %v +- %.1g", what, c, slopes[0][e]/w, slope[e]/w, bound[e]/w)
		}
	}
}
