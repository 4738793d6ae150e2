package lanes

// What comes into the blocks of an interpreter and what goes out of them, in the precision of the code there.

// source fills a port for some slots.
func source[T Float](f *Frame[T], t *Tile, s Source, b []float64, at, entry int64) {
	switch s.Kind {
	case HeadLanes:
		table, heads := f.Tables[s.Array], f.Heads[t.Head:][:Width]
		for l, h := range heads {
			b[l] = float64(table[int(h)*s.Wide+s.Column])
		}
		for l := Width; l < len(b); l += Width {
			copy(b[l:], b[:Width])
		}
	case HeadAlone:
		filled(b, float64(f.Tables[s.Array][f.Heads[t.Head]]))
	case Tail:
		table := f.Tables[s.Array]
		for l, j := range f.Tails[s.End][at:][:len(b)] {
			b[l] = float64(table[int(j)*s.Wide+s.Column])
		}
	case Column:
		widen(b, f.Tables[s.Array][at:])
	case HeadColumn:
		widen(b, f.Tables[s.Array][entry:])
	case Stream:
		widen(b, f.Streams[s.Array][entry:])
	}
}

// scatter takes from the places, lane by lane, what has a bit.
func scatter[T Float](out []T, s Scatter, places []int32, a, b []float64, bits uint16) {
	a = a[:len(places)]
	switch {
	case s.Larger:
		for l, j := range places {
			if x := T(a[l]); bits>>l&1 != 0 && (x != x || !(x <= out[j]) && out[j] == out[j]) {
				out[j] = x
			}
		}
	case s.Product:
		b = b[:len(places)]
		for l, j := range places {
			if bits>>l&1 != 0 {
				out[j] = mulAdd(-T(a[l]), T(b[l]), out[j])
			}
		}
	case s.B != None:
		b = b[:len(places)]
		for l, j := range places {
			if bits>>l&1 != 0 {
				to := (*[2]T)(out[2*int(j):])
				to[0] -= T(a[l])
				to[1] -= T(b[l])
			}
		}
	default:
		for l, j := range places {
			if bits>>l&1 != 0 {
				out[j] -= T(a[l])
			}
		}
	}
}

// flush is the end of a tile.
func (in *interpreter[T]) flush(f *Frame[T], t *Tile) {
	for _, c := range in.k.Carries {
		now := in.at[c.Value]
		switch c.Flush {
		case AddToTotal:
			for l, x := range now {
				f.Totals[c.Out][l] += x
			}
		case AddToRows:
			to := f.Rows[c.Out][t.Row:][:Width]
			for l, x := range now {
				to[l] += x
			}
		case MaxOfRows:
			to := f.Rows[c.Out][t.Row:][:Width]
			for l, x := range now {
				if x != x || x > to[l] {
					to[l] = x
				}
			}
		case ToParts:
			narrow(f.Parts[c.Out][t.Part:][:Width], now)
		case TakeFromHeads:
			s, second := Scatter{B: None}, []float64(nil)
			if c.With > 0 {
				s.B = in.k.Carries[c.With-1].Value
				second = in.at[s.B]
			}
			scatter(f.Columns[c.Out], s, f.Heads[t.Head:][:Width], now, second, everyLane)
		}
	}
}

// filled is b with x everywhere.
func filled(b []float64, x float64) []float64 {
	for i := range b {
		b[i] = x
	}
	return b
}

func widen[T Float](to []float64, from []T) {
	from = from[:len(to)]
	for i, x := range from {
		to[i] = float64(x)
	}
}

func narrow[T Float](to []T, from []float64) {
	from = from[:len(to)]
	for i, x := range from {
		to[i] = T(x)
	}
}
