package affinity

import (
	"errors"
	"fmt"
	"math"
	"sort"

	"affmatch/internal/fault"
	"affmatch/internal/random"
)

// Minibatch is a part of a set in each step: of a set that is drawn, and of all pairs, the entries of Rows heads; of listed
// entries, such as Edges, as many as so many heads have on average, whichever. What comes is drawn anew for each pass over
// the set, without replacement: a pass of steps takes each head, and each entry of a list, once.
//
// Sums over the entries, counts and the log-sum-exp of all of them stand for the whole set: models multiply them by how many
// times larger that is, so that their expectation (of the log-sum-exp: what goes into it) is that of all entries. What
// needs all entries of a point at once, a sum or a maximum at one end, is an error there.
type Minibatch struct {
	Set  PairSet
	Rows int
}

// Validate gives all faults at once.
func (m Minibatch) Validate() error {
	var faults []error
	if fault.Nil(m.Set) {
		faults = append(faults, fault.Field("affinity: Minibatch: Set", "nil", "a pair set such as affinity.All{}"))
	} else {
		faults = append(faults, validate(m.Set))
	}
	if m.Rows < 1 {
		faults = append(faults, fault.Field("affinity: Minibatch: Rows", m.Rows, "at least 1"))
	}
	return errors.Join(faults...)
}

// Open opens the set and draws of it.
func (m Minibatch) Open(o Opening) (Indices, error) {
	if err := m.Validate(); err != nil {
		return Indices{}, err
	}
	ix, err := m.Set.Open(o)
	if err != nil {
		return ix, err
	}
	rows := min(m.Rows, o.Points)
	switch {
	case o.Different || ix.Heads != nil || ix.Batch != nil:
		set := fmt.Sprintf("%T, between different points or with rows of its own", m.Set)
		return ix, fault.Field("affinity: Minibatch: Set", set, "one with a row for each point")
	case ix.Sample == nil && (ix.Tail != nil || ix.P != nil):
		return ix.some(rows, o)
	case ix.Start != nil:
		return ix, fault.Field("affinity: Minibatch: Set", fmt.Sprintf("%T, which draws rows of several lengths", m.Set),
			"one that draws K entries a row")
	}
	if _, ok := ix.Sample.(*shifts); ok { // which are those of all points
		ix.Sample = Others{Points: o.Points, Seed: o.Seed}
	}
	ix.Batch, ix.Rows, ix.Of = inPasses{uint64(o.Points), o.Seed}, rows, o.Points
	return ix, nil
}

// some are as many of the listed entries as so many rows have on average.
func (ix Indices) some(rows int, o Opening) (Indices, error) {
	if ix.Tail == nil { // of a dense P
		if ix.K = o.Points - 1; ix.Diagonal {
			ix.K++
		}
	}
	all, err := ix.size(o.Points)
	if err != nil || all < 1 {
		return ix, errors.Join(err, fault.Field("affinity: Minibatch: entries", all, "at least 1"))
	}
	if ix.P != nil && len(ix.P) != all {
		return ix, fault.Field("affinity: Indices: P", fmt.Sprintf("%d weights", len(ix.P)), fmt.Sprintf("%d weights", all))
	}
	if ix.P != nil && all > math.MaxInt32 {
		return ix, fault.Field("affinity: Minibatch: entries", all, fmt.Sprintf("at most %d with weights", math.MaxInt32))
	}
	count := (rows*all + o.Points - 1) / o.Points
	l := listed{ix, inPasses{uint64(all), o.Seed}, count}
	drawn := Indices{K: 1, Batch: l, Rows: count, Sample: l, Ends: ix.ends(), Of: all, RowP: ix.RowP}
	if ix.P != nil {
		drawn.Table, drawn.Ends = ix.P, drawn.Ends+1
	}
	return drawn, nil
}

// inPasses goes through n things pass by pass, each in an order of its own.
type inPasses struct{ n, seed uint64 }

// at is what comes in a place, counted from the first pass on.
func (p inPasses) at(place uint64) int {
	return int(random.Key(p.seed, random.Batches, 1, place/p.n).Permuted(place%p.n, p.n))
}

// SampleHeads are the points of a step.
func (p inPasses) SampleHeads(step int, heads []int32) {
	for r := range heads {
		heads[r] = int32(p.at(uint64(step)*uint64(len(heads)) + uint64(r)))
	}
}

// listed draws so many of the entries of a list in a step.
type listed struct {
	of    Indices
	order inPasses
	count int
}

func (l listed) entry(step, row int) int {
	return l.order.at(uint64(step)*uint64(l.count) + uint64(row))
}

// SampleHeads are those of the entries.
func (l listed) SampleHeads(step int, heads []int32) {
	for r := range heads {
		e := l.entry(step, r)
		if l.of.Start == nil {
			heads[r] = int32(e / l.of.K)
			continue
		}
		heads[r] = int32(sort.SearchInts(l.of.Start, e+1) - 1)
	}
}

// Sample are the other points of an entry, and its number.
func (l listed) Sample(step, row, head int, tails [][]int32) {
	e := l.entry(step, row)
	if l.of.Tail == nil {
		j := e % l.of.K
		if !l.of.Diagonal && j >= head {
			j++
		}
		tails[0][0] = int32(j)
	}
	for k, all := range l.of.tails() {
		tails[k][0] = all[e]
	}
	if l.of.P != nil {
		tails[len(tails)-1][0] = int32(e)
	}
}

// Pairs are those of a step.
func (m Minibatch) Pairs(n int, entries int64) (pairs, stored int64) {
	s, ok := m.Set.(PairSizer)
	if !ok || n < 1 {
		return 0, 0
	}
	pairs, stored = s.Pairs(n, entries)
	share := float64(min(m.Rows, n)) / float64(n)
	return int64(float64(pairs) * share), stored
}

var (
	_ PairSizer   = Minibatch{}
	_ HeadSampler = inPasses{}
	_ Sampler     = listed{}
)
