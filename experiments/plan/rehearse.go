package plan

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"

	"affmatch/affinity"
	"affmatch/internal/machine"
	"affmatch/internal/random"
	"affmatch/internal/team"
	"affmatch/models"

	"gonum.org/v1/gonum/mat"
)

// A rehearsal is some steps on fewer points: by one member, and by a team of goroutines whose exchanges are counted, and of
// which one works at a time.
type rehearsal struct {
	points  int             // of the team
	traffic [2]team.Traffic // of a step of its last member, on half of the points and on all
	most    int             // points of one member alone
	divided float64         // its seconds of one core, of what members divide
	own     float64         // and of what each does
	squares bool            // what is divided grows as the square of the points
}

const (
	members      = 4
	steps        = 6 // of which the first is not counted
	fewPoints    = 1 << 13
	mostTogether = 1 << 18 // half of them are numbered too, and sums go along in pieces, as in a larger fit
	mostPoints   = 1 << 20
	longStep     = 0.15 // seconds, beyond which there are points enough
)

// rehearse takes more points as long as steps are quick: what does not fit into caches takes longer. The team has fewer.
func (f Fit) rehearse(ctx context.Context) (*rehearsal, error) {
	few, most := min(f.Rows, fewPoints), min(f.Rows, mostPoints)
	r := &rehearsal{}
	var before, alone float64 // seconds of one member, on the points before and on the team's
	for n := few / 2; ; n = min(2*n, most) {
		took, err := f.seconds(ctx, n)
		if err != nil {
			return nil, err
		}
		if n <= mostTogether {
			r.points, alone = n, took
		}
		if n == few {
			r.squares = took > 3*before
		}
		before = took
		if n == most || n >= few && took > longStep && (n < mostTogether/2 || n >= mostTogether) {
			r.most = n
			break
		}
	}
	var each float64
	for k := range r.traffic {
		var err error
		if r.traffic[k], each, err = f.together(ctx, r.points/(2-k), members); err != nil {
			return nil, err
		}
	}
	share, err := f.Problem.Busiest(r.points, models.Ranks{Count: members})
	if err != nil {
		return nil, err
	}
	divided := math.Max(0, math.Min(alone, (alone-each)/(1-share)))
	r.own = (alone - divided) * float64(r.most) / float64(r.points)
	r.divided = math.Max(0, before-r.own)
	return r, nil
}

// seconds is what a step takes one core.
func (f Fit) seconds(ctx context.Context, n int) (float64, error) {
	run, err := f.start(ctx, n)
	if err != nil {
		return 0, err
	}
	defer run.Close() //nolint:errcheck // a machine holds memory only; its Close has nothing to report
	best := math.Inf(1)
	for step := range steps {
		at := machine.CPU()
		if _, err := run.Step(ctx); err != nil {
			return 0, err
		}
		if step > 0 {
			best = math.Min(best, (machine.CPU() - at).Seconds())
		}
	}
	return best, nil
}

// together is what a step of a team asks of the network, and the last member's own seconds in it.
func (f Fit) together(ctx context.Context, n, size int) (team.Traffic, float64, error) {
	var traffic team.Traffic
	var best float64
	var turn sync.Mutex
	var all sync.WaitGroup
	failed := make([]error, size)
	for rank, member := range team.Local(size) {
		c := &team.Counter{Team: member, Turn: &turn}
		all.Go(func() {
			c.Begin()
			defer c.End()
			t, own, err := f.counted(team.With(ctx, c), c, n)
			if failed[rank] = err; rank == size-1 {
				traffic, best = t, own
			}
		})
	}
	all.Wait()
	return traffic, best, errors.Join(failed...)
}

// counted makes the steps of a member.
func (f Fit) counted(ctx context.Context, c *team.Counter, n int) (last team.Traffic, best float64, err error) {
	run, err := f.start(ctx, n)
	if err != nil {
		return last, 0, err
	}
	defer run.Close() //nolint:errcheck // a machine holds memory only; its Close has nothing to report
	best = math.Inf(1)
	for step := range steps {
		c.End()
		before, own := c.Traffic, c.Own
		c.Begin()
		if _, err := run.Step(ctx); err != nil {
			return last, 0, err
		}
		c.End()
		last = c.Less(before)
		if step > 0 {
			best = math.Min(best, (c.Own - own).Seconds())
		}
		c.Begin()
	}
	return last, best, nil
}

// start is the fit of n points, of which P joins as many as it would.
func (f Fit) start(ctx context.Context, n int) (*models.Run, error) {
	p := f.Problem
	d := max(2, p.Dim)
	if p.Dim == 1 {
		d = 1
	}
	p.Steps, p.Stop, p.OnStep, p.Phases, p.InitScaling, p.MemoryLimit = 2*steps, nil, nil, nil, 0, 0
	p.Init = models.StartAt{Z: drawn(n, d)}
	if e, ok := p.Engine.(models.Fused); ok || p.Engine == nil {
		e.Workers = 1
		p.Engine = e
	}
	if s, ok := p.In.(affinity.Sizer); ok {
		m, err := s.Memory(n, 1)
		if err != nil {
			return nil, err
		}
		if !m.Dense {
			p.In = affinity.Precomputed{P: ring(n, int(m.Entries/int64(n)))}
		}
	} else if p.In != nil {
		return nil, fmt.Errorf("plan: %T does not say what memory it takes (affinity.Sizer)", p.In)
	}
	return p.Start(ctx, drawn(n, 2))
}

func drawn(n, d int) *mat.Dense {
	z := mat.NewDense(n, d, nil)
	for i := range n {
		key := random.Key(1, random.Start, 0, uint64(i))
		for c := range d {
			z.Set(i, c, key.Normal(uint64(c)))
		}
	}
	return z
}

// ring is a P of points on a circle, of which each has so many neighbors, half of them on either side. Points that are
// near each other have numbers that are not, as in data in any order.
func ring(n, degree int) *affinity.Matrix {
	stride := n * 3 / 5
	for gcd(stride, n) != 1 {
		stride++
	}
	half := max(1, min(degree/2, (n-1)/2))
	p := &affinity.Matrix{N: n, Start: make([]int, n+1), Tail: make([]int32, 0, 2*half*n), Values: make([]float64, 2*half*n)}
	for i := range n {
		for k := 1; k <= half; k++ {
			away := (1 + (k-1)*(n/2-1)/(16*half)) * stride % n // up to a 32nd of the circle
			p.Tail = append(p.Tail, int32((i+away)%n), int32((i+n-away)%n))
		}
		p.Start[i+1] = len(p.Tail)
	}
	for e := range p.Values {
		p.Values[e] = 1 / float64(len(p.Values))
	}
	return p
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// step is what a step of the whole fit takes, so many processes.
func (f Fit) step(r *rehearsal, ranks int) (Step, error) {
	share, err := f.Problem.Busiest(f.Rows, models.Ranks{Count: ranks})
	if err != nil {
		return Step{}, err
	}
	times, cores := float64(f.Rows)/float64(r.most), float64(max(1, f.Cores))
	s := Step{Divided: r.divided * share * times / cores, Own: r.own * times / cores}
	if r.squares {
		s.Divided *= times
	}
	s.Exchange = f.Network.seconds(f.traffic(r), ranks)
	s.Seconds = s.Divided + s.Own + s.Exchange
	s.SpeedUp = (s.Divided/share + s.Own) / s.Seconds
	return s, nil
}

// traffic is that of a step on all rows: what was counted on two numbers of points, and the line through them.
func (f Fit) traffic(r *rehearsal) team.Traffic {
	at := func(of func(t team.Traffic) team.Flow) team.Flow {
		a, b := of(r.traffic[0]), of(r.traffic[1])
		line := func(a, b int64) int64 {
			from := r.points / 2
			return a + int64(math.Round(float64(b-a)*float64(f.Rows-from)/float64(r.points-from)))
		}
		return team.Flow{Times: int(line(int64(a.Times), int64(b.Times))), Bytes: line(a.Bytes, b.Bytes)}
	}
	return team.Traffic{
		Sends:      at(func(t team.Traffic) team.Flow { return t.Sends }),
		Receives:   at(func(t team.Traffic) team.Flow { return t.Receives }),
		Broadcasts: at(func(t team.Traffic) team.Flow { return t.Broadcasts }),
		Gathers:    at(func(t team.Traffic) team.Flow { return t.Gathers }),
	}
}
