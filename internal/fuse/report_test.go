package fuse

import (
	"strings"
	"testing"

	"affmatch/internal/pairs"

	G "gorgonia.org/gorgonia"
)

// slow are graphs that take longer than others of the same meaning, and what the report says of them; "" is a graph that
// does not.
var slow = map[string]struct {
	want  string
	build func(ix *pairs.Index, w *world, z *G.Node) *G.Node
}{
	"a squared distance": {"", func(ix *pairs.Index, _ *world, z *G.Node) *G.Node { return kernelOf(squared(ix, z)) }},
	"a squared distance, column by column": {"", func(ix *pairs.Index, _ *world, z *G.Node) *G.Node {
		return kernelOf(spelled(ix, z))
	}},
	"one column": {"gradient of 3 columns takes some of them only at end 1 of edges", func(ix *pairs.Index, _ *world, z *G.Node) *G.Node {
		return kernelOf(G.Must(G.Square(apart(ix, z, 1))))
	}},
	"log-sum-exp at the tails": {"log-sum-exp at end 1 of edges takes two passes", func(ix *pairs.Index, _ *world, z *G.Node) *G.Node {
		return G.Must(G.Sum(G.Must(G.Exp(on(ix, colLSEAt, G.Must(G.Neg(squared(ix, z))))))))
	}},
	"a power of a product": {"the power 0.3 of", func(ix *pairs.Index, _ *world, z *G.Node) *G.Node {
		c := G.Must(G.HadamardProd(on(ix, headAt, column(z, 0)), on(ix, tailAt, column(z, 1))))
		return G.Must(G.Sum(G.Must(G.Pow(G.Must(G.Add(c, number(9))), number(0.3)))))
	}},
	"weights that may be negative": {"the power 0.3 of", func(ix *pairs.Index, w *world, z *G.Node) *G.Node {
		c := G.Must(pairs.Between(ix, 0, 1, z, z, w.input("w", []float64{1, 2, 3}, 3)))
		return G.Must(G.Sum(G.Must(G.Pow(G.Must(G.Add(c, number(1))), number(0.3)))))
	}},
	"weights that are not": {"", func(ix *pairs.Index, w *world, z *G.Node) *G.Node {
		c := G.Must(pairs.Between(ix, 0, 1, z, z, G.Must(G.Exp(w.input("w", []float64{1, 2, 3}, 3)))))
		return G.Must(G.Sum(G.Must(G.Pow(G.Must(G.Add(c, number(1))), number(0.3)))))
	}},
}

func kernelOf(c *G.Node) *G.Node {
	return G.Must(G.Sum(G.Must(G.Inverse(G.Must(G.Add(number(1), c))))))
}

func TestReportSaysWhatIsSlowAndWhy(t *testing.T) {
	for name, c := range slow {
		f := graph(func(w *world) *G.Node {
			return c.build(edges(), w, w.input("z", []float64{0.5, -0.25, 1.5, 0.125, -1, 0.75, 0.375, -0.5, 1, 2, -1, 0.5}, 4, 3))
		})
		got, m := compiled[float64](t, f, Options{})
		equals(t, name, got, f.tape(t, nil), 1e-12)
		if r := m.Report(); c.want == "" && r != "" || !strings.Contains(r, c.want) {
			t.Errorf("%s: report = %q, want %q", name, r, c.want)
		}
	}
}
