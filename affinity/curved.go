package affinity

import (
	"math"

	"affmatch/internal/pairs"
	"affmatch/internal/same"

	G "gorgonia.org/gorgonia"
)

// The metrics of curved spaces are made of a number for each point, which its pairs share, and stay exact where points
// coincide, at the origin and at the rim.

// rim is how close to the rim of the ball 1 - |x|^2 may come: half of float32's digits.
const rim = 0x1p-16

// poincare is arcosh(1+t)^2 = log(1 + t + sqrt(t(t+2)))^2, t = 2|x-y|^2 r_x r_y with r_x = 1/(1-|x|^2).
func poincare(on *Pairs) Expr {
	r := func(z *G.Node) Expr {
		left := norm2(z).Neg().Add(1)
		inside := left.Above(rim).Detached()
		return left.Mul(inside).Add(inside.Neg().Add(1).Mul(rim)).Inv()
	}
	t := E(squared(on)).Mul(2).Mul(r(on.Z).Head(on)).Mul(r(on.TailZ).Tail(on))
	return t.Add(t.Mul(t.Add(2)).Sqrt()).Log1p().Square().Add(floor)
}

// poincareOf is poincare of two rows of X with the squared distance c.
func poincareOf(c float64, x, y []float64) float64 {
	r := func(x []float64) float64 {
		var s float64
		for _, v := range x {
			s += float64(v * v)
		}
		return 1 / math.Max(1-s, rim)
	}
	t := float64(2 * c * r(x) * r(y))
	d := same.Log1p(t + math.Sqrt(float64(t*(t+2))))
	return d * d
}

// cosine is |u-v|^2/2 of the points u = x/|x| and v on the unit sphere, which unlike 1 - u.v is exactly 0 for one place. A
// point at the origin lies in a direction of its own.
func cosine(on *Pairs) Expr { return onSphere(on, Expr.Sub).Mul(0.5).Add(floor) }

// onSphere is the squared length of the difference, or of the sum, of two points on the unit sphere.
func onSphere(on *Pairs, join func(u Expr, v any) Expr) Expr {
	type side struct{ inverse, origin Expr }
	of := func(z *G.Node) side {
		n2 := norm2(z)
		origin := n2.Is(0.0).Detached()
		return side{n2.Add(origin).Sqrt().Inv().Mul(origin.Neg().Add(1)), origin}
	}
	head, tail := of(on.Z), of(on.TailZ)
	sum := join(head.origin.Head(on), tail.origin.Tail(on)).Square()
	for c := range on.Dim() {
		u, v := column(on.Z, c).Mul(head.inverse), column(on.TailZ, c).Mul(tail.inverse)
		sum = sum.Add(join(u.Head(on), v.Tail(on)).Square())
	}
	return sum
}

// norm2 are the squared norms of the rows of z.
func norm2(z *G.Node) Expr {
	s := column(z, 0).Square()
	for c := 1; c < z.Shape()[1]; c++ {
		s = s.Add(column(z, c).Square())
	}
	return s
}

// column is the c-th coordinate of each row of z.
func column(z *G.Node, c int) Expr {
	return E(Must(pairs.Op{Kind: pairs.Column, C: c, D: z.Shape()[1]}.Apply(z)))
}
