package plots_test

import (
	"fmt"
	"io"
	"testing"

	"affmatch/experiments/plots"
)

// One figure from the data to the file.
func BenchmarkScatter(b *testing.B) {
	for _, n := range []int{1000, 70_000, 1_000_000} {
		z, labels, names := blobs(n, 10)
		for _, format := range plots.Formats() {
			b.Run(fmt.Sprintf("n=%d/%s", n, format), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					f, err := plots.Scatter{Points: z, Labels: labels, Names: names}.Figure()
					if err != nil {
						b.Fatal(err)
					}
					if err := f.Write(io.Discard, format); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
