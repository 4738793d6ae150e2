package team

import "context"

// Team is one member's view of a team. Its methods belong to one goroutine.
type Team interface {
	Rank() int // of this member, from 0
	Size() int // members
	// Gather fills an array of which each member has a part: member r that from ends[r-1] (0) to ends[r].
	Gather(b []byte, ends []int) error
	Send(to int, b []byte) error
	Receive(from int, b []byte) error // as many bytes as are sent
	Broadcast(from int, b []byte) error
}

type key struct{}

// With is a context of what a team makes.
func With(ctx context.Context, t Team) context.Context { return context.WithValue(ctx, key{}, t) }

// Alone is a context of what this process makes by itself.
func Alone(ctx context.Context) context.Context { return context.WithValue(ctx, key{}, nil) }

// From is the team that a context is of; nil: there is none, or one member alone.
func From(ctx context.Context) Team {
	if t, ok := ctx.Value(key{}).(Team); ok && t.Size() > 1 {
		return t
	}
	return nil
}

// Part is what a member does of n things in a row: from lo to hi.
func Part(t Team, n int) (lo, hi int) {
	if t == nil {
		return 0, n
	}
	return PartOf(t.Rank(), t.Size(), n)
}

// PartOf is Part of any member.
func PartOf(rank, size, n int) (lo, hi int) { return n * rank / size, n * (rank + 1) / size }

// Any says on all members whether something holds on one of them.
func Any(t Team, holds bool) (bool, error) {
	if t == nil {
		return holds, nil
	}
	b, ends := make([]byte, t.Size()), make([]int, t.Size())
	if holds {
		b[t.Rank()] = 1
	}
	for r := range ends {
		ends[r] = r + 1
	}
	err := t.Gather(b, ends)
	for _, v := range b {
		holds = holds || v != 0
	}
	return holds, err
}
