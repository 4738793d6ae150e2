package fmm

import (
	"math"
	"math/rand/v2"
	"testing"

	"affmatch/internal/parallel"
	"affmatch/internal/same"
)

// kernel is a function of the squared distance by name.
type kernel struct {
	name string
	k    func(d2 float64) float64
}

func (k kernel) of(d2, to []float64) {
	for i, x := range d2 {
		to[i] = k.k(x)
	}
}

// student is the kernel of t-SNE's values; its pulls have its square.
var student = kernel{"student", func(d2 float64) float64 { return 1 / (1 + d2) }}

var kernels = []kernel{
	student,
	{"student squared", func(d2 float64) float64 { return 1 / ((1 + d2) * (1 + d2)) }},
	{"nu 0.5", func(d2 float64) float64 { return same.Pow(1+d2/0.5, -0.75) }},
	{"nu 2", func(d2 float64) float64 { return same.Pow(1+d2/2, -1.5) }},
	{"gauss", func(d2 float64) float64 { return same.Exp(-d2) }},
	{"umap", func(d2 float64) float64 { return 1 / (1 + 1.577*same.Pow(d2, 0.895)) }},
	{"umap's pull", func(d2 float64) float64 {
		d2 = max(d2, 1e-30)
		k := 1 / (1 + 1.577*same.Pow(d2, 0.895))
		return 1.577 * 0.895 * same.Pow(d2, 0.895-1) * k * k
	}},
	{"laplace", func(d2 float64) float64 { return same.Exp(-math.Sqrt(d2)) }},
	{"log", func(d2 float64) float64 { return same.Log(1 + d2) }},
	{"log at a kink", func(d2 float64) float64 { return -0.5 * same.Log(max(d2, 1e-30)) }},
}

// direct computes rows of a sum pair by pair.
func direct(s Sum, z []float64, dim int, q []float64, rows []int) [][]float64 {
	n := len(z) / dim
	out := make([][]float64, len(rows))
	for r, i := range rows {
		d2, k := make([]float64, n), make([]float64, n)
		for j := range n {
			for a := range dim {
				d := z[i*dim+a] - z[j*dim+a]
				d2[j] += d * d
			}
		}
		s.Kernel(d2, k)
		out[r] = make([]float64, 1)
		if s.Pull {
			out[r] = make([]float64, dim)
		}
		for j := range n {
			if j == i {
				continue
			}
			w := k[j]
			if q != nil {
				w *= q[j]
			}
			if !s.Pull {
				out[r][0] += w
				continue
			}
			for a := range dim {
				out[r][a] += w * (z[i*dim+a] - z[j*dim+a])
			}
		}
	}
	return out
}

// evaluation is a field with its near part added.
type evaluation struct {
	tree  *Tree
	field *Field
	out   [][]float64
	pairs int // that are near
}

// evaluate does everything.
func evaluate(t testing.TB, o *Operators, z []float64, charges [][]float64, workers int) *evaluation {
	t.Helper()
	e := &evaluation{tree: &Tree{}, field: &Field{}}
	if err := e.tree.Build(z, o.dim, workers); err != nil {
		t.Fatal(err)
	}
	n := len(z) / o.dim
	for _, c := range o.columns {
		e.out = append(e.out, make([]float64, n*c.numbers))
	}
	if err := e.field.Run(e.tree, o, charges, e.out, workers); err != nil {
		t.Fatal(err)
	}
	counts := make([]int, e.field.Leaves())
	parallel.Each(0, len(counts), func(_, l int) { counts[l] = e.near(o, z, charges, l) })
	for _, c := range counts {
		e.pairs += c
	}
	return e
}

// near adds what is near leaf l, as a caller would.
func (e *evaluation) near(o *Operators, z []float64, charges [][]float64, l int) (pairs int) {
	targets, near := e.field.Leaf(l)
	order := e.tree.Order()
	last := targets.Hi
	if targets.Clump {
		last = targets.Lo + 1
	}
	var d2, k []float64
	for p := targets.Lo; p < last; p++ {
		for _, span := range near {
			sources := span
			if span.Clump {
				sources.Hi = span.Lo + 1
			}
			d2 = d2[:0]
			for j := sources.Lo; j < sources.Hi; j++ {
				d := 0.0
				for a := range o.dim {
					x := z[int(order[p])*o.dim+a] - z[int(order[j])*o.dim+a]
					d += x * x
				}
				d2 = append(d2, d)
			}
			pairs += len(d2)
			if k = sized(k, len(d2)); len(k) == 0 {
				continue
			}
			own := p >= span.Lo && p < span.Hi
			for s, sum := range o.sums {
				sum.Kernel(d2, k)
				q := func(places Span) (all float64) {
					for j := places.Lo; j < places.Hi; j++ {
						if q := charges[sum.Charge]; q == nil {
							all++
						} else {
							all += q[order[j]]
						}
					}
					return all
				}
				numbers := o.columns[s].numbers
				r := make([]float64, numbers)
				for n, w := range k {
					j := sources.Lo + int32(n)
					switch {
					case span.Clump && own: // below
						w = 0
					case span.Clump:
						w *= q(span)
					case j == p:
						w = 0
					default:
						w *= q(Span{Lo: j, Hi: j + 1})
					}
					for a := range numbers {
						if sum.Pull {
							r[a] += w * (z[int(order[p])*o.dim+a] - z[int(order[j])*o.dim+a])
						} else {
							r[a] += w
						}
					}
				}
				to := Span{Lo: p, Hi: p + 1}
				if targets.Clump {
					to = targets
				}
				for i := to.Lo; i < to.Hi; i++ {
					for a := range numbers {
						e.out[s][int(order[i])*numbers+a] += r[a]
					}
					if span.Clump && own && !sum.Pull {
						e.out[s][order[i]] += (q(span) - q(Span{Lo: i, Hi: i + 1})) * k[0]
					}
				}
			}
		}
	}
	return pairs
}

// errorOf is the 2-norm of a sum's error in some rows, relative to that of the sum, and its largest entry over the largest.
func (e *evaluation) errorOf(o *Operators, s int, z []float64, charges [][]float64, rows []int) (norm, largest float64) {
	want := direct(o.sums[s], z, o.dim, charges[o.sums[s].Charge], rows)
	var err2, all2, worst, most float64
	for r, i := range rows {
		for a, w := range want[r] {
			d := e.out[s][i*len(want[r])+a] - w
			err2, all2 = err2+d*d, all2+w*w
			worst, most = larger(worst, math.Abs(d)), max(most, math.Abs(w))
		}
	}
	if all2 == 0 {
		return math.Sqrt(err2), worst
	}
	return math.Sqrt(err2 / all2), worst / most
}

// some are rows to look at.
func some(n, count int) (rows []int) {
	r := rand.New(rand.NewPCG(3, 4))
	for range min(n, count) {
		rows = append(rows, r.IntN(n))
	}
	return rows
}
