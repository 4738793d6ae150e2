package models

import (
	"math"
	"strings"
	"testing"

	"affmatch/affinity"
	"affmatch/internal/golden"

	"gonum.org/v1/gonum/mat"
)

// TestMeanFieldOfClassesIsThatOfCells, where classes are the cells of X, and says which row has no class.
func TestMeanFieldOfClassesIsThatOfCells(t *testing.T) {
	const n = 12
	x, labels := blobs(n), make([]int, n)
	for i := range labels {
		labels[i] = 7 - i%3
	}
	z := mat.NewDense(n, 2, nil)
	z.Apply(func(i, c int, _ float64) float64 { return 0.6 * math.Sin(float64(5*i+3*c+1)) }, z)
	field := MeanField{Out: affinity.Of{Kernel: affinity.Student{}}, Noise: 30}
	at := func(cells int, labels []int) (float64, error) {
		field.Cells = cells
		in, engine := affinity.EntropicAffinity{Perplexity: 3}, Fused{Float64: true}
		p := Problem{In: in, Objective: field, Descent: Descent{Engine: engine}}
		e, err := p.Evaluate(background, affinity.Data{Matrix: x, Labels: labels}, z)
		if err != nil {
			return 0, err
		}
		return e.Loss, nil
	}
	want, err := at(3, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := at(0, labels)
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "loss", []float64{got}, []float64{want}, 1e-13)
	labels[4] = -1
	if _, err := at(0, labels); err == nil || !strings.Contains(err.Error(), "class of row 4 = unknown") {
		t.Errorf("row 4 without a class: %v", err)
	}
	labels[4] = 9
	if _, err := at(0, labels); err == nil || !strings.Contains(err.Error(), "the class of row 4 = 1, want at least 2") {
		t.Errorf("row 4 alone in its class: %v", err)
	}
}

// TestDrawsOfACellAreItsOthers, each as often as any; and what they stand for is the cell, in the mean.
func TestDrawsOfACellAreItsOthers(t *testing.T) {
	list := newCellList([]int32{0, 1, 0, 1, 1, 0, 1, 2, 2})
	const steps, draws = 4000, 3
	for i, c := range list.of {
		count, tail := map[int32]int{}, make([]int32, draws)
		for step := range steps {
			cellMates{list, 5}.Sample(step, i, i, [][]int32{tail})
			for _, j := range tail {
				count[j]++
			}
		}
		others := 0
		for j, of := range list.of {
			mate := of == c && j != i
			if mate {
				others++
			}
			if mate != (count[int32(j)] > 0) {
				t.Errorf("point %d of cell %d: %d drawn %d times", i, c, j, count[int32(j)])
			}
		}
		for j, times := range count {
			want := steps * draws / float64(others)
			if math.Abs(float64(times)-want) > 5*math.Sqrt(want) {
				t.Errorf("point %d: %d drawn %d times, want about %.0f", i, j, times, want)
			}
		}
		if got := (ownCell{draws, list}).each(list.size(c)) * draws; got != float64(others) {
			t.Errorf("draws of point %d stand for %v others, want %d", i, got, others)
		}
	}
}

// TestMeanFieldRepelsBesideAnyAttraction: as the one repulsion of SNE of the Student kernel it ends near to
// where that does, whose partition it stands for.
func TestMeanFieldRepelsBesideAnyAttraction(t *testing.T) {
	x := blobs(90)
	sne := SNE()
	sne.In, sne.Out = affinity.EntropicAffinity{Perplexity: 10}, affinity.Student{}
	sne.Steps = 300
	full, err := sne.Fit(background, x)
	if err != nil {
		t.Fatal(err)
	}
	out := affinity.Of{Kernel: sne.Out}
	short := Problem{In: sne.In, Descent: sne.Descent, Objective: Terms{
		PairTerm{Name: "attraction", Set: affinity.Edges{}, Out: out, Loss: sne.Attraction},
		MeanField{Out: out, Cells: 9, Own: 20},
	}}
	near, err := short.Fit(background, x)
	if err != nil {
		t.Fatal(err)
	}
	e, err := sne.Evaluate(background, x, near.Embedding)
	if err != nil {
		t.Fatal(err)
	}
	best, start := full.History[len(full.History)-1].Loss, full.History[0].Loss
	if share := (e.Loss - best) / (start - best); !(share < 0.15) {
		t.Errorf("SNE's loss is %v where the mean field ends, its own %v of %v: %v is missing", e.Loss, best, start, share)
	}
}
