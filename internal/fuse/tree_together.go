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
		from := 0
		if g.Rank() > 0 {
			from = places[g.Rank()-1]
		}
		to := places[g.Rank()]
		m.entries(to-from, func(lo, hi int) { // a leaf's points are one behind the other
			for place := from + lo; place < from+hi; place++ {
				copy(r.mail[place*width:][:width], r.out[k][int(order[place])*width:])
			}
		})
		if err := g.Gather(team.Bytes(r.mail), scaled(places, 8*width)); err != nil {
			return err
		}
		m.entries(len(order), func(lo, hi int) {
			for place := lo; place < hi; place++ {
				if place < from || place >= to { // this one's are there
					copy(r.out[k][int(order[place])*width:][:width], r.mail[place*width:])
				}
			}
		})
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
