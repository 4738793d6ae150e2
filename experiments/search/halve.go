package main

import (
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"affmatch/affinity"
	"affmatch/experiments/datasets"
	"affmatch/experiments/progress"

	"golang.org/x/sync/errgroup"
)

// rung is how much of the data, and of the descent, a formula is tried on.
type rung struct{ rows, steps int }

// plan is the course of a search.
type plan struct {
	rungs       []rung // of each a quarter comes to the next
	generations int    // each after the first is made of the best before it
	finalists   int    // of all generations
	last        rung   // of the finalists
	seeds       int    // of the last rung
}

var whole = plan{[]rung{{400, 125}, {800, 250}, {1600, 500}}, 2, 8, rung{2000, 500}, 2}

// search is a search under way.
type search struct {
	plan
	data     []set
	parallel int
	seed     uint64
	progress *progress.Reporter

	mu          sync.Mutex
	fits, tried int
	spent       time.Duration
	rows        [][]string // of rungs.csv
}

// gained is a formula with what it gained.
type gained struct {
	formula
	gain
}

// candidates is how many formulas a generation has, so that all fits are at most so many.
func (p plan) candidates(fits, sets int) int {
	fits -= sets * 2 * (len(p.rungs)*p.generations + p.seeds) // of the methods to beat
	fits = fits/sets - p.finalists*p.seeds
	n := 4
	for {
		each, left := 0, n+1
		for range p.rungs {
			each, left = each+left, (left+3)/4
		}
		if each*p.generations > fits {
			return n
		}
		n++
	}
}

// run is the search: each generation by halving, then the best of both on all rows.
func (s *search) run(ctx context.Context, fits int) (formula, error) {
	n := s.candidates(fits, len(s.data))
	var best []gained
	known := map[formula]bool{}
	for g := range s.generations {
		var from []formula
		for i := 0; len(from) < n; i++ {
			d := affinity.Random(s.seed, g, i)
			var parent *formula
			if g > 0 {
				parent = &best[d.Below(1000000, min(len(best), s.finalists))].formula
			}
			if f := draw(d, parent); !known[f] {
				known[f] = true
				from = append(from, f)
			}
		}
		s.tried += n
		for k, r := range s.rungs {
			s.progress.Stage("search", fmt.Sprintf("generation %d, %d formulas on %d rows", g+1, len(from), r.rows))
			all, err := s.rung(ctx, from, r, []uint64{s.seed})
			if err != nil {
				return formula{}, err
			}
			s.record(fmt.Sprintf("%d.%d", g+1, k+1), all)
			if k == len(s.rungs)-1 {
				best = append(best, all...)
				break
			}
			from = from[:0]
			for _, f := range all[:(len(all)+3)/4] {
				from = append(from, f.formula)
			}
		}
		slices.SortStableFunc(best, byGain)
	}
	var last []formula
	for _, f := range best[:min(len(best), s.finalists)] {
		last = append(last, f.formula)
	}
	var seeds []uint64
	for k := range s.seeds {
		seeds = append(seeds, s.seed+1+uint64(k))
	}
	s.progress.Stage("search", fmt.Sprintf("the last %d, on %d rows", len(last), s.last.rows))
	all, err := s.rung(ctx, last, s.last, seeds)
	if err != nil {
		return formula{}, err
	}
	s.record("last", all)
	return all[0].formula, nil
}

func byGain(a, b gained) int { return cmp.Compare(b.least(), a.least()) }

// rung tries formulas on each set and gives them by what they gain, the best first.
func (s *search) rung(ctx context.Context, from []formula, of rung, seeds []uint64) ([]gained, error) {
	type place struct {
		data *datasets.Data
		base scores
		seed uint64
	}
	var places []place
	for _, d := range s.data {
		for _, seed := range seeds {
			x, err := d.sample(ctx, of.rows, seed)
			if err != nil {
				return nil, err
			}
			p := place{data: x, seed: seed}
			for _, m := range rivals[:2] {
				r, err := s.fit(ctx, m.model, x, seed)
				if err != nil {
					return nil, err
				}
				p.base = p.base.best(r)
			}
			places = append(places, p)
		}
	}
	tries := make([]scores, len(from)*len(places))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(s.parallel)
	done := 0
	for i := range tries {
		group.Go(func() error {
			p := places[i%len(places)]
			r, err := s.fit(ctx, from[i/len(places)].build(of.steps), p.data, p.seed)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil { // a formula that cannot be fitted gains less than any other
				r = scores{math.Inf(-1), math.Inf(-1), math.Inf(-1)}
			}
			tries[i] = r
			s.mu.Lock()
			defer s.mu.Unlock()
			done++
			s.progress.Step(done, len(tries), math.NaN())
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	var all []gained
	for i, f := range from {
		g := gained{formula: f}
		for k, p := range places {
			g.add(tries[i*len(places)+k].over(p.base), len(places))
		}
		all = append(all, g)
	}
	slices.SortStableFunc(all, byGain)
	return all, nil
}

func (s *search) record(rung string, all []gained) {
	for place, g := range all {
		row := []string{rung, fmt.Sprint(place + 1)}
		for _, v := range g.gain {
			row = append(row, fmt.Sprintf("%.4f", v))
		}
		s.rows = append(s.rows, append(row, fmt.Sprint(g.build(s.last.steps))))
	}
}

// csv writes what each formula gained on each rung.
func (s *search) csv(w io.Writer) error {
	c := csv.NewWriter(w)
	rows := append([][]string{append([]string{"rung", "place"}, append(slices.Clone(measures[:]), "formula")...)}, s.rows...)
	if err := c.WriteAll(rows); err != nil {
		return err
	}
	return c.Error()
}

// shuffled are the numbers from..to-1 in an order drawn by the seed.
func shuffled(from, to int, seed uint64) []int {
	rows := rand.New(rand.NewPCG(seed, 0x726f7773)).Perm(to - from)
	for i := range rows {
		rows[i] += from
	}
	return rows
}
