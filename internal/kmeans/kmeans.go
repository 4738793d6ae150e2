// Package kmeans parts the rows of data into cells, those nearest to each of a few means: k-means (Lloyd 1982) from starts
// far apart (Arthur and Vassilvitskii 2007). The same bits on any number of cores.
package kmeans

import (
	"context"
	"math"

	"affmatch/internal/knn"
	"affmatch/internal/random"
	"affmatch/internal/rows"
)

const (
	most = 20  // rounds of k-means: cells need not be the best ones
	part = 256 // rows whose distances are there at once
)

// Cells are the cells of the rows, counted from 0: at most k, fewer where fewer rows are different or a cell would have one
// row alone, which then goes to the nearest of the others. There must be two rows.
func Cells(ctx context.Context, x rows.Rows, k int, seed uint64) ([]int32, error) {
	m := &means{Rows: x.Times(x.Exponent()), of: make([]int32, x.N), far: make([]float64, x.N)}
	m.centers.Dim = x.Dim
	if err := m.start(ctx, min(k, x.N/2), random.Key(seed, random.Own, 0, 0)); err != nil {
		return nil, err
	}
	for range most {
		m.move()
		changed, err := m.assign(ctx, 0)
		if err != nil {
			return nil, err
		}
		if !changed {
			break
		}
	}
	return m.of, m.merge(ctx)
}

// means are centers, and the nearest of each row with its squared distance.
type means struct {
	rows.Rows
	centers rows.Rows
	of      []int32
	far     []float64
}

// start draws the first center, and each further one in proportion to the squared distance from those so far.
func (m *means) start(ctx context.Context, k int, draw random.Stream) error {
	for i := range m.far {
		m.far[i] = math.Inf(1)
	}
	next := int(draw.Below(0, uint64(m.N)))
	for c := 0; ; c++ {
		m.centers.F64 = append(m.centers.F64, m.Slice(next, next+1).Dense().F64...)
		m.centers.N++
		if _, err := m.assign(ctx, c); err != nil || c+1 >= k {
			return err
		}
		total := 0.0
		for _, d := range m.far {
			total += d
		}
		left := draw.Float64(uint64(c+1)) * total
		for i, d := range m.far {
			if d > 0 {
				next = i
				if left -= d; left < 0 {
					break
				}
			}
		}
		if total == 0 { // all rows are a center
			return nil
		}
	}
}

// assign gives each row the nearest of the centers from the given one on, the first of equals; before the first, it has one
// of those before that. It says whether any changed.
func (m *means) assign(ctx context.Context, from int) (changed bool, err error) {
	centers := m.centers.Slice(from, m.centers.N)
	d2 := make([]float64, part*centers.N)
	for lo := 0; lo < m.N; lo += part {
		block := m.Slice(lo, min(lo+part, m.N)).Dense()
		d2 := d2[:block.N*centers.N]
		if err := knn.Across(ctx, block, centers, knn.Options{Metric: knn.SquaredEuclidean}, d2); err != nil {
			return false, err
		}
		for r := range block.N {
			i := lo + r
			at, least := m.of[i], m.far[i]
			if from == 0 {
				least = math.Inf(1)
			}
			for c, d := range d2[r*centers.N : (r+1)*centers.N] {
				if d < least {
					at, least = int32(from+c), d
				}
			}
			changed = changed || at != m.of[i]
			m.of[i], m.far[i] = at, least
		}
	}
	return changed, nil
}

// move puts each center into the mean of its rows. One without rows stays.
func (m *means) move() {
	sums, count := make([]float64, len(m.centers.F64)), make([]float64, m.centers.N)
	buf := make([]float64, m.Dim)
	for i, c := range m.of {
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
				m.centers.F64[c*m.Dim+j] = sums[c*m.Dim+j] / n
			}
		}
	}
}

// merge takes out centers with less than two rows, the first of the smallest at a time, and numbers what is left from 0.
func (m *means) merge(ctx context.Context) error {
	for m.centers.N > 1 {
		count := make([]int, m.centers.N)
		for _, c := range m.of {
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
		m.centers.F64 = append(m.centers.F64[:out*m.Dim], m.centers.F64[(out+1)*m.Dim:]...)
		m.centers.N--
		if _, err := m.assign(ctx, 0); err != nil {
			return err
		}
	}
	return nil
}
