package affinity_test

import (
	"context"
	"fmt"
	"hash/fnv"
	"math"
	"testing"

	"affmatch/affinity"
	"affmatch/internal/random"

	"gonum.org/v1/gonum/mat"
)

// TestBitsAreThoseOfEveryProcessor pins the bits of affinities and curves, made on amd64 and found with qemu on arm64: to
// see whether another processor has them, too, run this test there. Where an algorithm is changed on purpose they change.
func TestBitsAreThoseOfEveryProcessor(t *testing.T) {
	draw := random.Key(1, random.Start, 2, 3)
	x := mat.NewDense(300, 20, nil)
	x.Apply(func(i, j int, _ float64) float64 { return draw.Normal(uint64(20*i+j)) + float64(i%5) }, x)
	got := map[string]uint64{"X": bits(x.RawMatrix().Data...)}
	for name, in := range map[string]affinity.Input{
		"nearest":  affinity.EntropicAffinity{Perplexity: 20},
		"all":      affinity.EntropicAffinity{Perplexity: 20, Dense: true},
		"searched": affinity.EntropicAffinity{Perplexity: 20, Exact: true},
		"UMAP":     affinity.UMAPAffinityIn{Neighbors: 15, LocalConnectivity: 1.5},
	} {
		fit, err := in.Fit(context.Background(), x)
		if err != nil {
			t.Fatal(err)
		}
		got[name] = bits(fit.P.Values...)
		got[name+", symmetrized"] = bits(fit.P.Symmetrized(nil).Normalized().Values...)
	}
	for _, spread := range []float64{1e-9, 0.5, 1, 100} {
		a, b, err := affinity.UMAPAffinityOut{MinDist: 0.1 * spread, Spread: spread}.Curve()
		if err != nil {
			t.Fatal(err)
		}
		got[fmt.Sprint("curve ", spread)] = bits(a, b)
	}
	want := map[string]uint64{
		"UMAP":                  0xdfa45587f68803e4,
		"UMAP, symmetrized":     0x7017684eec136413,
		"X":                     0x8e336221cefb14e3,
		"all":                   0x36968abefee880dd,
		"all, symmetrized":      0x2ad993582cd430e1,
		"curve 0.5":             0x2d02458e429d445,
		"curve 1":               0x9f4c7b137cb6b56d,
		"curve 100":             0xd426bc870ff7caf8,
		"curve 1e-09":           0xed98041d989b982b,
		"nearest":               0xf538a172fb506e5b,
		"nearest, symmetrized":  0xb63a5f57ed73ddf3,
		"searched":              0x2e18f75b01186d16,
		"searched, symmetrized": 0xc172cb1483f35be7,
	}
	for name, h := range got {
		if h != want[name] {
			t.Errorf("%q: %#x, // want %#x", name, h, want[name])
		}
	}
}

func bits(values ...float64) uint64 {
	h := fnv.New64a()
	for _, v := range values {
		fmt.Fprintf(h, "%x ", math.Float64bits(v))
	}
	return h.Sum64()
}
