package prepare

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestAPreparationDoesToOthersWhatTheRecipeDid: to the rows themselves, after a way through JSON.
func TestAPreparationDoesToOthersWhatTheRecipeDid(t *testing.T) {
	in := csv(t)
	for _, r := range []Recipe{
		{In: in}, {In: in, Log1p: true}, {In: in, Standardize: true}, {In: in, PCA: 2}, {In: in, Log1p: true, Standardize: true, PCA: 2},
	} {
		want := load(t, r)
		b, err := json.Marshal(want.How)
		if err != nil {
			t.Fatal(err)
		}
		var how Preparation
		if err := json.Unmarshal(b, &how); err != nil {
			t.Fatal(err)
		}
		x := load(t, Recipe{In: in}).X
		got, err := how.Apply(x)
		if err != nil {
			t.Fatal(err)
		}
		n, p := want.Dims()
		for i := range n {
			for j := range p {
				if v, w := got.At(i, j), want.X.At(i, j); math.Abs(v-w) > 1e-9*math.Max(1, math.Abs(w)) {
					t.Fatalf("%+v: (%d,%d) = %v, want %v", r, i, j, v, w)
				}
			}
		}
		if _, err := how.Apply(mat.NewDense(2, 2, nil)); err == nil || !strings.Contains(err.Error(), "new rows = 2, want 3") {
			t.Errorf("%+v: two columns: %v", r, err)
		}
	}
}
