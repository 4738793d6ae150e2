package laplacian

import "slices"

// components numbers the connected components in the order of their first points.
func (g Graph) components() (label []int32, count int) {
	label = slices.Repeat([]int32{-1}, g.N)
	var stack []int32
	for i := range g.N {
		if label[i] >= 0 {
			continue
		}
		label[i] = int32(count)
		stack = append(stack[:0], int32(i))
		for len(stack) > 0 {
			v := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			for _, j := range g.Tail[g.Start[v]:g.Start[v+1]] {
				if label[j] < 0 {
					label[j] = int32(count)
					stack = append(stack, j)
				}
			}
		}
		count++
	}
	return label, count
}

// part is the graph of the members of one component. place is room for N numbers.
func (g Graph) part(members, place []int32) Graph {
	out := Graph{N: len(members), Start: make([]int, 1, len(members)+1)}
	for at, i := range members {
		place[i] = int32(at)
	}
	for _, i := range members {
		for k := g.Start[i]; k < g.Start[i+1]; k++ {
			out.Tail, out.Weight = append(out.Tail, place[g.Tail[k]]), append(out.Weight, g.Weight[k])
		}
		out.Start = append(out.Start, len(out.Tail))
	}
	return out
}
