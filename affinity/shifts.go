package affinity

import "affmatch/internal/random"

// shifts draws how far all points are shifted along a circle.
type shifts struct {
	seed          uint64
	number, point []int32 // of each point where it stands; of each place its point
}

// together are the points that stand in the circle as they do in memory: the data of a cache line. Data often come class by
// class; what is shifted as one are so few points that no class is.
const together = 8

// newShifts draws the order of the points: that of their groups is uniform.
func newShifts(points int, seed uint64) *shifts {
	s := &shifts{seed: seed, number: make([]int32, points), point: make([]int32, 0, points)}
	groups := make([]int, (points+together-1)/together)
	order := random.Key(seed, random.Shifts, 0, 0)
	for k := range groups {
		j := int(order.Below(uint64(k), uint64(k+1)))
		groups[k], groups[j] = groups[j], k
	}
	for _, g := range groups {
		for i := g * together; i < min(points, (g+1)*together); i++ {
			s.number[i] = int32(len(s.point))
			s.point = append(s.point, int32(i))
		}
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
