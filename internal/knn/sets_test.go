package knn

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// BenchmarkSets measures the approximate search on the data sets that a folder named in AFFMATCH_SETS has, as .npy of
// float32: CPU seconds, and the recall of 1000 rows. AFFMATCH_K and AFFMATCH_RECALL are other
// neighbors than 15 and the recall to ask for.
func BenchmarkSets(b *testing.B) {
	folder := os.Getenv("AFFMATCH_SETS")
	if folder == "" {
		b.Skip("AFFMATCH_SETS names no folder")
	}
	for _, name := range []string{"mnist10k", "mnist70k_pca50", "gauss", "hubs", "sparse", "copies", "blobs1m"} {
		b.Run(name, func(b *testing.B) {
			x := load32(b, filepath.Join(folder, name+".npy"))
			o := BuildOptions{K: 15, Method: Approximate}
			if k := os.Getenv("AFFMATCH_K"); k != "" {
				fmt.Sscan(k, &o.K)
			}
			if want := os.Getenv("AFFMATCH_RECALL"); want != "" {
				fmt.Sscan(want, &o.Recall)
			}
			var ix *Index
			perCPU(b, func() (err error) {
				ix, err = Build(ctx, x, o)
				return err
			})
			recall, err := ix.Recall(ctx, 1000)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(recall, "recall")
		})
	}
}

// load32 reads a version 1 .npy of float32 in C order.
func load32(tb testing.TB, path string) Rows {
	tb.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		tb.Skip(err)
	}
	var x Rows
	head := 10 + int(binary.LittleEndian.Uint16(raw[8:]))
	shape := strings.SplitAfter(string(raw[:head]), "'shape': ")[1]
	if _, err := fmt.Sscanf(shape, "(%d, %d)", &x.N, &x.Dim); err != nil || !bytes.Contains(raw[:head], []byte("<f4")) {
		tb.Fatalf("%s: %q", path, raw[:head])
	}
	x.F32 = make([]float32, x.N*x.Dim)
	for e := range x.F32 {
		x.F32[e] = math.Float32frombits(binary.LittleEndian.Uint32(raw[head+4*e:]))
	}
	return x
}
