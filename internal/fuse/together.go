package fuse

import (
	"affmatch/internal/lanes"
	"affmatch/internal/team"
)

// Several members of a team run one machine: each goes through its part of the shards of each pass, and what the shards
// have made comes to all of them: gradients as sums, which go from member to member in the order of the shards; all
// else as it is, shard by shard. Everything after that is computed by every member, from the same numbers.

// mine says whether a shard is this member's.
func (p *pass[T]) mine(m *Machine[T], shard int) bool {
	lo, hi := team.Part(m.options.Team, len(p.frames))
	return lo <= shard && shard < hi
}

// piece is memory that a shard has written to.
type piece[T lanes.Float] struct {
	narrow []T
	wide   []float64
}

func (c piece[T]) bytes() []byte {
	if c.wide != nil {
		return team.Bytes(c.wide)
	}
	return team.Bytes(c.narrow)
}

// exchange brings what the shards of a pass have made to all members.
func (m *Machine[T]) exchange(p *pass[T]) error {
	g := m.options.Team
	var all [][]byte
	ends, end := make([]int, g.Size()), 0
	for rank := range ends {
		lo, hi := team.PartOf(rank, g.Size(), len(p.frames))
		for s := lo; s < hi; s++ {
			for _, r := range p.results {
				for _, c := range r.pieces(p, s) {
					b := c.bytes()
					all, end = append(all, b), end+len(b)
				}
			}
		}
		ends[rank] = end
	}
	if end == 0 {
		return nil
	}
	m.mail = grown(m.mail, end)
	from, at := 0, 0
	if g.Rank() > 0 {
		from = ends[g.Rank()-1]
	}
	for _, b := range all {
		if from <= at && at < ends[g.Rank()] { // this member's
			copy(m.mail[at:], b)
		}
		at += len(b)
	}
	if err := g.Gather(m.mail, ends); err != nil {
		return err
	}
	at = 0
	for _, b := range all {
		at += copy(b, m.mail[at:])
	}
	return nil
}

// hop is how many numbers go from member to member at a time, so that those who wait have something to do.
const hop = 1 << 16

// passAlong takes the sums of a buffer from member to member: what the members before have added up comes in, this one's
// shards are added, and it goes on; in the end all have it. Shards of tails come before those of heads, in two rounds.
func (m *Machine[T]) passAlong(b *buffer[T]) error {
	g := m.options.Team
	rank, last := g.Rank(), g.Size()-1
	clear(b.sums)
	rounds := len(b.windows) / b.parts
	for round := range rounds {
		for c := 0; c < b.d; c += b.wide {
			wide := min(b.wide, b.d-c)
			plane := b.sums[c*padded(b.points):][:padded(b.points*wide)]
			for lo := 0; lo < b.points; lo += hop {
				hi := min(b.points, lo+hop)
				some := team.Bytes(plane[lo*wide : hi*wide])
				switch {
				case rank == 0 && round > 0:
					if err := g.Receive(last, some); err != nil {
						return err
					}
				case rank == last && round > 0:
					if err := g.Send(0, some); err != nil {
						return err
					}
				}
				if rank > 0 {
					if err := g.Receive(rank-1, some); err != nil {
						return err
					}
				}
				m.addMine(b, round, lo, hi, c, plane)
				if rank < last {
					if err := g.Send(rank+1, some); err != nil {
						return err
					}
				}
			}
		}
	}
	return g.Broadcast(last, team.Bytes(b.sums))
}

// addMine adds this member's shards of a round to the sums of some points.
func (m *Machine[T]) addMine(b *buffer[T], round, lo, hi, column int, plane []T) {
	first, end := team.Part(m.options.Team, b.parts)
	wide := min(b.wide, b.d-column)
	m.each((hi-lo+block-1)/block, func(w *worker[T], k int) {
		some := window{lo + k*block, min(hi, lo+(k+1)*block)}
		m.sumOf(b, w, some, column, round*b.parts+first, round*b.parts+end, plane[some.lo*wide:])
	})
}

// share brings what the passes of a level have made to all members.
func (m *Machine[T]) share(passes []*pass[T]) error {
	if m.options.Team == nil {
		return nil
	}
	for _, p := range passes {
		if err := m.exchange(p); err != nil {
			return err
		}
	}
	for _, p := range passes {
		for _, r := range p.results {
			if g, ok := r.(*pulls[T]); ok {
				if err := g.together(m); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
