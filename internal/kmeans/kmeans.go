// Package kmeans parts the rows of data into those nearest to each of a few means: k-means (Lloyd 1982) from starts far
// apart (Arthur and Vassilvitskii 2007). The same bits on any number of cores.
package kmeans

import (
	"context"
	"math"
	"slices"

	"affmatch/internal/knn"
	"affmatch/internal/random"
	"affmatch/internal/rows"
)

// Search says how means are looked for.
type Search struct {
	K     int // how many; fewer are found where there are fewer different rows
	Steps int // of moving the means, at most

	// Next draws the row of a further mean, of rows with these squared distances from the means so far; of none, nil, for the
	// first. It is asked Draws times for each further one, and the draw is taken that leaves the rows nearest to a mean.
	Next  func(far []float64) int
	Draws int

	Refill bool // a mean that is left without rows goes to the row farthest from its own; else it stays
}

// Means are what was found, and the nearest of each row with its squared distance.
type Means struct {
	rows.Rows // as they were given
	Centers   rows.Rows
	Of        []int32
	Far       []float64
}

const part = 256 // rows whose distances are there at once

// Run moves means until no row changes from one to another. Squares of the rows' numbers must be numbers.
func (s Search) Run(ctx context.Context, x rows.Rows) (*Means, error) {
	m := &Means{Rows: x, Of: make([]int32, x.N), Far: make([]float64, x.N)}
	m.Centers.Dim = x.Dim
	if err := m.start(ctx, s); err != nil {
		return nil, err
	}
	for range s.Steps {
		m.move(s.Refill)
		changed, err := m.assign(ctx, 0)
		if err != nil {
			return nil, err
		}
		if !changed {
			break
		}
	}
	return m, nil
}

const most = 20 // rounds for cells: they need not be the best ones

// Cells are the cells of the rows, counted from 0: at most k, fewer where fewer rows are different or a cell would have one
// row alone, which then goes to the nearest of the others. There must be two rows.
func Cells(ctx context.Context, x rows.Rows, k int, seed uint64) ([]int32, error) {
	draw, drawn := random.Key(seed, random.Own, 0, 0), uint64(0)
	next := func(far []float64) int {
		if far == nil {
			return int(draw.Below(0, uint64(x.N)))
		}
		drawn++
		return proportional(far, draw.Float64(drawn))
	}
	m, err := Search{K: min(k, x.N/2), Steps: most, Next: next, Draws: 1}.Run(ctx, x.Times(x.Exponent()))
	if err != nil {
		return nil, err
	}
	return m.Of, m.merge(ctx)
}

// proportional is the index at a share of the weights' sum; one without weight is not drawn.
func proportional(weights []float64, share float64) (at int) {
	total := 0.0
	for _, w := range weights {
		total += w
	}
	left := share * total
	for i, w := range weights {
		if w > 0 {
			at = i
			if left -= w; left < 0 {
				break
			}
		}
	}
	return at
}

// start draws the first mean, and each further one: k-means++, of several draws the best.
func (m *Means) start(ctx context.Context, s Search) error {
	for i := range m.Far {
		m.Far[i] = math.Inf(1)
	}
	next := s.Next(nil)
	for c := 0; ; c++ {
		m.Centers.F64 = append(m.Centers.F64, m.Slice(next, next+1).Dense().F64...)
		m.Centers.N++
		if _, err := m.assign(ctx, c); err != nil || c+1 >= s.K {
			return err
		}
		if slices.Max(m.Far) == 0 { // all rows are a center
			return nil
		}
		least := math.Inf(1)
		for range s.Draws {
			i := s.Next(m.Far)
			if s.Draws == 1 {
				next = i
				break
			}
			total, err := m.with(ctx, i)
			if err != nil {
				return err
			}
			if total < least {
				next, least = i, total
			}
		}
	}
}

// with is the sum of squared distances to the nearest mean, were row i one too.
func (m *Means) with(ctx context.Context, i int) (total float64, err error) {
	err = m.eachPart(ctx, m.Slice(i, i+1).Dense(), func(row int, d2 []float64) { total += min(m.Far[row], d2[0]) })
	return total, err
}

// eachPart gives each row's squared distances to some centers.
func (m *Means) eachPart(ctx context.Context, centers rows.Rows, visit func(i int, d2 []float64)) error {
	d2 := make([]float64, part*centers.N)
	for lo := 0; lo < m.N; lo += part {
		block := m.Slice(lo, min(lo+part, m.N)).Dense()
		d2 := d2[:block.N*centers.N]
		if err := knn.Across(ctx, block, centers, knn.Options{Metric: knn.SquaredEuclidean}, d2); err != nil {
			return err
		}
		for r := range block.N {
			visit(lo+r, d2[r*centers.N:(r+1)*centers.N])
		}
	}
	return nil
}

// assign gives each row the nearest of the means from the given one on, the first of equals; before the first, it has one
// of those before that. It says whether any changed.
func (m *Means) assign(ctx context.Context, from int) (changed bool, err error) {
	err = m.eachPart(ctx, m.Centers.Slice(from, m.Centers.N), func(i int, d2 []float64) {
		at, least := m.Of[i], m.Far[i]
		if from == 0 {
			least = math.Inf(1)
		}
		for c, d := range d2 {
			if d < least {
				at, least = int32(from+c), d
			}
		}
		changed = changed || at != m.Of[i]
		m.Of[i], m.Far[i] = at, least
	})
	return changed, err
}

// move puts each mean among its rows. One without rows stays, or goes to the row farthest from its own.
func (m *Means) move(refill bool) {
	sums, count := make([]float64, len(m.Centers.F64)), make([]float64, m.Centers.N)
	buf := make([]float64, m.Dim)
	for i, c := range m.Of {
		count[c]++
		sum := sums[int(c)*m.Dim:][:m.Dim]
		if m.Sparse() {
			columns, values := m.Entries(i)
			for e, j := range columns {
				sum[j] += values[e]
			}
			continue
		}
		for j, v := range m.Wide(i, buf) {
			sum[j] += v
		}
	}
	for c, n := range count {
		for j := range m.Dim {
			if n > 0 {
				m.Centers.F64[c*m.Dim+j] = sums[c*m.Dim+j] / n
			}
		}
		if n == 0 && refill {
			far := slices.Index(m.Far, slices.Max(m.Far))
			copy(m.Centers.Row64(c), m.Wide(far, buf))
			m.Far[far] = 0
		}
	}
}

// merge takes out centers with less than two rows, the first of the smallest at a time, and numbers what is left from 0.
func (m *Means) merge(ctx context.Context) error {
	for m.Centers.N > 1 {
		count := make([]int, m.Centers.N)
		for _, c := range m.Of {
			count[c]++
		}
		out := 0
		for c, n := range count {
			if n < count[out] {
				out = c
			}
		}
		if count[out] >= 2 {
			return nil
		}
		m.Centers.F64 = append(m.Centers.F64[:out*m.Dim], m.Centers.F64[(out+1)*m.Dim:]...)
		m.Centers.N--
		if _, err := m.assign(ctx, 0); err != nil {
			return err
		}
	}
	return nil
}
