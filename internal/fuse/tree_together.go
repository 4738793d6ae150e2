package fuse

import "affmatch/internal/team"

// exchange brings the sums of all points, and how large their errors may be, to all members of a team: each has those of the
// leaves that begin in its part of the tree.
func (r *treeRun[T]) exchange(m *Machine[T], n int) error {
	g := m.options.Team
	r.bounds = r.bounds[:0]
	for k := range r.sums {
		r.bounds = append(r.bounds, r.field.Bound(k))
	}
	if g == nil {
		return nil
	}
	places, leaves := make([]int, g.Size()), make([]int, g.Size())
	for rank := range places {
		_, hi := team.PartOf(rank, g.Size(), n)
		_, leaves[rank] = r.field.LeavesFrom(0, hi)
		places[rank] = n
		if leaves[rank] < r.field.Leaves() {
			targets, _ := r.field.Leaf(leaves[rank])
			places[rank] = int(targets.Lo)
		}
	}
	for k, s := range r.sums {
		if err := g.Gather(team.Bytes(r.bounds[k]), scaled(leaves, 8)); err != nil {
			return err
		}
		if err := g.Gather(team.Bytes(r.placed[k]), scaled(places, 8*s.numbers(r.dim))); err != nil {
			return err
		}
	}
	return nil
}

// scaled are ends of numbers as ends of bytes.
func scaled(ends []int, size int) []int {
	b := make([]int, len(ends))
	for k, end := range ends {
		b[k] = end * size
	}
	return b
}
