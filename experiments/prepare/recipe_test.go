package prepare

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"affmatch/internal/rows"

	"gonum.org/v1/gonum/mat"
)

// csv writes a file of counts: a constant column, one that doubles, one that jumps; the row's number as label.
func csv(t *testing.T) string {
	t.Helper()
	text := "a,b,c,label\n"
	for i := range 10 {
		text += fmt.Sprintf("7,%d,%d,row %d\n", 1<<i, i*i%5, i)
	}
	path := filepath.Join(t.TempDir(), "counts.csv")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func load(t *testing.T, r Recipe) *Prepared {
	t.Helper()
	p, err := r.Load(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestStandardizingDoesNotDependOnTheUnit, to the bit where the unit is a power of two; the columns have units of their own.
func TestStandardizingDoesNotDependOnTheUnit(t *testing.T) {
	x := mat.NewDense(50, 7, nil)
	x.Apply(func(i, j int, _ float64) float64 { return math.Sin(float64(i*i+j)) + float64(j) }, x)
	y := mat.DenseCopyOf(x)
	inPlace := func(x *mat.Dense) {
		r, err := rows.Of("x", x)
		if err != nil {
			t.Fatal(err)
		}
		standardize(r, standards(r), false)
	}
	inPlace(x)
	exponents := []int{0, 1000, -1000, 500, -500, 1020, -1020}
	y.Apply(func(_, j int, v float64) float64 { return math.Ldexp(v, exponents[j]) }, y)
	inPlace(y)
	for j, exponent := range exponents {
		for i := range 50 {
			if a, b := x.At(i, j), y.At(i, j); math.Abs(a-b) > 1e-12 || exponent != -1020 && a != b { // subnormal numbers have fewer digits
				t.Fatalf("2^%d: %g, want %g", exponent, b, a)
			}
		}
	}
}

// The numbers are held in float32, as they can be when they are read.
func TestColumnsAreStandardizedAfterTheLogarithm(t *testing.T) {
	p := load(t, Recipe{In: csv(t), Log1p: true, Standardize: true})
	n, cols := p.Dims()
	for j := range cols {
		var mean, squares float64
		for i := range n {
			mean += p.X.At(i, j) / float64(n)
			squares += p.X.At(i, j) * p.X.At(i, j) / float64(n)
		}
		want := 1.0
		if j == 0 {
			want = 0 // constant
		}
		if math.Abs(mean) > 1e-7 || math.Abs(squares-want) > 1e-7 {
			t.Errorf("column %d: mean %g, variance %g, want 0 and %g", j, mean, squares, want)
		}
	}
	// (log(1+512) - log(1+256)) / (log(1+2) - log(1+1)) does not depend on mean and deviation
	got := (p.X.At(9, 1) - p.X.At(8, 1)) / (p.X.At(1, 1) - p.X.At(0, 1))
	if want := math.Log(513.0/257) / math.Log(1.5); math.Abs(got-want) > 1e-6 {
		t.Errorf("ratio of differences %g, want %g", got, want)
	}
}

func TestASampleKeepsRowsLabelsAndOrderTogether(t *testing.T) {
	path := csv(t)
	p := load(t, Recipe{In: path, Subsample: 4, Seed: 3})
	if n, _ := p.Dims(); n != 4 || len(p.Rows) != 4 || !slices.IsSorted(p.Rows) {
		t.Fatalf("%d rows, %v", n, p.Rows)
	}
	for at, i := range p.Rows {
		if p.X.At(at, 1) != float64(int(1)<<i) || p.Names[p.Labels[at]] != fmt.Sprintf("row %d", i) {
			t.Errorf("row %d of the sample: %v, %s, want row %d", at, mat.Row(nil, at, p.X), p.Names[p.Labels[at]], i)
		}
	}
	same, other := load(t, Recipe{In: path, Subsample: 4, Seed: 3}), load(t, Recipe{In: path, Subsample: 4, Seed: 4})
	if !slices.Equal(same.Rows, p.Rows) || slices.Equal(other.Rows, p.Rows) {
		t.Errorf("rows %v, again %v, of another seed %v", p.Rows, same.Rows, other.Rows)
	}
	if all := load(t, Recipe{In: path, Subsample: 10}); all.Rows != nil {
		t.Errorf("all rows are a sample: %v", all.Rows)
	}
}

func TestComponentsAreOrthogonalAndKeepTheVariance(t *testing.T) {
	path := csv(t)
	p := load(t, Recipe{In: path, Standardize: true, PCA: 2})
	var dot, total float64
	for i := range 10 {
		dot += p.X.At(i, 0) * p.X.At(i, 1)
		total += p.X.At(i, 0)*p.X.At(i, 0) + p.X.At(i, 1)*p.X.At(i, 1)
	}
	if math.Abs(dot) > 1e-6 || math.Abs(total-20) > 1e-5 { // two columns of variance 1, ten rows
		t.Errorf("components: scalar product %g, want 0; sum of squares %g, want 20", dot, total)
	}
}

func TestTheSumTellsTheNumbersApart(t *testing.T) {
	path := csv(t)
	a, b, c := load(t, Recipe{In: path}), load(t, Recipe{In: path}), load(t, Recipe{In: path, Log1p: true})
	if a.SHA256 != b.SHA256 || a.SHA256 == c.SHA256 || len(a.SHA256) != 64 {
		t.Errorf("%s, %s, %s", a.SHA256, b.SHA256, c.SHA256)
	}
}

func TestGeneratorsHaveNames(t *testing.T) {
	for name := range generators {
		if p := load(t, Recipe{In: name, Seed: 2}); p.Name == "" {
			t.Errorf("%s: %v", name, p)
		}
	}
}

func TestRecipesSayWhatIsWrong(t *testing.T) {
	path := csv(t)
	negative := filepath.Join(t.TempDir(), "negative.csv")
	if err := os.WriteFile(negative, []byte("1,2\n3,-1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		recipe Recipe
		want   string
	}{
		{Recipe{}, "In = nothing, want a file of points"},
		{Recipe{In: "blob"}, "no data of that name (did you mean blobs?)"},
		{Recipe{In: path + ".not"}, "no file " + path},
		{Recipe{In: path, Subsample: -1}, "Subsample = -1"},
		{Recipe{In: path, PCA: -1}, "PCA = -1"},
		{Recipe{In: path, PCA: 4}, "PCA = 4, want at most 3 components"},
		{Recipe{In: negative, Log1p: true}, "X[1,1] = -1, want more than -1"},
		{Recipe{In: "blobs", Labels: path}, "none with blobs"},
	} {
		_, err := c.recipe.Load(context.Background())
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%+v: %v, want %q in one line", c.recipe, err, c.want)
		}
	}
}

func TestAbsoluteLeavesNamesAlone(t *testing.T) {
	r, err := Recipe{In: "digits"}.Absolute()
	if err != nil || r.In != "digits" {
		t.Errorf("%+v, %v", r, err)
	}
	r, err = Recipe{In: "x.npy", Labels: "y.txt"}.Absolute()
	if err != nil || !filepath.IsAbs(r.In) || !filepath.IsAbs(r.Labels) {
		t.Errorf("%+v, %v", r, err)
	}
}
