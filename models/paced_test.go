package models

import (
	"math"
	"slices"
	"strings"
	"testing"

	"affmatch/optim"

	"gonum.org/v1/gonum/mat"
)

func TestPinsStayAndAllOthersMove(t *testing.T) {
	x := blobs(50)
	rates := slices.Repeat([]float64{1}, 50)
	rates[3], rates[17], rates[20] = 0, 0, 0.1
	m := umap(Descent{Steps: 40, Seed: 2})
	m.Optimizer, m.Init, m.InitScaling = optim.Adam{LearnRate: 0.05}, PCA{}, 1
	free, err := m.Fit(background, x)
	if err != nil {
		t.Fatal(err)
	}
	start, _, err := PCA{}.Init(background, x, nil, 2, 2)
	if err != nil {
		t.Fatal(err)
	}
	rescale(start, 1)
	m.Encoder = Paced{Rates: slices.Repeat([]float64{1}, 50)}
	same, err := m.Fit(background, x)
	if err != nil {
		t.Fatal(err)
	}
	for k := range free.History {
		if l, w := same.History[k].Loss, free.History[k].Loss; math.Abs(l-w) > 1e-6*math.Abs(w) {
			t.Fatalf("step %d at rates of 1: loss %v, want %v", k, l, w)
		}
	}
	m.Encoder = Paced{Rates: rates}
	r, err := m.Fit(background, x)
	if err != nil {
		t.Fatal(err)
	}
	moved := func(i int) float64 {
		return math.Hypot(r.Embedding.At(i, 0)-start.At(i, 0), r.Embedding.At(i, 1)-start.At(i, 1))
	}
	for i := range 50 {
		switch d := moved(i); {
		case rates[i] == 0 && d != 0:
			t.Errorf("pin %d moved by %v", i, d)
		case rates[i] == 1 && d < 0.01:
			t.Errorf("point %d moved by %v only", i, d)
		case rates[i] == 0.1 && (d == 0 || d > 0.1*0.05*40*math.Sqrt2):
			t.Errorf("at a tenth of the pace point %d moved by %v", i, d)
		}
	}
	z, err := r.Model.Transform(background, x.Slice(5, 9, 0, 4))
	if err != nil {
		t.Fatal(err)
	}
	free.Model.Embedding = r.Embedding
	want, err := free.Model.Transform(background, x.Slice(5, 9, 0, 4))
	if err != nil || !mat.Equal(z, want) {
		t.Errorf("new rows are elsewhere than without paces (error %v)", err)
	}
}

func TestPacesAreChecked(t *testing.T) {
	m := umap(Descent{Steps: 1})
	for want, rates := range map[string][]float64{
		"Rates = 3, want 40":             {1, 1, 1},
		"Rates[1] = -1":                  {1, -1},
		"Rates[0] = NaN":                 {math.NaN()},
		"Rates = 40, none above 0, want": make([]float64, 40),
	} {
		m.Encoder = Paced{rates}
		if _, err := m.Fit(background, blobs(40)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}
