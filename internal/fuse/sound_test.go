package fuse

import (
	"strings"
	"testing"

	"affmatch/internal/pairs"

	G "gorgonia.org/gorgonia"
)

// all are the pairs of n points.
func all(n int) *pairs.Index { return &pairs.Index{Name: "all", Points: ofPairs(n)} }

var three, ragged = all(3), edges()

// difference of one coordinate on the pairs.
func apart(ix *pairs.Index, z *G.Node, c int) *G.Node {
	return G.Must(G.Sub(on(ix, headAt, column(z, c)), on(ix, tailAt, column(z, c))))
}

// Graphs at points where an identity of the algebra, or a way of lowering, could give another value than the graph as it
// is written: each did, or was feared to.
var delicate = map[string]graph{
	"powers of zero that differ by an integer": func(w *world) *G.Node {
		d := G.Must(G.Abs(apart(three, w.input("z", []float64{1, 2, 1, 5, -2, 5}, 3, 2), 0))) // x_0 = x_1
		return G.Must(G.Sum(G.Must(G.Add(G.Must(G.Pow(d, number(1.3))), G.Must(G.Pow(d, number(2.3)))))))
	},
	"a distance with a negative constant beside the floored one": func(w *world) *G.Node {
		c := squared(three, w.input("z", []float64{1, 2, 1, 2, -2, 5}, 3, 2)) // z_0 = z_1
		hinge := G.Must(G.Rectify(G.Must(G.Sub(c, number(5)))))
		return G.Must(G.Sum(G.Must(G.Add(hinge, G.Must(G.Sqrt(c))))))
	},
	"sum of logarithms whose product overflows": func(w *world) *G.Node {
		z := w.input("z", []float64{1e5, 2e5, 3e4, -1e5, 0, 1e5, 2e5, -1e6, 1, 2, 3, 4, 5, 6, 7}, 3, 5)
		var s *G.Node
		for c := range 5 {
			l := G.Must(G.Log(G.Must(G.Add(number(2), G.Must(G.Square(apart(three, z, c)))))))
			if s == nil {
				s = l
			} else {
				s = G.Must(G.Add(s, l))
			}
		}
		return G.Must(G.Sum(s))
	},
	"sum of logarithms whose product underflows": func(w *world) *G.Node {
		z := w.input("z", []float64{1e-12, 2e-12, 3e-12, 0, -4e-12, 3e-12}, 3, 2)
		c := squared(three, z)
		return G.Must(G.Sum(G.Must(G.Add(G.Must(G.Log(c)), G.Must(G.Log(G.Must(G.Add(number(0x1p-1022), G.Must(G.Square(apart(three, z, 0)))))))))))
	},
	"1 - 1/(1+exp x) where exp overflows": func(w *world) *G.Node {
		d := apart(three, w.input("z", []float64{1, 2, 300, 2, -500, 5}, 3, 2), 0)
		q := G.Must(G.Inverse(G.Must(G.Add(number(1), G.Must(G.Exp(d))))))
		return G.Must(G.Sum(G.Must(G.Sub(number(1), q))))
	},
	"1 - 1/(1+x^9) where the power overflows": func(w *world) *G.Node {
		c := squared(three, w.input("z", []float64{1, 2, 300, 2, -5000, 5}, 3, 2))
		q := G.Must(G.Inverse(G.Must(G.Add(number(1), G.Must(G.Pow(c, number(9)))))))
		return G.Must(G.Sum(G.Must(G.Sub(number(1), q))))
	},
	"points times weights entry by entry": func(w *world) *G.Node {
		z := w.input("z", []float64{1, 2, 0.5, 3, -2, 5}, 3, 2)
		v := w.given("v", []float64{0.5, 2, 3, 0.25, 1, -1}, 3, 2)
		return G.Must(G.Sum(G.Must(G.Exp(G.Must(G.Neg(apart(three, G.Must(G.HadamardProd(z, v)), 1)))))))
	},
	"points of one coordinate times weights": func(w *world) *G.Node {
		z := w.input("z", []float64{1, 2, 0.5}, 3, 1)
		v := w.given("v", []float64{0.5, 2, 3}, 3, 1)
		return G.Must(G.Sum(G.Must(G.Exp(G.Must(G.Neg(squared(three, G.Must(G.HadamardProd(z, v)))))))))
	},
	"root of a square": func(w *world) *G.Node {
		d := apart(three, w.input("z", []float64{1, 2, 300, 2, -500, 5}, 3, 2), 0)
		return G.Must(G.Sum(G.Must(G.Sqrt(G.Must(G.Square(d))))))
	},
	"logarithm of a product of negative numbers": func(w *world) *G.Node {
		z := w.input("z", []float64{1, 2, 3, 2, 5, 5}, 3, 2)
		h := on(three, headAt, column(z, 0))
		n := on(three, tailAt, column(z, 1))
		return G.Must(G.Sum(G.Must(G.Log(G.Must(G.HadamardProd(G.Must(G.Neg(h)), G.Must(G.Neg(n))))))))
	},
	"value of the square of the root of a negative number": func(w *world) *G.Node {
		d := apart(three, w.input("z", []float64{1, 2, 300, 2, -500, 5}, 3, 2), 0)
		return G.Must(G.Sum(G.Must(G.Square(G.Must(G.Sqrt(d))))))
	},
	"value of root times root of a negative number": func(w *world) *G.Node {
		r := G.Must(G.Sqrt(apart(three, w.input("z", []float64{1, 2, 300, 2, -500, 5}, 3, 2), 0)))
		return G.Must(G.Sum(G.Must(G.HadamardProd(r, r))))
	},
	"exponential of the logarithm of a negative number": func(w *world) *G.Node {
		d := apart(three, w.input("z", []float64{1, 2, 300, 2, -500, 5}, 3, 2), 0)
		return G.Must(G.Sum(G.Must(G.Exp(G.Must(G.Mul(number(2), G.Must(G.Log(d))))))))
	},
	"largest of a point without pairs": func(w *world) *G.Node {
		c := squared(ragged, w.input("z", []float64{1, 2, 3, 2, -5, 5, 0, 1}, 4, 2))
		m := G.Must(G.Exp(G.Must(G.Neg(G.Must(G.Abs(on(ragged, rowMaxAt, c))))))) // exp(-Inf), not exp(+Inf)
		return G.Must(G.Add(G.Must(G.Sum(c)), G.Must(G.Sum(m))))
	},
	"columns that hold nothing but -Inf": func(w *world) *G.Node {
		v := w.input("v", []float64{1, 2, 0.5, 3}, 4)
		none := G.Must(G.Log(G.Must(G.Gt(on(ragged, tailAt, w.given("k", []float64{0, 1, 1, 0}, 4)), number(0.5), true))))
		x := G.Must(G.Add(none, on(ragged, headAt, v)))
		lse := G.Must(pairs.Op{Kind: pairs.Detach}.Apply(on(ragged, colLSEAt, x)))
		return G.Must(G.Sum(G.Must(G.HadamardProd(G.Must(G.Exp(lse)), v))))
	},
	"row sums of a steep kernel far away": func(w *world) *G.Node {
		c := squared(three, w.input("z", []float64{1, 200, 300, 2, -500, 5}, 3, 2))
		q := G.Must(G.Mul(number(-4), G.Must(G.Log(G.Must(G.Add(number(1), G.Must(G.Pow(c, number(3)))))))))
		return G.Must(G.Sum(on(three, rowLSEAt, q)))
	},
	"scalar too small for float32": func(w *world) *G.Node {
		z := w.input("z", []float64{1, 2, 3, 2, -5, 5}, 3, 2)
		s := G.Must(G.Exp(w.given("s", []float64{-100})))
		return G.Must(G.Log(G.Must(G.Add(number(1e-36), G.Must(G.Sum(G.Must(G.Mul(s, squared(three, z)))))))))
	},
	"exponentials of either sign": func(w *world) *G.Node {
		d := apart(three, w.input("z", []float64{1, 2, 30, 2, -50, 5}, 3, 2), 0)
		return G.Must(G.Sum(G.Must(G.HadamardDiv(G.Must(G.Exp(d)), G.Must(G.Add(number(1), G.Must(G.Exp(d))))))))
	},
}

func TestDelicateGraphsKeepTheirValue(t *testing.T) {
	for name, f := range delicate {
		t.Run(name, func(t *testing.T) {
			want := f.tape(t, nil)
			wide, narrow := len(want), len(want)
			if strings.HasPrefix(name, "value") { // its slope is y/y: 1, even for NaN
				wide, narrow = 1, 1
			}
			if strings.Contains(name, "overflows") { // its slopes need numbers that float32 does not have
				narrow = 1
			}
			equals(t, "float64", fused[float64](t, f, Options{})[:wide], want[:wide], 1e-10)
			equals(t, "float32", fused[float32](t, f, Options{})[:narrow], want[:narrow], 1e-4)
		})
	}
}
