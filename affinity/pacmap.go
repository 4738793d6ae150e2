package affinity

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"affmatch/internal/fault"
	"affmatch/internal/roots"

	"gonum.org/v1/gonum/mat"
)

// PACMAPAffinity is P_ij = 1/(n k) for the k neighbors j of i that are nearest by C_ij/(rho_i rho_j), rho_i the mean
// distance to the 4th to 6th nearest, and 0 for others: the near pairs of PaCMAP (Wang, Huang, Rudin and Shaposhnik,
// Understanding how dimension reduction tools work, 2021, section 4.1). They are looked for among the k + Candidates
// nearest, or all others where that is more. A row's neighbors ascend by that scaled distance. The total is 1.
type PACMAPAffinity struct {
	Neighbors  int        // k; 0: 10
	Candidates int        // beyond k, that are scaled; 0: 50
	Metric     DataMetric // C, whose root is the distance of rho; nil: SquaredEuclidean
	Search     Search     // of the neighbors, or what is Known of them
}

var _ Sizer = PACMAPAffinity{}

// Validate reports all faults of the fields. What depends on n is checked by Fit.
func (a PACMAPAffinity) Validate() error {
	const at = "affinity: PACMAPAffinity: "
	var faults []error
	if a.Neighbors < 0 {
		faults = append(faults, fault.Field(at+"Neighbors", a.Neighbors, "at least 1, or 0 for 10"))
	}
	if a.Candidates < 0 {
		faults = append(faults, fault.Field(at+"Candidates", a.Candidates, "at least 1, or 0 for 50"))
	}
	return errors.Join(append(faults, validMetric(at, a.Metric), a.Search.validate(at))...)
}

func (a PACMAPAffinity) neighbors() int {
	if a.Neighbors == 0 {
		return 10
	}
	return a.Neighbors
}

// lookedUp is how many neighbors of each of n points are scaled.
func (a PACMAPAffinity) lookedUp(n int) (int, error) {
	k := a.neighbors()
	if k >= n {
		return 0, fault.Field("affinity: PACMAPAffinity: Neighbors", k, fmt.Sprintf("at most the %d other points", n-1))
	}
	more := a.Candidates
	if more == 0 {
		more = 50
	}
	return min(k+more, n-1), nil
}

// Fit finds the neighbors; Fitted.Neighbors are those before they are scaled, and Fitted.Widths rho. New rows get the same
// number.
func (a PACMAPAffinity) Fit(ctx context.Context, x mat.Matrix) (*Fitted, error) {
	if err := a.Validate(); err != nil {
		return nil, err
	}
	from, k, c, err := a.Search.candidates(ctx, x, a.Metric, a.lookedUp, false)
	if err != nil {
		return nil, err
	}
	f := &Fitted{Neighbors: c.lists(), Exponent: exponent(from)}
	if f.Widths, err = a.rho(ctx, c); err != nil {
		return nil, err
	}
	if f.P, err = a.nearest(ctx, c, f.Widths, f.Widths, 1/float64(c.N)); err != nil {
		return nil, err
	}
	f.P.connect()
	f.extendBy(from, k, func(ctx context.Context, c *Matrix) (*Matrix, error) {
		rho, err := a.rho(ctx, c)
		if err != nil {
			return nil, err
		}
		return a.nearest(ctx, c, rho, f.Widths, 1)
	})
	return f, nil
}

// rho is the mean distance to the 4th to 6th neighbor, or to the last where there are fewer.
func (a PACMAPAffinity) rho(ctx context.Context, c *Matrix) ([]float64, error) {
	rho := make([]float64, c.N)
	return rho, roots.Each(ctx, c.N, func(i int) {
		lo, hi := c.Row(i)
		near := c.Values[max(lo, min(lo+3, hi-1)):min(lo+6, hi)]
		for _, v := range near {
			rho[i] += math.Sqrt(math.Max(0, v)) / float64(len(near))
		}
	})
}

// nearest are the k of the candidates with the smallest scaled distances, of the same total in each row.
func (a PACMAPAffinity) nearest(ctx context.Context, c *Matrix, rows, columns []float64, total float64) (*Matrix, error) {
	k := a.neighbors()
	p := &Matrix{N: c.N, Columns: c.Columns, Report: c.Report, Start: make([]int, c.N+1), Tail: make([]int32, c.N*k),
		Values: slices.Repeat([]float64{total / float64(k)}, c.N*k)}
	return p, roots.Each(ctx, c.N, func(i int) {
		type candidate struct {
			tail   int32
			scaled float64
		}
		lo, hi := c.Row(i)
		var row []candidate
		for e := lo; e < hi; e++ {
			row = append(row, candidate{c.Tail[e], tuned(c.Values[e], rows[i], columns[c.Tail[e]])})
		}
		slices.SortStableFunc(row, func(a, b candidate) int { return cmp.Compare(a.scaled, b.scaled) })
		p.Start[i+1] = (i + 1) * k
		for r, t := range row[:k] {
			p.Tail[i*k+r] = t.tail
		}
	})
}

// Memory is that of the search and of P. Fields that do not fit n are an error.
func (a PACMAPAffinity) Memory(n, columns int) (Memory, error) {
	if err := a.Validate(); err != nil {
		return Memory{}, err
	}
	n = a.Search.count(n)
	k, err := a.lookedUp(n)
	if err != nil {
		return Memory{}, err
	}
	return a.Search.memory(n, columns, k, a.Metric, false, false), nil
}
