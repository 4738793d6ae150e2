package fmm

import (
	"math"
	"math/rand/v2"
	"testing"

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

// evaluation is the far part of sums, and a caller's way to the rest.
type evaluation struct {
	o       *Operators
	z       []float64
	charges [][]float64
	tree    Tree
	field   Field
	far     [][]float64 // in the order of the tree
	out     [][]float64 // in that of the points
}

// evaluate computes the far part.
func evaluate(t testing.TB, o *Operators, z []float64, charges [][]float64, workers int) *evaluation {
	t.Helper()
	e := &evaluation{o: o}
	e.move(t, z, charges, workers)
	return e
}

// move goes on to other points.
func (e *evaluation) move(t testing.TB, z []float64, charges [][]float64, workers int) {
	t.Helper()
	e.z, e.charges, e.far, e.out = z, charges, nil, nil
	if err := e.tree.Build(z, e.o.dim, workers); err != nil {
		t.Fatal(err)
	}
	for _, c := range e.o.columns {
		e.far = append(e.far, make([]float64, len(z)/e.o.dim*c.numbers))
		e.out = append(e.out, make([]float64, len(z)/e.o.dim*c.numbers))
	}
	if err := e.field.Run(&e.tree, e.o, charges, e.far, workers); err != nil {
		t.Fatal(err)
	}
	for s, c := range e.o.columns {
		for place, i := range e.tree.Order() {
			copy(e.out[s][int(i)*c.numbers:][:c.numbers], e.far[s][place*c.numbers:])
		}
	}
}

// sample adds what is near some leaves, at most so many, and gives some of their rows.
func (e *evaluation) sample(leaves int) (rows []int) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, l := range r.Perm(e.field.Leaves())[:min(leaves, e.field.Leaves())] {
		e.near(l)
		targets, _ := e.field.Leaf(l)
		for p := targets.Lo; p < min(targets.Hi, targets.Lo+8); p++ {
			rows = append(rows, int(e.tree.Order()[p]))
		}
	}
	return rows
}

// nearPairs is how many pairs of places a caller adds.
func (e *evaluation) nearPairs() (pairs int) {
	for l := range e.field.Leaves() {
		targets, near := e.field.Leaf(l)
		for _, s := range near {
			pairs += targets.places() * s.places()
		}
	}
	return pairs
}

func (s Span) places() int {
	if s.Clump {
		return 1
	}
	return int(s.Hi - s.Lo)
}

// near adds what is near leaf l, pair by pair, as the package comment says.
func (e *evaluation) near(l int) {
	targets, near := e.field.Leaf(l)
	for p := targets.Lo; p < targets.Lo+int32(targets.places()); p++ {
		to := Span{Lo: p, Hi: p + 1}
		if targets.Clump {
			to = targets
		}
		for _, span := range near {
			own := p >= span.Lo && p < span.Hi
			for j := span.Lo; j < span.Lo+int32(span.places()); j++ {
				from := Span{Lo: j, Hi: j + 1}
				if span.Clump {
					from = span
				}
				switch {
				case !own || !span.Clump && j != p:
					for s := range e.o.sums {
						e.addPair(s, to, from)
					}
				case span.Clump:
					for i := to.Lo; i < to.Hi; i++ {
						for s, sum := range e.o.sums {
							if !sum.Pull {
								k := []float64{0}
								sum.Kernel(k, k)
								e.out[s][e.tree.order[i]] += (e.charge(s, from) - e.charge(s, Span{Lo: i, Hi: i + 1})) * k[0]
							}
						}
					}
				}
			}
		}
	}
}

// charge is the charge of a sum's sources.
func (e *evaluation) charge(s int, places Span) (all float64) {
	q := e.charges[e.o.sums[s].Charge]
	if q == nil {
		return float64(places.Hi - places.Lo)
	}
	for _, i := range e.tree.order[places.Lo:places.Hi] {
		all += q[i]
	}
	return all
}

// addPair adds to the rows of one place what another does to them.
func (e *evaluation) addPair(s int, to, from Span) {
	dim, sum := e.o.dim, e.o.sums[s]
	x, y := e.z[int(e.tree.order[to.Lo])*dim:][:dim], e.z[int(e.tree.order[from.Lo])*dim:][:dim]
	d2, k := [1]float64{}, [1]float64{}
	for a := range x {
		d2[0] += (x[a] - y[a]) * (x[a] - y[a])
	}
	sum.Kernel(d2[:], k[:])
	w := k[0] * e.charge(s, from)
	for _, i := range e.tree.order[to.Lo:to.Hi] {
		if !sum.Pull {
			e.out[s][i] += w
			continue
		}
		for a := range x {
			e.out[s][int(i)*dim+a] += w * (x[a] - y[a])
		}
	}
}

// errorOf is the 2-norm of a sum's error in some rows, relative to that of the sum and at least so much a row.
func (e *evaluation) errorOf(s int, rows []int, least float64) float64 {
	err2, all2 := 0.0, least*least*float64(len(rows))
	for r, want := range direct(e.o.sums[s], e.z, e.o.dim, e.charges[e.o.sums[s].Charge], rows) {
		for a, w := range want {
			d := e.out[s][rows[r]*len(want)+a] - w
			err2, all2 = err2+d*d, all2+w*w
		}
	}
	return math.Sqrt(err2 / max(all2, math.SmallestNonzeroFloat64))
}
