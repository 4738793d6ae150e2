package team

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"
)

// TestMembersAgree: one error for all, the first member's, which is a context's where it was one there.
func TestMembersAgree(t *testing.T) {
	wrong := errors.New("wrong")
	each(t, 3, func(m Team) error {
		if err := Agree(m, func() error { return nil }); err != nil {
			return fmt.Errorf("agreed on %w", err)
		}
		own := fmt.Errorf("member %d: %w", m.Rank(), wrong)
		ended := fmt.Errorf("member %d: %w", m.Rank(), errors.Join(wrong, context.DeadlineExceeded))
		for k, fails := range []func() error{
			func() error { return own },
			func() error { panic(own) },
			func() error { return ended },
		} {
			err := Agree(m, func() error {
				if m.Rank() == 0 {
					return nil
				}
				return fails()
			})
			var of *Failed
			switch {
			case err == nil || err.Error()[:len("member 1: wrong")] != "member 1: wrong":
				return fmt.Errorf("case %d: %w", k, err)
			case errors.Is(err, wrong) != (m.Rank() == 1), errors.As(err, &of) != (m.Rank() != 1), of != nil && of.Member != 1:
				return fmt.Errorf("case %d: not whose it is: %w", k, err)
			case errors.Is(err, context.DeadlineExceeded) != (k == 2) || errors.Is(err, context.Canceled):
				return fmt.Errorf("case %d: another reason: %w", k, err)
			}
		}
		return nil
	})
	if err := Agree(nil, func() error { return wrong }); err != wrong { //nolint:errorlint // the very error
		t.Error(err)
	}
}

func TestTheLargestOfMembers(t *testing.T) {
	each(t, 3, func(m Team) error {
		v := []float64{float64(m.Rank()), -float64(m.Rank()), 1}
		if m.Rank() == 1 {
			v[2] = math.NaN()
		}
		if err := Largest(m, v); err != nil {
			return err
		}
		if v[0] != 2 || v[1] != 0 || !math.IsNaN(v[2]) {
			return fmt.Errorf("%v", v)
		}
		if err := Rows(m, 2, make([]float64, 3)); err == nil {
			return errors.New("three numbers in two rows")
		}
		return nil
	})
}
