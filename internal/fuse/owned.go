package fuse

import "affmatch/internal/team"

// In a team gradients, and what columns of them are put together to, are made by parts: each member has those of its own
// points, until somebody reads the whole array.

// own are the points of this member, of n: all, where it is alone.
func (m *Machine[T]) own(n int) (lo, hi int) { return team.Part(m.options.Team, n) }

// owns says of a gradient that each member has its part.
func (m *Machine[T]) owns(gradient *expr) {
	if m.options.Team != nil {
		m.owned[gradient] = gradient.d
	}
}

// partOf is an array, of which the entries of this member's points alone may be right.
func (m *Machine[T]) partOf(e *expr) ([]float64, error) {
	if m.owned[e] > 0 {
		return m.arrays[e], nil
	}
	return m.arrayValue(e)
}

// whole brings the parts of an array to all members.
func (m *Machine[T]) whole(e *expr) error {
	d := m.owned[e]
	if d == 0 {
		return nil
	}
	delete(m.owned, e)
	v := m.arrays[e]
	return m.options.Team.Gather(team.Bytes(v), m.ends(len(v)/d, team.BytesOf[float64](d)))
}

// ends are where the parts of all members end, of n numbers of some bytes.
func (m *Machine[T]) ends(n, size int) []int {
	ends := make([]int, m.options.Team.Size())
	for rank := range ends {
		_, hi := team.PartOf(rank, len(ends), n)
		ends[rank] = hi * size
	}
	return ends
}
