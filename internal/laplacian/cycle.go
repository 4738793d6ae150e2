package laplacian

// A hierarchy is the levels of a graph from fine to coarse, and all eigenpairs of the coarsest.
type hierarchy struct {
	team
	b      int // columns of blocks
	levels []*level
	bottom *dense
	space  []workspace // of each level
}

// A workspace is what a cycle needs on one level.
type workspace struct{ rest, right, answer []float64 }

const (
	damping = 0.7 // of Jacobi steps
	// A vector that is constant on groups has more energy than the smooth one that it stands for, so the coarse
	// answer comes out too small (Braess, Towards algebraic multigrid for elliptic problems of second order,
	// Computing 55, 1995).
	overcorrection = 1.5
)

// build adds levels until one has at most bottom points.
func build(t team, a *operator, b, bottom int) (*hierarchy, error) {
	h := &hierarchy{team: t, b: b}
	for {
		l := &level{operator: a}
		w := workspace{rest: make([]float64, a.n*b)}
		if len(h.levels) > 0 {
			w.right, w.answer = make([]float64, a.n*b), make([]float64, a.n*b)
		}
		h.levels, h.space = append(h.levels, l), append(h.space, w)
		if a.n <= bottom {
			break
		}
		next, err := l.coarsen(t)
		if err != nil {
			return nil, err
		}
		a = next
	}
	var err error
	h.bottom, err = decompose(a)
	return h, err
}

// solve sets x to about L⁺ r on level k, by one multigrid cycle: a damped Jacobi step, the rest on the coarser level,
// another Jacobi step. It is a symmetric positive map of r, as a preconditioner must be.
func (h *hierarchy) solve(k int, x, r []float64) error {
	l, b := h.levels[k], h.b
	if l.group == nil {
		h.bottom.solve(x, r, b)
		return h.ctx.Err()
	}
	err := h.rows(l.n, func(_, lo, hi int) {
		for i := lo; i < hi; i++ {
			f := damping / l.diag[i]
			for c := i * b; c < i*b+b; c++ {
				x[c] = f * r[c]
			}
		}
	})
	if err != nil {
		return err
	}
	rest, coarse := h.space[k].rest, h.space[k+1]
	if err := l.apply(h.team, rest, x, b); err != nil {
		return err
	}
	err = h.rows(l.n, func(_, lo, hi int) {
		for i := lo * b; i < hi*b; i++ {
			rest[i] = r[i] - rest[i]
		}
	})
	if err != nil {
		return err
	}
	l.down(coarse.right, rest, b)
	if err := h.solve(k+1, coarse.answer, coarse.right); err != nil {
		return err
	}
	if err := l.up(h.team, x, coarse.answer, overcorrection, b); err != nil {
		return err
	}
	if err := l.apply(h.team, rest, x, b); err != nil {
		return err
	}
	return h.rows(l.n, func(_, lo, hi int) {
		for i := lo; i < hi; i++ {
			f := damping / l.diag[i]
			for c := i * b; c < i*b+b; c++ {
				x[c] += float64(f * (r[c] - rest[c]))
			}
		}
	})
}
