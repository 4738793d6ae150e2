package affinity

import (
	"affmatch/internal/random"
)

// Sampler draws the tails of one row for a step: it fills what it draws of tails, where tails[k] holds the row's points
// at end k+1, and leaves the rest as it was. head is the row's point. Where new rows are placed among the points of a
// fit (Frozen), row is not where a row stands but what it holds, as a number. It must be a pure function of its
// arguments and is called from many goroutines. A sampler that is a plain value, as those below, can be drawn by other
// machines too.
type Sampler interface {
	Sample(step, row, head int, tails [][]int32)
}

// SamplerFunc is a researcher's own sampler.
type SamplerFunc func(step, row, head int, tails [][]int32)

// Sample calls f.
func (f SamplerFunc) Sample(step, row, head int, tails [][]int32) { f(step, row, head, tails) }

func (SamplerFunc) String() string { return "SamplerFunc" }

// HeadSampler draws the heads of all rows for a step, a pure function of its arguments: a minibatch.
type HeadSampler interface {
	SampleHeads(step int, heads []int32)
}

// HeadSamplerFunc is a researcher's own.
type HeadSamplerFunc func(step int, heads []int32)

// SampleHeads calls f.
func (f HeadSamplerFunc) SampleHeads(step int, heads []int32) { f(step, heads) }

func (HeadSamplerFunc) String() string { return "HeadSamplerFunc" }

// Others draws, for each end beside the head's, other points than the head among Points: uniformly, with replacement.
type Others struct {
	Points int
	Seed   uint64
}

// Any draws among all of Points, for heads that are not among them.
type Any Others

// AnyHeads draws heads among Points, uniformly, with replacement.
type AnyHeads Others

var (
	_ Sampler     = Others{}
	_ Sampler     = Any{}
	_ HeadSampler = AnyHeads{}
)

// Sample draws by (step, row), and end.
func (o Others) Sample(step, row, head int, tails [][]int32) {
	for end := range tails {
		key(o.Seed, step, row, end).Others(tails[end], o.Points, head)
	}
}

// SampleRows is Sample of many rows of k entries each, from row on: what engines call.
func (o Others) SampleRows(step, row, k int, heads []int32, tails [][]int32) {
	family := random.Keys(o.Seed, random.Negatives, uint64(step))
	for end, all := range tails {
		for r := range len(all) / k {
			head := row + r
			if heads != nil {
				head = int(heads[r])
			}
			family.At(uint64(row+r)+uint64(end)<<40).Others(all[r*k:r*k+k], o.Points, head)
		}
	}
}

// Uniform is the family of a step's streams: for engines that draw by themselves.
func (o Others) Uniform(step int) (family uint64, points int) {
	return uint64(random.Keys(o.Seed, random.Negatives, uint64(step))), o.Points
}

// Sample draws by (step, row), and end.
func (a Any) Sample(step, row, _ int, tails [][]int32) {
	for end, tail := range tails {
		s := key(a.Seed, step, row, end)
		for k := range tail {
			tail[k] = int32(s.Below(uint64(k), uint64(a.Points)))
		}
	}
}

// SampleHeads draws by step and row.
func (a AnyHeads) SampleHeads(step int, heads []int32) {
	s := random.Key(a.Seed, random.Batches, uint64(step), 0)
	for r := range heads {
		heads[r] = int32(s.Below(uint64(r), uint64(a.Points)))
	}
}

// key is the stream of a row's draws at an end.
func key(seed uint64, step, row, end int) random.Stream {
	return random.Key(seed, random.Negatives, uint64(step), uint64(row)+uint64(end)<<40)
}
