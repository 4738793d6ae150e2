package fuse

import "affmatch/internal/team"

// exchange brings the sums of all points, and how large their errors may be, to all members of a team: each has those of the
// leaves that begin in its part of the tree.
func (r *treeRun[T]) exchange(m *Machine[T], order []int32) error {
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
		_, hi := team.PartOf(rank, g.Size(), len(order))
		_, leaves[rank] = r.field.LeavesFrom(0, hi)
		places[rank] = len(order)
		if leaves[rank] < r.field.Leaves() {
			targets, _ := r.field.Leaf(leaves[rank])
			places[rank] = int(targets.Lo)
		}
	}
	for k, s := range r.sums {
		if err := g.Gather(team.Bytes(r.bounds[k]), scaled(leaves, 8)); err != nil {
			return err
		}
		width := s.numbers(r.dim)
		r.mail = grown(r.mail, len(order)*width)
		for place, i := range order { // a leaf's points are one behind the other
			copy(r.mail[place*width:][:width], r.out[k][int(i)*width:])
		}
		if err := g.Gather(team.Bytes(r.mail), scaled(places, 8*width)); err != nil {
			return err
		}
		for place, i := range order {
			copy(r.out[k][int(i)*width:][:width], r.mail[place*width:])
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
