package models

import (
	"context"
	"errors"
	"fmt"
	"math"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/internal/random"
	"affmatch/internal/rows"
	"affmatch/internal/team"
	"affmatch/optim"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
)

// Placing is how new rows find their places. Each is a problem of its own: the method's terms between the row and X, whose
// points stay, with all that was learned, and schedules at the last step of the fit. So where a row comes to lie does not
// depend, by a single bit, on those that are placed with it; rows that are equal lie upon each other.
//
// A row starts beside its nearest neighbor's place, on the way to the mean of all its neighbors' weighted by their
// affinities (a start at the mean itself leaves those between two clusters there: of 2,000 new digits of MNIST under t-SNE
// .930 then have the class of their neighbors, and .938 from beside the nearest), and moves by Adam in units of the
// neighbors' spread, at a rate that falls to zero: whatever the scale of the method's loss and embedding. Samples are drawn
// by what the row holds. Sums over all pairs are exact, of all of X for each row.
//
// Left out are terms of the points of the fit alone: Density, ClassMeans, Classifier, Toward, HyperbolicNorms, and PairTerms
// whose weight has come down to zero. A method in whose loss points cannot be told apart (doubly stochastic Q) can place by
// means alone. With an Encoder, places are what it makes of the new rows. A ClosedForm places rows by its own map, where
// that is known (Placer).
type Placing struct {
	Steps int     // 0: 200
	Rate  float64 // the first step, in spreads of the neighbors; 0: 0.05
	Mean  bool    // the mean of the neighbors, and no steps: all that it needs is P
}

// Validate gives all faults at once.
func (p Placing) Validate() error {
	return errors.Join(wholeNumber("models: Placing: Steps", p.Steps), atLeastZero("models: Placing: Rate", p.Rate))
}

// Placer is a Mapping that places new rows by itself: m holds the rows that it was made of, and their embedding.
type Placer interface {
	Place(ctx context.Context, m *Model, x mat.Matrix) (*mat.Dense, error)
}

// Place places the rows of x (m x p) in the embedding: m x Dim.
func (m *Model) Place(ctx context.Context, x mat.Matrix, how Placing) (z *mat.Dense, err error) {
	if err := errors.Join(fault.Context("models: Place", ctx), m.check(), how.Validate()); err != nil {
		return nil, err
	}
	ctx = team.Alone(ctx)
	err = guarded("models: Place", nil, func() (err error) {
		_, ofPoints := m.Problem.Encoder.(interface{ ofPoints() })
		switch place, ok := m.Map.(Placer); {
		case m.Map == nil && m.Problem.Encoder != nil && !ofPoints:
			z, err = m.encoded(ctx, x)
		case m.Map == nil || how.Mean:
			z, err = m.placed(ctx, x, how)
		case !ok:
			return placedBy(m.Map)
		default:
			z, err = place.Place(ctx, m, x)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return z, nil
}

// placed goes over the rows lot by lot, so that dense affinities need not be there all at once.
func (m *Model) placed(ctx context.Context, x mat.Matrix, how Placing) (*mat.Dense, error) {
	f, err := m.Fitted(ctx)
	if err != nil {
		return nil, err
	}
	data, err := affinity.DataOf(x)
	if err != nil {
		return nil, err
	}
	y, err := rows.Of("models: Place: X", data.Matrix)
	if err != nil {
		return nil, err
	}
	n, d := m.Embedding.Dims()
	z := mat.NewDense(y.N, d, nil)
	lot := lotRows
	if f.P == nil || f.P.Dense() {
		lot = max(1, lotEntries/n)
	}
	for lo := 0; lo < y.N; lo += lot {
		hi := min(lo+lot, y.N)
		part := affinity.Data{Matrix: lotOf{y.Slice(lo, hi)}}
		if data.Weights != nil {
			part.Weights = data.Weights[lo:hi]
		}
		p, err := f.Extend(ctx, part.Matrix)
		if err != nil {
			return nil, err
		}
		into := z.Slice(lo, hi, 0, d).(*mat.Dense)
		into.Copy(p.Mean(m.Embedding))
		if how.Mean {
			continue
		}
		if err := m.descend(ctx, part, p, into, keysOf(y.Slice(lo, hi)), how); err != nil {
			return nil, err
		}
	}
	return z, nil
}

// A lot is so many rows, or so many affinities where they are to all points.
const (
	lotRows    = 1 << 16
	lotEntries = 1 << 25
)

// descend moves z from its start.
func (m *Model) descend(
	ctx context.Context, x affinity.Data, p *affinity.Matrix, z *mat.Dense, keys []uint64, how Placing,
) error {
	n, d := z.Dims()
	wide := spread(p, m.Embedding, z)
	beside(p, m.Embedding, z)
	gr, err := m.around(ctx, x, p, z, keys)
	if err != nil {
		return err
	}
	machine, err := gr.machine(m.Problem.engine())
	if err != nil {
		return err
	}
	defer machine.Close() //nolint:errcheck // a machine holds memory only; its Close has nothing to report
	start := mat.DenseCopyOf(z)
	at := numbers(gr.z.Value())
	u, slope := make([]float64, n*d), make([]float64, n*d)
	param, err := optim.NewParam("Z", u, slope)
	if err != nil {
		return err
	}
	solver, steps, rate := optim.Adam{}.Start(), or(how.Steps, 200), how.Rate
	if rate == 0 {
		rate = 0.05
	}
	lost := make([]bool, n) // rows without a finite slope, which stay at their start
	for step := range steps {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("models: Place: step %d: %w", step, err)
		}
		if err := gr.scope.At(step, steps); err != nil {
			return err
		}
		if err := machine.RunAll(); err != nil {
			return fmt.Errorf("models: Place: step %d: %w", step, err)
		}
		g, err := arrayOf(machine, gr.slope)
		if err != nil {
			return err
		}
		for e, v := range g {
			if slope[e] = float64(v * wide[e/d]); slope[e]-slope[e] != 0 {
				lost[e/d] = true
			}
		}
		for e := range slope {
			if lost[e/d] {
				slope[e] = 0
			}
		}
		solver.SetLearnRate(rate * (1 - float64(step)/float64(steps)))
		if err := solver.Step([]G.ValueGrad{param}); err != nil {
			return fmt.Errorf("models: Place: step %d: %w", step, err)
		}
		for e := range at {
			if lost[e/d] {
				u[e] = 0
			}
			at[e] = start.RawMatrix().Data[e] + float64(wide[e/d]*u[e])
		}
	}
	for i := range n {
		copy(z.RawRowView(i), at[i*d:(i+1)*d])
	}
	return nil
}

// beside moves each row from the mean of its neighbors to its nearest one, all but a tenth of the way: at the very place of
// another point nothing would pull apart.
func beside(p *affinity.Matrix, z, at *mat.Dense) {
	for i := range p.N {
		nearest, most := -1, 0.0
		for j, v := range p.Entries(i) {
			if v > most {
				nearest, most = j, v
			}
		}
		if nearest < 0 {
			continue
		}
		for c, to := range z.RawRowView(nearest) {
			at.Set(i, c, to+float64((at.At(i, c)-to)*0.1))
		}
	}
}

// spread is the root mean square distance of each row's neighbors from their mean.
func spread(p *affinity.Matrix, z, mean *mat.Dense) []float64 {
	wide := make([]float64, p.N)
	for i := range wide {
		var total, squares float64
		for j, v := range p.Entries(i) {
			total += v
			for c, at := range z.RawRowView(j) {
				off := at - mean.At(i, c)
				squares += float64(v * float64(off*off))
			}
		}
		if total > 0 && squares > 0 {
			wide[i] = math.Sqrt(squares / total)
		}
	}
	return wide
}

// keysOf is a number for what each row holds, the same for a row in any form.
func keysOf(y rows.Rows) []uint64 {
	keys, buffer := make([]uint64, y.N), make([]float64, y.Dim)
	for i := range keys {
		h := random.Stream(0)
		for c, v := range y.Wide(i, buffer) {
			if v != 0 { // of either sign
				h = random.Key(uint64(h), random.Rows, uint64(c), math.Float64bits(v))
			}
		}
		keys[i] = uint64(h)
	}
	return keys
}

// lotOf is some rows as a matrix.
type lotOf struct{ rows.Rows }

func (l lotOf) Dims() (n, columns int) { return l.N, l.Dim }
func (l lotOf) T() mat.Matrix          { return mat.Transpose{Matrix: l} }
func (l lotOf) RawRows() rows.Rows     { return l.Rows }
