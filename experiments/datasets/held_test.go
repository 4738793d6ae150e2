package datasets

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"affmatch/affinity"
	"affmatch/internal/npz"

	"gonum.org/v1/gonum/mat"
)

// TestNumbersAreHeldByWhatTheyAre, not by the type that a file has for them: in float32 where that is what each is.
func TestNumbersAreHeldByWhatTheyAre(t *testing.T) {
	for _, c := range []struct {
		last   float64
		single bool
	}{{255, true}, {0.1, false}} {
		numbers := []float64{0, 1, 2, 3, 4, c.last}
		want := mat.NewDense(2, 3, numbers)
		single, small := make([]float32, 6), make([]uint8, 6)
		var text, mtx strings.Builder
		text.WriteString("a,b,c\n")
		mtx.WriteString("%%MatrixMarket matrix array real general\n2 3\n")
		for k, v := range numbers {
			single[k], small[k] = float32(v), uint8(v)
			fmt.Fprintf(&text, "%v%s", v, map[bool]string{true: "\n", false: ","}[k%3 == 2])
			fmt.Fprintf(&mtx, "%v\n", want.At(k%2, k/2))
		}
		files := map[string]any{"f8.npy": numbers, "x.csv": text.String(), "x.mtx": mtx.String()}
		if c.single {
			files["f4.npy"], files["u1.npy"] = single, small
			files["x-idx2-ubyte"] = "\x00\x00\x08\x02\x00\x00\x00\x02\x00\x00\x00\x03" + string(small)
		}
		for name, content := range files {
			if _, isText := content.(string); !isText {
				var b bytes.Buffer
				if err := (npz.Array{Shape: []int{2, 3}, Data: content}).Encode(&b); err != nil {
					t.Fatal(err)
				}
				content = b.String()
			}
			d, err := Read(write(t, name, content.(string)))
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if _, single := d.X.(affinity.Float32); single != c.single || !mat.Equal(d.X, want) {
				t.Errorf("%s: %T %v", name, d.X, mat.Formatted(d.X))
			}
			for _, again := range []string{"again.npy", "again.npz", "again.csv"} {
				path := filepath.Join(t.TempDir(), again)
				if err := Write(path, d); err != nil {
					t.Fatal(err)
				}
				if back, err := Read(path); err != nil || !mat.Equal(back.X, want) {
					t.Errorf("%s: %s: %v", name, again, err)
				}
			}
		}
	}
}
