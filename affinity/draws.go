package affinity

import "affmatch/internal/random"

// Draws are random numbers that are a function of a seed, a step and a row alone, so that it does not matter who asks for
// them, when, or how often: what a sampler of one's own (Indices.Sample, Replay) needs to have the same bits on any number
// of workers. The numbers of a row are told apart by a slot, 0 and up.
type Draws struct{ stream random.Stream }

// Random are the draws of a row at a step. What draws for more than one purpose takes another seed for each.
func Random(seed uint64, step, row int) Draws {
	return Draws{random.Key(seed, random.Own, uint64(step), uint64(row))}
}

// Uint64 is 64 uniform bits.
func (d Draws) Uint64(slot int) uint64 { return d.stream.Uint64(uint64(slot)) }

// Float64 is uniform on [0,1).
func (d Draws) Float64(slot int) float64 { return d.stream.Float64(uint64(slot)) }

// Normal is standard normal.
func (d Draws) Normal(slot int) float64 { return d.stream.Normal(uint64(slot)) }

// Below is uniform on 0..n-1; 0 where n < 1.
func (d Draws) Below(slot, n int) int {
	if n < 1 {
		return 0
	}
	return int(d.stream.Below(uint64(slot), uint64(n)))
}

// Others fills to with draws from 0..n-1 without self, with replacement, from slots 0 and up: what Uniform draws. n is at
// least 2.
func (d Draws) Others(to []int32, n, self int) {
	if n >= 2 {
		d.stream.Others(to, n, self)
	}
}
