package affinity

import (
	"context"
	"math"

	"affmatch/internal/fault"
	"affmatch/internal/fuse"
	"affmatch/internal/same"
	"affmatch/internal/team"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// entropicPasses is entropicDual's function without stored distances: the same sums over rows as nodes on all pairs, which
// the engine computes in a pass each, the distances of X among them.
type entropicPasses struct {
	*entropicDual
	places, along []float64 // what the nodes e and mu read, and those of a direction
	value, times  *passes
}

// passes is a machine and what it gives.
type passes struct {
	machine *fuse.Machine[float64]
	out     G.Nodes
}

func newEntropicPasses(t team.Team, s *entropicDual) (*entropicPasses, error) {
	p := &entropicPasses{entropicDual: s, places: make([]float64, 2*s.n), along: make([]float64, 2*s.n)}
	var err error
	if p.value, err = p.compile(t, func(on *Pairs, w, u, q Expr, _ func(v []float64) Expr) []Expr {
		per := q.Div(w)
		sums := []Expr{q, q.Mul(u.Neg().Add(1)), q.Mul(w), u.Square().Mul(per), per}
		for k, sum := range sums {
			sums[k] = sum.RowSum(on)
		}
		return sums
	}); err != nil {
		return nil, err
	}
	p.times, err = p.compile(t, func(on *Pairs, w, u, q Expr, of func(v []float64) Expr) []Expr {
		t := q.Div(w).Mul(of(p.along[s.n:]).Sub(u.Mul(of(p.along[:s.n]))))
		return []Expr{u.Mul(t).RowSum(on).Neg(), t.RowSum(on)}
	})
	return p, err
}

// compile makes a machine of sums over rows, of w = e_i + e_j, u and q = exp u of all pairs; of(v) is v_i + v_j.
func (p *entropicPasses) compile(
	t team.Team, sums func(on *Pairs, w, u, q Expr, of func(v []float64) Expr) []Expr,
) (*passes, error) {
	from, ok := p.from.(*data)
	if !ok {
		return nil, errFormulaOfKnown
	}
	s := NewScope(p.n)
	points := tensor.New(tensor.WithShape(p.n, 1), tensor.WithBacking(make([]float64, p.n)))
	x, err := s.Constant("points", points) // that there are n
	if err != nil {
		return nil, err
	}
	on, err := s.Open(All{Diagonal: p.diagonal}, nil, 0, x)
	if err != nil {
		return nil, err
	}
	m := &passes{}
	_, err = Try(func() Expr {
		made := 0
		of := func(v []float64) Expr {
			made++
			n := s.Numbers(string(rune('a'+made)), v)
			return n.Head(on).Add(n.Tail(on))
		}
		w := of(p.places[:p.n])
		u := of(p.places[p.n:]).Sub(E(Must(from.ofRows(on))).Mul(2)).Div(w)
		for _, sum := range sums(on, w, u, u.Exp(), of) {
			m.out = append(m.out, sum.node)
		}
		return w
	})
	if err != nil {
		return nil, err
	}
	m.machine, err = fuse.Compile[float64](s.Graph, m.out, fuse.Options{Team: t})
	return m, err
}

var errFormulaOfKnown = fault.Field("affinity: SymmetricEntropicAffinity: Formula", true,
	"false where distances are Known, without the rows that they are of")

func (p *entropicPasses) close() {
	for _, m := range []*passes{p.value, p.times} {
		if m != nil && m.machine != nil {
			m.machine.Close() //nolint:errcheck,gosec // a machine holds memory only
		}
	}
}

// run makes a pass.
func (m *passes) run(ctx context.Context) ([][]float64, error) {
	if err := fault.Context("affinity", ctx); err != nil {
		return nil, err
	}
	if err := m.machine.RunAll(); err != nil {
		return nil, err
	}
	var sums [][]float64
	for _, n := range m.out {
		v, err := m.machine.Value(n)
		if err != nil {
			return nil, err
		}
		sums = append(sums, v.Data().([]float64))
	}
	return sums, nil
}

// At is the value of the convex function.
func (p *entropicPasses) At(ctx context.Context, x, g, d []float64) (float64, error) {
	n := p.n
	copy(p.at, x)
	copy(p.places, x)
	sums, err := p.value.run(ctx)
	if err != nil {
		return 0, err
	}
	total := 0.0
	for i := range n {
		p.g[i], p.g[n+i] = sums[1][i]-p.goal, sums[0][i]-1
		d[i], d[n+i] = sums[3][i], sums[4][i]
		if p.diagonal { // the pair (i,i) moves with both of its ends
			u := x[n+i] / x[i]
			per := same.Exp(u) / (2 * x[i])
			d[i], d[n+i] = d[i]+float64(u*u*per), d[n+i]+per
		}
		total += float64(0.5*sums[2][i]) - float64(p.goal*x[i]) - x[n+i]
	}
	copy(g, p.g)
	if !(total < math.Inf(1)) {
		return math.Inf(1), nil
	}
	return total, nil
}

// Times is the Hessian times v.
func (p *entropicPasses) Times(ctx context.Context, v, hv []float64) error {
	copy(p.along, v)
	sums, err := p.times.run(ctx)
	if err != nil {
		return err
	}
	copy(hv, sums[0])
	copy(hv[p.n:], sums[1])
	return nil
}
