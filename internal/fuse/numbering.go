package fuse

import "affmatch/internal/pairs"

// numbering gives the points of a set other numbers: points that pairs join are near each other in memory then. It serves
// the passes over one set and nothing else: what they read comes in this order, what they give goes back to the user's.
type numbering struct {
	of    []int32 // of each point: its number
	point []int32 // of each number: its point
}

// NumberedFrom is from how many points on they are numbered: fewer are in the second cache wherever they stand.
const NumberedFrom = 1 << 15

// numberable says that the pairs of a set stay, one row a point, and join points of one kind.
func numberable(on *pairs.Index) bool {
	return !on.All() && !on.Changes() && on.Heads == nil && on.Ends() == 2 && on.Points[0] == on.Points[1]
}

// breadthFirst numbers points in the order of a walk: from the first point that has no number to the tails of its pairs, in
// their order, then to the tails of theirs, and so on. Few pairs then join points far from each other (Cuthill and McKee,
// Reducing the bandwidth of sparse symmetric matrices, 1969).
func breadthFirst(on *pairs.Index) *numbering {
	n := on.Points[0]
	o := &numbering{of: make([]int32, n), point: make([]int32, 0, n)}
	for i := range o.of {
		o.of[i] = -1
	}
	add := func(point int32) {
		if o.of[point] < 0 {
			o.of[point] = int32(len(o.point))
			o.point = append(o.point, point)
		}
	}
	for next, first := 0, int32(0); len(o.point) < n; first++ {
		for add(first); next < len(o.point); next++ {
			for _, j := range tailsOfRow(on, int(o.point[next])) {
				add(j)
			}
		}
	}
	return o
}

func tailsOfRow(on *pairs.Index, row int) []int32 {
	lo, hi := on.Span(row)
	return on.Tails[0][lo:hi]
}

// near says that a third of the pairs, as far as a part of the rows tells, join points whose numbers are so near that the
// second cache holds all between, and an eighth of the points is more: not those of a random graph, in whatever order.
func (o *numbering) near(on *pairs.Index) bool {
	const every = 61
	near := min(max(1<<12, len(o.point)/8), 1<<14)
	var count, all int
	for k := 0; k < len(o.point); k += every {
		for _, j := range tailsOfRow(on, int(o.point[k])) {
			if d := int(o.of[j]) - k; -near < d && d < near {
				count++
			}
			all++
		}
	}
	return 3*count >= all
}

// number is that of a point.
func (o *numbering) number(point int) int {
	if o == nil {
		return point
	}
	return int(o.of[point])
}

// at is the point of a number, the user's where points are not numbered.
func (o *numbering) at(number int) int {
	if o == nil {
		return number
	}
	return int(o.point[number])
}
