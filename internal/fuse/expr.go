package fuse

import (
	"fmt"
	"math"
	"slices"

	"affmatch/internal/pairs"

	G "gorgonia.org/gorgonia"
)

// space says where an expression has values: nowhere in particular (a scalar), on the entries of an array, or on the
// pairs of an index.
type space struct {
	on  *pairs.Index // nil: scalar or array
	len int          // entries; 0: scalar
}

func (s space) scalar() bool { return s.len == 0 }
func (s space) array() bool  { return s.len > 0 && s.on == nil }

func (s space) String() string {
	switch {
	case s.scalar():
		return "scalar"
	case s.array():
		return fmt.Sprintf("array(%d)", s.len)
	}
	return s.on.Name
}

// op is what an expression does.
type op string

// Leaves and structure. Elementwise functions are ops named as the function; see functions.
const (
	opConst  op = "const"
	opInput  op = "input"  // the value of node: a scalar or an array
	opOnes   op = "ones"   // 1 everywhere in its space
	opOpaque op = "opaque" // node computed by its own Op.Do from args
	opSum    op = "sum"    // c + sum_k coef[k]*args[k]
	opProd   op = "prod"   // prod_k args[k]^coef[k]

	opSpread op = "spread" // array -> pairs: its entry for the point at end a
	opStream op = "stream" // array with one entry a pair -> pairs
	// opDistance of the matrices of the ends a and b is the sum of the squares of the differences of their coordinates.
	opDistance op = "distance"

	opColumn   op = "column"       // column k of an array of d columns
	opUncolumn op = "uncolumn"     // array of d columns, zero but for column k
	opScale    op = "scalecolumns" // array of columns, each times an entry of a second array
	opEntry    op = "entry"        // entry k of an array: a scalar
	opMatMul   op = "product"      // of matrices, arrays of k terms and of d columns; side says which are transposed

	opTotal  op = "total" // sum of all entries -> scalar
	opSumAt  op = "sumat" // pairs -> array of the points at end a
	opMaxAt  op = "maxat"
	opLSEAt  op = "lseat"  // at end 0
	opVecLSE op = "veclse" // array -> scalar
	opStore  op = "store"  // pairs -> array with one entry a pair
	opWidths op = "widths" // of g and two matrices: the sum of g times the square of the difference, a coordinate an entry

	// opGradient adds up in one buffer, an array of d columns, what one level gives back to points: opPull of w and the
	// matrices of the ends a and b is w times their differences, at the points of side; opPush of x is x in column k of the
	// points at end a.
	opGradient op = "gradient"
	opPull     op = "pull"
	opPush     op = "push"
)

// The sides of a pull: the points at end a, to which it adds; those at b, from which it takes; both, of one matrix.
const (
	sideA = 1 << iota
	sideB
)

// expr is one expression; equal expressions are the same pointer (see algebra.intern).
type expr struct {
	id   int
	op   op
	in   space
	args []*expr
	coef []float64 // coefficients of a sum, exponents of a product
	c    float64   // value of a constant, constant of a sum
	node *G.Node   // of an input or opaque
	k, d int       // column, of so many
	a, b int       // ends of an index
	side int       // of a pull

	least  float64 // a lower bound: 0 says non-negative
	pos    bool    // > 0, unless it overflows or underflows
	degree float64 // a bound of the power of inputs with which it grows; +Inf: faster
	level  int     // passes over pairs that must have run before it can be computed
}

// tame is a degree that overflows float32 for inputs beyond 4e9 only.
const tame = 4

// growth is the degree of e from those of its arguments. Scalars count as constants.
func (e *expr) growth() float64 {
	if e.in.scalar() {
		return 0
	}
	var largest float64
	for i, a := range e.args {
		d := a.degree
		if e.op == opProd {
			switch p := e.coef[i]; {
			case p > 0:
				d *= p
			case a.least >= 1 || a.in.scalar():
				d = 0
			default:
				d = math.Inf(1)
			}
			largest += d
			continue
		}
		largest = max(largest, d)
	}
	switch e.op {
	case opDistance:
		return 2 * largest
	case opMatMul:
		return e.args[0].degree + e.args[1].degree
	case opSum, opProd, "abs", "softplus", "ceil", "floor", "max", "min":
		return largest
	case "exp", "expm1":
		if e.args[0].nonpos() {
			return 0
		}
		return math.Inf(1)
	case "pow":
		return math.Inf(1)
	}
	if functions[e.op].of != nil || binaries[e.op].of != nil {
		return 0
	}
	return 1
}

// nonpos says that e is a sum without a positive term.
func (e *expr) nonpos() bool {
	if e.op != opSum || e.c > 0 {
		return false
	}
	for i, a := range e.args {
		if e.coef[i] > 0 || !a.nonneg() {
			return false
		}
	}
	return true
}

func (e *expr) isConst() bool     { return e.op == opConst }
func (e *expr) is(v float64) bool { return e.op == opConst && e.c == v }
func (e *expr) nonneg() bool      { return e.least >= 0 }
func (e *expr) onPairs() bool     { return e.in.on != nil }
func (e *expr) scaled() bool      { return e.op == opSum && len(e.args) == 1 && e.c == 0 }
func (e *expr) exponential() bool { return e.op == "exp" }
func (e *expr) reduction() bool   { return slices.Contains(reductions, e.op) }

// elementwise says that e is computed entry by entry from others; columns put together are not.
func (e *expr) elementwise() bool {
	switch e.op {
	case opSum:
		return !slices.ContainsFunc(e.args, (*expr).columns)
	case opProd:
		return !e.columns()
	}
	return functions[e.op].of != nil || binaries[e.op].of != nil
}

// columns says that e is one column or gradient in a matrix, times scalars.
func (e *expr) columns() bool {
	if e.op != opProd {
		return e.matrix()
	}
	found := false
	for i, a := range e.args {
		if a.in.scalar() {
			continue
		}
		if found || e.coef[i] != 1 || !a.matrix() {
			return false
		}
		found = true
	}
	return found
}

func (e *expr) matrix() bool { return e.op == opUncolumn || e.op == opGradient || e.op == opScale }

// gauge is what comes out in front of a sum: its sign where there is a constant, so that x-1 and 1-x are one factor; and
// k where all coefficients are k or -k, so that a-b, b-a and 2a-2b are.
func (e *expr) gauge() float64 {
	switch {
	case e.op != opSum || e.c > 0 || e.c == 0 && len(e.args) < 2:
		return 1
	case e.c < 0:
		return -1
	}
	k := e.coef[0]
	for _, c := range e.coef {
		if c != k && c != -k {
			return 1
		}
	}
	return k
}

// terms are the summands of e, or e itself.
func (e *expr) terms() []*expr {
	if e.op == opSum {
		return e.args
	}
	return []*expr{e}
}

// squares says that e is a sum of squares, or a squared distance and a constant.
func (e *expr) squares() bool {
	for i, a := range e.args {
		square := a.op == opProd && len(a.args) == 1 && a.coef[0] == 2
		if e.coef[i] != 1 || !square && a.op != opDistance {
			return false
		}
	}
	return e.op == opSum
}

// difference says that e is a sum of terms of pairs, each as it is or subtracted.
func (e *expr) difference() bool {
	return e.op == opSum && e.c == 0 && len(e.args) > 1 && e.onPairs() && !slices.ContainsFunc(e.coef, func(k float64) bool { return k != 1 && k != -1 })
}

var reductions = []op{opTotal, opSumAt, opMaxAt, opLSEAt, opVecLSE, opStore, opWidths, opPull, opPush}

// walk visits e and what it is computed from within its own space.
func (e *expr) walk(visit func(*expr)) {
	seen := map[*expr]bool{}
	var down func(*expr)
	down = func(x *expr) {
		if seen[x] {
			return
		}
		seen[x] = true
		visit(x)
		for _, a := range x.args {
			if a.in == e.in {
				down(a)
			}
		}
	}
	down(e)
}
