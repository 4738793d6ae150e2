package fuse

import (
	"fmt"
	"slices"
)

// term is one summand of a value on all pairs of points that a tree can add up: a number and a scalar, times what depends on
// the head alone, on the tail alone, and on the distance of the two alone.
//
//	w_ij = sum over terms of coef * scalar * own[0]_i * own[1]_j * kernel(|z_i - z_j|^2)
type term struct {
	coef   float64
	scalar *expr
	own    [2]*expr // arrays of points; the constant 1: nothing
	kernel *expr    // on the pairs; the constant 1: it is the same for all
}

// separation writes values on all pairs as terms. All kernels are of the distances of one matrix of points.
type separation struct {
	al      *algebra
	points  *expr // nil: none has been seen yet
	kernels map[*expr]bool
	even    func(*expr) bool // what a kernel is instead: what is the same for (i, j) and (j, i); see half.go
	done    map[*expr]separated
}

// separated is what terms found.
type separated struct {
	terms []term
	err   error
}

// mostTerms is how many a value may have: each is a sum of its own.
const mostTerms = 16

func newSeparation(al *algebra) *separation {
	return &separation{al: al, kernels: map[*expr]bool{}, done: map[*expr]separated{}}
}

// inseparable is why a value is not a sum of terms.
type inseparable struct {
	op op
	e  *expr
}

func (i *inseparable) Error() string {
	switch i.op {
	case opStream:
		return fmt.Sprintf("%v has a value of its own for each pair", i.e)
	case opDistance:
		return fmt.Sprintf("%v is of other points", i.e)
	}
	return fmt.Sprintf("%s of what mixes points and distances: %v", i.op, i.e)
}

// kernel says that e depends on a pair by the squared distance of its points alone.
func (s *separation) kernel(e *expr) bool {
	switch {
	case e.in.scalar() || e.op == opOnes:
		return true
	case s.even != nil:
		is, ok := s.kernels[e]
		if !ok {
			is = s.even(e)
			s.kernels[e] = is
		}
		return is
	case e.op == opSpread || e.op == opStream:
		return false
	case e.op == opDistance:
		return s.is(e.args[0]) && s.is(e.args[1])
	}
	is, ok := s.kernels[e]
	if !ok {
		is = !slices.ContainsFunc(e.args, func(a *expr) bool { return !s.kernel(a) })
		s.kernels[e] = is
	}
	return is
}

// is says that m are the points whose distances count.
func (s *separation) is(m *expr) bool {
	if s.points == nil {
		s.points = m
	}
	return s.points == m
}

// one is the term 1.
func (s *separation) one() term {
	c := s.al.constant(1)
	return term{coef: 1, scalar: c, own: [2]*expr{c, c}, kernel: c}
}

func (s *separation) times(a, b term) term {
	return term{
		coef: a.coef * b.coef, scalar: s.al.mul(a.scalar, b.scalar),
		own: [2]*expr{s.al.mul(a.own[0], b.own[0]), s.al.mul(a.own[1], b.own[1])}, kernel: s.al.mul(a.kernel, b.kernel),
	}
}

// scalarsOut takes factors that have come out the same for all points, as exp(-a_i)*exp(a_i-b), to the scalar.
func (s *separation) scalarsOut(t term) term {
	one := s.al.constant(1)
	for _, f := range []**expr{&t.own[0], &t.own[1], &t.kernel} {
		if (*f).in.scalar() && *f != one {
			t.scalar, *f = s.al.mul(t.scalar, *f), one
		}
	}
	return t
}

// terms writes e as a sum of terms.
func (s *separation) terms(e *expr) ([]term, error) {
	d, ok := s.done[e]
	if !ok {
		d.terms, d.err = s.separate(e)
		if len(d.terms) > mostTerms {
			d.err = &inseparable{op(fmt.Sprintf("a sum of %d terms", len(d.terms))), e}
		}
		s.done[e] = d
	}
	return slices.Clone(d.terms), d.err
}

func (s *separation) separate(e *expr) ([]term, error) {
	t := s.one()
	switch {
	case e.isConst():
		t.coef = e.c
	case e.in.scalar():
		t.scalar = e
	case e.op == opOnes:
	case e.op == opSpread:
		t.own[e.a] = e.args[0]
	case e.op == opSum:
		return s.sum(e)
	case e.op == opProd:
		return s.product(e)
	case s.kernel(e):
		t.kernel = e
	case e.op == "exp":
		return s.exponential(e)
	case e.op == "expm1": // exp(x) - 1
		terms, err := s.exponential(e)
		t.coef = -1
		return append(terms, t), err
	default:
		return nil, s.cannot(e)
	}
	return []term{t}, nil
}

func (s *separation) sum(e *expr) ([]term, error) {
	if s.kernel(e) { // it stays whole: 1/(1+d) - 1 loses digits when it is taken apart
		t := s.one()
		t.kernel = e
		return []term{t}, nil
	}
	var all []term
	for i, a := range e.args {
		terms, err := s.terms(a)
		if err != nil {
			return nil, err
		}
		for _, t := range terms {
			t.coef *= e.coef[i]
			all = append(all, t)
		}
	}
	if e.c != 0 {
		t := s.one()
		t.coef = e.c
		all = append(all, t)
	}
	return s.collected(all), nil
}

// collected puts together terms that differ in their kernels only.
func (s *separation) collected(terms []term) (all []term) {
	for _, t := range terms {
		t = s.scalarsOut(t)
		i := slices.IndexFunc(all, func(o term) bool { return o.scalar == t.scalar && o.own == t.own })
		if i < 0 {
			all = append(all, t)
			continue
		}
		o := &all[i]
		o.kernel, o.coef = s.al.linear([]float64{o.coef, t.coef}, []*expr{o.kernel, t.kernel}, 0), 1
	}
	return all
}

// product multiplies sums out; powers of a sum of several terms are no sum of terms, but for small whole ones.
func (s *separation) product(e *expr) ([]term, error) {
	all, multiplied := []term{s.one()}, false
	for i, a := range e.args {
		p := e.coef[i]
		terms, err := s.terms(a)
		if err != nil {
			return nil, err
		}
		times := 1
		switch {
		case s.even != nil && (len(terms) > 1 && (multiplied || p != 1) || p < 1 && (dividedAt(terms, 0) || dividedAt(terms, 1))):
			return nil, s.cannot(e)
		case len(terms) == 1:
			terms[0] = s.power(terms[0], p)
		case p == 1 || p == 2:
			times = int(p)
		default:
			return nil, &inseparable{op(fmt.Sprintf("power %.4g", p)), a}
		}
		multiplied = multiplied || len(terms) > 1
		for range times {
			var next []term
			for _, x := range all {
				for _, y := range terms {
					next = append(next, s.times(x, y))
				}
			}
			if all = next; len(all) > mostTerms {
				return all, nil
			}
		}
	}
	return all, nil
}

func (s *separation) power(t term, p float64) term {
	if p == 1 {
		return t
	}
	of := func(e *expr) *expr { return s.al.pow(e, p) }
	if t.coef != 1 {
		t.scalar, t.coef = s.al.scale(t.coef, t.scalar), 1
	}
	return term{coef: 1, scalar: of(t.scalar), own: [2]*expr{of(t.own[0]), of(t.own[1])}, kernel: of(t.kernel)}
}

// exponential is exp(h + t + k) = exp(h) exp(t) exp(k).
func (s *separation) exponential(e *expr) ([]term, error) {
	terms, err := s.terms(e.args[0])
	if err != nil {
		return nil, err
	}
	product := s.one()
	for _, t := range terms {
		var of **expr
		exponent := t.kernel
		switch one := s.al.constant(1); {
		case t.own[0] == one && t.own[1] == one && t.kernel == one:
			of, exponent = &product.scalar, t.scalar
		case t.own[0] == one && t.own[1] == one:
			of = &product.kernel
		case t.own[1] == one && t.kernel == one:
			of, exponent = &product.own[0], t.own[0]
		case t.own[0] == one && t.kernel == one:
			of, exponent = &product.own[1], t.own[1]
		default:
			return nil, s.cannot(e)
		}
		if exponent != t.scalar {
			exponent = s.al.mul(exponent, t.scalar)
		}
		if exponent = s.al.scale(t.coef, exponent); s.even != nil && !evenApart(exponent) {
			return nil, s.cannot(e)
		}
		*of = s.al.mul(*of, s.al.exp(exponent))
	}
	return []term{product}, nil
}

// cannot names the innermost cause why e is no sum of terms.
func (s *separation) cannot(e *expr) error {
	for _, a := range e.args {
		if e.op != opDistance && !s.kernel(a) {
			if _, err := s.terms(a); err != nil {
				return err
			}
		}
	}
	return &inseparable{e.op, e}
}
