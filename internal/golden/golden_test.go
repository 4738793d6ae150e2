package golden

import (
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEveryFileLoadsAndSaysWhatItIs(t *testing.T) {
	names, err := fs.Glob(files, "testdata/*.json.gz")
	if err != nil || len(names) == 0 {
		t.Fatalf("%d files, %v", len(names), err)
	}
	for _, n := range names {
		var head struct{ What string }
		Load(t, strings.TrimSuffix(strings.TrimPrefix(n, "testdata/"), ".json.gz"), &head)
		if head.What == "" {
			t.Errorf("%s does not say what it is", n)
		}
	}
}

// TestGoldenFilesAreRead: none of another folder's is passed over in silence.
func TestGoldenFilesAreRead(t *testing.T) {
	if !Other() {
		return
	}
	names, err := filepath.Glob(filepath.Join(os.Getenv("AFFMATCH_GOLDEN"), "*.json"))
	if err != nil || len(names) == 0 {
		t.Fatalf("AFFMATCH_GOLDEN: %d files, %v", len(names), err)
	}
	for _, n := range names {
		name := strings.TrimSuffix(filepath.Base(n), ".json")
		if _, err := files.Open("testdata/" + name + ".json.gz"); err != nil {
			t.Errorf("%s.json is read by no test", name)
		}
	}
}

func TestNullIsNaN(t *testing.T) {
	var v Vector
	if err := v.UnmarshalJSON([]byte("[1, null, -2.5]")); err != nil || len(v) != 3 || v[0] != 1 || !math.IsNaN(v[1]) || v[2] != -2.5 {
		t.Errorf("[1, null, -2.5] read as %v, %v", v, err)
	}
}

// recorder counts the errors of a comparison that is meant to fail.
type recorder struct {
	testing.TB
	said []string
}

func (r *recorder) Helper()                   {}
func (r *recorder) Errorf(f string, a ...any) { r.said = append(r.said, fmt.Sprintf(f, a...)) }

func TestCloseTellsRightFromWrong(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		got, want []float64
		right     bool
	}{
		{[]float64{100, 1}, []float64{100, 1 + 9e-9}, true},
		{[]float64{100, 1}, []float64{100, 1 + 2e-8}, false},
		{[]float64{0}, []float64{9e-14}, true}, // small arrays are held to 1e-3 * tol
		{[]float64{0}, []float64{2e-13}, false},
		{[]float64{nan}, []float64{1}, false},
		{[]float64{inf}, []float64{1}, false},
		{[]float64{inf}, []float64{inf}, true},
		{[]float64{3}, []float64{nan}, true},
		{[]float64{nan}, []float64{nan}, false},
		{[]float64{inf}, []float64{nan}, false},
		{[]float64{1}, []float64{1, 2}, false},
	} {
		r := &recorder{TB: t}
		Close(r, "case", c.got, c.want, 1e-10)
		if right := len(r.said) == 0; right != c.right {
			t.Errorf("Close(%v, %v) = %v, want %v (%s)", c.got, c.want, right, c.right, strings.Join(r.said, "; "))
		}
	}
}
