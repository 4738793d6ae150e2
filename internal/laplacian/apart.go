package laplacian

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"affmatch/internal/same"
)

// apart embeds each component by itself and lays them out side by side.
func apart(t team, g Graph, label []int32, count, d int, o Options) (*Result, error) {
	all := &Result{N: g.N, D: d, Z: make([]float64, g.N*d), Components: count, Converged: true}
	first, members := bucket(label, count)
	sizes := make([]int, count)
	for c := range sizes {
		sizes[c] = first[c+1] - first[c]
	}
	place := make([]int32, g.N)
	unfinished := 0
	largest := slices.Index(sizes, slices.Max(sizes))
	for c, at := range discs(sizes, d) {
		if err := t.ctx.Err(); err != nil {
			return nil, err
		}
		own := members[first[c]:first[c+1]]
		r := &Result{N: 1, D: d, Z: make([]float64, d), Values: make([]float64, d), Converged: true}
		if len(own) > 1 {
			var err error
			if r, err = connected(t, g.part(own, place), d, o); err != nil {
				return nil, err
			}
		}
		scale := 0.8 * at.radius / r.reach() // the rest keeps neighbors apart
		for q, i := range own {
			z := all.Z[int(i)*d : (int(i)+1)*d]
			for k := range z {
				z[k] = scale * r.Z[q*d+k]
			}
			z[0] += at.x
			if d > 1 {
				z[1] += at.y
			}
		}
		if c == largest {
			all.Values = r.Values
		}
		all.Steps, all.Residual = max(all.Steps, r.Steps), max(all.Residual, r.Residual)
		if !r.Converged {
			all.Converged = false
			unfinished++
		}
	}
	slices.Sort(sizes)
	slices.Reverse(sizes)
	shown := strings.Trim(fmt.Sprint(sizes[:min(count, 5)]), "[]")
	if count > 5 {
		shown += " ..."
	}
	all.Note = fmt.Sprintf("%d components (of %s points), each embedded by itself, side by side", count, shown)
	if !all.Converged {
		all.Note += fmt.Sprintf("; %d of them %s", unfinished, all.unfinished())
	}
	return all, nil
}

// reach is the largest norm of a point, or 1 where all are at the origin.
func (r *Result) reach() float64 {
	top := 0.0
	for i := 0; i < len(r.Z); i += r.D {
		square := 0.0
		for _, v := range r.Z[i : i+r.D] {
			square += float64(v * v)
		}
		top = max(top, math.Sqrt(square))
	}
	if top == 0 {
		return 1
	}
	return top
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
		for count < len(rest) {
			angle := 2 * arcsin(out[rest[count]].radius/ring) // the radius is at most half the ring's
			if used+angle > 2*math.Pi {
				break
			}
			used += angle
			count++
		}
		at := 0.0
		for _, c := range rest[:count] {
			half := arcsin(out[c].radius/ring) * 2 * math.Pi / used
			out[c].x, out[c].y = ring*same.Cos(at+half), ring*same.Sin(at+half)
			at += 2 * half
		}
		rest, inner = rest[count:], ring+thick
	}
	return out
}
