package laplacian

import (
	"cmp"
	"math"
	"slices"
)

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

// A disc is the room of one component.
type disc struct{ x, y, radius float64 }

// discs lays out a disc for each size, the area as the size, the whole about 1, none touching another: the largest in
// the middle, the others in rings around it in falling order. On a line (d = 1) the sizes are lengths, one after
// another.
func discs(sizes []int, d int) []disc {
	total := 0
	order := make([]int, len(sizes))
	for c, s := range sizes {
		total += s
		order[c] = c
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(sizes[b], sizes[a]) })
	out := make([]disc, len(sizes))
	if d == 1 {
		end := 0.0
		for _, c := range order {
			r := float64(sizes[c]) / float64(total)
			out[c] = disc{x: end + r, radius: r}
			end += 2 * r
		}
		return out
	}
	for c, s := range sizes {
		out[c].radius = math.Sqrt(float64(s) / float64(total))
	}
	inner := out[order[0]].radius
	for rest := order[1:]; len(rest) > 0; {
		thick := out[rest[0]].radius
		ring := inner + thick
		// A disc takes the angle under which it is seen from the middle; what a ring has over is spread.
		used, count := 0.0, 0
		for count < len(rest) && used+2*math.Asin(out[rest[count]].radius/ring) <= 2*math.Pi {
			used += 2 * math.Asin(out[rest[count]].radius/ring)
			count++
		}
		at := 0.0
		for _, c := range rest[:count] {
			half := math.Asin(out[c].radius/ring) * 2 * math.Pi / used
			out[c].x, out[c].y = ring*math.Cos(at+half), ring*math.Sin(at+half)
			at += 2 * half
		}
		rest, inner = rest[count:], ring+thick
	}
	return out
}
