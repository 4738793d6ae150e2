package vec

// Pure Go: tables, and points of the plane.

func gather[T Float](dst, table []T, idx []int32) {
	idx = idx[:len(dst)]
	for l := range dst {
		dst[l] = table[idx[l]]
	}
}

func scatterAdd[T Float](table []T, idx []int32, a []T) {
	idx = idx[:len(a)]
	for l, x := range a {
		table[idx[l]] += x
	}
}

func diff2[T Float](d0, d1, dist, from, to []T, head, start, tail []int32, floor T) {
	for r, i := range head {
		lo, hi := start[r], start[r+1]
		d0, d1, dist, tail := d0[lo:hi], d1[lo:hi], dist[lo:hi], tail[lo:hi]
		d1, dist, tail = d1[:len(d0)], dist[:len(d0)], tail[:len(d0)]
		p := from[2*int(i):][:2]
		px, py := p[0], p[1]
		for l := range d0 {
			q := to[2*int(tail[l]):][:2]
			x, y := px-q[0], py-q[1]
			d0[l], d1[l], dist[l] = x, y, mulAdd(y, y, mulAdd(x, x, floor))
		}
	}
}

func diffRow2[T Float](d0, d1, dist []T, x0, x1 T, c0, c1 []T, floor T) {
	n := len(d0)
	d1, dist, c0, c1 = d1[:n], dist[:n], c0[:n], c1[:n]
	for l := range d0 {
		x, y := x0-c0[l], x1-c1[l]
		d0[l], d1[l], dist[l] = x, y, mulAdd(y, y, mulAdd(x, x, floor))
	}
}

func scatterSub2[T Float](table []T, tail []int32, e0, e1 []T) {
	tail, e1 = tail[:len(e0)], e1[:len(e0)]
	for l := range e0 {
		p := table[2*int(tail[l]):][:2]
		p[0] -= e0[l]
		p[1] -= e1[l]
	}
}

func segSum2[T Float](dst []T, start []int32, e0, e1 []T) {
	for r := range len(dst) / 2 {
		lo, hi := start[r], start[r+1]
		dst[2*r] += rowSum(e0[lo:hi])
		dst[2*r+1] += rowSum(e1[lo:hi])
	}
}

// pullPush2 adds up every second point of a group of four apart in float32, where two points are one register.
func pullPush2[T Float](dst []T, start []int32, table []T, tail []int32, w, d0, d1 []T) {
	for r := range len(dst) / 2 {
		lo, hi := start[r], start[r+1]
		t, w, d0, d1 := tail[lo:hi], w[lo:hi], d0[lo:hi], d1[lo:hi]
		w, d0, d1 = w[:len(t)], d0[:len(t)], d1[:len(t)]
		grouped := len(t) &^ 3
		if double[T]() {
			grouped = 0
		}
		var even, odd [2]T
		for l, j := range t {
			p, e0, e1 := table[2*int(j):][:2], T(w[l]*d0[l]), T(w[l]*d1[l])
			p[0] -= e0
			p[1] -= e1
			to := &even
			if l < grouped && l%2 == 1 {
				to = &odd
			}
			to[0] += e0
			to[1] += e1
		}
		dst[2*r] += odd[0] + even[0]
		dst[2*r+1] += odd[1] + even[1]
	}
}
