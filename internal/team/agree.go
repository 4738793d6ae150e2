package team

import (
	"context"
	"errors"
	"fmt"
	"math"

	"affmatch/internal/fault"
)

// Failed is the error of another member.
type Failed struct {
	Member int
	Text   string
	why    error // of a context that has ended; nil: something else
}

func (f *Failed) Error() string { return f.Text }

// Unwrap is the context's error.
func (f *Failed) Unwrap() error { return f.why }

// why of a Failed goes round as a number.
var whys = []error{nil, context.Canceled, context.DeadlineExceeded}

// Agree does a member's part of the work. If that fails on some members, panics among it, all have the error of the first of
// them, as it is there or as a Failed: none waits for what another will never send. t nil: it does the work.
func Agree(t Team, work func() error) error {
	if t == nil {
		return work()
	}
	own := guarded(work)
	sizes := make([]int64, t.Size()) // of texts and, in the low bits, why; 0: all is well
	if own != nil {
		why := 0
		for k := 1; k < len(whys); k++ {
			if errors.Is(own, whys[k]) {
				why = k
			}
		}
		sizes[t.Rank()] = int64((len(own.Error())+1)*len(whys) + why)
	}
	if err := Rows(t, t.Size(), sizes); err != nil {
		return errors.Join(own, err)
	}
	for member, size := range sizes {
		if size == 0 {
			continue
		}
		text := make([]byte, int(size)/len(whys)-1)
		if member == t.Rank() {
			copy(text, own.Error())
		}
		if err := t.Broadcast(member, text); err != nil {
			return errors.Join(own, err)
		}
		if member == t.Rank() {
			return own
		}
		return &Failed{member, string(text), whys[int(size)%len(whys)]}
	}
	return nil
}

func guarded(work func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fault.Caught(r)
		}
	}()
	return work()
}

// Rows brings the rows of all members to each: of arrays with n rows, as many numbers in each, member r has made those of
// PartOf(r, ...).
func Rows[T Number](t Team, n int, made ...[]T) error {
	if t == nil {
		return nil
	}
	ends := make([]int, t.Size())
	for _, v := range made {
		if n == 0 || len(v)%n != 0 {
			return fault.Field("team: numbers in rows", len(v), fmt.Sprintf("as many in each of %d rows", n))
		}
		for r := range ends {
			_, hi := PartOf(r, t.Size(), n)
			ends[r] = BytesOf[T](hi * (len(v) / n))
		}
		if err := t.Gather(Bytes(v), ends); err != nil {
			return err
		}
	}
	return nil
}

// Largest makes each number the largest that a member has in its place; NaN if one has that.
func Largest(t Team, v []float64) error {
	if t == nil {
		return nil
	}
	all := make([]float64, t.Size()*len(v))
	copy(all[t.Rank()*len(v):], v)
	if err := Rows(t, t.Size(), all); err != nil {
		return err
	}
	for k, of := range all {
		v[k%len(v)] = math.Max(v[k%len(v)], of)
	}
	return nil
}
