package affinity

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"affmatch/internal/fault"
	"affmatch/internal/roots"
	"affmatch/internal/same"

	"gonum.org/v1/gonum/mat"
)

// UMAPAffinityIn is P_ij = exp(-max(0, C_ij - rho_i)/sigma_i): rho_i the distance to the nearest point, and sigma_i such
// that the row sums to ln Neighbors (McInnes, Healy and Melville, UMAP, 2018, algorithm 3). P is neither symmetric, unless
// Symmetrize, nor normalized: its total is about n ln Neighbors.
//
// P holds each point's nearest neighbors, ascending by distance, or with Dense all pairs. Where a row has no such sigma,
// because that many points are no farther than rho_i (always so where ln Neighbors <= 1), it takes the limit: those
// points have affinity 1 and all others 0. Such rows count as Report.Unconverged.
//
// The zero value is the reference's form (TorchDR 0.2), search included unless Exact: false position from a bracket
// around 1, all rows together, until the worst one is within Tolerance. umap-learn's form is
//
//	UMAPAffinityIn{Neighbors: 15, Metric: Euclidean, Base2: true, CountSelf: true, LocalConnectivity: 1, MinScale: 1e-3, Symmetrize: true}
type UMAPAffinityIn struct {
	Neighbors    float64    // 1 to n-1 (n with CountSelf); real numbers are allowed, and rounded up for the search. 0: 30
	Dense        bool       // the row's sum runs over all pairs
	Metric       DataMetric // C; nil: SquaredEuclidean
	Base2        bool       // rows sum to log2 Neighbors
	CountSelf    bool       // the point itself is one of its Neighbors (but has no entry in P), so one fewer is looked up
	Symmetrize   bool       // the fuzzy union P + P^T - P*P^T, entry by entry. Sparse rows then differ in length, and their columns ascend
	Intersection float64    // of Symmetrize: share of the fuzzy intersection P*P^T, from 0 to 1 (1 - set_op_mix_ratio)
	// LocalConnectivity is how many neighbors have affinity 1: rho_i is the distance to the neighbor of that number among
	// those at a distance above 0, interpolated for a real number. 0: rho_i is the smallest distance, even if that is 0.
	LocalConnectivity float64
	MinScale          float64 // sigma_i is at least this times the row's mean distance (or, where rho_i = 0, the mean of all)
	Exact             bool    // search each row to machine precision; Tolerance and MaxSteps are ignored
	Tolerance         float64 // of a row's sum; 0: 1e-5
	MaxSteps          int     // of the search; 0: 1000
	Search            Search  // of the neighbors, or what is Known of them; zero: exact for small data, approximate for large
}

var _ Input = UMAPAffinityIn{}

// Validate reports all faults of the fields. What depends on n is checked by Fit.
func (a UMAPAffinityIn) Validate() error {
	const at = "affinity: UMAPAffinityIn: "
	var faults []error
	if k := a.neighbors(); !(k >= 1) || math.IsInf(k, 0) {
		faults = append(faults, fault.Field(at+"Neighbors", a.Neighbors, "at least 1, or 0 for 30"))
	}
	if !(a.Intersection >= 0 && a.Intersection <= 1) {
		faults = append(faults, fault.Field(at+"Intersection", a.Intersection, "0 to 1"))
	}
	if !(a.LocalConnectivity >= 0) || math.IsInf(a.LocalConnectivity, 0) {
		faults = append(faults, fault.Field(at+"LocalConnectivity", a.LocalConnectivity, "a number of neighbors, or 0 for the smallest distance"))
	}
	if !(a.MinScale >= 0) || math.IsInf(a.MinScale, 0) {
		faults = append(faults, fault.Field(at+"MinScale", a.MinScale, "a positive number, or 0 for none"))
	}
	return errors.Join(append(faults, validMetric(at, a.Metric), a.solver().validate(at), a.Search.validate(at))...)
}

func (a UMAPAffinityIn) neighbors() float64 {
	if a.Neighbors == 0 {
		return 30
	}
	return a.Neighbors
}

// self is 1 where the point itself is one of its neighbors.
func (a UMAPAffinityIn) self() int {
	if a.CountSelf {
		return 1
	}
	return 0
}

// lookedUp is how many neighbors of each of n points are looked up; 0: all pairs.
func (a UMAPAffinityIn) lookedUp(n int) (int, error) {
	if most := n - 1 + a.self(); a.neighbors() > float64(most) {
		return 0, fault.Field("affinity: UMAPAffinityIn: Neighbors", a.neighbors(), fmt.Sprintf("1 to the %d points that count", most))
	}
	if a.Dense {
		return 0, nil
	}
	return max(1, int(math.Ceil(a.neighbors()))-a.self()), nil
}

func (a UMAPAffinityIn) solver() solver {
	return solver{exact: a.Exact, tolerance: a.Tolerance, usual: 1e-5, maxSteps: a.MaxSteps}
}

// Fit finds the neighbors, rho, sigma and P. New rows get the same number of neighbors and the same sum, which
// is exact, whatever Exact says of the rows of X.
func (a UMAPAffinityIn) Fit(ctx context.Context, x mat.Matrix) (*Fitted, error) {
	f, _, err := a.fit(ctx, x)
	return f, err
}

func (a UMAPAffinityIn) fit(ctx context.Context, x mat.Matrix) (*Fitted, *bandwidths, error) {
	if err := a.Validate(); err != nil {
		return nil, nil, err
	}
	from, k, c, err := a.Search.candidates(ctx, x, a.Metric, a.lookedUp, false)
	if err != nil {
		return nil, nil, err
	}
	f := &Fitted{Neighbors: c.lists(), Exponent: exponent(from), checked: true}
	means, all := a.means(c, 0)
	p, rho, sigma, err := a.weigh(ctx, c, means, all)
	if err != nil {
		return nil, nil, err
	}
	f.P, f.Rho, f.Widths = p, rho, sigma.width
	if a.Symmetrize {
		f.P = p.combine(fuzzy(a.Intersection))
	}
	f.P.connect()
	f.extendBy(from, k, func(ctx context.Context, c *Matrix) (*Matrix, error) {
		means, all := a.means(c, all)
		alone := a
		alone.Exact = true
		p, _, _, err := alone.weigh(ctx, c, means, all)
		return p, err
	})
	return f, sigma, nil
}

// weigh turns distances into affinities.
func (a UMAPAffinityIn) weigh(ctx context.Context, c *Matrix, means []float64, all float64) (
	p *Matrix, rho []float64, sigma *bandwidths, err error,
) {
	rho = make([]float64, c.N)
	if err := roots.Each(ctx, c.N, func(i int) { rho[i] = a.rho(c, i) }); err != nil {
		return nil, nil, nil, err
	}
	if sigma, err = a.solver().umap(ctx, c, rho, a.goal()); err != nil {
		return nil, nil, nil, err
	}
	a.widen(means, all, rho, sigma.width)
	p = c.fresh()
	p.Report.Unconverged = sigma.unconverged
	return p, rho, sigma, roots.Each(ctx, p.N, func(i int) {
		lo, hi := p.Row(i)
		for e := lo; e < hi; e++ {
			p.Values[e] = decay(math.Max(0, c.Values[e]-rho[i]), sigma.width[i])
		}
	})
}

// rho is the distance up to which the affinities of row i are 1.
func (a UMAPAffinityIn) rho(p *Matrix, i int) float64 {
	lo, hi := p.Row(i)
	if a.LocalConnectivity == 0 {
		return slices.Min(p.Values[lo:hi])
	}
	var apart []float64
	for _, c := range p.Values[lo:hi] {
		if c > 0 {
			apart = append(apart, c)
		}
	}
	slices.Sort(apart)
	whole, part := math.Modf(a.LocalConnectivity)
	switch at := int(whole); {
	case len(apart) == 0:
		return 0
	case float64(len(apart)) < a.LocalConnectivity:
		return apart[len(apart)-1]
	case at == 0:
		return part * apart[0]
	case part == 0:
		return apart[at-1]
	default:
		return apart[at-1] + float64(part*(apart[at]-apart[at-1]))
	}
}

// goal is what a row sums to.
func (a UMAPAffinityIn) goal() float64 {
	if a.Base2 {
		return same.Log2(a.neighbors())
	}
	return same.Log(a.neighbors())
}

// umap finds sigma for the distances in p, which stand where P will.
func (s solver) umap(ctx context.Context, p *Matrix, rho []float64, goal float64) (*bandwidths, error) {
	row := func(i int) target {
		lo, hi := p.Row(i)
		near := 0
		for _, c := range p.Values[lo:hi] {
			if c <= rho[i] {
				near++
			}
		}
		return target{float64(near) - goal, float64(hi-lo) - goal, 1, 1}
	}
	return s.solve(ctx, p.N, row, func(i int, sigma float64) float64 {
		lo, hi := p.Row(i)
		sum := 0.0
		for _, c := range p.Values[lo:hi] {
			sum += decay(math.Max(0, c-rho[i]), sigma)
		}
		return sum - goal
	})
}

// means are the mean distances of each row, in which the point itself counts (at 0) if it is a neighbor, and their mean,
// where that is not known from a fit. They are none without a MinScale.
func (a UMAPAffinityIn) means(c *Matrix, known float64) (means []float64, all float64) {
	if a.MinScale == 0 {
		return nil, 0
	}
	means = make([]float64, c.N)
	for i := range c.N {
		lo, hi := c.Row(i)
		for _, v := range c.Values[lo:hi] {
			means[i] += v / float64(hi-lo+a.self())
		}
		all += means[i] / float64(c.N)
	}
	if known > 0 {
		all = known
	}
	return means, all
}

// widen raises sigma to MinScale times the mean distance.
func (a UMAPAffinityIn) widen(means []float64, all float64, rho, sigma []float64) {
	for i, mean := range means {
		if rho[i] > 0 {
			sigma[i] = math.Max(sigma[i], a.MinScale*mean)
		} else {
			sigma[i] = math.Max(sigma[i], a.MinScale*all)
		}
	}
}
