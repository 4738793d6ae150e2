package losstest

import (
	"errors"
	"fmt"
	"math"

	"affmatch/affinity"
	"affmatch/loss"

	G "gorgonia.org/gorgonia"
)

// TB is what the kit needs of a *testing.T; a recorder can stand in for one.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
}

type check struct {
	promise string
	keeps   func(loss.Loss) error
}

// checks are the promises of loss.Loss, in the order in which they are best read when broken.
var checks = []check{
	{"gives a finite scalar on pairs with weights", weighted},
	{"gives a finite scalar or an error on pairs without weights", unweighted},
	{"leaves P and log Q as they were", leavesInputs},
	{"gives the same bits when built or run again", repeats},
	{"its gradient in log Q is the slope of its value", slopeInLogQ},
	{"its gradient in Z, through a kernel, is the slope of its value", slopeInZ},
	{"stays finite where Q underflows", underflows},
	{"takes Q as it takes log Q", takesQ},
}

// Loss reports each promise of loss.Loss, and of loss.OfQ where l is one, that l breaks: on entries of P in rows of
// different lengths, on all pairs, with the diagonal and with zeros in P, and on samples, which have no weights. Every Q
// is below 1.
//
// A loss that detaches something (*affinity.Pairs.Detach) has a gradient other than its slope on purpose; its slopes are not
// compared.
func Loss(t TB, l loss.Loss) {
	t.Helper()
	run(t, l, checks)
}

// EntryByEntry reports what Loss does, and whether the value on a set of pairs is the sum of the values on its parts: the
// promise of a loss without row sums, partitions or means.
func EntryByEntry(t TB, l loss.Loss) {
	t.Helper()
	run(t, l, append(checks[:len(checks):len(checks)], check{"its value is the sum over the pairs", additive}))
}

func run(t TB, l loss.Loss, checks []check) {
	t.Helper()
	for _, c := range checks {
		if err := try(c.keeps, l); err != nil {
			t.Errorf("losstest: %v: broken promise: %s: %v", l, c.promise, err)
		}
	}
}

// try runs one check; a panic breaks its promise but leaves the others to be checked.
func try(keeps func(loss.Loss) error, l loss.Loss) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return keeps(l)
}

func weighted(l loss.Loss) error {
	for _, set := range weightedSets() {
		if _, err := valueAt(l, set, ordinary(set)); err != nil {
			return fmt.Errorf("%s: %w", set.name, err)
		}
	}
	return nil
}

func unweighted(l loss.Loss) error {
	set := samples()
	if _, err := valueAt(l, set, ordinary(set)); err != nil && !errors.Is(err, errRefused) {
		return err
	}
	return nil
}

func leavesInputs(l loss.Loss) error {
	return each(l, func(set pairSet) error {
		start := ordinary(set)
		t, err := inLogQ(l, set, start)
		if err != nil {
			return err
		}
		for range 2 {
			if _, _, err := t.run(); err != nil {
				return err
			}
		}
		return errors.Join(same("log Q", t.x, ordinary(set)), same("P", t.p, set.P))
	})
}

func repeats(l loss.Loss) error {
	return each(l, func(set pairSet) error {
		var first float64
		var slope []float64
		for range 2 {
			t, err := inLogQ(l, set, ordinary(set))
			if err != nil {
				return err
			}
			for range 3 {
				v, g, err := t.run()
				if err != nil {
					return err
				}
				if slope == nil {
					first, slope = v, g
				}
				if err := errors.Join(same("value", []float64{v}, []float64{first}), same("gradient", g, slope)); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func slopeInLogQ(l loss.Loss) error {
	return each(l, func(set pairSet) error {
		t, err := inLogQ(l, set, ordinary(set))
		if err != nil {
			return err
		}
		return t.slopes()
	})
}

func slopeInZ(l loss.Loss) error {
	for _, k := range []affinity.Kernel{affinity.Gaussian{Sigma: 2}, affinity.Student{}} {
		err := each(l, func(set pairSet) error {
			t, err := inZ(l, set, affinity.Odds{Kernel: k})
			if err != nil {
				return err
			}
			return t.slopes()
		})
		if err != nil {
			return fmt.Errorf("%T: %w", k, err)
		}
	}
	return nil
}

// underflows looks where exp(log Q) is 0, as a Gaussian's is between points 30 bandwidths apart.
func underflows(l loss.Loss) error {
	return each(l, func(set pairSet) error {
		for _, far := range []float64{-800, -1e5} {
			for _, every := range []int{3, 1} {
				logQ := ordinary(set)
				for e := 0; e < len(logQ); e += every {
					logQ[e] = far
				}
				if _, err := valueAt(l, set, logQ); err != nil {
					return fmt.Errorf("log Q = %v on 1 of %d pairs: %w", far, every, err)
				}
			}
		}
		return nil
	})
}

func takesQ(l loss.Loss) error {
	linear, ok := l.(loss.OfQ)
	if !ok {
		return nil
	}
	return each(l, func(set pairSet) error {
		of, err := inLogQ(l, set, ordinary(set))
		if err != nil {
			return err
		}
		ofQ, err := inLogQ(fromQ{linear}, set, ordinary(set))
		if errors.Is(err, affinity.ErrNoLogarithm) { // a loss around one that takes log Q alone
			return nil
		} else if err != nil {
			return err
		}
		v, g, err := of.run()
		if err != nil {
			return err
		}
		vQ, gQ, err := ofQ.run()
		if err != nil {
			return err
		}
		return errors.Join(near("value from Q", []float64{vQ}, []float64{v}, 1e-12), near("gradient from Q", gQ, g, 1e-12))
	})
}

// fromQ is a Linear loss that is given Q where others are given log Q.
type fromQ struct{ loss.OfQ }

func (l fromQ) Loss(on *affinity.Pairs, p, logQ *G.Node) (*G.Node, error) {
	q, err := G.Exp(logQ)
	if err != nil {
		return nil, err
	}
	return l.LossOfQ(on, p, q)
}

func additive(l loss.Loss) error {
	return each(l, func(set pairSet) error {
		logQ := ordinary(set)
		whole, err := valueAt(l, set, logQ)
		if err != nil {
			return err
		}
		var sum float64
		for _, part := range set.halves() {
			v, err := valueAt(l, part.pairSet, logQ[part.lo:part.hi])
			if err != nil {
				return fmt.Errorf("%s: %w", part.name, err)
			}
			sum += v
		}
		return near("sum over two parts", []float64{sum}, []float64{whole}, 1e-12)
	})
}

// each runs a check on every pair set; samples only where l does not refuse them.
func each(l loss.Loss, check func(pairSet) error) error {
	for _, set := range append(weightedSets(), samples()) {
		if err := check(set); err != nil && (set.P != nil || !errors.Is(err, errRefused)) {
			return fmt.Errorf("%s: %w", set.name, err)
		}
	}
	return nil
}

func same(what string, got, want []float64) error {
	for e := range want {
		if math.Float64bits(got[e]) != math.Float64bits(want[e]) {
			return fmt.Errorf("%s: entry %d = %v, want %v as before", what, e, got[e], want[e])
		}
	}
	return nil
}

// near compares to tol of the largest entry of want.
func near(what string, got, want []float64, tol float64) error {
	scale := 1e-3
	for _, w := range want {
		scale = max(scale, math.Abs(w))
	}
	for e, w := range want {
		if !(math.Abs(got[e]-w) <= tol*scale) {
			return fmt.Errorf("%s: entry %d = %v, want %v", what, e, got[e], w)
		}
	}
	return nil
}
