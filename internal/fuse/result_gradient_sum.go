package fuse

import (
	"slices"

	"affmatch/internal/vec"
)

// finish adds up the shards, once for all parts.
func (r *pulls[T]) finish(m *Machine[T], p *pass[T]) {
	if r.parts[0] == r {
		r.gradient.finish(m)
	}
}

func (g *gradient[T]) finish(m *Machine[T]) {
	const stretch = 1 << 12 // points
	out := m.array(g.e)
	m.each((g.points+stretch-1)/stretch, func(w *worker[T], k int) {
		lo, hi := k*stretch, min(g.points, (k+1)*stretch)
		clear(out[lo*g.d : hi*g.d])
		for c := 0; c < g.d && g.planes != nil; c += 2 {
			w.addColumns(out, g.d, c, g.planes, width(g.d, c/2), g.points, lo, hi)
		}
		for c := 0; c < g.d && g.columns != nil; c++ {
			w.addColumns(out, g.d, c, g.columns, 1, g.points, lo, hi)
		}
	})
	for _, r := range g.parts {
		for x, v := range r.rows {
			out[r.on.Head(x/g.d)*g.d+x%g.d] += v
		}
	}
}

// addColumns adds the shards' columns from c on, of the points lo:hi, to out. wide columns stand interleaved.
func (w *worker[T]) addColumns(out []float64, d, c int, shards [][]T, wide, n, lo, hi int) {
	w.parts = w.parts[:0]
	for _, s := range shards {
		w.parts = append(w.parts, s[c*n+lo*wide:c*n+hi*wide])
	}
	if wide == d {
		addUp(out[lo*d:hi*d], w.parts)
		return
	}
	size := (hi - lo) * wide
	w.sum = slices.Grow(w.sum[:0], size)[:size]
	clear(w.sum)
	addUp(w.sum, w.parts)
	if wide == 1 {
		for i, v := range w.sum {
			out[(lo+i)*d+c] += v
		}
		return
	}
	for i := 0; i+1 < size; i += 2 {
		at := out[(lo+i/2)*d+c:][:2]
		at[0] += w.sum[i]
		at[1] += w.sum[i+1]
	}
}

// addUp adds parts of one length to sum, in their order, four at a time.
func addUp[T vec.Float](sum []float64, parts [][]T) {
	for len(parts) >= 4 {
		a, b, c, d := parts[0][:len(sum)], parts[1][:len(sum)], parts[2][:len(sum)], parts[3][:len(sum)]
		for i := range sum {
			sum[i] = sum[i] + float64(a[i]) + float64(b[i]) + float64(c[i]) + float64(d[i])
		}
		parts = parts[4:]
	}
	for _, a := range parts {
		a = a[:len(sum)]
		for i := range sum {
			sum[i] += float64(a[i])
		}
	}
}
