package datasets

import (
	"fmt"
	"hash/fnv"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestBitsAreThoseOfEveryProcessor pins the bits of simulated data, made on amd64 and found with qemu on arm64.
func TestBitsAreThoseOfEveryProcessor(t *testing.T) {
	want := map[string]uint64{
		"blobs":      0x54ea5befded767df,
		"cells":      0x7d5a66dc011f6e59,
		"counts":     0x1bfbaac6d48aba5a,
		"s-curve":    0x6f7adf8efc867dd6,
		"spheres":    0xf17f7c89b173896,
		"swiss-roll": 0x45ceeb17c3ab4954,
		"tree":       0x340d71de07bbc5b0,
	}
	for _, d := range []*Data{Blobs(1), Spheres(1), must(SurfaceConfig{Noise: 0.1}.SwissRoll()), SCurve(1), Tree(1), Cells(1)} {
		h := fnv.New64a()
		for _, v := range mat.DenseCopyOf(d.X).RawMatrix().Data {
			fmt.Fprintf(h, "%x ", math.Float64bits(v))
		}
		if got := h.Sum64(); got != want[d.Name] {
			t.Errorf("%q: %#x, // want %#x", d.Name, got, want[d.Name])
		}
	}
	r, counts := randomness(1, 2), fnv.New64a()
	for range 1000 {
		fmt.Fprintf(counts, "%v ", negativeBinomial(r, 40, 0.3))
	}
	if got := counts.Sum64(); got != want["counts"] {
		t.Errorf("%q: %#x, // want %#x", "counts", got, want["counts"])
	}
}
