package knn

import "math"

// draw is a random number that is a function of its arguments alone (SplitMix64's finalizer over each in turn;
// Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators, 2014), so that it does not matter who asks
// for it or when.
func draw(seed uint64, counters ...uint64) uint64 {
	x := mix(seed)
	for _, c := range counters {
		x = mix(x ^ c)
	}
	return x
}

func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// tie is the rank of j among rows that are equally near to i: as good as random, so that no row is everybody's neighbor
// for its place in the data, and the same for i among those of j. A row comes first among its own.
func tie(i, j int32) uint64 {
	if i == j {
		return 0
	}
	return mix(uint64(min(i, j))<<32 | uint64(max(i, j)))
}

// ties is the rank of rows for one that is none of them, by what it holds.
func ties(row []float64) func(j int32) uint64 {
	var salt uint64
	for _, v := range row {
		salt = mix(salt ^ math.Float64bits(v))
	}
	return func(j int32) uint64 { return mix(salt ^ uint64(j)) }
}

// Streams of draws.
const (
	streamPivots uint64 = iota
	streamCandidates
	streamSample
	streamTies
)

// below is a draw from 0..n-1.
func below(n int, x uint64) int { return int(x % uint64(n)) }
