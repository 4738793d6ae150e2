package team

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
)

// each runs all members of a team of goroutines.
func each(t *testing.T, size int, do func(m Team) error) {
	t.Helper()
	var all sync.WaitGroup
	failed := make([]error, size)
	for rank, m := range Local(size) {
		all.Go(func() { failed[rank] = do(m) })
	}
	all.Wait()
	if err := errors.Join(failed...); err != nil {
		t.Error(err)
	}
}

func TestPartsAreAllOnce(t *testing.T) {
	for _, n := range []int{0, 1, 2, 7, 100} {
		for size := 1; size <= 9; size++ {
			at := 0
			for rank := range size {
				lo, hi := PartOf(rank, size, n)
				if lo != at || hi < lo || hi-lo > n/size+1 {
					t.Errorf("%d of %d for %d: %d to %d, want from %d on", rank, size, n, lo, hi, at)
				}
				at = hi
			}
			if at != n {
				t.Errorf("%d of %d", at, n)
			}
		}
	}
	if lo, hi := Part(nil, 5); lo != 0 || hi != 5 {
		t.Errorf("alone: %d to %d", lo, hi)
	}
}

func TestMembersExchange(t *testing.T) {
	for size := 2; size <= 4; size++ {
		each(t, size, func(m Team) error {
			own := make([]float64, 3*size)
			ends := make([]int, size)
			for r := range ends {
				ends[r] = BytesOf[float64](3 * (r + 1))
			}
			own[3*m.Rank()] = float64(m.Rank() + 1)
			if err := m.Gather(Bytes(own), ends); err != nil {
				return err
			}
			for r := range size {
				if own[3*r] != float64(r+1) {
					return errors.New("not gathered")
				}
			}
			one, err := Any(m, m.Rank() == size-1)
			none, nerr := Any(m, false)
			if !one || none {
				return errors.New("any")
			}
			return errors.Join(err, nerr)
		})
	}
	each(t, 2, func(m Team) error {
		if m.Rank() == 0 {
			return m.Send(1, []byte{1, 2})
		}
		if err := m.Receive(0, make([]byte, 3)); err == nil {
			return errors.New("two bytes are three")
		}
		return nil
	})
}

func TestAContextHasATeamOfSeveral(t *testing.T) {
	ctx := context.Background()
	if From(ctx) != nil || From(With(ctx, Local(1)[0])) != nil {
		t.Error("a team of one")
	}
	m := Local(3)[2]
	if with := With(ctx, m); From(with) != m || From(Alone(with)) != nil {
		t.Error("not the team")
	}
	if any, err := Any(nil, true); !any || err != nil {
		t.Error("alone")
	}
	if !slices.Equal(Bytes([]int32{1}), []byte{1, 0, 0, 0}) || Bytes([]float64{}) != nil {
		t.Error("bytes")
	}
}
