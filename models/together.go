package models

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"time"

	"affmatch/internal/team"
)

// canceled ends the run if its context has ended: on all members of a team in the same step, if that of one has.
func (r *Run) canceled(ctx context.Context) error {
	ended, err := team.Any(r.team, ctx.Err() != nil)
	switch {
	case err != nil:
		return r.end(Failed, fmt.Errorf("models: step %d: %w", r.step, err))
	case !ended:
		return nil
	}
	if err = ctx.Err(); err == nil {
		err = context.Canceled // another member's
	}
	return r.end(Canceled, fmt.Errorf("models: step %d: %w", r.step, err))
}

// timed gives a step of a team the time that the first member took, so that rules that ask for it decide the same on all.
func (r *Run) timed(rec *Record, clock time.Time) error {
	if r.team == nil {
		return nil
	}
	b := binary.LittleEndian.AppendUint64(nil, math.Float64bits(time.Since(clock).Seconds()))
	if err := r.team.Broadcast(0, b); err != nil {
		return fmt.Errorf("models: step %d: %w", r.step, err)
	}
	rec.Seconds = math.Float64frombits(binary.LittleEndian.Uint64(b))
	return nil
}
