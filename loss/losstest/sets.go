package losstest

import (
	"math"

	"affmatch/affinity"
)

// points is how many points the pair sets join.
const points = 7

// pairSet is a fixed set of pairs.
type pairSet struct {
	name string
	affinity.Indices
}

// Open gives the pairs as they are.
func (s pairSet) Open(affinity.Opening) (affinity.Indices, error) { return s.Indices, nil }

func weightedSets() []pairSet { return []pairSet{ragged(), everyPair(false), everyPair(true)} }

// ragged has rows of 1 to 4 pairs.
func ragged() pairSet {
	s := pairSet{name: "entries of P", Indices: affinity.Indices{Start: []int{0}}}
	for i := range points {
		for k := range 1 + (3*i)%4 {
			s.Tail = append(s.Tail, int32((i+1+k+i*k%2)%points))
		}
		s.Start = append(s.Start, len(s.Tail))
	}
	s.P = weights(len(s.Tail))
	return s
}

// everyPair has zeros among its weights: on the diagonal where it has one, else here and there.
func everyPair(diagonal bool) pairSet {
	s := pairSet{name: "all pairs", Indices: affinity.Indices{Diagonal: diagonal, P: weights(points * (points - 1))}}
	if diagonal {
		s.name, s.P = "all pairs and the diagonal", weights(points*points)
		for i := range points {
			s.P[i*points+i] = 0
		}
		return s
	}
	s.P[3], s.P[19] = 0, 0
	return s
}

// samples has 3 tails a row, one of them twice, and no weights.
func samples() pairSet {
	s := pairSet{name: "samples", Indices: affinity.Indices{K: 3}}
	for i := range points {
		s.Tail = append(s.Tail, int32((i+2)%points), int32((i+4)%points), int32((i+2+i%2)%points))
	}
	return s
}

func weights(n int) []float64 {
	p := make([]float64, n)
	for e := range p {
		p[e] = 0.06 + 0.05*math.Sin(float64(3*e+1))
	}
	return p
}

// ordinary are log Q between -5 and -0.2.
func ordinary(s pairSet) []float64 {
	logQ := make([]float64, s.size())
	for e := range logQ {
		logQ[e] = -2.6 + 2.4*math.Sin(float64(5*e+2))
	}
	return logQ
}

func (s pairSet) size() int {
	_, hi := s.span(points - 1)
	return hi
}

// span gives the pairs of row r: lo:hi.
func (s pairSet) span(r int) (lo, hi int) {
	switch {
	case s.Start != nil:
		return s.Start[r], s.Start[r+1]
	case s.Tail != nil:
		return r * s.K, (r + 1) * s.K
	case s.Diagonal:
		return r * points, (r + 1) * points
	}
	return r * (points - 1), (r + 1) * (points - 1)
}

// tail is the second point of pair e, which belongs to row r.
func (s pairSet) tail(r, e int) int32 {
	if s.Tail != nil {
		return s.Tail[e]
	}
	lo, _ := s.span(r)
	j := e - lo
	if !s.Diagonal && j >= r {
		j++
	}
	return int32(j)
}

// part is the pairs lo:hi of a set.
type part struct {
	pairSet
	lo, hi int
}

// halves are the pairs of the first rows and those of the rest.
func (s pairSet) halves() []part {
	const middle = points / 2
	cut := func(name string, first, last int) part {
		h := part{pairSet: pairSet{name: name, Indices: affinity.Indices{Start: []int{0}}}}
		h.lo, _ = s.span(first)
		for r := first; r < last; r++ {
			lo, hi := s.span(r)
			for e := lo; e < hi; e++ {
				h.Tail = append(h.Tail, s.tail(r, e))
			}
			h.Heads, h.Start, h.hi = append(h.Heads, int32(r)), append(h.Start, len(h.Tail)), hi
		}
		if s.P != nil {
			h.P = s.P[h.lo:h.hi]
		}
		return h
	}
	return []part{cut("first rows", 0, middle), cut("last rows", middle, points)}
}
