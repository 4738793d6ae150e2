package knn

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

// Streams of draws.
const (
	streamPivots uint64 = iota
	streamCandidates
	streamSample
)

// below is a draw from 0..n-1.
func below(n int, x uint64) int { return int(x % uint64(n)) }
