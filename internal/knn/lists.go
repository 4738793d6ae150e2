package knn

import (
	"math"
	"sync"
	"sync/atomic"
)

// lists holds the nearest rows that have been seen of each row, ascending by (score, tie). What a list ends up with
// is the nearest of all that were ever offered to it, in whatever order they came: offers from
// several workers at once need no order to give the same bits.
type lists struct {
	width int
	index []int32 // fresh is set in the sign bit
	score []float32
	limit []atomic.Uint32 // the bits of each list's last score
	locks [1 << 12]sync.Mutex
}

// fresh marks an entry that has not been joined with its list's others yet. nobody fills lists that are not full.
const (
	fresh  = math.MinInt32
	nobody = math.MaxInt32
)

func bare(entry int32) int32 { return entry &^ fresh }

func newLists(n, width int) *lists {
	l := &lists{width: width, index: make([]int32, n*width), score: make([]float32, n*width), limit: make([]atomic.Uint32, n)}
	inf := float32(math.Inf(1))
	for e := range l.index {
		l.index[e], l.score[e] = nobody, inf
	}
	for i := range l.limit {
		l.limit[i].Store(math.Float32bits(inf))
	}
	return l
}

// widen makes the lists longer. All entries are fresh again: what was not near enough for the shorter lists may be for
// these.
func (l *lists) widen(width int) {
	n := len(l.limit)
	w := newLists(n, width)
	for i := range int32(n) {
		index, scores := l.list(i)
		to, as := w.list(i)
		for e, entry := range index {
			if to[e], as[e] = entry, scores[e]; entry != nobody {
				to[e] |= fresh
			}
		}
		if width == l.width {
			w.limit[i].Store(math.Float32bits(as[width-1]))
		}
	}
	l.width, l.index, l.score, l.limit = w.width, w.index, w.score, w.limit
}

func (l *lists) list(i int32) ([]int32, []float32) {
	at := int(i) * l.width
	return l.index[at : at+l.width], l.score[at : at+l.width]
}

// reach is the score up to which row i's list takes offers.
func (l *lists) reach(i int32) float32 { return math.Float32frombits(l.limit[i].Load()) }

func (l *lists) lock(i int32) *sync.Mutex { return &l.locks[uint32(i)%uint32(len(l.locks))] }

// read puts row i's list into dst.
func (l *lists) read(i int32, dst []int32) []int32 {
	lock := l.lock(i)
	lock.Lock()
	index, _ := l.list(i)
	dst = append(dst[:0], index...)
	lock.Unlock()
	for e, entry := range dst {
		dst[e] = bare(entry)
	}
	return dst
}

// offer puts j into row i's list if it is near enough and not there yet.
func (l *lists) offer(i, j int32, score float32) {
	lock := l.lock(i)
	lock.Lock()
	defer lock.Unlock()
	index, scores := l.list(i)
	last := len(scores) - 1
	if score > scores[last] {
		return
	}
	at := last + 1
	for at > 0 && scores[at-1] > score {
		at--
	}
	if at > 0 && scores[at-1] == score {
		for rank := tie(i, j); at > 0 && scores[at-1] == score && tie(i, bare(index[at-1])) >= rank; {
			at--
		}
	}
	if at > last || scores[at] == score && bare(index[at]) == j {
		return
	}
	copy(index[at+1:], index[at:])
	copy(scores[at+1:], scores[at:])
	index[at], scores[at] = j|fresh, score
	l.limit[i].Store(math.Float32bits(scores[last]))
}
