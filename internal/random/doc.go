// Package random gives counter-based random numbers: a draw is a pure function of its key and its slot, so it is the
// same for any number of workers, after a resume, and on every machine.
//
// The generator is SplitMix64's output function (Steele, Lea and Flood, Fast splittable pseudorandom number generators,
// 2014) on a Weyl sequence whose start is the key, a hash of (seed, stream, a, b) by the same function.
package random
