package datasets

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

func TestGeneratorsGiveValidDataAndTheSameBits(t *testing.T) {
	for want, generate := range map[string]func(uint64) *Data{
		"blobs: 1000 x 10, 5 classes":     Blobs,
		"swiss-roll: 1000 x 3":            SwissRoll,
		"s-curve: 1000 x 3":               SCurve,
		"spheres: 1000 x 101, 11 classes": Spheres,
		"tree: 1000 x 50, 8 classes":      Tree,
	} {
		d := generate(3)
		if err := d.Validate(); err != nil || d.String() != want {
			t.Errorf("got %v, %v; want %s", d, err, want)
		}
		if again := generate(3); !mat.Equal(again.X, d.X) || fmt.Sprint(again.Labels, again.Values) != fmt.Sprint(d.Labels, d.Values) {
			t.Errorf("%s: the same seed gives other points", want)
		}
		if mat.Equal(generate(4).X, d.X) {
			t.Errorf("%s: another seed gives the same points", want)
		}
	}
}

func TestSurfacesAreTheirEquations(t *testing.T) {
	roll, curve := SwissRoll(1), SCurve(1)
	for i := range 1000 {
		if r := math.Hypot(roll.X.At(i, 0), roll.X.At(i, 2)); math.Abs(r-roll.Values[i]) > 1e-12*r {
			t.Fatalf("swiss roll: radius %v at %v", r, roll.Values[i])
		}
		x, z, s := curve.X.At(i, 0), curve.X.At(i, 2), math.Copysign(1, curve.Values[i])
		if d := math.Hypot(x, z+s); math.Abs(d-1) > 1e-12 || z*s > 0 { // two half circles, of centers (0, +-1)
			t.Fatalf("S-curve: (%v, %v) at %v", x, z, curve.Values[i])
		}
	}
}

func TestOuterSphereEnclosesTheInner(t *testing.T) {
	d := Spheres(1)
	counts := make([]int, 11)
	for i, l := range d.Labels {
		counts[l]++
		norm := mat.Norm(mat.NewVecDense(101, mat.Row(nil, i, d.X)), 2)
		if l == 10 && math.Abs(norm-25) > 1e-12*25 || l < 10 && norm > 20 {
			t.Fatalf("row %d of class %s lies at %v", i, d.Names[l], norm)
		}
	}
	if counts[10] != 500 || counts[0] != 50 {
		t.Errorf("sizes %v", counts)
	}
}

func TestTreeBranchesGrowFromEarlierPoints(t *testing.T) {
	d, err := TreeConfig{Points: 90, Columns: 4, Branches: 3}.Data()
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i < 90; i++ { // without noise, some earlier point one step nearer to the root is within a step
		near := false
		for j := range i {
			step := 0.0
			for c := range 4 {
				step = max(step, math.Abs(d.X.At(i, c)-d.X.At(j, c)))
			}
			near = near || d.Values[j] == d.Values[i]-1 && step <= 1
		}
		if !near {
			t.Errorf("point %d, %v steps from the root, hangs in the air", i, d.Values[i])
		}
	}
}

func TestGeneratorsNameTheBadField(t *testing.T) {
	for want, generate := range map[string]func() (*Data, error){
		"BlobsConfig: Points = 3, want at least 5":          BlobsConfig{Points: 3}.Data,
		"BlobsConfig: Spread = NaN, want 0 or more, finite": BlobsConfig{Spread: math.NaN()}.Data,
		"BlobsConfig: Blobs = -1, want at least 1":          BlobsConfig{Blobs: -1}.Data,
		"SurfaceConfig: Noise = -1, want 0 or more, finite": SurfaceConfig{Noise: -1}.SCurve,
		"SurfaceConfig: Points = -1, want at least 1":       SurfaceConfig{Points: -1}.SwissRoll,
		"SpheresConfig: Columns = 1, want at least 2":       SpheresConfig{Columns: 1}.Data,
		"SpheresConfig: Points = 10, want at least 11":      SpheresConfig{Points: 10}.Data,
		"TreeConfig: Points = 7, want at least 8":           TreeConfig{Points: 7}.Data,
		"TreeConfig: Noise = +Inf, want 0 or more, finite":  TreeConfig{Noise: math.Inf(1)}.Data,
	} {
		if _, err := generate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
	d, err := BlobsConfig{Points: 2, Blobs: 2}.Data()
	if err != nil || d.X.At(0, 0) == d.X.At(1, 0) {
		t.Errorf("two blobs of one point each: %v, %v", d, err)
	}
}
