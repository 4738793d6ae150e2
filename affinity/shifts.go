package affinity

import "affmatch/internal/random"

// shifts draws how far all points are shifted along a circle.
type shifts struct {
	seed          uint64
	number, point []int32 // of each point where it stands; of each place its point
}

// newShifts draws the order of the points, which is uniform: the two neighbors of a point in the circle are any others.
func newShifts(points int, seed uint64) *shifts {
	s := &shifts{seed: seed, number: make([]int32, points), point: make([]int32, points)}
	order := random.Key(seed, random.Shifts, 0, 0)
	for k := range s.point {
		j := int(order.Below(uint64(k), uint64(k+1)))
		s.point[k], s.point[j] = s.point[j], int32(k)
	}
	for k, i := range s.point {
		s.number[i] = int32(k)
	}
	return s
}

// Order is that of the points.
func (s *shifts) Order() (number, point []int32) { return s.number, s.point }

// Shift is from 1 to one less than the points.
func (s *shifts) Shift(step, k int) int {
	draws := random.Key(s.seed, random.Shifts, uint64(step), 1)
	return 1 + int(draws.Below(uint64(k), uint64(len(s.point)-1)))
}

// Sample gives the tails of a head, whatever its row.
func (s *shifts) Sample(step, _, head int, tails [][]int32) {
	for _, t := range tails {
		for k := range t {
			t[k] = s.point[(int(s.number[head])+s.Shift(step, k))%len(s.point)]
		}
	}
}
