package affinity

import (
	"context"
	"math"
	"testing"

	"affmatch/internal/linear"
)

// TestKneesAreThoseOfPHATE: the two examples of its documents (vne.py of the package phate).
func TestKneesAreThoseOfPHATE(t *testing.T) {
	y := make([]float64, 20)
	for x := range y {
		y[x] = math.Exp(-float64(x) / 10)
	}
	if k := knee(y); k != 8 {
		t.Errorf("knee of exp(-x/10) at %d, want 8", k)
	}
	a := linear.Zeros(10, 10)
	for i := range 10 {
		a.Set(i, i, 1)
	}
	a.Set(0, 0, 5)
	a.Set(3, 2, 4)
	k, err := diffusionTime(context.Background(), a, 10)
	if err != nil || k != 23 {
		t.Errorf("time %d (error %v), want 23", k, err)
	}
}

// TestEntropyFallsFromThatOfTheStepToThatOfOnePower: of equal values it is log n and stays, of others it ends at 0.
func TestEntropyFallsFromThatOfTheStepToThatOfOnePower(t *testing.T) {
	for _, h := range entropies([]float64{0.5, 0.5, 0.5, 0.5}, 20) {
		if math.Abs(h-math.Log(4)) > 1e-12 {
			t.Errorf("entropy of four equal values %v, want log 4", h)
		}
	}
	h := entropies([]float64{1, 0.5, 0.25, 0}, 60)
	p := []float64{4. / 7, 2. / 7, 1. / 7}
	if want := -p[0]*math.Log(p[0]) - p[1]*math.Log(p[1]) - p[2]*math.Log(p[2]); math.Abs(h[0]-want) > 1e-12 {
		t.Errorf("entropy %v, want %v", h[0], want)
	}
	for k := 1; k < len(h); k++ {
		if h[k] > h[k-1] {
			t.Errorf("entropy rises from %v to %v", h[k-1], h[k])
		}
	}
	if last := h[len(h)-1]; last > 1e-12 {
		t.Errorf("entropy ends at %v, want 0", last)
	}
}

// TestTimeZeroIsThatOfTheReport, and the P that this time gives.
func TestTimeZeroIsThatOfTheReport(t *testing.T) {
	x := cloud(60, 3)
	chosen := fit(t, PHATEAffinity{}, x)
	at := chosen.P.Report.Time
	if at < 1 || at > 98 {
		t.Fatalf("time %d, want 1 to 98", at)
	}
	near(t, "P", chosen.P.Values, fit(t, PHATEAffinity{Time: at}, x).P.Values, 0)
}
